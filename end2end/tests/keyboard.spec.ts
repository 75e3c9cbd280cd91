import type { Page } from "@playwright/test";
import { expect, open, test } from "../support/fixture";
import { CUSTOMERS, DASHBOARD, MEMBERS } from "../support/parts";
import { ROLES } from "../support/roles";
import { zh } from "../support/texts";

const focused = (page: Page) => page.locator(":focus");

test("the first stop of the keyboard skips to the content", async ({ visit }) => {
    const page = await visit("director");
    await open(page, DASHBOARD);
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: zh.nav.skip });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.locator("#main")).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(page.locator("#main :focus")).toHaveCount(1);
});

test("the account menu opens, is walked through and closes by keyboard", async ({ visit }) => {
    const page = await visit("director");
    await open(page, DASHBOARD);
    const summary = page.locator("summary", { hasText: ROLES.director.name });
    await summary.focus();
    await page.keyboard.press("Enter");
    const entry = page.getByRole("link", { name: zh.nav.account, exact: true });
    await expect(entry).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(entry).toBeHidden();
    await expect(summary).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await expect(focused(page)).toHaveText(zh.nav.partner_center);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: zh.nav.account })).toBeVisible();
    await expect(entry, "the menu closes where it led away").toBeHidden();
});

test("a menu closes when something else is clicked", async ({ visit }) => {
    const page = await visit("director");
    await open(page, DASHBOARD);
    await page.locator("summary", { hasText: ROLES.director.name }).click();
    const entry = page.getByRole("link", { name: zh.nav.account, exact: true });
    await expect(entry).toBeVisible();
    // What lies below an open menu is not pressed by the click that closes it.
    const box = await page.getByRole("heading", { level: 1 }).boundingBox();
    await page.mouse.click((box?.x ?? 0) + 5, (box?.y ?? 0) + 5);
    await expect(entry).toBeHidden();
});

test("a dialog takes the focus and gives it back", async ({ visit }) => {
    const page = await visit("administrator");
    await open(page, MEMBERS);
    const button = page.getByRole("button", { name: zh.members.create });
    await button.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: zh.members.create });
    await expect(dialog).toBeVisible();
    await expect(dialog.locator(":focus")).toHaveCount(1);
    for (let step = 0; step < 12; step++) {
        await page.keyboard.press("Tab");
        const outside = await page.evaluate(() => {
            const at = document.activeElement;
            return Boolean(at && at !== document.body && !at.closest("dialog"));
        });
        expect(outside, "the focus stays in the dialog").toBe(false);
    }
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(button).toBeFocused();
    // It opens empty again.
    await page.keyboard.press("Enter");
    await expect(dialog.getByLabel(zh.session.login)).toHaveValue("");
});

test("after a change of page the keyboard starts at its content", async ({ visit }) => {
    const page = await visit("director");
    await open(page, DASHBOARD);
    await page.getByRole("navigation", { name: zh.nav.section }).getByRole("link", { name: zh.nav.customers }).press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: zh.nav.customers })).toBeVisible();
    await expect(page.locator("#main")).toBeFocused();
    await expect(page).toHaveTitle(`${zh.nav.customers} · ${zh.nav.product}`);
});

test("on a narrow screen the menu is a drawer", async ({ visit }) => {
    const page = await visit("director", { viewport: { width: 360, height: 740 } });
    await open(page, DASHBOARD);
    const menu = page.locator("summary[aria-label]", { has: page.locator("use[href$='#menu']") });
    await expect(menu).toBeVisible();
    await menu.focus();
    await page.keyboard.press("Enter");
    const link = page.getByRole("navigation", { name: zh.nav.menu }).getByRole("link", { name: zh.nav.customers });
    await expect(link).toBeVisible();
    await link.press("Enter");
    await expect(page).toHaveURL(new RegExp(CUSTOMERS));
    await expect(page.getByRole("heading", { level: 1, name: zh.nav.customers })).toBeVisible();
    await expect(link).toBeHidden();
});

test("an eye and a tip are reached and pressed by keyboard", async ({ visit }) => {
    const page = await visit("director");
    await open(page, CUSTOMERS);
    const eye = page.locator("button.eye").first();
    await expect(eye).toHaveAttribute("aria-pressed", "false");
    await eye.press("Enter");
    await expect(eye).toHaveAttribute("aria-pressed", "true");
    await expect(page.locator("tbody th").first()).not.toContainText("**");
});
