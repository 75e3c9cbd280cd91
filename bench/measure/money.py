"""Allocations a second, against plain transactions of the same rows in a copy of the same file."""

import json
import shutil
import sqlite3
import statistics
import time
import uuid

from . import machine

# The demo's member of finance, whose partner has money and reseller-model customers.
FINANCE = "finance@demo"
# Allocations of one run.
COUNT = 1280


def measure_money(product, runs, result):
    """Interleaved runs for one client and for 64."""
    allocations = product.root / "target" / "release" / "allocations"
    if not allocations.exists():
        raise SystemExit("target/release/allocations is missing: run cargo build --release -p bare")
    product.choose("money")
    shutil.rmtree(product.folder, ignore_errors=True)
    product.folder.mkdir(parents=True)
    product.command("demo")
    plain = product.folder / "plain.db"
    measured = result.setdefault("allocations", {})
    for clients in (1, 64):
        ours, theirs, medians, p99s = [], [], [], []
        for _ in range(runs):
            command = [allocations, product.url(), FINANCE, clients, COUNT // clients]
            told = json.loads(machine.run(command)[2])
            ours.append(told["count"] / told["seconds"])
            medians.append(told["median_ms"])
            p99s.append(told["p99_ms"])
            copy(product.database, plain)
            theirs.append(COUNT / transactions(plain, COUNT))
        median, p99 = statistics.median(medians), statistics.median(p99s)
        one = {"ours": round(statistics.median(ours)), "plain": round(statistics.median(theirs)),
               "median_ms": round(median, 2), "p99_ms": round(p99, 2), "p99_ratio": round(p99 / median, 2)}
        one["ratio"] = round(statistics.median(ours) / statistics.median(theirs), 3)
        measured[str(clients)] = one
        machine.progress(f"{clients} clients: {one['ours']} allocations a second against {one['plain']}, ratio {one['ratio']}")
    product.command("check")


def copy(database, plain):
    """A copy of the file as it is now."""
    plain.unlink(missing_ok=True)
    for suffix in ("-wal", "-shm"):
        plain.with_name(plain.name + suffix).unlink(missing_ok=True)
    source = sqlite3.connect(database)
    source.execute("vacuum into ?", (str(plain),))
    source.close()


def transactions(plain, count):
    """Seconds for so many transactions of the rows that an allocation writes: one move, two postings, two balances, one audit record."""
    database = sqlite3.connect(plain, isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    database.execute("pragma foreign_keys = on")
    partner, member = database.execute(
        "select p.id, m.id from partner p join member m on m.partner_id = p.id where m.login = ?", (FINANCE,)).fetchone()
    cash, customer = (database.execute(
        "select id, balance, sequence, owner from ledger_account where partner_id = ? and kind = ? order by balance desc",
        (partner, kind)).fetchone() for kind in ("cash", "customer"))
    sequence = database.execute("select max(sequence) from ledger_move where partner_id = ?", (partner,)).fetchone()[0]
    ids = [f"AD{uuid.uuid4().hex}" for _ in range(count)]
    begun = time.perf_counter()
    for number, move in enumerate(ids, 1):
        database.execute("begin immediate")
        database.execute(
            "insert into ledger_move (id, partner_id, sequence, kind, at, member_id, reason, counterpart, idempotency_key, request) "
            "values (?, ?, ?, 'allocate', '2026-11-22T04:00:00.000000Z', ?, '', ?, ?, '')",
            (move, partner, sequence + number, member, customer[3], move))
        for (account, balance, postings, _), amount in ((cash, -1_000_000), (customer, 1_000_000)):
            after = balance + number * amount
            database.execute("update ledger_account set balance = ?, sequence = ? where id = ?", (after, postings + number, account))
            database.execute(
                "insert into ledger_posting (account_id, sequence, move_id, amount, balance_after) values (?, ?, ?, ?, ?)",
                (account, postings + number, move, amount, after))
        database.execute(
            "insert into audit_record (id, partner_id, member_id, at, action, subject, detail) "
            "values (?, ?, ?, '2026-11-22T04:00:00.000000Z', 'funds.allocate', ?, '{}')", (uuid.uuid4().hex, partner, member, move))
        database.execute("commit")
    seconds = time.perf_counter() - begun
    database.close()
    return seconds
