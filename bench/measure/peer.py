"""DuckDB answering the dashboard's questions from the raw rows. What a question means is said once, in SQL, here."""

import json

import duckdb

RANGE = {"from": "2026-05", "to": "2026-10"}
MONTH = {"to": "2026-10"}
# The months just before: what the tiles are compared with.
BEFORE = ("2025-11-01", "2026-05-01")
NOW = ("2026-05-01", "2026-11-01")
# The customer dashboard is about one month.
THIS_MONTH, LAST_MONTH = ("2026-10-01", "2026-11-01"), ("2026-09-01", "2026-10-01")
LISTED = 10

TYPES = {"BilledCost": "DECIMAL(18,8)", "BillingPeriodStart": "TIMESTAMP", "ChargePeriodStart": "TIMESTAMP"}
NEEDED = "BilledCost, BillingPeriodStart, ChargePeriodStart, ChargeCategory, SubAccountId, ServiceName"
# A bill month in GMT+8 starts 8 hours before the month in UTC.
PERIOD = "BillingPeriodStart >= timestamp '{}' - interval 8 hour and BillingPeriodStart < timestamp '{}' - interval 8 hour"
DAY = "cast(ChargePeriodStart + interval 8 hour as date)"
AT = "strftime(BillingPeriodStart + interval 8 hour, '%Y-%m')"
CHARGE = "ChargeCategory <> 'Credit'"
DUE = f"coalesce(sum(BilledCost) filter ({CHARGE}), 0)"
PAID = "coalesce(sum(BilledCost), 0)"

# What rows are grouped by, under the names of our groupings.
KEYS = {
    "service": "ServiceName",
    "charge_mode": "case ChargeFrequency when 'Usage-Based' then 'pay_per_use' when 'Recurring' then 'subscription' "
                   "when 'One-Time' then 'one_time' else 'unknown' end",
    "bill_type": "case when ChargeCategory in ('Credit', 'Adjustment') then 'adjustment' when BilledCost < 0 then 'refund' "
                 "else 'consumption' end",
    "association": "x_AssociationType",
    "manager": "coalesce(a.manager, '')",
    "customer": "SubAccountId",
}


class Peer:
    """DuckDB, in this process, with as many threads as there are cores."""

    def __init__(self, bill, intervals):
        self.db = duckdb.connect()
        self.bill = str(bill)
        self.db.execute("create table assignment (account varchar, manager varchar, from_day date, until_day date)")
        self.db.executemany("insert into assignment values (?, ?, ?, ?)", intervals)
        self.db.execute(f"create table raw as select * from {self.file()}")

    def close(self):
        """Frees the memory."""
        self.db.close()

    def file(self):
        """The bill as a table function."""
        return f"read_csv('{self.bill}', header = true, types = {json.dumps(TYPES).replace(chr(34), chr(39))})"

    def rows(self, sql):
        """All rows of an answer."""
        return self.db.execute(sql).fetchall()

    def screen(self, manager=None, table="raw", managers=False):
        """The first screen: of all customers, or of what a manager managed on the lines' days; for who sees all with the account
        managers' shares."""
        source = managed(table, manager)
        now, before = PERIOD.format(*NOW), PERIOD.format(*BEFORE)
        refund = "ChargeCategory not in ('Credit', 'Adjustment') and BilledCost < 0"
        tiles = ", ".join(
            f"coalesce(sum(BilledCost) filter (({period}) and {CHARGE}), 0), coalesce(sum(BilledCost) filter ({period}), 0), "
            f"count(distinct SubAccountId) filter (({period}) and {CHARGE} and BilledCost <> 0)" for period in (now, before))
        split = (f"coalesce(sum(BilledCost) filter (({now}) and {refund}), 0), "
                 f"coalesce(sum(BilledCost) filter (({now}) and ChargeCategory = 'Adjustment'), 0)")
        top = f"{DUE}, {PAID} from {source} where {now} group by 1 order by 2 desc limit {LISTED}"
        answer = {
            "tiles": self.rows(f"select {tiles}, {split} from {source} where ({now}) or ({before})")[0],
            "trend": self.rows(f"select {AT}, {DUE}, {PAID} from {source} where {now} group by 1 order by 1"),
            "customers": self.rows(f"select SubAccountId, {top}"),
            "services": self.rows(f"select ServiceName, {top}"),
        }
        if managers:
            who, source = (f"'{manager}'", source) if manager else (KEYS["manager"], by_manager(table))
            answer["managers"] = sorted(self.rows(
                f"select {who}, {DUE}, {PAID}, count(distinct SubAccountId) from {source} where {now} group by 1"))
        return answer

    def screen_of_file(self, **scene):
        """The same from the file: reads the columns that are needed, once, then answers."""
        self.db.execute(f"create or replace temp table once as select {NEEDED} from {self.file()}")
        return self.screen(table="once", **scene)

    def groups(self, by, manager=None):
        """Due and coupon of the ten largest groups a month, and of all others: {(group or None, month): (due, coupon)}."""
        source = by_manager("raw") if by == "manager" else managed("raw", manager)
        # A coupon belongs to no bill type.
        coupon = "0" if by == "bill_type" else f"{DUE} - {PAID}"
        rows = self.rows(
            f"with cells as (select {KEYS[by]} as key, {AT} as month, {DUE} as due, {coupon} as coupon from {source} "
            f"where {PERIOD.format(*NOW)} group by 1, 2), "
            # What nobody manages is always listed.
            f"top as (select key from cells where key <> '' group by 1 order by sum(due) desc limit {LISTED}) "
            "select case when key = '' or key in (select key from top) then key end, month, sum(due), sum(coupon) "
            "from cells group by 1, 2")
        return {(key, month): (due, coupon) for key, month, due, coupon in rows}

    def customers(self, today):
        """The customer dashboard of all customers."""
        now, before = PERIOD.format(*THIS_MONTH), PERIOD.format(*LAST_MONTH)
        sums = ", ".join(
            f"coalesce(sum(BilledCost) filter (({period}) and {CHARGE}), 0) as {name}, "
            f"count(*) filter (({period}) and {CHARGE} and BilledCost <> 0) > 0 as {flag}"
            for period, name, flag in ((now, "now", "consumes"), (before, "before", "consumed")))
        self.db.execute("create or replace temp table moved as "
                        f"select SubAccountId as account, {sums} from raw where ({now}) or ({before}) group by 1")
        seen = f"(select SubAccountId, min({DAY}) as first from raw group by 1)"
        nobody = ("(select distinct SubAccountId as account from raw) c left join moved m using (account) where not exists (select 1 "
                  f"from assignment a where a.account = c.account and a.from_day <= date '{today}' and a.until_day > date '{today}')")
        first, last = (f"date '{day}'" for day in THIS_MONTH)

        def listed(condition, rank):
            rows = self.rows(f"select account, now, before, count(*) over () from moved where {condition} "
                             f"order by {rank} desc limit {LISTED}")
            return (rows[0][3] if rows else 0, [row[:3] for row in rows])

        return {
            "customers": self.rows(f"select count(*), count(*) filter (first >= {first} and first < {last}) from {seen}")[0],
            "newly_assigned": self.rows(f"select count(*) from assignment where from_day >= {first} and from_day < {last}")[0][0],
            "consuming": self.rows("select count(*) filter (consumes), count(*) filter (consumed) from moved")[0],
            "concentration": self.rows("select coalesce(sum(now) filter (place <= 10), 0), coalesce(sum(now), 0) from "
                                       "(select now, row_number() over (order by now desc) as place from moved)")[0],
            "started": listed("consumes and not consumed", "now"),
            "silent": listed("consumed and not consumes", "before"),
            "risen": listed("now > before", "now - before"),
            "fallen": listed("before > now", "before - now"),
            "unassigned": self.rows(f"select coalesce(now, 0), count(*) over () from {nobody} order by 1 desc limit {LISTED}"),
        }


def managed(table, manager):
    """All rows, or what a manager managed on the lines' days."""
    if manager is None:
        return table
    return (f"(select r.* from {table} r join assignment a on a.account = r.SubAccountId and a.manager = '{manager}' "
            f"and {DAY} >= a.from_day and {DAY} < a.until_day)")


def by_manager(table):
    """All rows, with who managed the customer on the line's day."""
    return f"{table} r left join assignment a on a.account = r.SubAccountId and {DAY} >= a.from_day and {DAY} < a.until_day"
