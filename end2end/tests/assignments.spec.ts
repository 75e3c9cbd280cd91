import type { Locator, Page } from "@playwright/test";
import { month } from "../support/figures";
import { expect, open, test, type Fixtures } from "../support/fixture";
import { ASSIGNMENTS, CUSTOMERS, DASHBOARD, card, column, exact, reveal, rows } from "../support/parts";
import { ROLES, stateOf } from "../support/roles";
import { fill, zh } from "../support/texts";

test.use({ storageState: stateOf("director") });

// Last month is billed but not closed: assignments may reach back into it.
const MONTH = month(1);
const RANGE = `from=${MONTH}&to=${MONTH}`;
const [FIRST, MIDDLE, AFTER] = [`${MONTH}-01`, `${MONTH}-15`, `${month()}-01`];

const customerTable = (page: Page) => page.getByRole("region", { name: zh.nav.customers, exact: true });
const dialog = (page: Page) => page.getByRole("dialog");

/** A customer of 王芳 with much consumption: its account id, its page, its name. */
async function pickOne(page: Page): Promise<{ id: string; path: string; name: string }> {
    await open(page, `${CUSTOMERS}?manager=${encodeURIComponent(ROLES.wang.name)}&sort=consumption`);
    await reveal(customerTable(page), zh.terms.customer_name);
    const id = (await column(customerTable(page), zh.terms.account_id))[0] ?? "";
    const link = customerTable(page).locator("tbody th a").first();
    return { id, path: (await link.getAttribute("href")) ?? "", name: (await link.innerText()).trim() };
}

async function tick(page: Page, id: string): Promise<void> {
    await open(page, `${CUSTOMERS}?id=${encodeURIComponent(id)}`);
    await expect(page.getByRole("button", { name: zh.assignments.assign })).toBeDisabled();
    await page.getByRole("checkbox", { name: fill(zh.customers.select_one, { id }) }).check();
    await expect(page.getByText(fill(zh.assignments.picked, { count: 1 }))).toBeVisible();
}

async function assign(page: Page, id: string, manager: string, day: string): Promise<void> {
    await tick(page, id);
    await page.getByRole("button", { name: zh.assignments.assign }).click();
    await expect(dialog(page).getByText(fill(zh.assignments.assign_text, { count: 1 }))).toBeVisible();
    const choice = dialog(page).getByLabel(zh.terms.account_manager);
    const option = choice.locator("option").filter({ hasText: manager });
    await choice.selectOption((await option.getAttribute("value")) ?? "");
    await dialog(page).getByLabel(zh.assignments.day).fill(day);
    await dialog(page).getByRole("button", { name: zh.assignments.assign }).click();
    await expect(dialog(page)).toBeHidden();
    await expect(page.getByText(fill(zh.assignments.done, { changed: 1, unchanged: 0, from: day }))).toBeVisible();
}

async function takeBack(page: Page, id: string, day: string): Promise<void> {
    await tick(page, id);
    await page.getByRole("button", { name: zh.assignments.take_back }).click();
    await dialog(page).getByLabel(zh.assignments.day).fill(day);
    await dialog(page).getByRole("button", { name: zh.assignments.take_back }).click();
    await expect(dialog(page)).toBeHidden();
    await expect(page.getByText(fill(zh.assignments.done, { changed: 1, unchanged: 0, from: day }))).toBeVisible();
}

/** What a manager sees as due in last month, in the currency. */
async function dueOf(visit: Fixtures["visit"], who: "wang" | "li" | "director", more = ""): Promise<bigint> {
    const page = await visit(who);
    await open(page, `${DASHBOARD}?${RANGE}&currency=CNY${more}`);
    const due = await exact(page, zh.terms.due);
    await page.context().close();
    return due;
}

/** Manager, from and until of the customer's history, newest first. */
async function history(page: Page, path: string): Promise<[string, string, string][]> {
    await open(page, path);
    const part = card(page, zh.assignments.history);
    await reveal(part, zh.terms.account_manager);
    const [names, from, until] = [await column(part, 0), await column(part, 1), await column(part, 2)];
    return names.map((name, at) => [name, from[at] ?? "", until[at] ?? ""]);
}

test("an assignment moves figures from one manager to the other, from its day on, and back", async ({ page, visit }) => {
    test.setTimeout(240_000);
    const customer = await pickOne(page);
    const ours = `&customer_id=${customer.path.split("/").at(-1)}`;
    const [wang, li, all, its] = [
        await dueOf(visit, "wang"), await dueOf(visit, "li"), await dueOf(visit, "director"),
        await dueOf(visit, "director", ours),
    ];
    expect(its).toBeGreaterThan(0n);

    await test.step("assigned from the first day of last month", async () => {
        await assign(page, customer.id, ROLES.li.login, FIRST);
        expect(await dueOf(visit, "wang")).toBe(wang - its);
        expect(await dueOf(visit, "li")).toBe(li + its);
        expect(await dueOf(visit, "director"), "the whole stays the whole").toBe(all);
        const theirs = await visit("li");
        expect((await open(theirs, customer.path)).status()).toBe(200);
        await expect(theirs.getByRole("heading", { level: 1, name: zh.customers.detail })).toBeVisible();
        const records = await history(page, customer.path);
        expect(records[0]).toEqual([ROLES.li.name, FIRST, zh.assignments.open_end]);
        expect(records[1]?.[0]).toBe(ROLES.wang.name);
        expect(records[1]?.[2]).toBe(FIRST);
    });

    await test.step("replaced in the middle of the month, without a gap", async () => {
        await assign(page, customer.id, ROLES.wang.login, MIDDLE);
        const [first, second] = [await dueOf(visit, "li"), await dueOf(visit, "wang")];
        expect(first).toBeGreaterThan(li);
        expect(first).toBeLessThan(li + its);
        expect(first - li + (second - (wang - its)), "the two share the month").toBe(its);
        const records = await history(page, customer.path);
        expect(records.slice(0, 2)).toEqual([
            [ROLES.wang.name, MIDDLE, zh.assignments.open_end],
            [ROLES.li.name, FIRST, MIDDLE],
        ]);
    });

    await test.step("taken back: nobody's from then on, the past stays", async () => {
        await takeBack(page, customer.id, AFTER);
        expect((await history(page, customer.path))[0]).toEqual([ROLES.wang.name, MIDDLE, AFTER]);
        await open(page, `${CUSTOMERS}?unassigned=1`);
        expect(await column(customerTable(page), zh.terms.account_id)).toContain(customer.id);
        const theirs = await visit("wang");
        await open(theirs, `${CUSTOMERS}?id=${encodeURIComponent(customer.id)}`);
        await expect(theirs.getByText(zh.customers.nothing, { exact: true })).toBeVisible();
        expect(await dueOf(visit, "wang"), "past consumption stays").toBeGreaterThan(wang - its);
    });

    await test.step("and given back as it was", async () => {
        await assign(page, customer.id, ROLES.wang.login, FIRST);
        expect([await dueOf(visit, "wang"), await dueOf(visit, "li")]).toEqual([wang, li]);
    });
});

test("the page of a manager shows customers, history and plans, with the same tools", async ({ page }) => {
    await open(page, ASSIGNMENTS);
    const managers = page.getByRole("region", { name: zh.nav.assignments, exact: true });
    await reveal(managers, zh.terms.account_manager);
    const row = rows(managers).filter({ hasText: ROLES.li.name });
    const count = Number(await row.locator("td").nth(2).innerText());
    expect(count).toBeGreaterThan(2);
    await row.getByRole("link", { name: zh.assignments.view_customers }).click();
    await expect(page).toHaveURL(/manager_id=/);
    const current = card(page, fill(zh.assignments.customers_of, { name: ROLES.li.name }));
    await expect(rows(current)).toHaveCount(count);

    const tomorrow = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    await rows(current).first().getByRole("checkbox").check();
    await current.getByRole("button", { name: zh.assignments.take_back }).click();
    await dialog(page).getByLabel(zh.assignments.day).fill(tomorrow);
    await dialog(page).getByRole("button", { name: zh.assignments.take_back }).click();
    await expect(page.getByText(fill(zh.assignments.done, { changed: 1, unchanged: 0, from: tomorrow }))).toBeVisible();
    // Planned: still a customer today.
    await expect(rows(current)).toHaveCount(count);
    await expect(rows(current).filter({ hasText: tomorrow })).toHaveCount(1);
});

test("several customers are assigned in one step", async ({ page }) => {
    await open(page, ASSIGNMENTS);
    await page.getByRole("link", { name: zh.assignments.assign_unassigned }).click();
    await expect(page).toHaveURL(/unassigned=1/);
    const ids = (await column(customerTable(page), zh.terms.account_id)).slice(0, 2);
    expect(ids).toHaveLength(2);
    for (const id of ids) await page.getByRole("checkbox", { name: fill(zh.customers.select_one, { id }) }).check();
    await expect(page.getByText(fill(zh.assignments.picked, { count: 2 }))).toBeVisible();
    await page.getByRole("button", { name: zh.assignments.assign }).click();
    const choice = dialog(page).getByLabel(zh.terms.account_manager);
    await choice.selectOption({ index: 1 });
    await dialog(page).getByLabel(zh.assignments.day).fill(`${month()}-01`);
    await dialog(page).getByRole("button", { name: zh.assignments.assign }).click();
    await expect(page.getByText(fill(zh.assignments.done, { changed: 2, unchanged: 0, from: `${month()}-01` }))).toBeVisible();
    for (const id of ids) {
        await expect(page.getByRole("checkbox", { name: fill(zh.customers.select_one, { id }) })).toHaveCount(0);
    }
});

/** The card of the import, with a file chosen and checked. */
async function check(page: Page, content: string): Promise<Locator> {
    const part = card(page, zh.assignments.import);
    await part.getByLabel(zh.assignments.file, { exact: true }).setInputFiles({
        name: "assignments.csv", mimeType: "text/csv", buffer: Buffer.from(content),
    });
    await part.getByRole("button", { name: zh.assignments.check }).click();
    return part;
}

const fact = async (part: Locator, term: string) =>
    Number(await part.locator("dt", { hasText: term }).locator("xpath=following-sibling::dd[1]").innerText());

test("an exported file comes back and changes nothing", async ({ page }) => {
    await open(page, ASSIGNMENTS);
    for (const label of [zh.assignments.export_csv, zh.assignments.export_xlsx]) {
        const wait = page.waitForEvent("download");
        await page.getByRole("link", { name: label }).click();
        const download = await wait;
        expect(download.suggestedFilename()).toMatch(/^assignments-\d{4}-\d\d-\d\d\.(csv|xlsx)$/);
        const part = card(page, zh.assignments.import);
        await part.getByLabel(zh.assignments.file, { exact: true }).setInputFiles(await download.path());
        await part.getByRole("button", { name: zh.assignments.check }).click();
        await expect(part.getByText(zh.assignments.file_same)).toBeVisible();
        expect(await fact(part, zh.assignments.file_unchanged)).toBe(await fact(part, zh.assignments.file_rows));
    }
});

test("a file is checked, its errors are shown, and only its good rows are imported", async ({ page }) => {
    const customer = await pickOne(page);
    const day = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);
    await open(page, ASSIGNMENTS);
    const rows = `customer_id,manager,from,until\n${customer.id},${ROLES.li.login},${day},\nnobody-knows,${ROLES.li.login},${day},\n`;
    const part = await check(page, rows);
    await expect(part.getByText(fill(zh.assignments.file_errors, { count: 1, customers: 0 }))).toBeVisible();
    await expect(part.getByText(fill(zh.assignments.unknown_customer, { detail: "nobody-knows" }))).toBeVisible();
    await expect(part.getByRole("button", { name: zh.assignments.import_all })).toHaveCount(0);
    expect((await history(page, customer.path))[0]?.[1], "only looked at").not.toBe(day);

    await open(page, ASSIGNMENTS);
    const again = await check(page, rows);
    await again.getByRole("button", { name: zh.assignments.import_good }).click();
    await expect(again.getByText(zh.assignments.file_written)).toBeVisible();
    expect((await history(page, customer.path))[0]).toEqual([ROLES.li.name, day, zh.assignments.open_end]);

    // and back: the plan goes, what ran before goes on
    await open(page, ASSIGNMENTS);
    const back = await check(page, `客户账号ID,客户经理,开始日期,结束日期\n${customer.id},${ROLES.wang.login},${day},\n`);
    await expect(back.getByText(zh.assignments.file_good)).toBeVisible();
    await back.getByRole("button", { name: zh.assignments.import_all }).click();
    await expect(back.getByText(zh.assignments.file_written)).toBeVisible();
    expect((await history(page, customer.path))[0]?.[2]).toBe(zh.assignments.open_end);
});

test("a leaving manager's customers are handed over as the preview shows", async ({ page }) => {
    await open(page, ASSIGNMENTS);
    const managers = page.getByRole("region", { name: zh.nav.assignments, exact: true });
    await reveal(managers, zh.terms.account_manager);
    const row = rows(managers).filter({ hasText: ROLES.li.name });
    await row.getByRole("link", { name: zh.assignments.view_customers }).click();
    const day = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10);
    const hand = zh.assignments.hand_over;
    await page.getByRole("button", { name: hand }).click();
    await expect(dialog(page).getByRole("button", { name: zh.assignments.hand_over_now })).toBeDisabled();
    // To somebody whom no other test looks at: plans stand in the customers' history, too.
    await dialog(page).getByRole("checkbox", { name: new RegExp(ROLES.zhou.login) }).check();
    await dialog(page).getByLabel(zh.assignments.day).fill(day);
    await dialog(page).getByRole("button", { name: zh.assignments.preview }).click();
    const table = dialog(page).getByRole("region", { name: zh.assignments.moves });
    await expect(rows(table).first()).toBeVisible();
    const count = Number((await column(table, 1))[0]);
    expect(count).toBeGreaterThan(0);
    await dialog(page).getByRole("button", { name: zh.assignments.hand_over_now }).click();
    await expect(dialog(page)).toBeHidden();
    await expect(page.getByText(fill(zh.assignments.handed_over, { count, from: day }))).toBeVisible();
});
