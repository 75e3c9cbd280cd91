// Small bill files, and sending them.
import { expect, type Page } from "@playwright/test";
import { month } from "./figures";
import { IMPORTS } from "./parts";
import { zh } from "./texts";

/** One charge of a bill. */
export interface Charge {
    cost: string;
    day?: string;
    service?: string;
}

/** A FOCUS bill of one customer account for the current month. */
export function bill(
    account: { id: string; name: string },
    charges: Charge[],
    { supplier, payer } = { supplier: "End2End Cloud", payer: "end2end-payer" },
): string {
    const header =
        "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory," +
        "ChargePeriodStart,ListCost,ProviderName,ServiceName,SubAccountId,SubAccountName";
    const [start, end] = [`${month()}-01T00:00:00+08:00`, `${month(-1)}-01T00:00:00+08:00`];
    const rows = charges.map(({ cost, day = `${month()}-01`, service = "ECS" }) =>
        [
            cost, payer, "CNY", end, start, "Usage", day && `${day}T08:00:00+08:00`, cost, supplier,
            service, account.id, account.name,
        ].map((value) => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(","),
    );
    return [header, ...rows, ""].join("\n");
}

/** Sends a file with the upload form and waits for the page of its import. */
export async function upload(page: Page, file: { name: string; content: string | Buffer } | string): Promise<void> {
    await page.goto(IMPORTS);
    await page.waitForLoadState("networkidle");
    const payload =
        typeof file === "string" ? file : { name: file.name, mimeType: "text/csv", buffer: Buffer.from(file.content) };
    await page.getByLabel(zh.imports.file, { exact: true }).setInputFiles(payload);
    await page.getByRole("button", { name: zh.imports.start }).click();
    await expect(page).toHaveURL(new RegExp(`${IMPORTS}/[^/]+$`));
    await expect(page.getByRole("heading", { level: 1, name: zh.imports.delivery })).toBeVisible();
}

/** The value beside a term in the description lists of a page. */
export const fact = (page: Page, term: string) =>
    page.locator("dl.dl dt").filter({ hasText: new RegExp(`^${term}$`) }).locator("xpath=following-sibling::dd[1]");
