import { month, sum, units } from "../support/figures";
import { expect, open, refused, test } from "../support/fixture";
import { DASHBOARD, LINES, column, exact, rows, sums } from "../support/parts";
import { stateOf } from "../support/roles";
import { fill, zh } from "../support/texts";
import type { Locator, Page } from "@playwright/test";

test.use({ storageState: stateOf("director") });

const RANGE = `from=${month(3)}&to=${month(1)}`;

/** The table of a tab. */
const figures = (page: Page, tab: string): Locator => page.getByRole("region", { name: tab, exact: true });

/** Every digit of a column, by its heading; the last row is the total. */
async function amounts(table: Locator, heading: string): Promise<bigint[]> {
    await expect(rows(table).first()).toBeVisible();
    const headings = (await table.locator("thead th").allInnerTexts()).map((text) => text.trim());
    const at = headings.indexOf(heading);
    const titles = await rows(table).evaluateAll((found, at) => found.map((row) => row.children[at]?.getAttribute("title") ?? ""), at);
    return titles.map(units);
}

test("the tabs keep the filters, and their totals are those of the overview", async ({ page }) => {
    await open(page, `${DASHBOARD}?${RANGE}&association=reseller`);
    const due = await exact(page, zh.terms.due);
    for (const tab of [zh.groups.trend, zh.groups.distribution]) {
        await page.getByRole("navigation", { name: zh.groups.tabs }).getByRole("link", { name: tab }).click();
        await expect(page.getByRole("link", { name: tab })).toHaveAttribute("aria-current", "page");
        await expect(page).toHaveURL(/association=reseller/);
        const listed = await amounts(figures(page, tab), tab === zh.groups.trend ? zh.terms.total : zh.terms.due);
        expect(listed.at(-1)).toBe(due);
        expect(sum(listed.slice(0, -1))).toBe(due);
    }
});

test("groups are chosen, ordered and cut off, and the rest stays in the sum", async ({ page }) => {
    await open(page, `${DASHBOARD}?tab=trend&${RANGE}`);
    await page.getByLabel(zh.groups.by).selectOption({ label: zh.terms.customer });
    await page.getByLabel(zh.groups.sort).selectOption({ label: zh.terms.paid });
    await page.getByLabel(zh.groups.top, { exact: true }).selectOption({ label: fill(zh.groups.top_n, { count: "5" }) });
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/by=customer/);
    const table = figures(page, zh.groups.trend);
    await expect(rows(table)).toHaveCount(7);
    const paid = await amounts(table, zh.terms.total);
    expect([...paid.slice(0, 5)].sort((a, b) => (a < b ? 1 : -1))).toEqual(paid.slice(0, 5));
    expect(sum(paid.slice(0, 6))).toBe(paid[6]);
    const shares = await column(table, zh.terms.share);
    expect(shares.at(-1)).toBe("100.0%");
});

test("managers and unassigned are all, by either attribution", async ({ page }) => {
    const wholes: bigint[] = [];
    for (const attribution of ["as_it_was", "today"]) {
        await open(page, `${DASHBOARD}?tab=distribution&by=manager&${RANGE}&attribution=${attribution}`);
        const table = figures(page, zh.groups.distribution);
        const due = await amounts(table, zh.terms.due);
        expect(await column(table, zh.terms.account_manager)).toContain(zh.terms.unassigned);
        expect(sum(due.slice(0, -1))).toBe(due.at(-1));
        wholes.push(due.at(-1) ?? 0n);
    }
    expect(wholes[0]).toBe(wholes[1]);
});

test("a figure of a month leads to the lines that add up to it", async ({ page }) => {
    await open(page, `${DASHBOARD}?tab=trend&by=charge_mode&${RANGE}`);
    const cell = rows(figures(page, zh.groups.trend)).first().locator("td a").first();
    const due = units((await cell.locator("..").getAttribute("title")) ?? "");
    await cell.click();
    await expect(page).toHaveURL(new RegExp(`${LINES}.*charge_mode=`));
    expect((await sums(page, "CNY"))[0]).toBe(due);
});

test("a chart is drawn and saved as a picture", async ({ page }) => {
    for (const [tab, title] of [["trend", zh.groups.trend], ["distribution", zh.groups.distribution]] as const) {
        await open(page, `${DASHBOARD}?tab=${tab}&${RANGE}`);
        await expect(page.locator(".chart canvas")).toBeVisible();
        const [download] = await Promise.all([
            page.waitForEvent("download"),
            page.getByRole("button", { name: zh.common.save_picture }).click(),
        ]);
        expect(download.suggestedFilename()).toBe(`${title} ${zh.terms.service}.png`);
    }
});

test("an account manager sees own groups only, and is not asked to group by manager", async ({ visit }) => {
    const page = await visit("wang");
    await open(page, `${DASHBOARD}?tab=distribution&by=customer&top=1000&${RANGE}`);
    const [own, listed] = [await amounts(figures(page, zh.groups.distribution), zh.terms.due), await column(figures(page, zh.groups.distribution), zh.terms.customer)];
    expect(own.length).toBe(listed.length);
    await expect(page.getByLabel(zh.groups.by).locator("option", { hasText: zh.terms.account_manager })).toHaveCount(0);
    const everyone = await visit("director");
    await open(everyone, `${DASHBOARD}?tab=distribution&by=customer&top=1000&${RANGE}`);
    expect((await rows(figures(everyone, zh.groups.distribution)).count()) > listed.length).toBe(true);
});

test("a group that is none is refused", async ({ page, problems }) => {
    await refused(page, problems, `${DASHBOARD}?tab=trend&by=colour`, 422);
});
