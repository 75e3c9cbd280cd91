import type { Page } from "@playwright/test";
import { month } from "../support/figures";
import { expect, open, refused, test } from "../support/fixture";
import {
    ASSIGNMENTS, CUSTOMERS, DASHBOARD, IMPORTS, LINES, MEMBERS, MONTHS, SUMMARY, TARGETS, TEAMS, card, column, exact, reveal, rows,
} from "../support/parts";
import { ROLES, stateOf } from "../support/roles";
import { zh } from "../support/texts";

// An account manager sees own customers only, whatever the door.
test.use({ storageState: stateOf("wang") });

const table = (page: Page) => page.getByRole("region", { name: zh.nav.customers, exact: true });

/** A customer that 李伟 manages and 王芳 never did. */
async function foreign(page: Page): Promise<{ path: string; name: string; accountId: string }> {
    await open(page, `${CUSTOMERS}?manager=${encodeURIComponent(ROLES.li.name)}&sort=name`);
    await reveal(table(page), zh.terms.customer_name);
    const links = await table(page).locator("tbody th a").all();
    for (const [at, link] of links.entries()) {
        const [path, name] = [(await link.getAttribute("href")) ?? "", (await link.innerText()).trim()];
        const accountId = (await column(table(page), zh.terms.account_id))[at] ?? "";
        const other = await page.context().newPage();
        await open(other, path);
        const history = card(other, zh.assignments.history);
        await reveal(history, zh.terms.account_manager);
        const managers = await column(history, 0);
        await other.close();
        if (!managers.includes(ROLES.wang.name)) return { path, name, accountId };
    }
    throw new Error("the demo has no such customer");
}

test("the list holds own customers only", async ({ page, visit }) => {
    await open(page, CUSTOMERS);
    await reveal(table(page), zh.terms.account_manager);
    expect(new Set(await column(table(page), zh.terms.account_manager))).toEqual(new Set([ROLES.wang.name]));
    await expect(page.getByRole("checkbox", { name: /^选择/ })).toHaveCount(0);
    await expect(page.getByRole("button", { name: zh.assignments.assign })).toHaveCount(0);
    const own = await rows(table(page)).count();
    const admin = await visit("administrator");
    await open(admin, `${CUSTOMERS}?manager=${encodeURIComponent(ROLES.wang.name)}`);
    await expect(rows(table(admin))).toHaveCount(own);
});

test("the dashboard adds up own customers only", async ({ page, visit }) => {
    const query = `?from=${month(1)}&to=${month(1)}&currency=CNY`;
    await open(page, DASHBOARD + query);
    const own = await exact(page, zh.terms.due);
    await expect(card(page, new RegExp(zh.dashboard.managers))).toHaveCount(0);
    await expect(page.getByLabel(zh.terms.attribution, { exact: true })).toHaveCount(0);
    const admin = await visit("administrator");
    await open(admin, DASHBOARD + query);
    const all = await exact(admin, zh.terms.due);
    expect(own).toBeLessThan(all);
    expect(own).toBeGreaterThan(0n);
    const managers = card(admin, new RegExp(zh.dashboard.managers));
    const title = await rows(managers).filter({ hasText: ROLES.wang.name }).locator("td").first().getAttribute("title");
    expect(BigInt((title ?? "").replace(/[,.]/g, "")) > 0n).toBe(true);
    await rows(managers).filter({ hasText: ROLES.wang.name }).getByRole("link", { name: ROLES.wang.name }).click();
    await expect(admin).toHaveURL(/manager_id=/);
    await expect(rows(managers)).toHaveCount(1);
    expect(await exact(admin, zh.terms.due), "what the director sees of 王芳").toBe(own);
});

test("a foreign customer is not there, by any door", async ({ page, visit, problems }) => {
    const director = await visit("director");
    const customer = await foreign(director);
    const id = customer.path.split("/").at(-1) ?? "";

    await refused(page, problems, customer.path, 404);
    await expect(page.getByRole("alert")).toContainText(zh.errors.not_found);
    await expect(page.locator("body")).not.toContainText(customer.accountId);
    for (const door of [DASHBOARD, SUMMARY, LINES]) {
        await refused(page, problems, `${door}?customer_id=${id}`, 404);
        await expect(page.getByRole("alert")).toContainText(zh.errors.not_found);
    }
    for (const query of [`id=${encodeURIComponent(customer.accountId)}`, `name=${encodeURIComponent(customer.name)}`]) {
        await open(page, `${CUSTOMERS}?${query}`);
        await expect(page.getByText(zh.customers.nothing, { exact: true })).toBeVisible();
    }
    await open(page, `${LINES}?search=${encodeURIComponent(customer.accountId)}`);
    await expect(page.getByText(zh.lines.nothing, { exact: true })).toBeVisible();

    await open(page, DASHBOARD);
    const answer = page.waitForResponse((response) => response.url().includes("suggest_customers"));
    await page.getByRole("combobox", { name: zh.terms.customer, exact: true }).fill(customer.name);
    expect(await (await answer).text()).not.toContain(customer.accountId);
    await expect(page.locator(".combo__list").getByRole("option")).toHaveCount(0);
});

test("menus hold what the role may open", async ({ page, visit }) => {
    await open(page, DASHBOARD);
    const side = page.getByRole("navigation", { name: zh.nav.section });
    await expect(side.getByRole("link")).toHaveText([
        zh.nav.customers, zh.nav.summary, zh.nav.lines, zh.nav.exports, zh.nav.dashboard, zh.nav.customer_dashboard,
        zh.nav.targets,
    ]);
    const top = page.getByRole("navigation", { name: zh.nav.top });
    await expect(top.getByRole("link")).toHaveText([zh.nav.sales]);

    const admin = await visit("administrator");
    await open(admin, DASHBOARD);
    await expect(admin.getByRole("navigation", { name: zh.nav.section }).getByRole("link")).toHaveText([
        zh.nav.customers, zh.nav.assignments, zh.nav.summary, zh.nav.lines, zh.nav.exports, zh.nav.imports, zh.nav.months,
        zh.nav.dashboard, zh.nav.customer_dashboard, zh.nav.targets,
    ]);
    await admin.getByRole("navigation", { name: zh.nav.top }).getByRole("link", { name: zh.nav.organization }).click();
    await expect(admin.getByRole("heading", { level: 1, name: zh.nav.members })).toBeVisible();
});

for (const door of [IMPORTS, ASSIGNMENTS, MEMBERS, MONTHS, TEAMS, `${TARGETS}?tab=targets`, `${IMPORTS}/nobody`, `${MONTHS}/${month(1)}`]) {
    test(`${door} is denied to an account manager, who is told why`, async ({ page, problems }) => {
        await refused(page, problems, door, 403);
        await expect(page.getByRole("alert").first()).toContainText(zh.errors.denied);
        await expect(page.getByRole("table")).toHaveCount(0);
        await expect(page.getByRole("button", { name: zh.imports.start })).toHaveCount(0);
    });
}

test("a page that is not there says so", async ({ page, problems }) => {
    await refused(page, problems, "/sales/nowhere", 404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(zh.errors.page_not_found);
    await page.locator("main").getByRole("link", { name: zh.nav.partner_center }).click();
    await expect(page.getByRole("heading", { level: 1, name: zh.nav.dashboard })).toBeVisible();
});
