// Prints what a browser with an empty cache transfers for pages, how still their layout keeps, and when the dashboard's charts
// are drawn: JSON objects, one a line, each as soon as it is known. Bytes are those that come over the wire. Exit status 1 where
// something could not be measured.
//
//     node bench/visit.mjs http://127.0.0.1:18473 LOGIN PASSWORD /sales/dashboards/consumption RUNS
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const [, , origin, login, password, dashboard, runs = "3"] = process.argv;
const installed = "/usr/bin/chromium";
const browser = await chromium.launch({
    executablePath: existsSync(installed) ? installed : undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const progress = (text) => console.error(new Date().toTimeString().slice(0, 8), text);
const ordinary = { width: 1440, height: 900 };
// High enough for all charts: one that is far below is not drawn until somebody scrolls.
const high = { width: 1440, height: 4000 };

/** Runs in the page before anything else. */
function watch() {
    window.bench = { shift: 0, drawn: null };
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.bench.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    const look = () => {
        const charts = [...document.querySelectorAll(".chart")];
        const drawn = charts.length > 0 && charts.every((chart) => chart.querySelector("canvas"));
        // What was put onto a canvas is seen a frame later.
        if (drawn) requestAnimationFrame(() => requestAnimationFrame((at) => (window.bench.drawn = at)));
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}

/** A page with an empty cache of its own, and what it transfers from now on. */
async function visitor(storageState, viewport = ordinary) {
    const context = await browser.newContext({ storageState, viewport });
    await context.addInitScript(watch);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const [open, seen] = [new Map(), []];
    let last = Date.now();
    session.on("Network.requestWillBeSent", ({ requestId, request }) => {
        if (request.url.startsWith(origin)) open.set(requestId, new URL(request.url).pathname);
        last = Date.now();
    });
    const ended = ({ requestId, encodedDataLength = 0 }) => {
        const path = open.get(requestId);
        if (path && encodedDataLength > 0) seen.push({ path, bytes: encodedDataLength });
        open.delete(requestId);
        last = Date.now();
    };
    session.on("Network.loadingFinished", ended);
    session.on("Network.loadingFailed", ended);
    await session.send("Network.enable");
    /** Nothing under way for half a second. */
    const idle = async () => {
        const until = Date.now() + 30_000;
        while (open.size > 0 || Date.now() - last < 500) {
            if (Date.now() > until) throw new Error(`still loading: ${[...open.values()].join(", ")}`);
            await page.waitForTimeout(50);
        }
    };
    const visit = async (path) => {
        const answer = await page.goto(origin + path);
        if (!answer.ok()) throw new Error(`${path}: ${answer.status()}`);
        await idle();
    };
    return { context, page, seen, idle, visit };
}

const isChartLibrary = (path) => /\/charts[^/]*\.js$/.test(path);
const kind = ({ path }) => (/\.wasm$/.test(path) ? "wasm" : /\.js$/.test(path) ? "js" : "other");
const sum = (seen) => seen.reduce((total, { bytes }) => total + bytes, 0);
const totals = (seen) => ({
    requests: seen.length,
    bytes: sum(seen),
    wasm: sum(seen.filter((each) => kind(each) === "wasm")),
    js: sum(seen.filter((each) => kind(each) === "js")),
});
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const drawn = (page) => page.waitForFunction(() => window.bench.drawn !== null, undefined, { timeout: 30_000 });

async function signIn() {
    const { context, page, idle, visit } = await visitor();
    await visit("/login");
    await page.fill("#login", login);
    await page.fill("#password", password);
    await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.keyboard.press("Enter")]);
    await idle();
    const state = await context.storageState();
    await context.close();
    return state;
}

/** The first visit of the dashboard in an ordinary window. */
async function firstVisit(state) {
    const { context, page, seen, idle, visit } = await visitor(state);
    await visit(dashboard);
    await attempt("the first chart", () => page.locator(".chart canvas").first().waitFor({ timeout: 15_000 }));
    await idle();
    const charts = seen.filter(({ path }) => isChartLibrary(path));
    const before = seen.filter(({ path }) => !isChartLibrary(path));
    const times = await page.evaluate(() => ({
        first_paint_ms: performance.getEntriesByName("first-paint")[0]?.startTime ?? null,
        charts_requested_ms: performance.getEntriesByType("resource")
            .find(({ name }) => /\/charts[^/]*\.js$/.test(new URL(name).pathname))?.startTime ?? null,
    }));
    const pages = await page.evaluate(() =>
        [...document.querySelectorAll("nav a[href^='/']")].map((link) => new URL(link.href).pathname));
    const largest = [...seen].sort((a, b) => b.bytes - a.bytes).slice(0, 8);
    await context.close();
    const others = [...new Set(pages)].filter((path) => path !== dashboard && path !== "/");
    return { pages: others, bytes: { before_charts: totals(before), charts: totals(charts), all: totals(seen), ...times, largest } };
}

/** What a click in the menu of a freshly opened dashboard brings in addition. */
async function furtherPage(state, path) {
    const { context, page, seen, idle, visit } = await visitor(state);
    await visit(dashboard);
    await drawn(page);
    await idle();
    const before = seen.length;
    await page.evaluate(() => (window.bench.same = true));
    await page.evaluate((path) => document.querySelector(`nav a[href='${path}']`).click(), path);
    await page.waitForURL((url) => url.pathname === path);
    await idle();
    const within = await page.evaluate(() => window.bench.same === true);
    const { wasm, js, bytes, requests } = totals(seen.slice(before).filter(({ path }) => !isChartLibrary(path)));
    await context.close();
    return { path, code: wasm + js, wasm, js, bytes, requests, within };
}

/** The sum of all layout shifts of a page that is opened afresh. */
async function layoutShift(state, path) {
    const { context, page, idle, visit } = await visitor(state);
    await visit(path);
    if (path === dashboard) await drawn(page);
    await idle();
    const shift = await page.evaluate(() => window.bench.shift);
    await context.close();
    return shift;
}

/** Until all charts of the dashboard are drawn, and what that took. */
async function chartsDrawn(state) {
    const { context, page, seen, idle, visit } = await visitor(state, high);
    await visit(dashboard);
    await drawn(page);
    await idle();
    const ms = await page.evaluate(() => window.bench.drawn);
    const charts = await page.locator(".chart canvas").count();
    await context.close();
    return { ms, charts, bytes: sum(seen), requests: seen.length };
}

/** Measures something; what fails leaves the rest alone. */
async function attempt(what, measure) {
    try {
        return await measure();
    } catch (error) {
        progress(`${what} failed: ${error.message}`);
        process.exitCode = 1;
        return undefined;
    }
}
const say = (answer) => console.log(JSON.stringify(answer));

try {
    const state = await signIn();
    const { pages: others, bytes } = await firstVisit(state);
    say(bytes);
    progress(`first visit: ${JSON.stringify(bytes.before_charts)}`);

    const further = [];
    for (const path of others) {
        const page = await attempt(path, () => furtherPage(state, path));
        if (page) {
            further.push(page);
            progress(`from the dashboard to ${path}: ${page.code} bytes of code`);
        }
    }
    say({ further });

    const shifts = {};
    for (const path of [dashboard, ...others]) {
        const shift = await attempt(path, () => layoutShift(state, path));
        if (shift !== undefined) shifts[path] = Number(shift.toFixed(4));
    }
    say({ layout_shift: shifts });
    progress(`layout shifts: ${JSON.stringify(shifts)}`);

    const scale = [];
    for (let turn = 0; turn < Number(runs); turn++) {
        const visit = await attempt("charts", () => chartsDrawn(state));
        if (visit) scale.push(visit);
    }
    const times = scale.map(({ ms }) => Math.round(ms));
    if (scale.length > 0) say({ charts_drawn: { ...scale[0], ms: median(times), runs_ms: times } });
    progress(`charts drawn: ${times.join(", ")} ms`);
} finally {
    await browser.close();
}
