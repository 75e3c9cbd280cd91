"""The tables in docs/benchmarks.md."""

from .machine import BUSY
from .targets import SUPERSET, of_sizes

TITLES = {"imports": "Import", "dashboard": "Dashboard", "load": "Under load", "visit": "In the browser",
          "money": "Moving money"}


def markdown(results):
    """All figures as a page."""
    lines = [
        "# Measurements",
        "",
        "Made by `make bench`. Figures are medians of interleaved runs (ours, theirs, ours, theirs …); a ratio is ours divided by "
        "theirs. The bills are generated: 400 customers, 40 services, 10 months, 45 columns; 20 account managers, one customer in "
        "ten changed hands within a month.",
        "",
    ]
    details = {"imports": imports, "load": load, "visit": visit, "money": money}
    for name, title in TITLES.items():
        measured = results.get(name)
        lines += [f"## {title}", ""]
        if not measured:
            lines += ["Not measured.", ""]
            continue
        lines += [on(measured["machine"]), ""]
        if "error" in measured:
            lines += [f"Not measured to the end: {measured['error'].splitlines()[0]}", ""]
        judged = results["targets"][name]
        # The dashboard's table holds its targets itself.
        lines += dashboard(measured, judged) if name == "dashboard" else table(["", "target", "measured", "reached"], [
            [row["what"], row["target"], row["measured"] or "not measured", reached(row)] for row in judged])
        lines += details.get(name, lambda _: [])(measured)
    return "\n".join(lines).rstrip("\n") + "\n"


def on(machine):
    """Where and when a part was measured."""
    with_what = ", ".join(f"{name} {machine[name]}" for name in ("sqlite3", "duckdb") if machine.get(name))
    busy = f"; load {machine['load_before']} before" if machine["load_before"] > BUSY else ""
    return (f"{machine['date']}, commit {machine['commit']}, on {machine['cores']} cores ({machine['processor']}), "
            f"{machine['memory_gib']} GiB of memory, {machine['system']}; {with_what}, {machine.get('chromium') or 'no Chromium'}{busy}.")


def reached(row):
    """In a word."""
    if row["reached"] is None:
        return "—"
    if not row["reached"]:
        return "**no**"
    return "yes, the aim too" if row["aim"] else "yes"


def table(head, rows):
    """A table; the first column is text, figures stand right."""
    marks = ["---"] + ["---:"] * (len(head) - 1)
    return [f"| {' | '.join(map(str, row))} |" for row in [head, marks, *rows]] + [""]


def imports(measured):
    """Rows a second and memory."""
    rows = []
    for size, each in of_sizes(measured):
        rates = each["rows_per_second"]
        rows.append([f"{size:,}", *(f"{rates[name]:,}" if name in rates else "—" for name in ("ours", "sqlite3", "duckdb")),
                     each.get("peak_memory_mib", "—")])
    note = ["Rows a second into an empty database. sqlite3 and DuckDB load the file into one table of its columns; ours also reads "
            "amounts, checks identities, sums rollups and indexes lines. Memory is the largest resident set of our process.", ""]
    return note + table(["rows", "ours", "sqlite3", "DuckDB", "our peak, MiB"], rows)


def dashboard(measured, judged):
    """Milliseconds of each question, and whether its target is reached."""
    asked = [(rows, name, scene) for rows, scenes in of_sizes(measured) for name, scene in scenes.items()]
    lines = ["Ours is the whole way: HTTP, session, scope, JSON. DuckDB answers the same question in its own process from the raw "
             "rows in a table that was loaded before; for first screens also from the file. Answers were compared first and are "
             "equal.", ""]
    rows = []
    for (size, name, scene), row in zip(asked, judged):
        medians = [scene[side]["median_ms"] if side in scene else "—" for side in ("ours", "duckdb", "duckdb_file")]
        rows.append([name, f"{size:,}", *medians, row["target"], row["measured"] or "not measured", reached(row)])
    return lines + table(["question", "rows", "ours, ms", "DuckDB, ms", "on the file, ms", "target", "measured", "reached"], rows)


def load(measured):
    """Requests a second, and times without and during an import."""
    lines = []
    if handler := measured.get("handler"):
        rows = [[count, handler[count]["ours"], handler[count]["bare"], handler[count]["ratio"]] for count in ("1", "4") if count in handler]
        lines += [f"The administrator's first screen of {measured['rows']:,} rows ({handler['bytes']:,} bytes), as fast as possible, "
                  "uncompressed. The bare handler (`bench/bare`) calls the same service on the same pool, without session and "
                  "middleware.", ""]
        lines += table(["connections", "server function, requests a second", "bare handler", "ratio"], rows)
    if importing := measured.get("import"):
        rows = [[f"{name}, {when} an import", part["count"], part["median_ms"], part["p99_ms"], part["max_ms"]]
                for name, kind in (("dashboard", "dashboards"), ("assignment", "assignments"))
                for when in ("without", "during") for part in [importing[when][kind]]]
        lines += [f"20 dashboards and 4 assignments a second, without and while {measured['rows']:,} lines of the same months are "
                  f"imported by the command line ({importing['rows_per_second']:,} rows a second then). Times count from when a "
                  "request was due.", ""]
        lines += table(["", "requests", "median, ms", "p99, ms", "longest, ms"], rows)
        batch = importing["batch"]
        if batch["rows"]:
            lines += [f"An import writes {batch['rows']:,} rows in a transaction (`COMMIT_ROWS`), which takes about "
                      f"{batch['batch_ms']} ms at this rate; between two of them others may write. Larger batches make an import "
                      "cheaper and others wait longer, smaller ones the other way round. Who reads does not wait.", ""]
    return lines


def visit(measured):
    """Bytes by page, and the scale."""
    lines = []
    if "before_charts" in measured:
        rows = [[name, *(f"{measured[part][each]:,}" for each in ("requests", "bytes", "wasm", "js"))]
                for name, part in (("dashboard, before charts", "before_charts"), ("chart library", "charts"), ("all", "all"))]
        lines += [f"What Chromium with an empty cache transfers for the dashboard of {measured['rows']:,} rows, compressed with brotli.", ""]
        lines += table(["", "requests", "bytes", "of which WebAssembly", "of which JavaScript"], rows)
    if measured.get("further"):
        rows = [[f"`{page['path']}`" + ("" if page["within"] else " (loaded anew)"), f"{page['code']:,}", f"{page['bytes']:,}",
                 measured["layout_shift"].get(page["path"], "—")] for page in measured["further"]]
        lines += ["What a click in the menu of a freshly opened dashboard brings in addition, and the layout shift of the page "
                  "opened by its address.", ""]
        lines += table(["page", "new WebAssembly and JavaScript, bytes", "all bytes", "layout shift"], rows)
    if drawn := measured.get("charts_drawn"):
        lines += ["For scale: an empty cache, from the address to the last chart drawn. Superset's figures were measured before, on "
                  f"2 cores, with five charts of the same lines; our dashboard has {drawn['charts']} drawn by the chart library, "
                  "and tiles and ranked lists beside.", ""]
        lines += table(["", "ms", "bytes", "requests"], [
            ["ours", f"{drawn['ms']:,}", f"{drawn['bytes']:,}", drawn["requests"]],
            ["Apache Superset 6.1", f"{SUPERSET['ms']:,}", f"{SUPERSET['bytes']:,}", SUPERSET["requests"]]])
    if judged := measured.get("lighthouse"):
        if "error" in judged:
            lines += [f"Lighthouse was not measured: {judged['error'].splitlines()[0]}", ""]
        else:
            metrics = ", ".join(f"{name} {value}" for name, value in judged["metrics_of_last_run"].items())
            lines += [f"Lighthouse {judged['version']}, desktop preset: {metrics}.", ""]
    return lines


def money(measured):
    """Allocations a second."""
    lines = ["An allocation through the service: permission, customer, balances, move, postings, audit record, one durable commit. Plain is "
             "a loop that writes the same rows into a copy of the same file by Python's sqlite3, one transaction each, just as durable.", ""]
    rows = [[clients, each["ours"], each["plain"], each.get("ratio", "—"), each["median_ms"], each["p99_ms"]]
            for clients, each in measured.get("allocations", {}).items()]
    return lines + table(["clients", "allocations a second", "plain transactions", "ratio", "median, ms", "p99, ms"], rows)
