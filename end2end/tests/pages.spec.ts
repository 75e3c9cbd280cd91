// Every page, in both languages, light and dark, wide and narrow: it loads cold and by navigation, without a word of
// complaint from the browser, accessible, and never wider than the screen.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { bill, upload } from "../support/bills";
import { month } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import {
    ASSIGNMENTS, CUSTOMERS, DASHBOARD, EXPORTS, IMPORTS, LINES, MEMBERS, MONTHS, SUMMARY, TARGETS, TEAMS, fitsTheWidth, openPicker,
    rows,
} from "../support/parts";
import { TEXTS, type Language, zh } from "../support/texts";

const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

interface Place {
    path: string;
    title: keyof typeof zh.nav | "detail" | "delivery" | "mapping" | "month" | "suggestions" | "differences";
}

const WITH_ENTRY: Place[] = [
    { path: DASHBOARD, title: "dashboard" },
    { path: "/sales/dashboards/customers", title: "customer_dashboard" },
    { path: TARGETS, title: "targets" },
    { path: CUSTOMERS, title: "customers" },
    { path: ASSIGNMENTS, title: "assignments" },
    { path: SUMMARY, title: "summary" },
    { path: LINES, title: "lines" },
    { path: EXPORTS, title: "exports" },
    { path: IMPORTS, title: "imports" },
    { path: MONTHS, title: "months" },
    { path: MEMBERS, title: "members" },
    { path: TEAMS, title: "teams" },
];

/** The pages below a list: of a customer, of a manager, of an import with rejected rows, of a month. */
const below: Place[] = [];

test.beforeAll(async ({ browser }) => {
    const context = await browser.newContext({ storageState: (await import("../support/roles")).stateOf("administrator") });
    const page = await context.newPage();
    const account = { id: "e2e-pages-1", name: "页面科技有限公司" };
    await upload(page, { name: "pages.csv", content: bill(account, [{ cost: "1" }, { cost: "x" }]) });
    const delivery = new URL(page.url()).pathname;
    // An export of the background, so that there is a record.
    await page.request.post(`/exports/lines?from=${month(6)}&to=${month(1)}`, { form: { format: "csv" } });
    await upload(page, { name: "unknown.csv", content: "编号,单位,费用\n1,甲,2\n" });
    const mapping = `${new URL(page.url()).pathname}/mapping`;
    await open(page, `${CUSTOMERS}?sort=consumption`);
    const customer = (await page.locator("tbody th a").first().getAttribute("href")) ?? "";
    await open(page, ASSIGNMENTS);
    const manager = (await rows(page.locator("main")).first().getByRole("link").getAttribute("href")) ?? "";
    below.push(
        { path: customer, title: "detail" },
        { path: manager, title: "assignments" },
        { path: delivery, title: "delivery" },
        { path: `${ASSIGNMENTS}/suggestions`, title: "suggestions" },
        { path: `${ASSIGNMENTS}/differences?from=${month(17)}&show=all`, title: "differences" },
        { path: mapping, title: "mapping" },
        { path: `${DASHBOARD}?tab=trend&by=customer`, title: "dashboard" },
        { path: `${DASHBOARD}?tab=distribution&by=manager`, title: "dashboard" },
        { path: `${MONTHS}/${month()}`, title: "month" },
        { path: `${TARGETS}?tab=targets`, title: "targets" },
        { path: "/account", title: "account" },
        { path: "/account/password", title: "password" },
    );
    await context.close();
});

function titleOf(language: Language, { title }: Place): string {
    const texts = TEXTS[language];
    if (title === "detail") return texts.customers.detail;
    if (title === "delivery") return texts.imports.delivery;
    if (title === "suggestions" || title === "differences") return texts[title].title;
    if (title === "mapping") return texts.mapping.title;
    if (title === "month") return texts.months.detail;
    return texts.nav[title];
}

/** What is wrong with the page as it stands. */
async function faults(page: Page): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page }).withTags(STANDARD).setLegacyMode().analyze();
    const found = violations.flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(" ")} (${failureSummary?.split("\n")[1]?.trim()})`),
    );
    const wide = await fitsTheWidth(page);
    return wide ? [...found, `wider than the screen: ${wide}`] : found;
}

for (const language of ["zh", "en"] as const) {
    for (const theme of ["light", "dark"] as const) {
        for (const width of [1440, 360]) {
            test(`all pages: ${language}, ${theme}, ${width} px`, async ({ visit }) => {
                test.setTimeout(300_000);
                const viewport = { width, height: width > 1000 ? 900 : 740 };
                const page = await visit("administrator", { language, theme, viewport, colorScheme: theme });
                const look = async (place: Place, how: string) => {
                    const name = `${place.path} ${how}`;
                    await expect.soft(page.getByRole("heading", { level: 1 }), name).toHaveText(titleOf(language, place));
                    await expect.soft(page.locator(".skeleton"), name).toHaveCount(0);
                    expect.soft(await faults(page), name).toEqual([]);
                };
                for (const place of [...WITH_ENTRY, ...below]) {
                    const response = await open(page, place.path);
                    expect.soft(response.status(), place.path).toBe(200);
                    await look(place, "cold");
                }
                // By navigation: the document stays the same.
                await page.evaluate(() => Object.assign(window, { stays: true }));
                const drawer = page.locator("details.sidenav-drawer > summary");
                for (const place of WITH_ENTRY) {
                    if (width < 1000) {
                        await drawer.click();
                        await page.locator(`.sidenav-drawer__panel a[href="${place.path}"]`).click();
                    } else {
                        const link = page.locator(`.sidenav a[href="${place.path}"]`);
                        if (!(await link.isVisible())) {
                            const section = place.path.split("/")[1] ?? "";
                            await page.locator(`.topbar__nav a[href^="/${section}/"]`).click();
                        }
                        await link.click();
                    }
                    await expect(page).toHaveURL(new RegExp(`${place.path}$`));
                    await expect.soft(page.getByRole("heading", { level: 1 }), place.path).toHaveText(titleOf(language, place));
                    await expect.soft(page.locator("main tbody tr").filter({ visible: true }).first(), `${place.path} by navigation`).toBeVisible();
                }
                expect(await page.evaluate(() => "stays" in window)).toBe(true);
            });
        }
    }
}

test("the sign-in page is accessible, too", async ({ visit }) => {
    for (const language of ["zh", "en"] as const) {
        for (const theme of ["light", "dark"] as const) {
            for (const width of [1440, 360]) {
                const page = await visit("nobody", { language, theme, viewport: { width, height: 800 } });
                await open(page, "/login");
                await expect(page.getByRole("heading", { level: 1 })).toHaveText(TEXTS[language].session.sign_in);
                expect.soft(await faults(page), `/login ${language} ${theme} ${width}`).toEqual([]);
                await page.context().close();
            }
        }
    }
});

test("the page for wrong paths is accessible, too", async ({ visit, problems }) => {
    problems.expect(/status of 404/);
    for (const language of ["zh", "en"] as const) {
        const page = await visit("administrator", { language });
        await open(page, "/no/such/page");
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(TEXTS[language].errors.page_not_found);
        expect.soft(await faults(page), `not found ${language}`).toEqual([]);
    }
});

test("open menus, dialogs and tips are accessible", async ({ visit }) => {
    for (const theme of ["light", "dark"] as const) {
        const page = await visit("administrator", { theme });
        await open(page, DASHBOARD);
        for (const summary of ["details.menu:last-of-type > summary", ".tile:first-of-type details.tip > summary"]) {
            await page.locator(summary).last().click();
            expect.soft(await faults(page), `${summary} ${theme}`).toEqual([]);
            await page.locator(summary).last().click();
        }
        await page.getByText(zh.dashboard.as_table).click();
        await page.getByRole("combobox", { name: zh.terms.customer, exact: true }).pressSequentially("科技", { delay: 50 });
        await expect(page.locator(".combo__list").getByRole("option").first()).toBeVisible();
        await page.keyboard.press("ArrowDown");
        expect.soft(await faults(page), `suggestions ${theme}`).toEqual([]);
        await page.keyboard.press("Escape");
        await openPicker(page);
        expect.soft(await faults(page), `several managers ${theme}`).toEqual([]);
        await open(page, `${TARGETS}?tab=targets`);
        await page.locator("tbody button").first().click();
        await expect(page.getByRole("dialog")).toBeVisible();
        expect.soft(await faults(page), `set a target ${theme}`).toEqual([]);
        await open(page, TEAMS);
        await page.getByRole("button", { name: zh.teams.edit_members }).first().click();
        await expect(page.getByRole("dialog")).toBeVisible();
        expect.soft(await faults(page), `members of a team ${theme}`).toEqual([]);
        await open(page, MEMBERS);
        await page.getByRole("button", { name: zh.members.create }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        expect.soft(await faults(page), `create a member ${theme}`).toEqual([]);
        await open(page, LINES);
        await page.getByRole("button", { name: zh.customer_lists.paste }).click();
        await page.getByRole("dialog").getByRole("textbox").fill("no such customer");
        await page.getByRole("button", { name: zh.customer_lists.look_up }).click();
        await expect(page.getByRole("dialog").getByText(zh.customer_lists.unknown)).toBeVisible();
        expect.soft(await faults(page), `a pasted list ${theme}`).toEqual([]);
        await open(page, CUSTOMERS);
        await page.locator("details.menu--views > summary").click();
        expect.soft(await faults(page), `views ${theme}`).toEqual([]);
        await page.getByRole("button", { name: zh.saved_views.manage }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        expect.soft(await faults(page), `manage views ${theme}`).toEqual([]);
        await open(page, CUSTOMERS);
        await page.locator("tbody input[type=checkbox]").first().check();
        await page.getByRole("button", { name: zh.assignments.assign }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        expect.soft(await faults(page), `assign ${theme}`).toEqual([]);
    }
});

test("reduced to one column of text, every page still fits: 320 px", async ({ visit }) => {
    const page = await visit("administrator", { viewport: { width: 320, height: 640 } });
    for (const { path } of [...WITH_ENTRY, ...below]) {
        await open(page, path);
        expect.soft(await fitsTheWidth(page), path).toBe("");
    }
});
