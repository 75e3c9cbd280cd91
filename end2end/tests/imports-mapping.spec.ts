// A bill that leaves something open: which column is what, whose bill it is. Every test takes back what it imported.
import type { Page } from "@playwright/test";
import { fact, upload } from "../support/bills";
import { month, units } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import { IMPORTS, LINES, card, column, rows, sums } from "../support/parts";
import { stateOf } from "../support/roles";
import { fill, zh } from "../support/texts";
import { workbook } from "../support/workbook";

test.use({ storageState: stateOf("finance") });

const linesOf = (account: string) => `${LINES}?account=${account}&from=${month()}&to=${month()}`;

/** Goes from the import's page to its question. */
async function answerPage(page: Page): Promise<void> {
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_mapping);
    await page.getByRole("link", { name: zh.mapping.answer }).click();
    await expect(page).toHaveURL(/\/mapping$/);
    await expect(page.getByRole("heading", { level: 1, name: zh.mapping.title })).toBeVisible();
}

const source = (page: Page, field: string) => page.getByLabel(fill(zh.mapping.column_of, { field }), { exact: true });
const constant = (page: Page, field: string) => page.getByLabel(fill(zh.mapping.constant_of, { field }), { exact: true });

async function withdraw(page: Page): Promise<void> {
    await page.getByRole("button", { name: zh.imports.withdraw, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: zh.imports.withdraw, exact: true }).click();
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_withdrawn);
}

test("a header that nobody knows is mapped, looked at, imported, and known the next time", async ({ page, problems }) => {
    const content = `代理商对账单\n编号,单位,费用,日子\nstrange-1,奇特科技有限公司,"1,000.50",${month()}-01\nstrange-1,奇特科技有限公司,2.25,${month()}-01\n合计,,1002.75,\n`;
    await upload(page, { name: "strange.csv", content });
    await answerPage(page);

    await source(page, zh.bill_fields.customer_account).selectOption({ label: "编号" });
    await source(page, zh.bill_fields.customer_name).selectOption({ label: "单位" });
    await source(page, zh.bill_fields.due).selectOption({ label: "费用" });
    await source(page, zh.bill_fields.charge_start).selectOption({ label: "日子" });
    await constant(page, zh.bill_fields.currency).fill("CNY");
    await page.getByLabel(zh.mapping.name).fill("端到端对账单");
    await expect(page.getByRole("button", { name: zh.mapping.import, exact: true })).toBeDisabled();
    problems.expect(/status of 422.*preview_mapping/);
    await page.getByRole("button", { name: zh.mapping.preview, exact: true }).click();
    await expect(page.getByRole("alert")).toContainText(zh.bill_fields.supplier);
    await constant(page, zh.bill_fields.supplier).fill("奇特云");
    await page.getByRole("button", { name: zh.mapping.preview, exact: true }).click();
    const preview = card(page, fill(zh.mapping.preview_title, { count: 10 }));
    await expect(rows(preview)).toHaveCount(2);
    expect(await column(preview, zh.terms.due)).toEqual(["1,000.50", "2.25"]);
    expect(await column(preview, zh.imports.month)).toEqual([month(), month()]);

    await page.getByRole("button", { name: zh.mapping.import, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`${IMPORTS}/[^/]+$`));
    await expect(fact(page, zh.imports.rows_imported)).toHaveText("2");
    await expect(fact(page, zh.mapping.totals_skipped)).toHaveText("1");
    const first = page.url();
    await open(page, linesOf("strange-1"));
    expect((await sums(page, "CNY"))[0]).toBe(units("1002.75"));

    // The next file of these columns asks nothing.
    await upload(page, { name: "next.csv", content: content.replace("2.25", "3.25").replace("1002.75", "1003.75") });
    await expect(fact(page, zh.imports.rows_imported)).toHaveText("2");
    await expect(card(page, "next.csv").last()).toContainText("端到端对账单");
    await withdraw(page);
    await open(page, first);
    await withdraw(page);

    await open(page, IMPORTS);
    const saved = card(page, zh.mapping.saved);
    const row = rows(saved).filter({ hasText: "端到端对账单" });
    await expect(row).toContainText("奇特云");
    await row.getByRole("button", { name: zh.mapping.delete, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: zh.mapping.delete, exact: true }).click();
    await expect(page.getByText(zh.mapping.deleted)).toBeVisible();
    await expect(rows(saved).filter({ hasText: "端到端对账单" })).toHaveCount(0);
});

test("a single customer's workbook asks whose it is", async ({ page }) => {
    const header = ["账期", "消费时间", "产品类型", "计费模式", "账单类型", "官网价", "优惠金额", "抹零金额", "应付金额", "代金券抵扣"];
    const charge = [month(), `${month()}-01 08:00:00`, "弹性云服务器", "按需", "消费-使用", 12.5, 2.5, 0, 10, 1];
    const content = workbook([["2026年消费明细"], header, charge, ["合计", "", "", "", "", "", "", "", 11, ""]]);
    await upload(page, { name: "single.xlsx", content });
    await answerPage(page);
    await expect(page.getByRole("heading", { name: fill(zh.mapping.known, { format: "Huawei Cloud consumption details" }) })).toBeVisible();
    await expect(rows(card(page, "single.xlsx"))).toHaveCount(1);
    await constant(page, zh.bill_fields.customer_account).fill("single-1");
    await page.getByRole("button", { name: zh.mapping.preview, exact: true }).click();
    const preview = card(page, fill(zh.mapping.preview_title, { count: 10 }));
    expect(await column(preview, zh.terms.account_id)).toEqual(["single-1"]);
    await page.getByRole("button", { name: zh.mapping.import, exact: true }).click();
    await expect(fact(page, zh.imports.rows_imported)).toHaveText("1");
    const report = card(page, "single.xlsx").last();
    await expect(report).toContainText(zh.mapping.unverified);
    await expect(report).toContainText(fill(zh.mapping.total_differs, { row: 2, total: "11.00", sum: "10.00" }));
    const delivery = page.url();
    await open(page, linesOf("single-1"));
    expect(await sums(page, "CNY")).toEqual([units("10"), units("1"), units("9")]);
    await open(page, delivery);
    await withdraw(page);
});

test("what nobody wants to answer is discarded", async ({ page }) => {
    await upload(page, { name: "staff.csv", content: "name,born\n张三,1990-01-01\n" });
    await answerPage(page);
    const question = page.url();
    await page.getByRole("button", { name: zh.mapping.discard, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: zh.mapping.discard, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`${IMPORTS}$`));
    await page.goto(question.replace(/\/mapping$/, ""));
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_withdrawn);
});
