import type { Locator, Page } from "@playwright/test";
import { expect, open, test } from "../support/fixture";
import { DASHBOARD, MEMBERS, signIn } from "../support/parts";
import { stateOf } from "../support/roles";
import { fill, zh } from "../support/texts";

test.use({ storageState: stateOf("administrator") });

const OWN_PASSWORD = "my own phrase 7";

const rowOf = (page: Page, login: string) => page.getByRole("row").filter({ hasText: login });
const dialog = (page: Page) => page.getByRole("dialog");

/** Creates a member on the members page; the initial password that is shown. */
async function create(page: Page, member: { login: string; name: string; role: string }): Promise<string> {
    await open(page, MEMBERS);
    await page.getByRole("button", { name: zh.members.create }).click();
    await dialog(page).getByLabel(zh.session.login).fill(member.login);
    await dialog(page).getByLabel(zh.members.name, { exact: true }).fill(member.name);
    await dialog(page).getByLabel(member.role, { exact: true }).check();
    await dialog(page).getByRole("button", { name: zh.members.create }).click();
    return initialPassword(page, member.login);
}

async function initialPassword(page: Page, login: string): Promise<string> {
    const notice = page.getByRole("status").filter({ hasText: fill(zh.members.initial_password, { login }) });
    await expect(notice).toBeVisible();
    await expect(dialog(page)).toBeHidden();
    return notice.locator("code").innerText();
}

async function choosePassword(page: Page, old: string, next: string, again = next): Promise<void> {
    await page.getByLabel(zh.session.old_password, { exact: true }).fill(old);
    await page.getByLabel(zh.session.new_password, { exact: true }).fill(next);
    await page.getByLabel(zh.session.new_password_again, { exact: true }).fill(again);
    await page.locator("main").getByRole("button", { name: zh.session.change_password }).click();
}

/** Signs in for the first time, and chooses an own password. */
async function begin(page: Page, login: string, initial: string, own: string): Promise<void> {
    await open(page, "/login");
    await signIn(page, login, initial);
    await expect(page).toHaveURL(/\/account\/password$/);
    await page.waitForLoadState("networkidle");
    await choosePassword(page, initial, own);
    await expect(page.getByRole("heading", { level: 1, name: zh.nav.dashboard })).toBeVisible();
}

async function confirm(row: Locator, action: string): Promise<void> {
    await row.getByRole("button", { name: action, exact: true }).click();
    await dialog(row.page()).getByRole("button", { name: action, exact: true }).click();
    await expect(dialog(row.page())).toBeHidden();
}

test("a new member chooses a password before anything else", async ({ page, visit, problems }) => {
    const member = { login: "e2e.first", name: "新成员", role: zh.roles.finance };
    const initial = await create(page, member);
    await expect(rowOf(page, member.login)).toContainText(zh.members.new_password_due);

    const theirs = await visit("nobody");
    await open(theirs, "/login");
    await signIn(theirs, member.login, initial);
    await expect(theirs).toHaveURL(/\/account\/password$/);
    await expect(theirs.getByText(zh.session.first_password)).toBeVisible();
    await open(theirs, DASHBOARD);
    await expect(theirs).toHaveURL(/\/account\/password$/);
    await expect(theirs.getByRole("link", { name: zh.nav.dashboard })).toHaveCount(0);

    problems.expect(/status of 422/);
    await choosePassword(theirs, initial, OWN_PASSWORD, "something else 8");
    await expect(theirs.getByRole("alert")).toHaveText(zh.errors.passwords_differ);
    await choosePassword(theirs, initial, "onlyletters");
    await expect(theirs.getByRole("alert")).toHaveText(zh.errors.password_simple);
    await choosePassword(theirs, initial, OWN_PASSWORD);
    await expect(theirs.getByRole("heading", { level: 1, name: zh.nav.dashboard })).toBeVisible();
    await expect(theirs.getByRole("link", { name: zh.nav.imports }).first()).toBeVisible();

    await open(page, MEMBERS);
    await expect(rowOf(page, member.login)).toContainText(zh.members.active);
});

test("the form says what is wrong with a new member", async ({ page, problems }) => {
    problems.expect(/status of 422/);
    await open(page, MEMBERS);
    await page.getByRole("button", { name: zh.members.create }).click();
    await dialog(page).getByLabel(zh.session.login).fill("wang.fang@demo");
    await dialog(page).getByLabel(zh.members.name, { exact: true }).fill("王芳");
    await dialog(page).getByLabel(zh.roles.administrator).check();
    await dialog(page).getByLabel(zh.roles.finance).check();
    await dialog(page).getByRole("button", { name: zh.members.create }).click();
    await expect(dialog(page).getByRole("alert")).toContainText(zh.errors.roles_administrator_alone);
    await dialog(page).getByLabel(zh.roles.administrator).uncheck();
    await dialog(page).getByRole("button", { name: zh.members.create }).click();
    await expect(dialog(page).getByRole("alert")).toContainText(zh.errors.taken);
});

test("who is disabled is out at once, until enabled again", async ({ page, visit, problems }) => {
    const member = { login: "e2e.second", name: "停用者", role: zh.roles.finance };
    const initial = await create(page, member);
    const theirs = await visit("nobody");
    await begin(theirs, member.login, initial, OWN_PASSWORD);

    await confirm(rowOf(page, member.login), zh.members.disable);
    await expect(rowOf(page, member.login)).toContainText(zh.members.disabled);
    await open(theirs, DASHBOARD);
    await expect(theirs).toHaveURL(/\/login/);
    problems.expect(/status of 422/);
    await signIn(theirs, member.login, OWN_PASSWORD);
    await expect(theirs.getByRole("alert")).toHaveText(zh.errors.wrong_login_or_password);

    await rowOf(page, member.login).getByRole("button", { name: zh.members.enable, exact: true }).click();
    await expect(rowOf(page, member.login)).toContainText(zh.members.active);
    await signIn(theirs, member.login, OWN_PASSWORD);
    await expect(theirs.getByRole("heading", { level: 1, name: zh.nav.dashboard })).toBeVisible();
});

test("a reset password ends sessions and must be changed again", async ({ page, visit }) => {
    const member = { login: "e2e.third", name: "忘记者", role: zh.roles.account_manager };
    const initial = await create(page, member);
    const theirs = await visit("nobody");
    await begin(theirs, member.login, initial, OWN_PASSWORD);

    await confirm(rowOf(page, member.login), zh.members.reset);
    const second = await initialPassword(page, member.login);
    expect(second).not.toBe(initial);
    await open(theirs, DASHBOARD);
    await expect(theirs).toHaveURL(/\/login/);
    await begin(theirs, member.login, second, "another phrase 9");
});

test("too many wrong passwords lock an account, and the administrator unlocks it", async ({ page, visit, problems }) => {
    const member = { login: "e2e.fourth", name: "锁定者", role: zh.roles.finance };
    const initial = await create(page, member);
    const theirs = await visit("nobody");
    problems.expect(/status of 422/);
    await open(theirs, "/login");
    for (let attempt = 0; attempt < 6; attempt++) {
        const answer = theirs.waitForResponse((response) => response.url().includes("/_fn/sign_in"));
        await signIn(theirs, member.login, "a wrong phrase 1");
        await answer;
    }
    await expect(theirs.getByRole("alert")).toHaveText(zh.errors.locked);

    await open(page, MEMBERS);
    await expect(rowOf(page, member.login)).toContainText(zh.members.locked);
    await rowOf(page, member.login).getByRole("button", { name: zh.members.unlock, exact: true }).click();
    await expect(page.getByText(zh.members.unlocked)).toBeVisible();
    await expect(rowOf(page, member.login)).not.toContainText(zh.members.locked);
    await begin(theirs, member.login, initial, OWN_PASSWORD);
});

test("nobody disables oneself or resets the own password here", async ({ page }) => {
    await open(page, MEMBERS);
    await expect(rowOf(page, "admin@demo")).toContainText(zh.members.oneself);
    await expect(rowOf(page, "admin@demo").getByRole("button")).toHaveCount(0);
    await expect(rowOf(page, "finance@demo").getByRole("button", { name: zh.members.disable, exact: true })).toBeVisible();
});
