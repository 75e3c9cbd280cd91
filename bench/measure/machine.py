"""The machine, and running a program while its time and memory are watched."""

import datetime
import os
import platform
import shutil
import signal
import statistics
import subprocess
import time
from pathlib import Path

CHROMIUM = "/usr/bin/chromium"
# With more load than this before anything is measured, the machine is not quiet.
BUSY = 0.5


def describe(root):
    """Cores, memory and processor of this machine, what was measured, and with what."""
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": len(os.sched_getaffinity(0)), "memory_gib": round(memory / 2**30, 1), "processor": model,
        "system": f"{platform.system()} {platform.release()}", "load_before": round(os.getloadavg()[0], 2),
        "date": datetime.date.today().isoformat(), "commit": version(["git", "-C", root, "rev-parse", "--short", "HEAD"]),
        "sqlite3": version(["sqlite3", "--version"]).split(" ")[0], "duckdb": duckdb_version(),
        "chromium": version([CHROMIUM, "--version"]),
    }


def version(command):
    """The first line that a program prints; nothing where there is no such program."""
    if not shutil.which(str(command[0])):
        return ""
    answer = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return (answer.stdout.splitlines() or [""])[0].strip()


def duckdb_version():
    """The version of the DuckDB that is measured against."""
    import duckdb
    return duckdb.__version__


def run(command, **options):
    """Runs a program to its end: (seconds, peak resident memory in MiB, standard output)."""
    started = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, **options)
    try:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        end(process, signal.SIGINT)
        raise
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{Path(command[0]).name} ended with {process.returncode}: {output.decode(errors='replace')[-500:]}")
    return seconds, usage.ru_maxrss / 1024, output.decode()


def tool(command, **options):
    """Runs a program whose failure is no end: (exit status, standard error). A browser that it started ends with it."""
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **options}
    process = subprocess.Popen([str(part) for part in command], text=True, **options)
    try:
        _, errors = process.communicate()
    except BaseException:
        end(process, signal.SIGINT)
        raise
    return process.returncode, (errors or "").strip()


def end(process, politely=signal.SIGTERM):
    """Ends a program that was started: with a signal that it can answer, and where it does not, with SIGKILL."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(politely)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def summary(seconds):
    """Median and all runs, in milliseconds."""
    return {"median_ms": round(statistics.median(seconds) * 1000, 2), "runs_ms": [round(each * 1000, 2) for each in seconds]}


def percentile(seconds, share):
    """The least value that `share` of all do not exceed, in milliseconds."""
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))] * 1000, 2)


def progress(text):
    """What is being done, for whoever waits."""
    print(time.strftime("%H:%M:%S"), text, flush=True)
