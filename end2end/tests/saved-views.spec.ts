import type { Page } from "@playwright/test";
import { month } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import { DASHBOARD, LINES, accountMenu, signIn } from "../support/parts";
import { PASSWORD, ROLES } from "../support/roles";
import { zh } from "../support/texts";

const menu = (page: Page) => page.locator("details.menu--views");
const dialog = (page: Page) => page.getByRole("dialog");

async function enter(page: Page): Promise<void> {
    await open(page, "/login");
    await signIn(page, ROLES.finance.login, PASSWORD);
    await expect(page.getByRole("heading", { level: 1, name: zh.nav.dashboard })).toBeVisible();
}

async function save(page: Page, name: string): Promise<void> {
    await menu(page).locator("summary").click();
    await menu(page).getByRole("button", { name: zh.saved_views.save }).click();
    await dialog(page).getByLabel(zh.saved_views.name, { exact: true }).fill(name);
    await dialog(page).getByRole("button", { name: zh.saved_views.save_now, exact: true }).click();
}

async function manage(page: Page): Promise<void> {
    await menu(page).locator("summary").click();
    await menu(page).getByRole("button", { name: zh.saved_views.manage }).click();
    await expect(dialog(page)).toBeVisible();
}

test("a saved view survives the end of the session, stays relative, and is nobody else's", async ({ problems, visit }) => {
    const page = await visit("nobody");
    await enter(page);
    await open(page, LINES);
    await page.getByRole("group", { name: zh.dashboard.range }).getByRole("link", { name: zh.dashboard.last_month }).click();
    await expect(page).toHaveURL(/range=last_month/);
    await page.getByLabel(zh.terms.charge_mode, { exact: true }).selectOption({ label: zh.terms.subscription });
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/charge_mode=subscription/);
    await save(page, "上月包年包月");
    await expect(dialog(page)).toBeHidden();
    await menu(page).locator("summary").click();
    const entry = menu(page).getByRole("link", { name: "上月包年包月" });
    await expect(entry).toHaveAttribute("aria-current", "true");
    await expect(entry).toHaveAttribute("href", `${LINES}?attribution=as_it_was&charge_mode=subscription&range=last_month`);
    await page.keyboard.press("Escape");

    // A second one of that name is refused, with what to do.
    problems.expect(/status of 422.*create_saved_view/);
    await save(page, "上月包年包月");
    await expect(dialog(page).getByRole("alert")).toContainText(zh.saved_views.name_taken);
    await page.keyboard.press("Escape");

    const account = await accountMenu(page, ROLES.finance.name);
    await account.getByRole("button", { name: zh.session.sign_out }).click();
    await expect(page).toHaveURL(/\/login/);
    await enter(page);
    await open(page, LINES);
    await menu(page).locator("summary").click();
    await menu(page).getByRole("link", { name: "上月包年包月" }).click();
    await expect(page).toHaveURL(/charge_mode=subscription&range=last_month/);
    await expect(page.getByLabel(zh.dashboard.from, { exact: true })).toHaveValue(month(1));
    await expect(page.getByLabel(zh.terms.charge_mode, { exact: true })).toHaveValue("subscription");

    for (const role of ["director", "administrator", "wang"] as const) {
        const other = await visit(role);
        await open(other, LINES);
        await menu(other).locator("summary").click();
        await expect(menu(other).getByRole("link")).toHaveText([zh.saved_views.no_view]);
    }
    // Another page has views of its own.
    await open(page, DASHBOARD);
    await expect(menu(page).getByRole("link", { name: "上月包年包月" })).toHaveCount(0);
    await open(page, `${LINES}?view=none`);
    await manage(page);
    await remove(page, "上月包年包月");
});

async function remove(page: Page, name: string): Promise<void> {
    const row = dialog(page).getByRole("listitem").filter({ has: page.getByRole("button", { name: `${zh.saved_views.delete}: ${name}` }) });
    await row.getByRole("button", { name: `${zh.saved_views.delete}: ${name}` }).click();
    await dialog(page).getByRole("button", { name: zh.saved_views.delete_now }).click();
    await expect(row).toHaveCount(0);
}

test("a view is renamed, overwritten, made the default and deleted", async ({ visit }) => {
    const page = await visit("finance");
    await open(page, `${DASHBOARD}?tab=trend&by=charge_mode&range=this_month`);
    await save(page, "走势");
    await expect(dialog(page)).toBeHidden();
    await open(page, `${DASHBOARD}?range=six_months`);
    await manage(page);
    const row = dialog(page).locator(".view-list__row");
    await row.getByLabel(`${zh.saved_views.name}: 走势`).fill("近半年");
    await row.getByRole("button", { name: zh.saved_views.rename }).click();
    await expect(row.getByLabel(`${zh.saved_views.name}: 近半年`)).toBeVisible();
    await row.getByRole("button", { name: `${zh.saved_views.overwrite}: 近半年` }).click();
    await expect(dialog(page).getByRole("status")).toContainText(zh.common.saved);
    await row.getByRole("button", { name: zh.saved_views.set_default, exact: true }).click();
    await expect(row.getByRole("button", { name: zh.saved_views.no_default })).toBeVisible();
    await page.keyboard.press("Escape");

    // By its address and by the menu; and the way to the page without it.
    await open(page, DASHBOARD);
    await expect(page).toHaveURL(new RegExp(`${DASHBOARD}\\?range=six_months$`));
    await open(page, LINES);
    await page.getByRole("navigation", { name: zh.nav.section }).getByRole("link", { name: zh.nav.dashboard, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`${DASHBOARD}\\?range=six_months$`));
    await menu(page).locator("summary").click();
    await menu(page).getByRole("link", { name: zh.saved_views.no_view }).click();
    await expect(page).toHaveURL(new RegExp(`${DASHBOARD}\\?view=none$`));
    // The menu comes anew with the view.
    await page.waitForLoadState("networkidle");
    await expect(menu(page).getByRole("link", { name: zh.saved_views.no_view })).toBeHidden();

    await manage(page);
    await remove(page, "近半年");
    await expect(dialog(page)).toContainText(zh.saved_views.nothing);
    await page.keyboard.press("Escape");
    await open(page, DASHBOARD);
    await expect(page).toHaveURL(new RegExp(`${DASHBOARD}$`));
});

test("the menu is opened, walked through and closed by keyboard", async ({ visit }) => {
    const page = await visit("director");
    await open(page, LINES);
    const summary = menu(page).locator("summary");
    await summary.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await expect(page.locator(":focus")).toHaveText(zh.saved_views.no_view);
    await page.keyboard.press("Tab");
    await expect(page.locator(":focus")).toHaveText(zh.saved_views.save);
    await page.keyboard.press("Enter");
    await expect(dialog(page)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog(page)).toBeHidden();
    await summary.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expect(menu(page).getByRole("button", { name: zh.saved_views.save })).toBeHidden();
    await expect(summary).toBeFocused();
});
