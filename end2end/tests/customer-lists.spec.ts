import type { Page } from "@playwright/test";
import { month } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import { CUSTOMERS, DASHBOARD, LINES, SUMMARY, column, exact, rows } from "../support/parts";
import { ROLES, stateOf } from "../support/roles";
import { fill, zh } from "../support/texts";

// An account manager pastes lists, and gets lists of others.
test.use({ storageState: stateOf("wang") });

const RANGE = `from=${month(1)}&to=${month(1)}&currency=CNY`;

const table = (page: Page, label: string) => page.getByRole("region", { name: label, exact: true });

/** The account ids of customers that a manager has today. */
async function accounts(page: Page, manager: string): Promise<string[]> {
    await open(page, `${CUSTOMERS}?manager=${encodeURIComponent(manager)}&sort=consumption`);
    return column(table(page, zh.nav.customers), zh.terms.account_id);
}

async function paste(page: Page, entries: string[]): Promise<void> {
    await page.getByRole("button", { name: zh.customer_lists.paste }).click();
    const dialog = page.getByRole("dialog", { name: zh.customer_lists.title });
    await dialog.getByRole("textbox").fill(entries.join("\n"));
    await dialog.getByRole("button", { name: zh.customer_lists.look_up }).click();
}

test("of a pasted list the own customers are found; a foreign one is as unknown as one that is none", async ({ page, visit }) => {
    const director = await visit("director");
    const [foreign = ""] = await accounts(director, ROLES.li.name);
    const [first = "", second = ""] = await accounts(page, "");
    await open(page, `${DASHBOARD}?${RANGE}`);
    await paste(page, [first, foreign, second, "no-such-account"]);
    const dialog = page.getByRole("dialog", { name: zh.customer_lists.title });
    await expect(dialog.getByRole("status")).toHaveText(fill(zh.customer_lists.outcome, { found: 2, ambiguous: 0, unknown: 2 }));
    const unknown = dialog.locator("section").filter({ hasText: zh.customer_lists.unknown }).getByRole("listitem");
    await expect(unknown).toHaveText([foreign, "no-such-account"]);
    await dialog.getByRole("button", { name: fill(zh.customer_lists.use_them, { count: 2 }) }).click();
    await expect(page).toHaveURL(/list=[0-9a-f]{16}/);
    await expect(page.getByText(fill(zh.customer_lists.of_list_count, { count: 2 }))).toBeVisible();
    const both = await exact(page, zh.terms.due);
    const list = new URL(page.url()).searchParams.get("list") ?? "";

    // What the two have one by one.
    let single = 0n;
    for (const account of [first, second]) {
        await open(page, `${DASHBOARD}?${RANGE}&customer=${encodeURIComponent(account)}`);
        single += await exact(page, zh.terms.due);
    }
    expect(both).toBe(single);

    await open(page, `${LINES}?${RANGE}&list=${list}`);
    const seen = new Set(await column(table(page, zh.nav.lines), zh.terms.account_id));
    expect([...seen].every((account) => [first, second].includes(account))).toBe(true);
    await open(page, `${CUSTOMERS}?list=${list}`);
    await expect(rows(table(page, zh.nav.customers))).toHaveCount(2);
    // The condition can be taken away.
    await page.getByRole("link", { name: zh.lines.remove_filter }).click();
    await expect(page).not.toHaveURL(/list=/);
});

test("a list that is passed on shows its reader no foreign customer", async ({ page, visit }) => {
    const director = await visit("director");
    const [foreign = ""] = await accounts(director, ROLES.li.name);
    const [own = ""] = await accounts(page, "");
    await open(director, `${SUMMARY}?${RANGE}`);
    await paste(director, [own, foreign]);
    await director.getByRole("dialog").getByRole("button", { name: fill(zh.customer_lists.use_them, { count: 2 }) }).click();
    await expect(director).toHaveURL(/list=/);
    await expect.poll(async () => new Set(await column(table(director, zh.nav.summary), zh.terms.account_id))).toEqual(new Set([own, foreign, ""]));

    const { pathname, search } = new URL(director.url());
    for (const path of [pathname, DASHBOARD, LINES, CUSTOMERS]) {
        await open(page, path + search);
        await expect(page.locator("body"), path).not.toContainText(foreign);
    }
    await open(page, pathname + search);
    expect(new Set(await column(table(page, zh.nav.summary), zh.terms.account_id))).toEqual(new Set([own, ""]));
    await expect(page.getByText(fill(zh.customer_lists.of_list_count, { count: 1 }))).toBeVisible();
});

test("an empty list and one too long are said so", async ({ page }) => {
    await open(page, LINES);
    await paste(page, [" "]);
    const alert = page.getByRole("dialog").getByRole("alert");
    await expect(alert).toContainText(zh.errors.required);
    await page.getByRole("dialog").getByRole("textbox").fill(Array.from({ length: 1001 }, (_, at) => `x${at}`).join(","));
    await page.getByRole("button", { name: zh.customer_lists.look_up }).click();
    await expect(alert).toContainText(fill(zh.customer_lists.too_many, { detail: 1000 }));
});
