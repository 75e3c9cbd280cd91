import type { Page } from "@playwright/test";
import { bill, fact, upload } from "../support/bills";
import { month, sum, units } from "../support/figures";
import { expect, open, refused, test } from "../support/fixture";
import { DASHBOARD, MONTHS, card, column, exact, rows } from "../support/parts";
import { ROLES, stateOf } from "../support/roles";
import { zh } from "../support/texts";

test.use({ storageState: stateOf("finance") });

/** A month of the demo that no other test changes. */
const BACK = 12;
const PAST = month(BACK);

const list = (page: Page) => page.getByRole("region", { name: zh.nav.months, exact: true });
const head = (page: Page) => card(page, PAST);
const dialog = (page: Page) => page.getByRole("dialog");

/** Opens the dialog of an action of the month's page. */
async function ask(page: Page, action: string): Promise<void> {
    await head(page).getByRole("button", { name: action, exact: true }).click();
    await expect(dialog(page)).toBeVisible();
}

/** Presses the button in the dialog and waits until it is done. */
async function answer(page: Page, action: string): Promise<void> {
    await dialog(page).getByRole("button", { name: action, exact: true }).click();
    await expect(dialog(page)).toBeHidden();
    await expect(page.getByRole("status").filter({ hasText: zh.common.saved })).toBeVisible();
}

async function close(page: Page): Promise<void> {
    await ask(page, zh.months.close);
    await expect(dialog(page)).toContainText(PAST);
    const confirm = dialog(page).getByRole("checkbox", { name: zh.months.close_anyway });
    if (await confirm.isVisible()) await confirm.check();
    await answer(page, zh.months.close);
    await expect(head(page)).toContainText(zh.terms.month_closed);
}

async function reopen(page: Page, reason: string): Promise<void> {
    await ask(page, zh.months.reopen);
    await dialog(page).getByLabel(zh.months.reason, { exact: true }).fill(reason);
    await answer(page, zh.months.reopen);
    await expect(head(page)).toContainText(zh.terms.month_billed);
}

test("the months are listed newest first, and each leads to its page", async ({ page }) => {
    await open(page, MONTHS);
    const months = await column(list(page), zh.imports.month);
    expect(months).toEqual([...months].sort().reverse());
    expect(months).toContain(PAST);
    const row = rows(list(page)).filter({ hasText: PAST });
    await expect(row).toContainText(zh.terms.month_billed);
    await expect(row).toContainText("CNY");
    await row.getByRole("link", { name: PAST }).click();
    await expect(page).toHaveURL(new RegExp(`${MONTHS}/${PAST}$`));
    await expect(page.getByRole("heading", { level: 1, name: zh.months.detail })).toBeVisible();
});

test("the control sheet adds up, and is what the dashboard shows", async ({ page }) => {
    await open(page, `${MONTHS}/${PAST}`);
    const sheet = card(page, `${zh.months.control} CNY`);
    await expect(sheet).toContainText(zh.months.adds_up);
    const ways = page.getByRole("region", { name: `${zh.months.control} CNY`, exact: true });
    await expect(rows(ways)).toHaveCount(4);
    const due = (await column(ways, zh.terms.due)).map(units);
    expect(new Set(due).size).toBe(1);
    const managers = page.getByRole("region", { name: `${zh.months.by_manager} CNY`, exact: true });
    expect(sum((await column(managers, zh.terms.due)).map(units))).toBe(due[0]);
    await open(page, `${DASHBOARD}?from=${PAST}&to=${PAST}&currency=CNY`);
    expect(await exact(page, zh.terms.due)).toBe(due[0]);
});

test("each check says what was found, and leads to it", async ({ page }) => {
    await open(page, `${MONTHS}/${PAST}`);
    const checks = page.getByRole("region", { name: zh.months.checks, exact: true });
    expect(await column(checks, zh.months.check)).toEqual([
        zh.months.check_unbalanced, zh.months.check_missing_customers, zh.months.check_empty_days,
        zh.months.check_unassigned, zh.months.check_rejected, zh.months.check_held,
    ]);
    for (const row of await rows(checks).filter({ has: page.locator("details") }).all()) {
        await row.locator("summary").click();
        await expect(row.getByRole("link", { name: zh.months.show_all })).toBeVisible();
    }
});

test("a closed month refuses an import and says who closed it, until it is reopened", async ({ page, problems }) => {
    problems.expect(/status of (409|422)/);
    await open(page, `${MONTHS}/${PAST}`);
    await close(page);

    const account = { id: "e2e-closed-1", name: "关账科技有限公司" };
    const content = bill(account, [{ cost: "1" }])
        .replaceAll(`${month(-1)}-01`, `${month(BACK - 1)}-01`)
        .replaceAll(`${month()}-01`, `${PAST}-01`);
    await upload(page, { name: "closed.csv", content });
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_refused);
    const alert = page.getByRole("alert");
    await expect(alert).toContainText(PAST);
    await expect(alert).toContainText(ROLES.finance.name);

    await open(page, `${MONTHS}/${PAST}`);
    await reopen(page, "供应商更正了账单");
    const history = page.getByRole("region", { name: zh.months.history, exact: true });
    const events = await column(history, zh.months.event);
    expect(events.slice(0, 2)).toEqual([zh.months.event_reopen, zh.months.event_close]);
    await expect(rows(history).first()).toContainText("供应商更正了账单");
    await expect(rows(history).first()).toContainText(ROLES.finance.name);
    await open(page, MONTHS);
    await expect(rows(list(page)).filter({ hasText: PAST })).toContainText("供应商更正了账单");
});

test("a month goes back to estimated and is billed again", async ({ page }) => {
    await open(page, `${MONTHS}/${PAST}`);
    await ask(page, zh.months.unbill);
    await answer(page, zh.months.unbill);
    await expect(head(page)).toContainText(zh.terms.month_open);
    await expect(head(page).getByRole("button", { name: zh.months.close, exact: true })).toHaveCount(0);
    await ask(page, zh.months.bill);
    await answer(page, zh.months.bill);
    await expect(head(page)).toContainText(zh.terms.month_billed);
});

test("a month that is none, or holds nothing, is not there", async ({ page, problems }) => {
    await refused(page, problems, `${MONTHS}/1999-01`, 404);
    await expect(page.getByRole("alert")).toContainText(zh.errors.not_found);
    await refused(page, problems, `${MONTHS}/november`, 422);
});
