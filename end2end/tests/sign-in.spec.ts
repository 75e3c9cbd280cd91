import { expect, open, test } from "../support/fixture";
import { DASHBOARD, CUSTOMERS, accountMenu, signIn } from "../support/parts";
import { PASSWORD, ROLES } from "../support/roles";
import { en, zh } from "../support/texts";

for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
        test.use({ javaScriptEnabled });

        test("who signs in comes to the page that was asked for", async ({ page }) => {
            await open(page, `${CUSTOMERS}?sort=name`);
            await expect(page).toHaveURL(/\/login\?next=/);
            await signIn(page, ROLES.director.login, PASSWORD);
            await expect(page).toHaveURL(new RegExp(`${CUSTOMERS}\\?sort=name$`));
            await expect(page.getByRole("heading", { level: 1, name: zh.nav.customers })).toBeVisible();
            await expect(page.locator("tbody tr").first()).toBeVisible();
        });

        test("a wrong password is said so, and the right one works afterwards", async ({ page, problems }) => {
            problems.expect(/status of 422/);
            await open(page, "/login");
            await signIn(page, ROLES.director.login, "not the password 1");
            await expect(page.getByRole("alert")).toHaveText(zh.errors.wrong_login_or_password);
            await expect(page.getByLabel(zh.session.login, { exact: true })).toBeVisible();
            await signIn(page, ROLES.director.login, PASSWORD);
            await expect(page).toHaveURL(new RegExp(`${DASHBOARD}$`));
        });

        test("who signs out is out", async ({ page }) => {
            await open(page, "/login");
            await signIn(page, ROLES.finance.login, PASSWORD);
            await expect(page.getByRole("heading", { level: 1, name: zh.nav.dashboard })).toBeVisible();
            await page.waitForLoadState("networkidle");
            const menu = await accountMenu(page, ROLES.finance.name);
            await menu.getByRole("button", { name: zh.session.sign_out }).click();
            await expect(page).toHaveURL(/\/login/);
            await open(page, DASHBOARD);
            await expect(page).toHaveURL(/\/login\?next=/);
        });
    });
}

test("a demo sign-in is one click", async ({ page }) => {
    await open(page, "/login");
    const demo = page.getByRole("region", { name: zh.session.demo });
    await expect(demo.getByRole("button")).toHaveCount(9);
    await demo.getByRole("button", { name: ROLES.wang.login }).click();
    await expect(page.getByRole("heading", { level: 1, name: zh.nav.dashboard })).toBeVisible();
    await expect(page.locator(".topbar__account")).toHaveText(ROLES.wang.name);
});

test("the sign-in page speaks English to whom the browser says so", async ({ visit }) => {
    const page = await visit("nobody", { locale: "en-GB" });
    await open(page, "/login");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(en.session.sign_in);
    await expect(page.locator("html")).toHaveAttribute("lang", /^en/);
});

test("after sign-in nobody is sent to another host", async ({ page }) => {
    await open(page, "/login?next=//example.com/");
    await signIn(page, ROLES.finance.login, PASSWORD);
    await expect(page).toHaveURL(new RegExp(`${DASHBOARD}$`));
});
