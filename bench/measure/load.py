"""How many requests a server function answers, and how it does during an import."""

import itertools
import json
import re
import statistics
import subprocess
import time
from urllib.parse import urlencode

from . import machine, sockets
from .peer import RANGE
from .product import ADMINISTRATOR, ASSIGN, DASHBOARD, Session, address

CONNECTIONS = (1, 4)
SECONDS = 5
# The steady load: dashboards and assignments a second.
DASHBOARDS, ASSIGNMENTS = 20, 4
QUIET_SECONDS = 15


def measure_load(product, rows, bill, other_bill, runs, result):
    """Both, on the smallest bill."""
    result["rows"] = rows
    product.prepare(rows, bill)
    failed = None
    try:
        result["handler"] = measure_handler(product, runs)
    except (Exception, SystemExit) as error:  # the import is measured all the same
        failed = error
    result["import"] = measure_during_import(product, rows, other_bill, runs)
    if failed:
        raise failed


def measure_handler(product, runs):
    """Requests a second of the dashboard's server function and of a bare handler, interleaved."""
    product.start()
    session = Session(product, ADMINISTRATOR)
    bare = Bare(product, product.members()[ADMINISTRATOR])
    try:
        ours = sockets.get(address(DASHBOARD, query=RANGE), session.cookie)
        theirs = sockets.get("/dashboard?" + urlencode(RANGE))
        answers = sockets.Line(product.port).ask(ours), sockets.Line(bare.port).ask(theirs)
        if answers[0] != answers[1] or answers[0][0] != 200:
            raise SystemExit(f"the bare handler answers otherwise: {answers[0][1][:300]!r} {answers[1][1][:300]!r}")
        result = {"bytes": len(answers[0][1])}
        for connections in CONNECTIONS:
            rates = {"ours": [], "bare": []}
            sides = {"ours": (product.port, ours), "bare": (bare.port, theirs)}
            for port, request in sides.values():
                sockets.as_fast_as_possible(port, request, connections, 1)
            for _ in range(runs):
                for name, (port, request) in sides.items():
                    rates[name].append(sockets.as_fast_as_possible(port, request, connections, SECONDS))
            medians = {name: round(statistics.median(each), 2) for name, each in rates.items()}
            result[str(connections)] = {**medians, "ratio": round(medians["ours"] / medians["bare"], 3),
                                        "runs": {name: [round(rate, 2) for rate in each] for name, each in rates.items()}}
            machine.progress(f"requests a second, {connections} connections: {result[str(connections)]}")
        return result
    finally:
        bare.stop()
        product.stop()


class Bare:
    """bench/bare on the product's database."""

    def __init__(self, product, member):
        program = product.program.with_name("bare")
        if not program.exists():
            raise SystemExit("target/release/bare is missing: run `cargo build --release -p bare`")
        self.process = subprocess.Popen([str(program), product.url(), member], stdout=subprocess.PIPE, text=True)
        printed = self.process.stdout.readline().strip()
        if not printed:
            raise SystemExit(f"the bare handler ended with {self.process.wait()}")
        self.port = int(printed.rsplit(":", 1)[1])

    def stop(self):
        """Ends it."""
        machine.end(self.process)


def measure_during_import(product, rows, other_bill, runs):
    """A steady load without and with an import of other lines of the same customers and months: times of dashboards and of
    assignments. Each run begins with a copy of the database."""
    taken = {when: {"dashboards": [], "assignments": []} for when in ("without", "during")}
    faults, imports = [], []
    name = product.folder.name.removeprefix("product-")
    for turn in range(runs):
        product.choose(name)
        product.copy("load")
        try:
            product.start()
            for when in taken:
                steady = load(product, Session(product, ADMINISTRATOR))
                with steady["dashboards"], steady["assignments"]:
                    if when == "without":
                        time.sleep(QUIET_SECONDS)
                    else:
                        seconds, _, imported = product.import_bill(other_bill)
                        imports.append(seconds)
                        if imported != rows:
                            raise SystemExit(f"{imported} of {rows} rows were imported")
                for kind, each in steady.items():
                    taken[when][kind] += each.taken
                    faults += each.faults
        finally:
            product.remove()
        machine.progress(f"import under load, {turn + 1} of {runs}: {imports[-1]:.1f} s, {len(faults)} errors")
    result = {when: {kind: {"count": len(each), "median_ms": machine.percentile(each, 50), "p99_ms": machine.percentile(each, 99),
                            "max_ms": machine.percentile(each, 100)} for kind, each in kinds.items()}
              for when, kinds in taken.items()}
    without, during = (result[when]["dashboards"]["p99_ms"] for when in ("without", "during"))
    rate = round(rows / statistics.median(imports))
    return {**result, "ratio": round(during / without, 2), "errors": len(faults), "first_errors": faults[:5],
            "rows_per_second": rate, "batch": batch(product.root, rate)}


def load(product, session):
    """Dashboards, and assignments of one customer to two managers in turn, which always change something."""
    dashboard = sockets.get(address(DASHBOARD, query=RANGE), session.cookie)
    customer = product.sql("select id from customer order by no limit 1;")[0][0]
    managers = [id for login, id in sorted(product.members().items()) if login != ADMINISTRATOR][:2]
    day = json.loads(session.get(address(DASHBOARD, query=RANGE)))["basis"]["today"]
    requests = [sockets.post(ASSIGN, json.dumps({"request": {"customers": [customer], "manager": manager, "day": day}}),
                             session.cookie, session.written_from) for manager in managers]
    in_turn = itertools.cycle(requests)
    return {"dashboards": sockets.Steady(product.port, lambda: dashboard, DASHBOARDS, 16),
            "assignments": sockets.Steady(product.port, lambda: next(in_turn), ASSIGNMENTS, 8)}


def batch(root, rate):
    """Rows that an import writes in a transaction, and how long that takes at this rate."""
    source = (root / "services" / "src" / "imports" / "deliver.rs").read_text(encoding="utf-8")
    found = re.search(r"const COMMIT_ROWS: u64 = ([\d_]+);", source)
    rows = int(found[1].replace("_", "")) if found else None
    return {"rows": rows, "batch_ms": round(rows / rate * 1000) if rows else None}
