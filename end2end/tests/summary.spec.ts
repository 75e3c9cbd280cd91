import type { Page } from "@playwright/test";
import { month, sum, units } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import { DASHBOARD, LINES, SUMMARY, column, exact, rows, sums } from "../support/parts";
import { stateOf, type Role } from "../support/roles";
import { zh } from "../support/texts";

test.use({ storageState: stateOf("director") });

const QUERY = `from=${month(2)}&to=${month(1)}&currency=CNY`;

const table = (page: Page) => page.getByRole("region", { name: zh.nav.summary, exact: true });
const body = (page: Page) => rows(table(page)).filter({ hasNot: page.getByRole("rowheader", { name: zh.summary.whole }) });
const whole = (page: Page) => table(page).locator("tr.is-total");

/** The place of a column by what its heading starts with. */
async function place(page: Page, label: string): Promise<number> {
    const headings = await table(page).locator("thead th").allInnerTexts();
    return headings.findIndex((heading) => heading.trim().startsWith(label));
}

/** Every digit of a column of the rows, or of their total. */
async function digits(page: Page, part: ReturnType<typeof body>, label: string): Promise<bigint[]> {
    const at = await place(page, label);
    return (await part.locator(`:scope > *:nth-child(${at + 1})`).evaluateAll((cells) =>
        cells.map((cell) => cell.getAttribute("title") ?? ""))).map(units);
}

for (const role of ["director", "wang"] as Role[]) {
    test(`the sums of all pages are the dashboard's, as ${role} sees it`, async ({ visit }) => {
        const page = await visit(role);
        await open(page, `${SUMMARY}?${QUERY}`);
        const total: Record<string, bigint | undefined> = {};
        for (const label of [zh.terms.due, zh.terms.paid, zh.terms.coupon]) [total[label]] = await digits(page, whole(page), label);
        const due: bigint[] = [];
        const pager = page.getByRole("navigation", { name: zh.common.pages });
        for (let number = 1; ; number += 1) {
            due.push(...await digits(page, body(page), zh.terms.due));
            const next = pager.getByRole("link", { name: zh.common.page_after });
            if ((await next.count()) === 0) break;
            await next.click();
            await expect(page).toHaveURL(new RegExp(`page=${number + 1}`));
            await expect(pager).toContainText(`${number + 1} /`);
        }
        expect(sum(due)).toBe(total[zh.terms.due]);
        await open(page, `${DASHBOARD}?${QUERY}`);
        for (const label of [zh.terms.due, zh.terms.paid, zh.terms.coupon]) expect(await exact(page, label), label).toBe(total[label]);
    });
}

test("a row leads to its lines, which add up to it", async ({ page }) => {
    for (const by of ["month", "service", "charge_mode"]) {
        await open(page, `${SUMMARY}?${QUERY}&by=${by}`);
        const [due] = await digits(page, body(page), zh.terms.due);
        const at = await place(page, zh.terms.due);
        await body(page).first().locator(`:scope > *:nth-child(${at + 1}) a`).click();
        await expect(page).toHaveURL(new RegExp(`${LINES}\\?.*customer_id=`));
        expect((await sums(page, "CNY"))[0], by).toBe(due);
    }
});

test("heads order the rows, and what the source lacks is said so", async ({ page }) => {
    await open(page, `${SUMMARY}?${QUERY}`);
    const head = (label: string) => table(page).locator("thead th").filter({ hasText: label });
    await expect(head(zh.terms.due)).toHaveAttribute("aria-sort", "descending");
    const falling = await digits(page, body(page), zh.terms.due);
    expect(falling).toEqual([...falling].sort((a, b) => (a < b ? 1 : -1)));
    await head(zh.terms.due).getByRole("link").click();
    await expect(head(zh.terms.due)).toHaveAttribute("aria-sort", "ascending");
    await expect(page).toHaveURL(/ascending=1/);
    const rising = await digits(page, body(page), zh.terms.due);
    expect(rising).toEqual([...rising].sort((a, b) => (a > b ? 1 : -1)));
    for (const label of [zh.terms.list, zh.terms.debt]) {
        for (const text of await column(table(page), label)) expect(text).toMatch(new RegExp(`^(${zh.terms.not_provided}|[−\\d.,]+)$`));
    }
});

test("the tab of refunds lists rows with refunds, and the filters stay", async ({ page }) => {
    await open(page, `${SUMMARY}?from=${month(11)}&to=${month(1)}&currency=CNY`);
    const all = Number((await page.locator(".card__note").first().innerText()).replace(/^\D*([\d,]+).*/, "$1").replaceAll(",", ""));
    await page.getByRole("navigation", { name: zh.summary.tabs }).getByRole("link", { name: zh.summary.refunds }).click();
    await expect(page).toHaveURL(/refunds=1/);
    await expect(page).toHaveURL(new RegExp(`from=${month(11)}`));
    const refunds = await digits(page, body(page), zh.terms.refund);
    expect(refunds.length).toBeGreaterThan(0);
    expect(refunds.every((refund) => refund !== 0n)).toBe(true);
    const fewer = Number((await page.locator(".card__note").first().innerText()).replace(/^\D*([\d,]+).*/, "$1").replaceAll(",", ""));
    expect(fewer).toBeLessThan(all);
});

test("presets and groupings live in the address", async ({ page }) => {
    await open(page, SUMMARY);
    await page.getByRole("group", { name: zh.dashboard.range }).getByRole("link", { name: zh.dashboard.last_month }).click();
    await expect(page).toHaveURL(/range=last_month/);
    expect(new Set(await column(table(page), zh.summary.month)).has(month(1))).toBe(true);
    await page.getByLabel(zh.summary.by, { exact: true }).selectOption({ label: zh.summary.by_customer });
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/by=customer/);
    await expect(page).toHaveURL(/range=last_month/);
    await expect.poll(() => place(page, zh.summary.month)).toBe(-1);
});
