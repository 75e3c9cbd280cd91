import { month, sum, units } from "../support/figures";
import { expect, open, refused, test } from "../support/fixture";
import { DASHBOARD, LINES, card, column, exact, rows, sums, tile } from "../support/parts";
import { stateOf } from "../support/roles";
import { fill, zh } from "../support/texts";

test.use({ storageState: stateOf("director") });

const range = (from: number, to = 0) => `from=${month(from)}&to=${month(to)}`;

test("presets choose the months", async ({ page }) => {
    await open(page, DASHBOARD);
    const presets = page.getByRole("group", { name: zh.dashboard.range });
    const expected: [string, number, number, string][] = [
        [zh.dashboard.this_month, 0, 0, "this_month"],
        [zh.dashboard.last_month, 1, 1, "last_month"],
        [zh.dashboard.twelve_months, 11, 0, "twelve_months"],
        [zh.dashboard.six_months, 5, 0, "six_months"],
    ];
    await expect(presets.getByRole("link", { name: zh.dashboard.six_months })).toHaveAttribute("aria-current", "true");
    for (const [label, from, to, code] of expected) {
        await presets.getByRole("link", { name: label, exact: true }).click();
        await expect(presets.getByRole("link", { name: label, exact: true })).toHaveAttribute("aria-current", "true");
        await expect(page).toHaveURL(new RegExp(`range=${code}`));
        await expect(page.getByText(`${month(from)} – ${month(to)}`)).toBeVisible();
        await expect(page.getByLabel(zh.dashboard.from, { exact: true })).toHaveValue(month(from));
        await expect(tile(page, zh.terms.due)).toBeVisible();
    }
    await page.goBack();
    await expect(presets.getByRole("link", { name: zh.dashboard.twelve_months })).toHaveAttribute("aria-current", "true");
});

test("a range seen from today stays one when something else is asked, and ends when a month is changed", async ({ page }) => {
    await open(page, `${DASHBOARD}?range=last_month`);
    await page.getByLabel(zh.terms.association, { exact: true }).selectOption({ label: zh.terms.reseller });
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/association=reseller/);
    // Nothing empty, and no month that was only shown.
    await expect(page).toHaveURL(/range=last_month/);
    await expect(page).not.toHaveURL(/[?&](from|to)=|=(&|$)/);
    await page.getByLabel(zh.dashboard.from, { exact: true }).fill(month(2));
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`from=${month(2)}`));
    await expect(page).toHaveURL(new RegExp(`to=${month(1)}`));
    await expect(page).not.toHaveURL(/range=/);
});

test.describe("without WebAssembly", () => {
    test.use({ javaScriptEnabled: false });

    test("the fields that were left empty stay out of the address, too", async ({ page }) => {
        await open(page, DASHBOARD);
        await page.getByLabel(zh.terms.association, { exact: true }).selectOption("reseller");
        await page.getByRole("button", { name: zh.common.search, exact: true }).click();
        await expect(page).toHaveURL(/association=reseller/);
        expect(page.url()).not.toMatch(/=(&|$)/);
        await expect(tile(page, zh.terms.due)).toBeVisible();
    });
});

test("filters live in the URL and survive a reload", async ({ page }) => {
    await open(page, `${DASHBOARD}?${range(2)}`);
    const all = await exact(page, zh.terms.due);
    await page.getByLabel(zh.terms.association, { exact: true }).selectOption({ label: zh.terms.reseller });
    await page.getByLabel(zh.dashboard.from, { exact: true }).fill(month(1));
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/association=reseller/);
    await expect(page).toHaveURL(new RegExp(`from=${month(1)}`));
    await expect(page.getByText(`${month(1)} – ${month()}`)).toBeVisible();
    const some = await exact(page, zh.terms.due);
    expect(some).toBeLessThan(all);

    await page.reload();
    await page.waitForLoadState("networkidle");
    await expect(page.getByLabel(zh.terms.association, { exact: true })).toHaveValue("reseller");
    await expect(page.getByLabel(zh.dashboard.from, { exact: true })).toHaveValue(month(1));
    expect(await exact(page, zh.terms.due)).toBe(some);

    await page.getByRole("link", { name: zh.common.reset, exact: true }).click();
    // The tab is named: a bare address would open the member's own default view.
    await expect(page).toHaveURL(new RegExp(`${DASHBOARD}\\?tab=overview$`));
    await expect(page.getByLabel(zh.terms.association, { exact: true })).toHaveValue("");
});

test("a customer is found and chosen by keyboard alone", async ({ page }) => {
    await open(page, DASHBOARD);
    const name = (await card(page, zh.dashboard.top_customers).locator("tbody tr a").first().innerText()).trim();
    const field = page.getByRole("combobox", { name: zh.terms.customer, exact: true });
    await field.focus();
    await page.keyboard.type(name.slice(0, 3), { delay: 50 });
    const list = page.getByRole("listbox", { name: zh.terms.customer, exact: true });
    await expect(list.getByRole("option").filter({ hasText: name }).first()).toBeVisible();
    await expect(field).toHaveAttribute("aria-expanded", "true");
    const at = await list.getByRole("option").allInnerTexts();
    const wanted = at.findIndex((text) => text.startsWith(name));
    for (let step = 0; step <= wanted; step++) await page.keyboard.press("ArrowDown");
    const chosen = list.getByRole("option").nth(wanted);
    await expect(chosen).toHaveAttribute("aria-selected", "true");
    await expect(field).toHaveAttribute("aria-activedescendant", (await chosen.getAttribute("id")) ?? "?");
    await page.keyboard.press("Enter");
    await expect(list).toBeHidden();
    await expect(field).toHaveValue(new RegExp(name));
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/customer_id=[^&]+/);
    await expect(tile(page, zh.dashboard.customers).locator(".tile__value")).toHaveText(/^\s*1\s*$/);
    await expect(rows(card(page, zh.dashboard.top_customers))).toHaveCount(1);
});

test("an account manager is found by name", async ({ page }) => {
    await open(page, DASHBOARD);
    const field = page.getByRole("combobox", { name: zh.terms.account_manager, exact: true });
    await field.pressSequentially("王芳", { delay: 50 });
    await page.locator(".combo__list").getByRole("option").filter({ hasText: "王芳" }).first().click();
    await expect(field).toHaveValue(/王芳/);
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/manager_id=[^&]+/);
    const managers = card(page, new RegExp(zh.dashboard.managers));
    await expect(rows(managers)).toHaveCount(1);
    await expect(rows(managers)).toContainText("王芳");
});

test("currencies are chosen, never added together", async ({ page }) => {
    await open(page, DASHBOARD);
    const choice = page.getByLabel(zh.terms.currency, { exact: true });
    const currencies = await choice.locator("option").allInnerTexts();
    expect(currencies.length).toBeGreaterThan(1);
    const figures = new Set<bigint>();
    for (const currency of currencies) {
        await open(page, `${DASHBOARD}?currency=${currency}`);
        await expect(tile(page, zh.terms.due).locator(".tile__currency")).toHaveText(currency);
        figures.add(await exact(page, zh.terms.due));
    }
    expect(figures.size).toBe(currencies.length);

    await open(page, DASHBOARD);
    const other = currencies.find((currency) => currency !== currencies[0]) ?? "";
    await choice.selectOption(other);
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`currency=${other}`));
    await expect(tile(page, zh.terms.due).locator(".tile__currency")).toHaveText(other);
});

test("both attributions add up to the same total", async ({ page }) => {
    const managers = card(page, new RegExp(zh.dashboard.managers));
    const totals: bigint[] = [];
    const shares: string[] = [];
    for (const attribution of ["as_it_was", "today"]) {
        await open(page, `${DASHBOARD}?${range(11)}`);
        const choice = page.getByLabel(zh.terms.attribution, { exact: true });
        const label = attribution === "today" ? zh.terms.by_today : zh.terms.as_it_was;
        await choice.selectOption({ label });
        await page.getByRole("button", { name: zh.common.search, exact: true }).click();
        await expect(managers.getByRole("heading")).toContainText(label);
        const due = await exact(page, zh.terms.due);
        const titles = await rows(managers).evaluateAll((found) => found.map((row) => row.querySelector("td")?.title ?? ""));
        expect(titles.length).toBeGreaterThan(3);
        expect(sum(titles.map(units)), attribution).toBe(due);
        await expect(managers).toContainText(zh.terms.unassigned);
        totals.push(due);
        shares.push(titles.join());
    }
    expect(totals[0]).toBe(totals[1]);
    expect(shares[0], "the demo's portfolios have changed hands").not.toBe(shares[1]);
});

test("a tile leads to the lines that add up to it", async ({ page }) => {
    for (const [label, at] of [[zh.terms.due, 0], [zh.terms.coupon, 1], [zh.terms.paid, 2]] as const) {
        await open(page, `${DASHBOARD}?${range(1, 1)}`);
        const figure = await exact(page, label);
        const currency = await tile(page, label).locator(".tile__currency").innerText();
        await tile(page, label).locator(".tile__value a").click();
        await expect(page).toHaveURL(new RegExp(`${LINES}\\?from=${month(1)}&to=${month(1)}`));
        expect((await sums(page, currency))[at], label).toBe(figure);
    }
});

test("the kinds of bill lead to their lines and add up", async ({ page }) => {
    await open(page, DASHBOARD);
    const split = card(page, zh.dashboard.split);
    const titles = await rows(split).evaluateAll((found) => found.map((row) => row.querySelector("td")?.title ?? ""));
    const [consumption = "", refund = "", adjustment = "", total = ""] = titles;
    expect(sum([consumption, refund, adjustment].map(units))).toBe(units(total));
    expect(units(total)).toBe(await exact(page, zh.terms.due));
    const currency = await tile(page, zh.terms.due).locator(".tile__currency").innerText();
    await rows(split).nth(1).getByRole("link").click();
    await expect(page).toHaveURL(/bill_type=refund/);
    expect((await sums(page, currency))[0]).toBe(units(refund));
});

test("rankings lead to a customer and to the lines of a product", async ({ page }) => {
    await open(page, DASHBOARD);
    const customer = card(page, zh.dashboard.top_customers).locator("tbody tr th a").first();
    const name = (await customer.innerText()).trim();
    await customer.click();
    await expect(page.getByRole("heading", { level: 1, name: zh.customers.detail })).toBeVisible();
    expect(name.length).toBeGreaterThan(1);
    await page.goBack();
    const services = card(page, zh.dashboard.top_services);
    const service = (await services.locator("tbody th").first().innerText()).trim();
    const due = units((await services.locator("tbody td").first().getAttribute("title")) ?? "");
    const currency = await tile(page, zh.terms.due).locator(".tile__currency").innerText();
    await services.locator("tbody td a").first().click();
    await expect(page).toHaveURL(/service=/);
    expect((await sums(page, currency))[0]).toBe(due);
    expect(new Set(await column(page.locator(".table-wrap"), zh.terms.service))).toEqual(new Set([service]));
});

test("the trend is drawn, and its figures stand beside it", async ({ page }) => {
    await open(page, `${DASHBOARD}?${range(5)}`);
    const canvas = page.locator(".chart canvas");
    await expect(canvas).toBeVisible();
    await expect
        .poll(() =>
            canvas.evaluate((canvas: HTMLCanvasElement) => {
                const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
                const colours = new Set<number>();
                for (let at = 0; at < data.length; at += 4) {
                    if (data[at + 3]) colours.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0));
                }
                return colours.size;
            }),
        )
        .toBeGreaterThan(20);
    const trend = card(page, zh.dashboard.trend);
    await trend.getByText(zh.dashboard.as_table).click();
    await expect(rows(trend)).toHaveCount(6);
    const titles = await rows(trend).evaluateAll((found) => found.map((row) => row.querySelector("td")?.title ?? ""));
    expect(sum(titles.map(units))).toBe(await exact(page, zh.terms.due));

    // Days are offered for short ranges only, and hold the same lines.
    await expect(trend.getByRole("link", { name: zh.dashboard.by_day })).toHaveCount(0);
    await open(page, `${DASHBOARD}?${range(1, 1)}&step=month`);
    const byMonth = await exact(page, zh.terms.due);
    await trend.getByRole("link", { name: zh.dashboard.by_day }).click();
    await expect(page).toHaveURL(/step=day/);
    await trend.getByText(zh.dashboard.as_table).click();
    await expect(rows(trend).nth(27)).toBeVisible();
    const days = await rows(trend).evaluateAll((found) => found.map((row) => row.querySelector("td")?.title ?? ""));
    expect(sum(days.map(units))).toBe(byMonth);
    await expect(page.locator(".chart canvas")).toBeVisible();
});

test("each tile says how it is worked out", async ({ page }) => {
    await open(page, DASHBOARD);
    for (const [label, formula] of [
        [zh.terms.due, zh.dashboard.due_formula],
        [zh.terms.paid, zh.dashboard.paid_formula],
        [zh.terms.coupon, zh.dashboard.coupon_formula],
        [zh.dashboard.customers, zh.dashboard.customers_formula],
    ] as const) {
        const tip = tile(page, label).locator("details.tip");
        await tip.locator("summary").click();
        await expect(tip.getByText(formula)).toBeVisible();
        await expect(tip).toContainText("Asia/Shanghai");
        await expect(tip).toContainText(zh.terms.month_open);
        await tip.locator("summary").click();
        await expect(tip.getByText(formula)).toBeHidden();
    }
});

const BAD: [string, string, number, string][] = [
    ["a range that ends before it starts", "from=2026-05&to=2026-04", 422, zh.errors.start_after_end],
    ["a range that is too long", "from=2020-01&to=2026-04", 422, fill(zh.errors.range_too_long, { detail: 36 })],
    ["an unknown tab", "tab=nowhere", 422, fill(zh.errors.malformed, { detail: "nowhere" })],
    ["a month that is none", "from=2026-13", 422, fill(zh.errors.malformed, { detail: "2026-13" })],
    ["a customer that is none", "customer_id=nobody", 404, zh.errors.not_found],
];

for (const [what, query, status, message] of BAD) {
    test(`${what} is said so, with ${status}`, async ({ page, problems }) => {
        await refused(page, problems, `${DASHBOARD}?${query}`, status);
        await expect(page.getByRole("alert")).toContainText(message);
        await expect(page.locator(".tile")).toHaveCount(0);
        await expect(page.locator(".chart")).toHaveCount(0);
        // The way out: the filters are still there.
        await page.getByRole("link", { name: zh.common.reset, exact: true }).click();
        await expect(tile(page, zh.terms.due)).toBeVisible();
        await expect(page.getByRole("alert")).toHaveCount(0);
    });
}

test("a bad range is said so in the running page, too", async ({ page, problems }) => {
    problems.expect(/status of 422/);
    await open(page, DASHBOARD);
    await page.getByLabel(zh.dashboard.from, { exact: true }).fill(month(1));
    await page.getByLabel(zh.dashboard.to, { exact: true }).fill(month(3));
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page.getByRole("alert")).toContainText(zh.errors.start_after_end);
    await expect(page.locator(".tile")).toHaveCount(0);
});

test("a range without consumption says so instead of showing zeros", async ({ page }) => {
    await open(page, `${DASHBOARD}?from=2019-01&to=2019-02`);
    await expect(page.getByText(zh.dashboard.nothing)).toBeVisible();
    await expect(page.locator(".chart")).toHaveCount(0);
});
