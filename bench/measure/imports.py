"""How fast a bill is imported, and with how much memory."""

import csv
import statistics
import time

import duckdb

from . import machine


def measure_imports(product, bills, work, runs, result):
    """Rows a second and peak memory of our import, against `sqlite3 .import --csv` and DuckDB's `read_csv` of the same file,
    interleaved; a bill at a time, smallest first."""
    for rows, bill in sorted(bills.items()):
        seconds, peaks = {"ours": [], "sqlite3": [], "duckdb": []}, []
        for turn in range(runs):
            if product:
                product.choose(rows)
                product.fresh()
                took, peak, imported = product.import_bill(bill)
                if imported != rows:
                    raise SystemExit(f"{imported} of {rows} rows were imported")
                product.imported(bill)
                seconds["ours"].append(took)
                peaks.append(peak)
            seconds["sqlite3"].append(sqlite_import(bill, work, rows))
            seconds["duckdb"].append(duckdb_import(bill, work, rows))
            took = ", ".join(f"{name} {taken[-1]:.1f} s" for name, taken in seconds.items() if taken)
            machine.progress(f"import of {rows:,} rows, {turn + 1} of {runs}: {took}")
        seconds = {name: taken for name, taken in seconds.items() if taken}
        rates = {name: round(rows / statistics.median(taken)) for name, taken in seconds.items()}
        measured = {"rows_per_second": rates, "times": {name: machine.summary(taken) for name, taken in seconds.items()}}
        if product:
            measured["ratio"] = {name: round(rates["ours"] / rates[name], 3) for name in ("sqlite3", "duckdb")}
            measured["peak_memory_mib"] = round(statistics.median(peaks), 1)
        result[str(rows)] = measured
        remove(work / "sqlite3.db")
        remove(work / "duckdb.db")


def remove(database):
    """Removes a database with what lies beside it."""
    for suffix in ["", "-wal", "-shm", ".wal"]:
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def sqlite_import(bill, work, rows):
    """Seconds that the sqlite3 program takes to load the file into a table with the file's columns."""
    database = work / "sqlite3.db"
    remove(database)
    with open(bill, encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    create = f"create table bill ({', '.join(f'{column} text' for column in columns)});"
    # As a careful person would: the journal mode that we use, one transaction, the header skipped.
    script = ["pragma journal_mode = wal;", "pragma synchronous = normal;", create, f'.import --csv --skip 1 "{bill}" bill']
    took, _, _ = machine.run(["sqlite3", "-bail", database, *script])
    _, _, counted = machine.run(["sqlite3", database, "select count(*) from bill;"])
    if int(counted) != rows:
        raise SystemExit(f"sqlite3 has {counted} of {rows} rows")
    return took


def duckdb_import(bill, work, rows):
    """Seconds that DuckDB takes to make a table of the file, in a database file, until that is closed."""
    database = work / "duckdb.db"
    remove(database)
    started = time.perf_counter()
    connection = duckdb.connect(str(database))
    connection.execute(f"create table bill as select * from read_csv('{bill}', header = true)")
    connection.close()
    took = time.perf_counter() - started
    with duckdb.connect(str(database), read_only=True) as connection:
        counted, = connection.execute("select count(*) from bill").fetchone()
    if counted != rows:
        raise SystemExit(f"DuckDB has {counted} of {rows} rows")
    return took
