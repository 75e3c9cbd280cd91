"""What a visit costs in a real browser: bytes, layout shift, time until charts are drawn, Lighthouse's judgement."""

import json
import os
import statistics

from . import machine
from .product import ADMINISTRATOR, DASHBOARD_PAGE, PASSWORD, Session

# The last line that runs on Node.js 20.
LIGHTHOUSE = "lighthouse@12"


def measure_visit(product, rows, bill, work, runs, result):
    """All of it, on the smallest bill. Without Lighthouse where that cannot be had."""
    product.prepare(rows, bill)
    product.start()
    try:
        result["rows"] = rows
        command = ["node", product.root / "bench" / "visit.mjs", product.origin(), ADMINISTRATOR, PASSWORD, DASHBOARD_PAGE, runs]
        answers = work / "visit.jsonl"
        with open(answers, "w", encoding="utf-8") as out:
            status, _ = machine.tool(command, cwd=product.root, stdout=out, stderr=None)
        for line in answers.read_text(encoding="utf-8").splitlines():
            result.update(json.loads(line))
        result["lighthouse"] = lighthouse(product, work, runs)
        if status:
            raise SystemExit("some of the browser's visits failed")
    finally:
        product.stop()


def lighthouse(product, work, runs):
    """Lighthouse's performance of the signed-in dashboard as on a desktop: the median of some runs, or why there is none."""
    folder = work / "lighthouse"
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        machine.progress(f"installing {LIGHTHOUSE} …")
        folder.mkdir(exist_ok=True)
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), LIGHTHOUSE]
        status, errors = machine.tool(command)
        if status or not program.exists():
            return {"error": f"{LIGHTHOUSE} could not be installed: {errors[:200]}"}
    # In a file: a cookie in the arguments could be read by others.
    headers, answer = folder / "headers.json", folder / "answer.json"
    headers.write_text(json.dumps({"Cookie": Session(product, ADMINISTRATOR).cookie}))
    headers.chmod(0o600)
    command = ["node", program, product.origin() + DASHBOARD_PAGE, "--preset=desktop", "--only-categories=performance", "--quiet",
               "--output=json", f"--output-path={answer}", f"--extra-headers={headers}",
               "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    environment = {**os.environ}
    if os.path.exists(machine.CHROMIUM):
        environment["CHROME_PATH"] = machine.CHROMIUM
    scores, metrics, version = [], {}, ""
    try:
        for _ in range(runs):
            answer.unlink(missing_ok=True)
            status, errors = machine.tool(command, env=environment)
            if status or not answer.exists():
                return {"error": f"Lighthouse ended with {status}: {errors[-300:]}"}
            judged = json.loads(answer.read_text())
            if not judged["finalDisplayedUrl"].endswith(DASHBOARD_PAGE):
                return {"error": f"Lighthouse saw {judged['finalDisplayedUrl']}"}
            version = judged["lighthouseVersion"]
            scores.append(round((judged["categories"]["performance"]["score"] or 0) * 100))
            metrics = {name: judged["audits"][audit]["displayValue"].replace("\xa0", " ") for name, audit in (
                ("first contentful paint", "first-contentful-paint"), ("largest contentful paint", "largest-contentful-paint"),
                ("total blocking time", "total-blocking-time"), ("layout shift", "cumulative-layout-shift"))}
            machine.progress(f"Lighthouse: {scores[-1]} {metrics}")
    finally:
        headers.unlink(missing_ok=True)
    return {"version": version, "score": statistics.median(scores), "scores": scores, "metrics_of_last_run": metrics}
