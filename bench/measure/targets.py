"""What is aimed at, and whether it was reached."""

from .product import DASHBOARD_PAGE

# Apache Superset 6.1 on 2 cores, five charts of the same million lines: milliseconds, bytes, requests.
SUPERSET = {"ms": 6900, "bytes": 2_960_000, "requests": 68}


def targets(results):
    """{section: [{"what", "target", "measured", "reached", "aim"}]} of all that was measured; what was not says so by none."""
    sections = {"imports": imports, "dashboard": dashboard, "load": load, "visit": visit, "money": money}
    judged = {}
    for name, judge in sections.items():
        if measured := results.get(name):
            judged[name] = list(judge(measured))
    return judged


def at_least(what, value, limit, aim=None, unit=""):
    """A figure that should be high."""
    text = f"≥ {limit}{unit}" + (f", aim {aim}{unit}" if aim else "")
    return judgement(what, text, value, unit, lambda bound: value >= bound, limit, aim)


def at_most(what, value, limit, unit=""):
    """A figure that should be low."""
    return judgement(what, f"≤ {limit:,}{unit}", value, unit, lambda bound: value <= bound, limit)


def judgement(what, text, value, unit, holds, limit, aim=None):
    measured = None if value is None else f"{value:,}{unit}"
    return {"what": what, "target": text, "measured": measured, "reached": None if value is None else bool(holds(limit)),
            "aim": None if value is None or aim is None else bool(holds(aim))}


def imports(measured):
    """Ratios to sqlite3 and DuckDB, and memory."""
    sizes = of_sizes(measured)
    for rows, each in sizes:
        ratio = each.get("ratio", {})
        yield at_least(f"rows a second, of `sqlite3 .import --csv`, {rows:,} rows", ratio.get("sqlite3"), 0.5, 0.8, " ×")
        yield at_least(f"rows a second, of DuckDB's `read_csv`, {rows:,} rows", ratio.get("duckdb"), 0.25, 0.4, " ×")
    peaks = [(rows, each["peak_memory_mib"]) for rows, each in sizes if "peak_memory_mib" in each]
    for rows, peak in peaks:
        yield at_most(f"peak memory, {rows:,} rows", peak, 100, " MiB")
    if len(peaks) > 1:
        (small, less), (large, more) = peaks[0], peaks[-1]
        yield at_most(f"peak memory, {large:,} rows, of that with {small:,}", round(more / less, 3), 1.15, " ×")


def of_sizes(measured):
    """The measurements by rows of the bill, smallest first."""
    return sorted((int(rows), each) for rows, each in measured.items() if rows.isdigit())


def dashboard(measured):
    """Ratios to DuckDB."""
    for rows, scenes in of_sizes(measured):
        for name, scene in scenes.items():
            yield at_most(f"{name}, {rows:,} rows", scene.get("ratio"), scene["target"], " ×")


def load(measured):
    """Requests a second, and times during an import."""
    handler, importing = measured.get("handler", {}), measured.get("import", {})
    for connections in ("1", "4"):
        name = f"requests a second, of the bare handler's, {connections} connection{'s' if connections != '1' else ''}"
        yield at_least(name, handler.get(connections, {}).get("ratio"), 0.8, unit=" ×")
    yield at_most("dashboard's p99 during an import, of that without", importing.get("ratio"), 3, " ×")
    yield at_most("assignment's p99 during an import", importing.get("during", {}).get("assignments", {}).get("p99_ms"), 500, " ms")
    yield at_most("errors", importing.get("errors"), 0)


def visit(measured):
    """Bytes, shifts, Lighthouse, and the scale."""
    before, charts, drawn = measured.get("before_charts"), measured.get("charts"), measured.get("charts_drawn")
    yield at_most("first visit, WebAssembly and JavaScript before charts",
                  kilobytes(before["wasm"] + before["js"]) if before else None, 300, " kB")
    further = measured.get("further", [])
    worst = max(further, key=lambda page: page["code"], default=None)
    yield at_most(f"a further page, the largest ({worst['path']})" if worst else "a further page",
                  kilobytes(worst["code"]) if worst else None, 60, " kB")
    yield at_most("chart library", kilobytes(charts["bytes"]) if charts and charts["bytes"] else None, 190, " kB")
    paint, asked = measured.get("first_paint_ms"), measured.get("charts_requested_ms")
    known = paint is not None and asked is not None
    yield {"what": "chart library asked for", "target": "after the first paint", "aim": None, "reached": asked > paint if known else None,
           "measured": f"{asked - paint:+.0f} ms" if known else None}
    shifts = measured.get("layout_shift", {})
    yield at_most("layout shift, dashboard", shifts.get(DASHBOARD_PAGE), 0.02)
    others = {path: shift for path, shift in shifts.items() if path != DASHBOARD_PAGE}
    if others:
        path = max(others, key=others.get)
        yield at_most(f"layout shift, the largest of the other pages ({path})", others[path], 0.02)
    yield at_least("Lighthouse, performance on a desktop", measured.get("lighthouse", {}).get("score"), 95)
    yield at_most("charts drawn, of Superset's time", round(drawn["ms"] / SUPERSET["ms"], 3) if drawn else None, 0.1, " ×")
    yield at_most("charts drawn, of Superset's bytes", round(drawn["bytes"] / SUPERSET["bytes"], 3) if drawn else None, 0.2, " ×")


def money(measured):
    """Allocations, of plain transactions, and how long one waits."""
    for clients in ("1", "64"):
        ratio = measured.get("allocations", {}).get(clients, {}).get("ratio")
        name = f"allocations a second, of plain SQLite transactions of the same rows, {clients} client{'s' if clients != '1' else ''}"
        yield at_least(name, ratio, 0.5, unit=" ×")
    yield at_most("an allocation's p99 with 64 clients, of the median", measured.get("allocations", {}).get("64", {}).get("p99_ratio"), 5, " ×")


def kilobytes(count):
    """Thousands of bytes, to a tenth."""
    return round(count / 1000, 1)
