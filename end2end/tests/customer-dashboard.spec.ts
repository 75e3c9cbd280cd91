import { month } from "../support/figures";
import { expect, open, refused, test } from "../support/fixture";
import { LINES, card, rows, tile } from "../support/parts";
import { ROLES, stateOf } from "../support/roles";
import { zh } from "../support/texts";

const PATH = "/sales/dashboards/customers";

test.use({ storageState: stateOf("director") });

test("the month's customers are counted and listed, and lead to their lines", async ({ page }) => {
    await open(page, `${PATH}?month=${month(1)}`);
    for (const label of [zh.movement.customers, zh.movement.first_seen, zh.movement.newly_assigned, zh.movement.concentration]) {
        await expect(tile(page, label).locator(".tile__value")).toHaveText(/\d/);
    }
    for (const title of [zh.movement.risen, zh.movement.fallen, zh.movement.started, zh.movement.silent]) {
        await expect(card(page, new RegExp(title))).toBeVisible();
    }
    const risen = rows(card(page, new RegExp(zh.movement.risen)));
    expect(await risen.count()).toBeGreaterThan(0);
    await risen.first().locator("td a").click();
    await expect(page).toHaveURL(new RegExp(`${LINES}\\?from=${month(1)}&to=${month(1)}.*customer_id=`));
});

test("another month is chosen, and an account manager's customers", async ({ page }) => {
    await open(page, PATH);
    await page.getByLabel(zh.movement.month, { exact: true }).fill(month(2));
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`month=${month(2)}`));
    await expect(page.locator("main")).toContainText(`${month(2)} · `);
    await page.waitForLoadState("networkidle");
    const all = Number(await tile(page, zh.movement.customers).locator(".tile__value").innerText());
    const manager = page.getByRole("combobox", { name: zh.terms.account_manager });
    await manager.fill(ROLES.wang.name);
    // The suggestions lie over the button.
    await expect(page.getByRole("option").first()).toBeVisible();
    await manager.press("Tab");
    await page.getByRole("button", { name: zh.common.search, exact: true }).click();
    await expect(page).toHaveURL(/manager=%/);
    await expect.poll(async () => Number(await tile(page, zh.movement.customers).locator(".tile__value").innerText())).toBeLessThan(all);
});

test("unassigned customers are a worklist for who sees all, and unknown to an account manager", async ({ page, visit }) => {
    await open(page, PATH);
    const worklist = card(page, new RegExp(zh.movement.unassigned));
    expect(await rows(worklist).count()).toBeGreaterThan(0);
    await worklist.getByRole("link", { name: zh.assignments.assign_unassigned }).click();
    await expect(page).toHaveURL(/unassigned=1/);
    const own = await visit("wang");
    await open(own, PATH);
    await expect(card(own, new RegExp(zh.movement.unassigned))).toHaveCount(0);
    await expect(own.getByRole("combobox", { name: zh.terms.account_manager })).toHaveCount(0);
});

test("a month that is none is refused", async ({ page, problems }) => {
    await refused(page, problems, `${PATH}?month=2026-13`, 422);
});
