// The pictures of the documents: `PICTURES=1 playwright test --config end2end/playwright.config.ts`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { bill, fact, upload } from "./support/bills";
import { month } from "./support/figures";
import { open, test } from "./support/fixture";
import { ASSIGNMENTS, CUSTOMERS, DASHBOARD, rows } from "./support/parts";
import { PICTURES } from "./support/server";
import { zh } from "./support/texts";

test.beforeAll(() => {
    mkdirSync(PICTURES, { recursive: true });
});

async function take(page: Page, name: string, fullPage = false): Promise<void> {
    // A drawn chart has come to rest.
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage, animations: "disabled", scale: "css" });
}

test("dashboard", async ({ visit }) => {
    for (const theme of ["light", "dark"] as const) {
        const page = await visit("director", { theme, viewport: { width: 1440, height: 1000 } });
        await open(page, DASHBOARD);
        await take(page, theme === "dark" ? "dashboard-dark" : "dashboard");
    }
    const page = await visit("wang", { viewport: { width: 360, height: 740 } });
    await open(page, DASHBOARD);
    await take(page, "dashboard-phone");
});

test("customers and assignments", async ({ visit }) => {
    const page = await visit("director");
    await open(page, `${CUSTOMERS}?sort=consumption`);
    await take(page, "customers");
    await open(page, ASSIGNMENTS);
    const view = rows(page.locator("main")).first().getByRole("link", { name: zh.assignments.view_customers });
    await open(page, (await view.getAttribute("href")) ?? "");
    await take(page, "assignments");
});

test("import", async ({ visit }) => {
    const page = await visit("finance");
    const account = { id: "44017120", name: "示例科技有限公司" };
    const charges = [{ cost: "128.50" }, { cost: "1O2.00" }, { cost: "64.25" }];
    const content = bill(account, charges, { supplier: "示例云", payer: "1004417120" });
    await upload(page, { name: `focus-${month()}.csv`, content });
    await fact(page, zh.imports.rows_imported).waitFor();
    await take(page, "import");
});

test("login", async ({ visit }) => {
    const page = await visit("nobody");
    await open(page, "/login");
    await take(page, "login");
});
