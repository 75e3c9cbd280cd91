"""Funds: balances, allocations and reclaims, records. Figures are those that the services keep, on both sides of the door."""

import datetime
import json
import sqlite3
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from huaweicloudsdkbss.v2 import (
    AdjustAccountReq,
    CustomerInfoV2,
    ListCustomersBalancesDetailRequest,
    ListPartnerAccountChangeRecordsRequest,
    ListPartnerAdjustRecordsRequest,
    ListPartnerBalancesRequest,
    QueryCustomersBalancesReq,
    ReclaimIndirectPartnerAccountReq,
    ReclaimIndirectPartnerAccountRequest,
    ReclaimToPartnerAccountRequest,
    ReclaimToPartnerAccountBalancesReq,
    AdjustToIndirectPartnerReq,
    UpdateCustomerAccountAmountRequest,
    UpdateIndirectPartnerAccountRequest,
)
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

UNIT = Decimal(10) ** 8


class Books:
    """What the database keeps, read beside the server."""

    def __init__(self, server):
        self.path = server.folder / "partner-center.db"

    def one(self, sql, *values):
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as database:
            return database.execute(sql, values).fetchone()

    def balance(self, kind, owner=""):
        row = self.one("select balance from ledger_account where kind = ? and owner = ?", kind, owner)
        return Decimal(row[0]) / UNIT if row else Decimal(0)

    def moves(self):
        return self.one("select count(*) from ledger_move")[0]

    def customer(self, association, with_money=False):
        """A customer of the mainland site, whose money is CNY."""
        having = "exists" if with_money else "not exists"
        return self.one(
            f"select id from customer c where association = ? and supplier = '华为云' and {having} "
            "(select 1 from ledger_account a where a.owner = c.id) order by no limit 1", association)[0]

    def earmarked(self):
        return Decimal(self.one("select floor from ledger_account where kind = 'cash'")[0]) / UNIT


@pytest.fixture
def books(server):
    return Books(server)


def exact(number):
    return Decimal(str(number))


def balances(client):
    found = client.list_partner_balances(ListPartnerBalancesRequest()).account_balances
    return {account.account_type: account for account in found}


def allocate(client, customer, amount, **more):
    body = AdjustAccountReq(customer_id=customer, amount=amount, **more)
    return client.update_customer_account_amount(UpdateCustomerAccountAmountRequest(body=body)).transfer_id


def reclaim(client, customer, amount, **more):
    body = ReclaimToPartnerAccountBalancesReq(customer_id=customer, amount=amount, **more)
    return client.reclaim_to_partner_account(ReclaimToPartnerAccountRequest(body=body)).trans_id


def of_customers(client, *customers, **more):
    body = QueryCustomersBalancesReq(customer_infos=[CustomerInfoV2(customer_id=each) for each in customers], **more)
    return client.list_customers_balances_detail(ListCustomersBalancesDetailRequest(body=body)).customer_balances


def send(server, key, path, body, headers=()):
    """A signed POST with headers and numbers that the SDK would not send: (status, body)."""
    host = server.url.removeprefix("http://")
    header_params = {"Host": host, "Content-Type": "application/json", **dict(headers)}
    request = SdkRequest(method="POST", schema="http", host=host, resource_path=path, query_params=[], header_params=header_params, body=body)
    Signer(GlobalCredentials(key.access_key, key.secret_key)).sign(request)
    wire = urllib.request.Request(server.url + request.uri, data=body.encode(), headers=request.header_params, method="POST")
    try:
        answer = urllib.request.urlopen(wire, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, json.load(answer)


def test_balances_are_those_of_the_books(admin, books):
    found = balances(admin)
    assert sorted(found) == [1, 2, 8]
    assert exact(found[1].amount) == books.balance("cash")
    assert exact(found[1].designated_amount) == books.earmarked() == 30000
    assert exact(found[2].amount) == books.balance("credit")
    assert exact(found[2].credit_amount) == -books.balance("outside", "credit_line") == 500000
    assert found[1].credit_amount is None
    assert exact(found[8].amount) == books.balance("cash") - books.earmarked() + books.balance("credit")
    assert {(each.currency, each.measure_id) for each in found.values()} == {("CNY", 1)}
    assert len({each.account_id for each in found.values()}) == 3


def test_an_allocation_and_a_reclaim_move_money_and_leave_records(admin, books):
    customer = books.customer("reseller", with_money=True)
    before, theirs, had = balances(admin), books.balance("customer", customer), books.moves()
    given = allocate(admin, customer, 12.34)
    back = reclaim(admin, customer, Decimal("2.30"))
    assert given.startswith("AD") and back.startswith("RE")
    assert books.moves() == had + 2
    [found] = of_customers(admin, customer)
    assert (found.customer_id, exact(found.amount), exact(found.debt_amount)) == (customer, theirs + Decimal("10.04"), 0)
    assert (found.currency, found.measure_id) == ("CNY", 1)
    after = balances(admin)
    assert exact(before[8].amount) - exact(after[8].amount) == Decimal("10.04")

    request = ListPartnerAdjustRecordsRequest(customer_id=customer, limit=2)
    records = admin.list_partner_adjust_records(request)
    assert [(record.trans_id, record.operation_type, record.amount) for record in records.records] == [
        (back, "SOURCE_OPERATION_BERETRIEVE", "2.30"), (given, "SOURCE_OPERATION_BEADJUST", "12.34")]
    name = books.one("select name from customer where id = ?", customer)[0]
    assert {(each.customer_id, each.customer_name, each.currency, each.measure_id) for each in records.records} == {(customer, name, "CNY", 1)}
    count = books.one("select count(*) from ledger_move where kind in ('allocate', 'reclaim') and counterpart = ?", customer)[0]
    assert records.total_count == count
    by_id = admin.list_partner_adjust_records(ListPartnerAdjustRecordsRequest(trans_id=given))
    assert [record.trans_id for record in by_id.records] == [given]


def test_change_records_are_the_postings_of_the_account(admin, books):
    for balance_type, kind in [("BALANCE_TYPE_DEBIT", "cash"), ("BALANCE_TYPE_CREDIT", "credit")]:
        found = admin.list_partner_account_change_records(ListPartnerAccountChangeRecordsRequest(balance_type=balance_type, limit=100))
        count = books.one("select sequence from ledger_account where kind = ?", kind)[0]
        assert (found.total_count, found.currency) == (count, "CNY")
        assert Decimal(found.records[0].balance_after_change) == books.balance(kind)
        for newer, older in zip(found.records, found.records[1:]):
            change = Decimal(newer.change_amount) * (1 if newer.type == "1" else -1)
            assert change != 0 and Decimal(newer.balance_after_change) - change == Decimal(older.balance_after_change)
    adjust = admin.list_partner_account_change_records(
        ListPartnerAccountChangeRecordsRequest(balance_type="BALANCE_TYPE_DEBIT", trade_type="BEADJUST", limit=3))
    assert {record.trade_detail_type for record in adjust.records} == {"SOURCE_OPERATION_BEADJUST"}
    assert all(record.customer_id and record.account_name and record.type == "2" for record in adjust.records)
    top_ups = admin.list_partner_account_change_records(
        ListPartnerAccountChangeRecordsRequest(balance_type="BALANCE_TYPE_DEBIT", trade_type="RECHARGE"))
    kept = books.one("select count(*) from ledger_move where kind = 'top_up'")[0]
    assert (top_ups.total_count, {record.trade_detail_type for record in top_ups.records}) == (kept, {"SOURCE_OPERAIION_RECHARGE"})
    assert all(record.customer_id is None for record in top_ups.records)
    datetime.datetime.strptime(top_ups.records[0].trade_time, "%Y-%m-%dT%H:%M:%SZ")


def test_pages_leave_out_rows_from_the_newest_on(admin):
    def ids(**page):
        request = ListPartnerAdjustRecordsRequest(**page)
        return [record.trans_id for record in admin.list_partner_adjust_records(request).records]

    whole = ids(limit=100)
    assert len(ids()) == 10 and ids() == whole[:10]
    assert ids(offset=1, limit=3) == whole[1:4]
    begun = ListPartnerAdjustRecordsRequest(operation_time_begin="2999-01-01T00:00:00Z")
    assert admin.list_partner_adjust_records(begun).total_count == 0


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 101}, {"offset": -1}])
def test_a_page_that_cannot_be_is_refused(admin, refused, page):
    with refused(400, "CBC.0100"):
        admin.list_partner_adjust_records(ListPartnerAdjustRecordsRequest(**page))
    with refused(400, "CBC.0100"):
        admin.list_partner_account_change_records(ListPartnerAccountChangeRecordsRequest(balance_type="BALANCE_TYPE_DEBIT", **page))


def test_filters_that_cannot_be_are_refused(admin, refused):
    for filters in [{"operation_type": "GIFT"}, {"operation_type": ""}, {"operation_time_begin": "2026-01-01"}, {"trans_id": "x" * 65}]:
        with refused(400, "CBC.0100"):
            admin.list_partner_adjust_records(ListPartnerAdjustRecordsRequest(**filters))
    for filters in [{"balance_type": "BALANCE_TYPE_BONUS"}, {"balance_type": ""}, {"trade_type": "GIFT"}, {"trade_time_begin": "01.01.2026"}]:
        with refused(400, "CBC.0100"):
            filters = {"balance_type": "BALANCE_TYPE_DEBIT", **filters}
            admin.list_partner_account_change_records(ListPartnerAccountChangeRecordsRequest(**filters))
    long = {"trade_time_begin": "2024-01-01", "trade_time_end": "2025-01-02"}
    with refused(400, "CBC.80021021"):
        admin.list_partner_account_change_records(ListPartnerAccountChangeRecordsRequest(balance_type="BALANCE_TYPE_DEBIT", **long))


def test_what_must_not_move_does_not(server, admin, admin_key, other, manager, books, refused):
    customer, referral = books.customer("reseller", with_money=True), books.customer("referral")
    had = books.moves()
    for amount in [0, -1, 1.001]:
        with refused(400, "CBC.0100"):
            allocate(admin, customer, amount)
        with refused(400, "CBC.0100"):
            reclaim(admin, customer, amount)
    for act in (allocate, reclaim):
        with refused(400, "CBC.99005003"):
            act(admin, customer, 99999999)
        with refused(403, "CBC.99000000"):
            act(admin, referral, 1)
        with refused(400, "CBC.99000035"):
            act(admin, "no-such-customer", 1)
        with refused(400, "CBC.99000035"):
            act(other, customer, 1)
        with refused(400, "CBC.99000037"):
            act(admin, customer, 1, indirect_partner_id="no-such-partner")
        with refused(403, "CBC.0155"):
            act(manager, customer, 1)
    path = "/v2/accounts/partner-accounts/adjust-amount"
    for body in ["{}", "[]", "{", '{"amount": 1}', f'{{"customer_id": "{customer}"}}', f'{{"customer_id": "{customer}", "amount": "1"}}',
                 f'{{"customer_id": "{customer}", "amount": null}}', f'{{"customer_id": 1, "amount": 1}}', f'{{"customer_id": "{customer}", "amount": 1e400}}']:
        status, answer = send(server, admin_key, path, body)
        assert (status, answer["error_code"]) == (400, "CBC.0100"), body
    assert books.moves() == had


def test_indirect_partners_that_are_not_the_partner_s(admin, books, refused):
    had = books.moves()
    with refused(400, "CBC.99000037"):
        body = AdjustToIndirectPartnerReq(indirect_partner_id="nobody", amount=1)
        admin.update_indirect_partner_account(UpdateIndirectPartnerAccountRequest(body=body))
    with refused(400, "CBC.99000037"):
        body = ReclaimIndirectPartnerAccountReq(indirect_partner_id="nobody", amount=1)
        admin.reclaim_indirect_partner_account(ReclaimIndirectPartnerAccountRequest(body=body))
    with refused(400, "CBC.99000037"):
        admin.list_partner_balances(ListPartnerBalancesRequest(indirect_partner_id="nobody"))
    with refused(400, "CBC.99000037"):
        of_customers(admin, "c", indirect_partner_id="nobody")
    with refused(400, "CBC.99000037"):
        admin.list_partner_adjust_records(ListPartnerAdjustRecordsRequest(indirect_partner_id="nobody"))
    with refused(400, "CBC.99000037"):
        request = ListPartnerAccountChangeRecordsRequest(balance_type="BALANCE_TYPE_DEBIT", indirect_partner_id="nobody")
        admin.list_partner_account_change_records(request)
    assert books.moves() == had


def test_customers_that_are_no_reseller_model_ones_are_left_out(admin, other, books, refused):
    customer, referral = books.customer("reseller", with_money=True), books.customer("referral")
    found = of_customers(admin, referral, customer, "nobody")
    assert [each.customer_id for each in found] == [customer]
    assert of_customers(other, customer) == []
    for customers in [(), ["c"] * 101, ["x" * 65], [""]]:
        with refused(400, "CBC.0100"):
            of_customers(admin, *customers)


def test_an_account_manager_sees_own_customers_balances_and_no_funds(manager, books, refused):
    rows = "select c.id from customer c join assignment a on a.customer_no = c.no join member m on m.id = a.manager_id " \
           "where c.association = 'reseller' and a.until_day = '9999-12-31' and a.from_day <= date('now') and m.login {} 'li.wei@demo' limit 1"
    own, foreign = books.one(rows.format("="))[0], books.one(rows.format("<>"))[0]
    assert [each.customer_id for each in of_customers(manager, own, foreign)] == [own]
    with refused(403, "CBC.0155"):
        balances(manager)
    with refused(403, "CBC.0155"):
        manager.list_partner_adjust_records(ListPartnerAdjustRecordsRequest())
    with refused(403, "CBC.0155"):
        manager.list_partner_account_change_records(ListPartnerAccountChangeRecordsRequest(balance_type="BALANCE_TYPE_DEBIT"))


def test_a_request_with_a_key_moves_money_once_and_without_one_each_time(server, admin_key, books):
    customer, path = books.customer("reseller", with_money=True), "/v2/accounts/partner-accounts/adjust-amount"
    body, key = f'{{"customer_id": "{customer}", "amount": 0.10}}', {"Idempotency-Key": "sdk-once-1"}
    had, balance = books.moves(), books.balance("customer", customer)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(server, admin_key, path, body, key), range(16)))
    assert {status for status, _ in answers} == {200} and len({answer["transfer_id"] for _, answer in answers}) == 1
    assert (books.moves(), books.balance("customer", customer)) == (had + 1, balance + Decimal("0.10"))
    assert send(server, admin_key, path, body.replace("0.10", "0.1"), key)[1] == answers[0][1], "the same amount"
    status, answer = send(server, admin_key, path, body.replace("0.10", "0.11"), key)
    assert (status, answer["error_code"]) == (400, "CBC.0100")
    for _ in range(2):
        assert send(server, admin_key, path, body)[0] == 200
    assert books.moves() == had + 3


def test_many_at_once_never_double_or_lose_a_move_and_the_books_balance(server, admin, books):
    customer = books.customer("reseller", with_money=True)
    had, balance = books.moves(), books.balance("customer", customer)
    with ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(lambda _: allocate(admin, customer, 0.01), range(64)))
    assert len(set(ids)) == 64
    assert (books.moves(), books.balance("customer", customer)) == (had + 64, balance + Decimal("0.64"))
    assert "the ledger balances" in server.run("check")
