// The account managers whom bills name: first assignments from them, and where ours and theirs differ.
import type { Page } from "@playwright/test";
import { upload } from "../support/bills";
import { month } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import { ASSIGNMENTS, card, column, reveal, rows } from "../support/parts";
import { ROLES, stateOf } from "../support/roles";
import { fill, zh } from "../support/texts";

test.use({ storageState: stateOf("administrator") });

const SUGGESTIONS = `${ASSIGNMENTS}/suggestions`;
const DIFFERENCES = `${ASSIGNMENTS}/differences`;
const ACCOUNTS = ["e2e-named-1", "e2e-named-2"];
const STRANGER = "端到端陌生人";

/** A bill of a far month, so that nothing of today changes: the first account names 周婷, the second a stranger. */
function named(): string {
    const far = "2019-03";
    const header =
        "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ListCost," +
        "ProviderName,ServiceName,SubAccountId,SubAccountName,x_AccountManagerName";
    const line = (account: string, day: string, name: string) =>
        `12.5,end2end-payer,CNY,${far}-01T00:00:00Z,Usage,${far}-${day}T02:00:00Z,12.5,End2End Named,ECS,${account},${account},${name}`;
    const [first = "", second = ""] = ACCOUNTS;
    return [header, line(first, "05", ROLES.zhou.name), line(second, "06", STRANGER)].join("\n") + "\n";
}

const proposals = (page: Page) => page.getByRole("region", { name: zh.suggestions.proposals, exact: true });
const names = (page: Page) => page.getByRole("region", { name: zh.suggestions.names, exact: true });

/** Decides whom the stranger is. */
async function decide(page: Page, option: string): Promise<void> {
    await reveal(names(page), zh.suggestions.name);
    const row = rows(names(page)).filter({ hasText: STRANGER });
    const choice = row.getByRole("combobox");
    const wanted = choice.locator("option").filter({ hasText: option });
    await expect(wanted).toHaveCount(1);
    await choice.selectOption((await wanted.getAttribute("value")) ?? "");
    const answer = page.waitForResponse((response) => response.url().includes("list_suggestions"));
    await row.getByRole("button", { name: zh.suggestions.remember }).click();
    await answer;
}

test("whom bills name becomes the first account manager, once confirmed", async ({ page }) => {
    test.setTimeout(120_000);
    await upload(page, { name: "named.csv", content: named() });
    await expect(page.getByText(zh.imports.state_finished).first()).toBeVisible();
    await open(page, ASSIGNMENTS);
    await page.getByRole("link", { name: zh.suggestions.title }).click();
    await expect(page.getByRole("heading", { level: 1, name: zh.suggestions.title })).toBeVisible();
    const [first = "", second = ""] = ACCOUNTS;
    await expect(rows(proposals(page)).filter({ hasText: first })).toContainText("2019-03-05");
    await expect(rows(proposals(page)).filter({ hasText: second })).toHaveCount(0);

    await decide(page, ROLES.zhou.login);
    await expect(rows(proposals(page)).filter({ hasText: second })).toContainText("2019-03-06");
    for (const id of ACCOUNTS) {
        await page.getByRole("checkbox", { name: fill(zh.customers.select_one, { id }) }).check();
    }
    await page.getByRole("button", { name: zh.suggestions.preview_picked }).click();
    const looked = page.getByText(fill(zh.suggestions.looked, { customers: 2, intervals: 2 }));
    await expect(looked).toBeVisible();
    const moves = card(page, zh.assignments.moves);
    await reveal(moves, zh.terms.account_manager);
    await expect(rows(moves).filter({ hasText: ROLES.zhou.name })).toHaveCount(1);
    await expect(rows(proposals(page)).filter({ hasText: first }), "nothing is written yet").toHaveCount(1);

    await moves.getByRole("button", { name: zh.suggestions.write, exact: true }).click();
    await expect(page.getByText(fill(zh.suggestions.written, { count: 2 }))).toBeVisible();
    for (const id of ACCOUNTS) await expect(rows(proposals(page)).filter({ hasText: id })).toHaveCount(0);
});

test("ours and theirs are compared, filtered and exported", async ({ page }) => {
    await open(page, ASSIGNMENTS);
    await page.getByRole("link", { name: zh.differences.title }).click();
    await expect(page.getByRole("heading", { level: 1, name: zh.differences.title })).toBeVisible();
    const table = page.getByRole("region", { name: zh.differences.title, exact: true });
    await page.getByLabel(zh.differences.from, { exact: true }).fill(month(17));
    await page.getByRole("button", { name: zh.common.search }).click();
    await expect(page).toHaveURL(/from=/);
    await expect(rows(table).first()).toBeVisible();
    const kinds = new Set(await column(table, zh.differences.comparison));
    expect([...kinds].every((kind) => kind === zh.differences.differs || kind === zh.differences.unassigned)).toBe(true);

    await page.getByLabel(zh.differences.show, { exact: true }).selectOption("no_name");
    await page.getByRole("button", { name: zh.common.search }).click();
    await expect(page).toHaveURL(/show=no_name/);
    await expect(rows(table).first()).toContainText(zh.terms.not_provided);
    for (const label of [zh.assignments.export_csv, zh.assignments.export_xlsx]) {
        const link = page.getByRole("link", { name: label });
        await expect(link).toHaveAttribute("href", /show=no_name/);
        const wait = page.waitForEvent("download");
        await link.click();
        expect((await wait).suggestedFilename()).toMatch(/^manager-differences-\d{4}-\d\d-\d{4}-\d\d\.(csv|xlsx)$/);
    }
    await open(page, `${DIFFERENCES}?from=2019-03&to=2019-03&show=all&manager=${encodeURIComponent(ROLES.zhou.name)}`);
    await expect(rows(table)).toHaveCount(2);
    await expect(table.getByText(zh.differences.same)).toHaveCount(2);
});

test("both are denied to an account manager", async ({ visit, problems }) => {
    const page = await visit("wang");
    for (const door of [SUGGESTIONS, DIFFERENCES]) {
        problems.expect(/status of 403/);
        expect((await open(page, door)).status(), door).toBe(403);
        await expect(page.getByRole("alert").first()).toContainText(zh.errors.denied);
    }
});
