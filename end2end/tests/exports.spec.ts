import { readFileSync } from "node:fs";
import type { Download, Page } from "@playwright/test";
import { cells, table, told } from "../support/files";
import { month, sum, units } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import { DASHBOARD, EXPORTS, LINES, exact, rows, sums, tile } from "../support/parts";
import type { Role } from "../support/roles";
import { fill, zh } from "../support/texts";

const FORMATS = ["csv", "xlsx", "focus"] as const;
type Format = (typeof FORMATS)[number];

/** A month of one product: fewer lines than are written in the background. */
const SOME = `${LINES}?from=${month(1)}&to=${month(1)}&currency=CNY`;

async function menu(page: Page): Promise<void> {
    await page.locator("details.menu > summary").filter({ hasText: zh.exports.export }).click();
}

async function exported(page: Page, format: Format): Promise<string[][]> {
    await menu(page);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: zh.exports[format], exact: true }).click();
    return content(await download);
}

async function content(download: Download): Promise<string[][]> {
    return cells(readFileSync(await download.path()));
}

/** Sums of a column; the words for what is not provided are none. */
const total = (found: Record<string, string>[], name: string) => sum(found.map((row) => units(row[name] ?? "")));

for (const who of ["administrator", "wang"] as Role[]) {
    test(`lines as files add up to the screen: ${who}`, async ({ visit }) => {
        const page = await visit(who);
        await open(page, SOME);
        const shown = await sums(page, "CNY");
        const names = new Set<string>();
        for (const format of ["csv", "xlsx"] as const) {
            const file = await exported(page, format);
            const head = file.find((row) => row[0] === "CNY") ?? [];
            expect([1, 2, 3].map((place) => units(head[place] ?? "")), format).toEqual(shown);
            const lines = table(file, "消费日期");
            expect([total(lines, "应付金额"), total(lines, "代金券抵扣"), total(lines, "实付金额")], format).toEqual(shown);
            expect(told(file, "账期范围")).toBe(`${month(1)} – ${month(1)}`);
            expect(told(file, "筛选条件")).toBe("币种: CNY");
            expect(told(file, "计费时区")).toBe("Asia/Shanghai");
            expect(Number(told(file, "数据版本"))).toBeGreaterThan(0);
            expect(told(file, "账期状态")).toContain(month(1));
            for (const line of lines) names.add(line["客户名称"] ?? "");
            await expect(page).toHaveURL(new RegExp(`${LINES}\\?from=`));
        }
        const focus = table(await exported(page, "focus"), "BilledCost");
        const coupons = focus.filter((row) => row["ChargeCategory"] === "Credit");
        expect(total(focus, "BilledCost")).toBe(shown[2]);
        expect(-total(coupons, "BilledCost")).toBe(shown[1]);
        // As the page masks them, but for who may take them along.
        const masked = [...names].every((name) => /^.\*\*$/.test(name));
        expect(masked).toBe(who !== "administrator");
    });

    test(`the dashboard's tabs as files add up to the screen: ${who}`, async ({ visit }) => {
        const page = await visit(who);
        await open(page, `${DASHBOARD}?from=${month(2)}&to=${month(1)}`);
        const [due, paid] = [await exact(page, zh.terms.due), await exact(page, zh.terms.paid)];
        for (const format of ["csv", "xlsx"] as const) {
            const figures = table(await exported(page, format), "指标");
            expect(figures.slice(0, 2).map((row) => units(row["本期"] ?? "")), format).toEqual([due, paid]);
            for (const tab of ["trend", "distribution"]) {
                await open(page, `${DASHBOARD}?from=${month(2)}&to=${month(1)}&tab=${tab}&by=customer&top=5`);
                const groups = table(await exported(page, format), "客户");
                const all = groups.pop() ?? {};
                const of = tab === "trend" ? "合计" : "应付金额";
                expect(all["客户"]).toBe("合计");
                expect([units(all[of] ?? ""), total(groups, of)], `${tab} ${format}`).toEqual([due, due]);
            }
            await open(page, `${DASHBOARD}?from=${month(2)}&to=${month(1)}`);
        }
        await open(page, `/sales/dashboards/customers?month=${month(1)}`);
        const counted = await tile(page, zh.movement.customers).locator(".tile__value").innerText();
        const figures = table(await exported(page, "csv"), "指标");
        expect(figures.find((row) => row["指标"] === "客户总数")?.["本期"]).toBe(counted.replaceAll(",", ""));
    });
}

test("more than is worth waiting for is written in the background and downloaded from the records", async ({ visit }) => {
    const page = await visit("finance");
    const range = `${LINES}?from=${month(6)}&to=${month(1)}`;
    await open(page, range);
    const shown = await sums(page, "CNY");
    await menu(page);
    await page.getByRole("button", { name: zh.exports.csv, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`${EXPORTS}\\?started=`));
    await expect(page.getByRole("status")).toHaveText(zh.exports.started);
    const record = rows(page.locator("main")).first();
    // The page asks again by itself.
    await expect(record).toContainText(zh.exports.finished, { timeout: 60_000 });
    await expect(record).toContainText(`${month(6)} – ${month(1)}`);
    const download = page.waitForEvent("download");
    await record.getByRole("link", { name: zh.exports.download }).click();
    const file = await content(await download);
    const lines = table(file, "消费日期").filter((row) => row["币种"] === "CNY");
    expect(lines.length).toBeGreaterThan(10_000);
    expect([total(lines, "应付金额"), total(lines, "代金券抵扣"), total(lines, "实付金额")]).toEqual(shown);

    // Nobody else sees it.
    const address = await record.getByRole("link", { name: zh.exports.download }).getAttribute("href");
    const other = await visit("administrator");
    expect((await other.request.get(address ?? "", { headers: { accept: "application/json" } })).status()).toBe(404);

    await record.getByRole("button", { name: zh.exports.delete, exact: true }).click();
    const dialog = page.getByRole("dialog", { name: zh.exports.delete });
    await expect(dialog).toContainText(zh.exports.delete_text);
    await dialog.getByRole("button", { name: zh.exports.delete, exact: true }).click();
    await expect(page.getByText(zh.exports.nothing, { exact: true })).toBeVisible();
    expect((await page.request.get(address ?? "", { headers: { accept: "application/json" } })).status()).toBe(404);
});

test("the menu works by keyboard, and where nothing is shown there is none", async ({ visit }) => {
    const page = await visit("li");
    await open(page, SOME);
    const summary = page.locator("details.menu > summary").filter({ hasText: zh.exports.export });
    await summary.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByText(fill(zh.exports.large_in_background, { rows: "10,000" }))).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(summary).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: zh.exports.csv, exact: true })).toBeFocused();
    const download = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    expect((await download).suggestedFilename()).toMatch(/^lines-\d{4}-\d{2}-\d{4}-\d{2}-v\d+\.csv$/);
    await open(page, `${LINES}?service=no-such-service`);
    await expect(page.getByText(zh.lines.nothing, { exact: true })).toBeVisible();
    await expect(summary).toHaveCount(0);
});

test("exports work without WebAssembly", async ({ visit }) => {
    const page = await visit("finance", { javaScriptEnabled: false });
    await page.goto(SOME);
    const file = await exported(page, "csv");
    expect(table(file, "消费日期").length).toBeGreaterThan(0);
});
