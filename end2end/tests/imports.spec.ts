import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bill, fact, upload } from "../support/bills";
import { month, units } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import { IMPORTS, LINES, card, column, reveal, rows, sums } from "../support/parts";
import { stateOf } from "../support/roles";
import { EXAMPLES } from "../support/server";
import { fill, zh } from "../support/texts";

test.use({ storageState: stateOf("finance") });

const SAMPLE = join(EXAMPLES, "focus-1.0-sample/focus_sample.csv");
const linesOf = (account: string, from = month()) => `${LINES}?account=${account}&from=${from}&to=${from}`;

test("a file that is no table is refused, in the reader's language", async ({ page }) => {
    await upload(page, { name: "page.xls", content: "<html><table><tr><td>1</td></tr></table></html>" });
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_refused);
    await expect(page.getByRole("alert")).toHaveText(fill(zh.reject.file_named, { file: "page.xls", reason: zh.reject.html }));
});

test("an empty file is refused before it is sent anywhere", async ({ page, problems }) => {
    problems.expect(/status of 422/);
    await open(page, IMPORTS);
    await page.getByLabel(zh.imports.file, { exact: true }).setInputFiles({ name: "empty.csv", mimeType: "text/csv", buffer: Buffer.alloc(0) });
    await page.getByRole("button", { name: zh.imports.start }).click();
    await expect(page.getByRole("alert")).toHaveText(zh.imports.empty);
});

test("the FOCUS sample comes in with its totals", async ({ page }) => {
    test.skip(!existsSync(SAMPLE), "the example bills are not beside the repository");
    const { totals } = JSON.parse(readFileSync(SAMPLE.replace("focus_sample.csv", "expected_totals.json"), "utf8")) as {
        totals: { BilledCost: string };
    };
    await upload(page, SAMPLE);
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_finished, { timeout: 60_000 });
    const report = card(page, "focus_sample.csv").last();
    await expect(report).toContainText("FOCUS 1.0");
    await expect(report.locator("dl")).toContainText(zh.imports.rows_imported);
    await expect(fact(page, zh.imports.rows_imported)).toHaveText("1,000");
    await expect(fact(page, zh.imports.rows_rejected)).toHaveText("0");
    await expect(fact(page, zh.imports.customers)).toHaveText(fill(zh.imports.customer_counts, { known: 0, created: 73 }));
    const money = report.getByRole("region", { name: zh.imports.sums });
    await expect(rows(money)).toHaveCount(1);
    expect((await column(money, 0))[0]).toBe("USD");
    expect((await column(money, 2))[0]).toBe(totals.BilledCost);
    const stored = units((await column(money, 3))[0] ?? "");
    expect(stored).toBeGreaterThan(2_052_021_672n);
    expect(stored).toBeLessThan(2_052_023_673n);
    const versions = report.getByRole("region", { name: zh.imports.versions });
    expect([...new Set(await column(versions, 0))].sort()).toEqual(["2024-09", "2024-10"]);

    // Its lines add up to what the report says.
    await open(page, `${LINES}?from=2024-09&to=2024-10&currency=USD`);
    expect((await sums(page, "USD"))[2]).toBe(stored);
    // The history has it.
    await open(page, IMPORTS);
    const first = rows(card(page, zh.imports.history)).first();
    await expect(first).toContainText("focus_sample.csv");
    await expect(first).toContainText("吴晓梅");
    await expect(first).toContainText("1,000");
    await expect(first).toContainText(totals.BilledCost);
});

test("rejected rows are downloaded, mended and imported again", async ({ page }) => {
    const account = { id: "e2e-mend-1", name: "修补科技有限公司" };
    const content = bill(account, [
        { cost: "10.5" },
        { cost: "twelve" },
        { cost: "20.25" },
        { cost: "30", day: "someday" },
    ]);
    await upload(page, { name: "faulty.csv", content });
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_finished);
    await expect(fact(page, zh.imports.rows_imported)).toHaveText("2");
    await expect(fact(page, zh.imports.rows_rejected)).toHaveText("2");
    const rejects = page.getByRole("region", { name: zh.imports.rejects });
    expect(await column(rejects, 0)).toEqual(["2", "4"]);
    expect(await column(rejects, 1)).toEqual(["BilledCost", "ChargePeriodStart"]);
    expect(await column(rejects, 2)).toEqual([zh.reject.no_number, zh.reject.no_instant]);

    // The good rows are in.
    const report = page.url();
    await open(page, linesOf(account.id));
    expect((await sums(page, "CNY"))[0]).toBe(units("30.75"));

    await open(page, report);
    const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: zh.imports.download_rejects }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^rejected-.*\.csv$/);
    const rejected = readFileSync(await download.path(), "utf8");
    expect(rejected.trim().split("\n")).toHaveLength(3);
    expect(rejected).toContain("x_RejectedReason");
    const mended = rejected.replace(/(^|,)twelve(?=,)/gm, (_, before: string) => `${before}12`).replace("somedayT08:00:00+08:00", `${month()}-02T08:00:00+08:00`);
    expect(mended).not.toBe(rejected);

    await upload(page, { name: "mended.csv", content: mended });
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_finished);
    await expect(fact(page, zh.imports.rows_imported)).toHaveText("2");
    await expect(fact(page, zh.imports.rows_rejected)).toHaveText("0");
    // They add to what was in.
    await open(page, linesOf(account.id));
    expect((await sums(page, "CNY"))[0]).toBe(units("72.75"));
    await expect(rows(page.getByRole("region", { name: zh.nav.lines }))).toHaveCount(4);
});

test("what would take most lines waits for a confirmation, and can be withdrawn", async ({ page }) => {
    const account = { id: "e2e-held-1", name: "保留科技有限公司" };
    const many = Array.from({ length: 8 }, (_, at) => ({ cost: "1", service: `S${at}` }));
    await upload(page, { name: "all.csv", content: bill(account, many) });
    await expect(fact(page, zh.imports.rows_imported)).toHaveText("8");

    await upload(page, { name: "few.csv", content: bill(account, many.slice(0, 2)) });
    await expect(page.getByRole("heading", { name: zh.imports.held })).toBeVisible();
    await expect(page.getByText(zh.imports.held_text)).toBeVisible();
    await expect(fact(page, zh.imports.lines_now)).toHaveText("8");
    await expect(fact(page, zh.imports.lines_then)).toHaveText("2");
    const losing = page.getByRole("region", { name: zh.imports.losing_customers });
    await expect(losing).toContainText(account.name);
    const report = page.url();
    await open(page, linesOf(account.id));
    expect((await sums(page, "CNY"))[0], "not yet").toBe(units("8"));

    await open(page, report);
    await page.getByRole("button", { name: zh.imports.confirm, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: zh.imports.confirm, exact: true }).click();
    await expect(page.getByText(zh.imports.confirmed)).toBeVisible();
    await expect(page.getByRole("heading", { name: zh.imports.held })).toHaveCount(0);
    await open(page, linesOf(account.id));
    expect((await sums(page, "CNY"))[0]).toBe(units("2"));

    await open(page, report);
    await page.getByRole("button", { name: zh.imports.withdraw, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: zh.imports.withdraw, exact: true }).click();
    await expect(page.getByText(zh.imports.withdrawn).first()).toBeVisible();
    await expect(fact(page, zh.common.state)).toHaveText(zh.imports.state_withdrawn);
    await open(page, linesOf(account.id));
    expect((await sums(page, "CNY"))[0], "as before").toBe(units("8"));
});

test("the same file again changes nothing", async ({ page }) => {
    const account = { id: "e2e-same-1", name: "重复科技有限公司" };
    const content = bill(account, [{ cost: "3.5" }, { cost: "3.5" }]);
    await upload(page, { name: "same.csv", content });
    await expect(fact(page, zh.imports.rows_imported)).toHaveText("2");
    await upload(page, { name: "same.csv", content });
    await expect(fact(page, zh.imports.rows_unchanged)).toHaveText("2");
    await open(page, linesOf(account.id));
    expect((await sums(page, "CNY"))[0]).toBe(units("7"));
});

test("a new account of a bill becomes a customer from the bill", async ({ page }) => {
    const account = { id: "e2e-new-1", name: "崭新科技有限公司" };
    await upload(page, { name: "new.csv", content: bill(account, [{ cost: "1" }]) });
    await expect(fact(page, zh.imports.customers)).toHaveText(fill(zh.imports.customer_counts, { known: 0, created: 1 }));
    await open(page, `/sales/customers?id=${account.id}`);
    const table = page.getByRole("region", { name: zh.nav.customers, exact: true });
    await expect(rows(table)).toHaveCount(1);
    await expect(rows(table)).toContainText(zh.customers.from_bill);
    await reveal(table, zh.terms.account_name);
    await expect(rows(table)).toContainText(account.name);
});
