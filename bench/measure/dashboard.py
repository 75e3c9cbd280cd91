"""The dashboard's tabs against DuckDB answering the same questions from the raw rows.

Both answers are compared before anything is timed.
"""

import datetime
import json
import time
from dataclasses import dataclass, field
from typing import Callable

import duckdb

from . import answers, machine
from .peer import KEYS, LISTED, MONTH, RANGE, Peer
from .product import ADMINISTRATOR, CUSTOMERS, DASHBOARD, GROUPS, MANAGERS, Session, address, intervals_of, logins_of

# What a dashboard's question may take of DuckDB's time.
FIRST, OTHER = 0.15, 0.5


@dataclass
class Scene:
    """A question, and how both sides are asked."""

    name: str
    target: float
    session: str
    path: str
    shape: Callable
    peer: Callable
    # DuckDB reading the file, for the first screens.
    peer_of_file: Callable | None = None
    expected: Callable = field(default=lambda answer: answer)


def scenes(peer, manager, today):
    """All questions. `manager` is the id of the account manager who is asked about and who asks."""
    one = {**RANGE, "manager_id": manager, "attribution": "as_it_was"}

    def first(name, session, query, **scene):
        return Scene(name, FIRST, session, address(DASHBOARD, query=query), answers.screen, lambda: peer.screen(**scene),
                     lambda: peer.screen_of_file(**scene))

    def grouped(name, target, session, query, by, of=None):
        path = address(GROUPS, query=query, grouping={"by": by, "sort": "due", "top": LISTED})
        return Scene(name, target, session, path, answers.groups, lambda: peer.groups(by, of), expected=answers.without_zeros)

    yield first("first screen, administrator", "administrator", RANGE, managers=True)
    yield first("first screen, account manager", "manager", RANGE, manager=manager)
    yield first("first screen, one manager as it was", "administrator", one, manager=manager, managers=True)
    yield grouped("services of one manager as it was", FIRST, "administrator", one, "service", manager)
    yield grouped("services, account manager", FIRST, "manager", RANGE, "service", manager)
    for by in KEYS:
        yield grouped(f"trend and distribution by {by.replace('_', ' ')}", OTHER, "administrator", RANGE, by)
    yield Scene("customer dashboard", OTHER, "administrator", address(CUSTOMERS, query=MONTH), answers.customers,
                lambda: peer.customers(today))


def measure_dashboard(product, bills, queries, result):
    """Times of each scene on each bill, interleaved; both sides answered the same."""
    for rows, bill in sorted(bills.items()):
        logins, intervals = prepared(product, rows, bill)
        machine.progress(f"loading {rows:,} rows into DuckDB …")
        peer = Peer(bill, intervals)
        try:
            sessions = {}
            today = datetime.date.today().isoformat()
            if product:
                product.start()
                sessions = {"administrator": Session(product, ADMINISTRATOR), "manager": Session(product, logins[3])}
                today = json.loads(sessions["administrator"].get(address(DASHBOARD, query=RANGE)))["basis"]["today"]
            manager = logins[3]
            if product:
                manager = product.members()[logins[3]]
            measured = result.setdefault(str(rows), {})
            for scene in scenes(peer, manager, today):
                measured[scene.name] = measure(scene, sessions.get(scene.session), queries)
                machine.progress(f"{rows:,} rows, {scene.name}: {described(measured[scene.name])}")
        finally:
            peer.close()
            if product:
                product.stop()


def prepared(product, rows, bill):
    """Managers and intervals: of the database that is ready then, or, without our build, as they would be there."""
    if product:
        return product.prepare(rows, bill)
    accounts = [row[0] for row in duckdb.sql(
        f"select distinct SubAccountId from read_csv('{bill}', header = true, all_varchar = true) order by 1").fetchall()]
    logins = logins_of(MANAGERS)
    return logins, intervals_of(accounts, logins)


def measure(scene, session, queries):
    """Medians of ours, DuckDB's table, and, less often because it is slow, DuckDB reading the file."""
    theirs = scene.expected(scene.peer())
    if session:
        answers.must_equal(scene.name, scene.shape(session.get(scene.path)), theirs)
    times = {"ours": [], "duckdb": [], "duckdb_file": []}
    for turn in range(queries):
        if session:
            times["ours"].append(seconds(lambda: session.get(scene.path)))
        times["duckdb"].append(seconds(scene.peer))
        if scene.peer_of_file and turn % 5 == 0:
            times["duckdb_file"].append(seconds(scene.peer_of_file))
    result = {name: machine.summary(taken) for name, taken in times.items() if taken}
    result["target"] = scene.target
    if session:
        result["ratio"] = round(result["ours"]["median_ms"] / result["duckdb"]["median_ms"], 3)
    return result


def described(measured):
    """A line of it."""
    ours = f"{measured['ours']['median_ms']} ms against " if "ours" in measured else ""
    return f"{ours}{measured['duckdb']['median_ms']} ms" + (f", ratio {measured['ratio']}" if ours else "")


def seconds(action):
    """How long it takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
