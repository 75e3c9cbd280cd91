// The parts of pages that several tests look at.
import { expect, type Locator, type Page } from "@playwright/test";
import { units } from "./figures";
import { en, fill, pattern, zh } from "./texts";

export const DASHBOARD = "/sales/dashboards/consumption";
export const SUMMARY = "/sales/consumption/summary";
export const LINES = "/sales/consumption/lines";
export const CUSTOMERS = "/sales/customers";
export const ASSIGNMENTS = "/sales/assignments";
export const EXPORTS = "/sales/consumption/exports";
export const IMPORTS = "/sales/consumption/imports";
export const MONTHS = "/sales/consumption/months";
export const MEMBERS = "/organization/members";
export const TEAMS = "/organization/teams";
export const TARGETS = "/sales/dashboards/targets";

/** The tile of a key figure. */
export function tile(page: Page, label: string): Locator {
    return page.locator("article.tile").filter({ has: page.locator(".tile__label", { hasText: new RegExp(`^\\s*${label}`) }) });
}

/** Every digit of a tile's figure. */
export async function exact(page: Page, label: string): Promise<bigint> {
    const value = tile(page, label).locator(".tile__value");
    await expect(value).toBeVisible();
    return units((await value.getAttribute("title")) ?? "");
}

/** A card by its heading. */
export function card(page: Page, heading: string | RegExp): Locator {
    return page.locator("section.card").filter({ has: page.getByRole("heading", { name: heading }) });
}

/** The body rows of the table in `part`. */
export const rows = (part: Locator) => part.locator("tbody tr");

/** The texts of one column of a table: by what its heading starts with, or by its place from 0. */
export async function column(part: Locator, at: string | number): Promise<string[]> {
    return rows(part).evaluateAll((found, at) => found.map((row) => {
        const table = row.closest("table");
        // a row that was just replaced by others
        if (!table) return "";
        const headings = [...table.querySelectorAll("thead th")];
        const place = typeof at === "number" ? at : headings.findIndex((heading) => heading.textContent.trim().startsWith(at));
        if (place < 0) throw new Error(`no column ${at}`);
        return row.children[place]?.textContent.trim() ?? "";
    }), at);
}

/** The exact sums that the lines page shows for a currency: due, coupons, paid. */
export async function sums(page: Page, currency: string): Promise<[bigint, bigint, bigint]> {
    const foot = page.locator(".card__foot");
    await expect(foot).toContainText(currency);
    const text = (await foot.innerText()).split("\n")[0] ?? "";
    const found = text.split("; ").map((part) => pattern(zh.lines.sum).exec(part)).find((part) => part?.[1] === currency);
    const [, , due = "", coupon = "", paid = ""] = found ?? [];
    // Where the lines tell arrears, these follow.
    return [units(due), units(coupon), units(paid.split("，")[0] ?? "")];
}

/** Shows a masked column of the table in `part`. */
export async function reveal(part: Locator, label: string): Promise<void> {
    await part.getByRole("button", { name: fill(zh.common.show_column, { column: label }), exact: true }).click();
}

/** Signs in on the sign-in page. */
export async function signIn(page: Page, login: string, password: string): Promise<void> {
    await page.getByLabel(zh.session.login, { exact: true }).fill(login);
    await page.getByLabel(zh.session.password, { exact: true }).fill(password);
    await page.getByRole("button", { name: zh.session.sign_in, exact: true }).click();
}

/** The account menu at the top right. */
export async function accountMenu(page: Page, name: string): Promise<Locator> {
    const menu = page.locator("details.menu").filter({ has: page.locator("summary", { hasText: name }) });
    await menu.locator("summary").click();
    return menu;
}

/** Opens the choice of teams and several account managers of a filter form. */
export async function openPicker(page: Page): Promise<Locator> {
    await page.locator("details.picker > summary").click();
    const panel = page.locator(".picker__panel");
    await expect(panel).toBeVisible();
    return panel;
}

/** No part of a page is wider than the page. */
export async function fitsTheWidth(page: Page): Promise<string> {
    return page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        if (scrollWidth <= clientWidth) return "";
        const wide = [...document.querySelectorAll("body *")].filter((element) => {
            const box = element.getBoundingClientRect();
            return box.right > clientWidth + 1 && !element.closest(".table-wrap");
        });
        const names = wide.slice(0, 5).map((element) => `${element.localName}.${element.getAttribute("class") ?? ""}`);
        return `${scrollWidth} of ${clientWidth} px: ${names.join(", ")}`;
    });
}

export const heading = (language: "zh" | "en", key: keyof typeof zh.nav) => ({ zh, en })[language].nav[key];
