import { month } from "../support/figures";
import { expect, open, refused, test } from "../support/fixture";
import { LINES, column, reveal, rows, sums } from "../support/parts";
import { stateOf } from "../support/roles";
import { zh } from "../support/texts";

test.use({ storageState: stateOf("finance") });

test("filters narrow the lines, and the URL keeps them", async ({ page }) => {
    await open(page, `${LINES}?from=${month(1)}&to=${month(1)}`);
    const table = page.locator(".table-wrap");
    await expect(rows(table)).toHaveCount(50);
    // A line that there is: all that the filters find must be like it.
    const first = async (heading: string) => (await column(table, heading))[0] ?? "";
    const service = await first(zh.terms.service);
    const billType = await first(zh.terms.bill_type);
    const association = await first(zh.terms.association);
    const currency = await first(zh.terms.currency);
    const all = (await sums(page, currency))[0];
    const form = page.locator("form.filters");
    await form.getByLabel(zh.terms.service, { exact: true }).fill(service);
    await form.getByLabel(zh.terms.bill_type, { exact: true }).selectOption({ label: billType });
    await form.getByText(zh.lines.more_filters, { exact: true }).click();
    await form.getByLabel(zh.terms.association, { exact: true }).selectOption({ label: association });
    await form.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/association=[a-z]/);
    await expect.poll(async () => new Set(await column(table, zh.terms.service))).toEqual(new Set([service]));
    expect(new Set(await column(table, zh.terms.association))).toEqual(new Set([association]));
    expect(new Set(await column(table, zh.terms.bill_type))).toEqual(new Set([billType]));
    expect((await sums(page, currency))[0]).not.toBe(all);
    const days = await column(table, zh.lines.day);
    expect(days.every((day) => day.startsWith(month(1)))).toBe(true);

    await page.reload();
    await expect(form.getByLabel(zh.terms.service, { exact: true })).toHaveValue(service);
    await expect(form.getByLabel(zh.terms.association, { exact: true }).locator("option:checked")).toHaveText(association);
    await form.getByRole("link", { name: zh.common.reset }).click();
    await expect(page).toHaveURL(new RegExp(`${LINES}$`));
    await expect(form.getByLabel(zh.terms.service, { exact: true })).toHaveValue("");
});

test("lines of zero can be hidden", async ({ page }) => {
    await open(page, `${LINES}?from=${month(1)}&to=${month(1)}`);
    await page.getByLabel(zh.lines.hide_zero).check();
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/hide_zero=1/);
    await expect(page.getByLabel(zh.lines.hide_zero)).toBeChecked();
    await expect.poll(async () => (await column(page.locator(".table-wrap"), zh.terms.due)).includes("0.00")).toBe(false);
});

test("pages follow each other without a gap or a repetition", async ({ page }) => {
    await open(page, `${LINES}?from=${month(1)}&to=${month(1)}`);
    const table = page.locator(".table-wrap");
    const pager = page.getByRole("navigation", { name: zh.common.pages });
    const first = await table.locator("tbody").innerText();
    await expect(pager.getByRole("link", { name: zh.common.first_page })).toHaveCount(0);
    await pager.getByRole("link", { name: zh.common.page_after }).click();
    await expect(page).toHaveURL(/after=/);
    await expect.poll(() => table.locator("tbody").innerText()).not.toBe(first);
    await expect(rows(table)).toHaveCount(50);
    const days = await column(table, zh.lines.day);
    expect(days, "newest first").toEqual([...days].sort().reverse());
    await pager.getByRole("link", { name: zh.common.first_page }).click();
    await expect(page).not.toHaveURL(/after=/);
    await expect.poll(() => table.locator("tbody").innerText()).toBe(first);
});

test("names are masked until asked for", async ({ page }) => {
    await open(page, LINES);
    const table = page.locator(".table-wrap");
    for (const at of [zh.terms.customer_name, zh.terms.account_manager]) {
        expect((await column(table, at)).every((name) => /^.\*\*$/.test(name) || [zh.terms.unassigned, "–"].includes(name))).toBe(true);
    }
    await reveal(table, zh.terms.customer_name);
    expect((await column(table, zh.terms.customer_name)).some((name) => name.includes("**"))).toBe(false);
    expect((await column(table, zh.terms.account_manager)).every((name) => /\*\*$/.test(name) || [zh.terms.unassigned, "–"].includes(name))).toBe(true);
});

test("a search without a find says what to do", async ({ page }) => {
    await open(page, `${LINES}?service=no-such-service`);
    await expect(page.getByText(zh.lines.nothing, { exact: true })).toBeVisible();
    await expect(page.getByText(zh.lines.nothing_text)).toBeVisible();
});

test("a page that no page led to is refused", async ({ page, problems }) => {
    await refused(page, problems, `${LINES}?after=nonsense`, 422);
    await expect(page.getByRole("alert")).toBeVisible();
});
