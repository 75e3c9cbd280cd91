import type { Locator, Page } from "@playwright/test";
import { month, sum, units } from "../support/figures";
import { expect, open, test } from "../support/fixture";
import { DASHBOARD, LINES, TARGETS, TEAMS, card, column, exact, openPicker, rows, sums } from "../support/parts";
import { ROLES, stateOf } from "../support/roles";
import { fill, zh } from "../support/texts";

test.use({ storageState: stateOf("director") });

const RANGE = `from=${month(3)}&to=${month(1)}`;
// No other test looks so far ahead.
const [FIRST, SECOND] = ["2031-01", "2031-02"];
const FAR = `${TARGETS}?tab=targets&from=${FIRST}&to=${SECOND}&currency=CNY`;

const dialog = (page: Page) => page.getByRole("dialog");
const sheet = (page: Page) => page.getByRole("region", { name: zh.targets.sheet, exact: true });
const row = (part: Locator, name: string) => rows(part).filter({ has: part.page().getByRole("rowheader", { name }) });

/** Every digit of the sums of a row, by the row's class: of managers and unassigned, of teams, of all. */
async function totals(page: Page, kind: "" | "is-subtotal" | "is-total"): Promise<bigint[]> {
    const found = await sheet(page).locator("tbody tr").evaluateAll((rows, kind) =>
        rows.filter((row) => row.className.trim() === kind).map((row) => row.children[1]?.getAttribute("title") ?? ""), kind);
    return found.map(units);
}

/** Says who is in a team. */
async function setMembers(page: Page, team: string, name: string, member: boolean): Promise<void> {
    await open(page, TEAMS);
    await row(page.locator("main"), team).getByRole("button", { name: zh.teams.edit_members }).click();
    await dialog(page).getByRole("checkbox", { name: new RegExp(name) }).setChecked(member);
    await dialog(page).getByRole("button", { name: zh.targets.save }).click();
    await expect(page.getByText(zh.common.saved)).toBeVisible();
}

test("a team is made, filled, looked at together, and deleted", async ({ page, visit }) => {
    const admin = await visit("administrator");
    const team = "端到端团队";
    await open(admin, TEAMS);
    const before = await column(admin.locator("main"), zh.teams.members);
    await admin.getByRole("button", { name: zh.teams.create }).click();
    await dialog(admin).getByLabel(zh.teams.name).fill(team);
    await dialog(admin).getByRole("button", { name: zh.teams.create }).click();
    await expect(row(admin.locator("main"), team)).toContainText(zh.teams.nobody);
    await setMembers(admin, team, ROLES.zhou.name, true);
    await expect(row(admin.locator("main"), team)).toContainText(ROLES.zhou.name);
    await expect(row(admin.locator("main"), "华南团队")).not.toContainText(ROLES.zhou.name);

    await test.step("the dashboard shows the team, and with it what nobody manages", async () => {
        await open(page, `${DASHBOARD}?${RANGE}&currency=CNY`);
        const panel = await openPicker(page);
        await panel.getByRole("checkbox", { name: team }).check();
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: zh.common.search, exact: true }).click();
        await expect(page).toHaveURL(/teams=[^&]+/);
        const managers = card(page, new RegExp(zh.dashboard.managers));
        await expect(rows(managers)).toHaveCount(1);
        await expect(rows(managers)).toContainText(ROLES.zhou.name);
        const of_team = await exact(page, zh.terms.due);
        await (await openPicker(page)).getByRole("checkbox", { name: zh.terms.unassigned }).check();
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: zh.common.search, exact: true }).click();
        await expect(rows(managers)).toHaveCount(2);
        const both = await exact(page, zh.terms.due);
        expect(both).toBeGreaterThan(of_team);
        await page.getByRole("link", { name: zh.groups.distribution }).click();
        await expect(page).toHaveURL(/managers=none/);
        expect(await dueOfLines(page, new URL(page.url()).search)).toBe(both);
    });

    await test.step("deleting it asks once and leaves its member without a team", async () => {
        await open(admin, TEAMS);
        await row(admin.locator("main"), team).getByRole("button", { name: zh.teams.delete }).click();
        await expect(dialog(admin)).toContainText(fill(zh.teams.delete_text, { name: team }));
        await dialog(admin).getByRole("button", { name: zh.teams.delete }).click();
        await expect(row(admin.locator("main"), team)).toHaveCount(0);
        await expect(row(admin.locator("main"), zh.teams.without)).toContainText(ROLES.zhou.name);
        await setMembers(admin, "华南团队", ROLES.zhou.name, true);
        // "saved" is said before the list is there anew
        await expect.poll(() => column(admin.locator("main"), zh.teams.members)).toEqual(before);
    });

    await test.step("the director looks at teams and does not change them", async () => {
        await open(page, TEAMS);
        await expect(rows(page.locator("main"))).toHaveCount(before.length);
        await expect(page.getByRole("button", { name: zh.teams.create })).toHaveCount(0);
        await expect(page.getByRole("button", { name: zh.teams.delete })).toHaveCount(0);
    });
});

/** The due of the lines that a query of the dashboard selects. */
async function dueOfLines(page: Page, query: string): Promise<bigint> {
    const parameters = new URLSearchParams(query);
    for (const name of ["tab", "by", "sort", "top"]) parameters.delete(name);
    await open(page, `${LINES}?${parameters}`);
    return (await sums(page, "CNY"))[0];
}

test("several account managers are chosen by keyboard, on a phone too", async ({ visit }) => {
    for (const width of [1440, 360]) {
        const page = await visit("director", { viewport: { width, height: 740 } });
        await open(page, `${DASHBOARD}?${RANGE}`);
        await page.locator("details.picker > summary").focus();
        await page.keyboard.press("Enter");
        await page.keyboard.press("Tab");
        await page.keyboard.type("li.wei");
        await expect(page.locator(".picker__panel").getByRole("checkbox")).toHaveCount(1);
        await page.keyboard.press("Tab");
        await page.keyboard.press("Space");
        await page.keyboard.press("Escape");
        await expect(page.locator(".picker__panel")).toBeHidden();
        await expect(page.locator("details.picker > summary")).toContainText(ROLES.li.name);
        await page.getByRole("button", { name: zh.common.search, exact: true }).click();
        await expect(page).toHaveURL(/managers=[^&]+/);
        await expect(page.locator("details.picker > summary")).toContainText(ROLES.li.name);
        await page.context().close();
    }
});

test("rows, teams and unassigned add up, and a figure leads to its lines", async ({ page }) => {
    await open(page, `${DASHBOARD}?${RANGE}&currency=CNY`);
    const due = await exact(page, zh.terms.due);
    for (const attribution of ["as_it_was", "today"]) {
        await open(page, `${TARGETS}?${RANGE}&currency=CNY&attribution=${attribution}`);
        const [single, teams, whole] = [await totals(page, ""), await totals(page, "is-subtotal"), await totals(page, "is-total")];
        expect(whole).toEqual([due]);
        expect(sum(single)).toBe(due);
        expect(sum(teams) + (single.at(-1) ?? 0n), "teams and unassigned").toBe(due);
        expect(teams.length).toBe(2);
    }
    const unassigned = row(sheet(page), zh.terms.unassigned);
    await expect(unassigned.locator("td").nth(3)).toHaveText("—");
    await expect(unassigned.locator("td").nth(4)).toContainText("—");
    const team = row(sheet(page), "华东团队");
    await expect(team.locator("td").nth(4)).toContainText("%");
    for (const found of [team.locator("td").nth(0), row(sheet(page), ROLES.wang.name).locator("td").nth(6)]) {
        const figure = units((await found.getAttribute("title")) ?? "");
        const address = (await found.getByRole("link").getAttribute("href")) ?? "";
        const lines = await page.context().newPage();
        await open(lines, address);
        expect((await sums(lines, "CNY"))[0], address).toBe(figure);
        await lines.close();
    }
});

test("a target is set, corrected and taken away", async ({ page, problems }) => {
    problems.expect(/status of 422.*set_target/);
    const button = (amount: string) =>
        page.getByRole("button", { name: fill(zh.targets.set_one, { name: ROLES.wang.name, month: FIRST, amount }), exact: true });
    const save = async (amount: string) => {
        await dialog(page).getByLabel(zh.targets.target).fill(amount);
        await dialog(page).getByRole("button", { name: zh.targets.save }).click();
    };
    await open(page, FAR);
    await button("—").click();
    await save("-1");
    await expect(dialog(page).getByRole("alert")).toContainText(zh.targets.amount_not_positive);
    await save("1234.5");
    await expect(dialog(page)).toBeHidden();
    await button("1,234.50").click();
    await expect(dialog(page)).toContainText(ROLES.director.name);
    await save("2000");
    await button("2,000.00").click();
    await save("");
    await expect(button("—")).toBeVisible();
});

test("of two who set a target, the second is told", async ({ page, visit, problems }) => {
    problems.expect(/status of 409.*set_target/);
    const name = fill(zh.targets.set_one, { name: ROLES.li.name, month: SECOND, amount: "—" });
    const other = await visit("administrator");
    for (const one of [page, other]) {
        await open(one, FAR);
        await one.getByRole("button", { name, exact: true }).click();
        await dialog(one).getByLabel(zh.targets.target).fill(one === page ? "1" : "2");
    }
    await dialog(page).getByRole("button", { name: zh.targets.save }).click();
    await expect(dialog(page)).toBeHidden();
    await dialog(other).getByRole("button", { name: zh.targets.save }).click();
    await expect(dialog(other).getByRole("alert")).toContainText(zh.targets.changed_since);
    await other.close();
    await page.getByRole("button", { name: name.replace("—", "1.00"), exact: true }).click();
    await dialog(page).getByLabel(zh.targets.target).fill("");
    await dialog(page).getByRole("button", { name: zh.targets.save }).click();
    await expect(page.getByRole("button", { name, exact: true })).toBeVisible();
});

/** The card of the import, with a file chosen and checked. */
async function check(page: Page, rows: string[]): Promise<Locator> {
    await open(page, FAR);
    const part = card(page, zh.targets.import);
    await part.getByLabel(zh.assignments.file, { exact: true }).setInputFiles({
        name: "targets.csv", mimeType: "text/csv", buffer: Buffer.from(["manager,month,currency,amount", ...rows, ""].join("\n")),
    });
    await part.getByRole("button", { name: zh.assignments.check }).click();
    return part;
}

test("a bad file is told row by row and not written, its good rows are where that is chosen, and a good file is", async ({ page }) => {
    const board = page.getByRole("region", { name: zh.targets.set_targets, exact: true });
    const wang = () => row(board, ROLES.wang.name).locator("td");
    const bad = [
        `${ROLES.wang.login},${FIRST},CNY,100`,
        `nobody.knows,${FIRST},CNY,100`,
        `${ROLES.li.login},${FIRST},CNY,1`,
        `${ROLES.li.login},${FIRST},CNY,2`,
    ];
    const part = await check(page, bad);
    await expect(part.getByText(fill(zh.targets.file_errors, { count: 3, rows: 3 }))).toBeVisible();
    await expect(part.getByText(fill(zh.assignments.unknown_manager, { detail: "nobody.knows" }))).toBeVisible();
    await expect(part.getByText(fill(zh.targets.duplicate_row, { detail: 5 }))).toBeVisible();
    await expect(part.getByRole("button", { name: zh.assignments.import_all })).toHaveCount(0);
    await open(page, FAR);
    await expect(wang().first()).toContainText("—");

    await (await check(page, bad)).getByRole("button", { name: zh.assignments.import_good }).click();
    await expect(part.getByText(zh.assignments.file_written)).toBeVisible();
    await expect(wang().first()).toContainText("100.00");
    await expect(row(board, ROLES.li.name).locator("td").first()).toContainText("—");

    const good = await check(page, [`${ROLES.wang.name},${FIRST},CNY,`, `${ROLES.wang.login},2031/2,cny,"1,500.25"`]);
    await expect(good.getByText("100.00 → —")).toBeVisible();
    await good.getByRole("button", { name: zh.assignments.import_all }).click();
    await expect(good.getByText(zh.assignments.file_written)).toBeVisible();
    await expect(wang()).toContainText(["—", "1,500.25"]);

    // Downloaded, it changes nothing; then all is as it was.
    const wait = page.waitForEvent("download");
    await page.getByRole("link", { name: zh.targets.form }).click();
    await good.getByLabel(zh.assignments.file, { exact: true }).setInputFiles(await (await wait).path());
    await good.getByRole("button", { name: zh.assignments.check }).click();
    await expect(good.getByText(zh.targets.file_same)).toBeVisible();
    const back = await check(page, [`${ROLES.wang.login},${SECOND},CNY,`]);
    await back.getByRole("button", { name: zh.assignments.import_all }).click();
    await expect(wang()).toContainText(["—", "—"]);
});

test("an account manager sees own figures, own target and own completion only", async ({ page, visit }) => {
    const query = `${RANGE}&currency=CNY`;
    await open(page, `${TARGETS}?${query}`);
    const all = row(sheet(page), ROLES.wang.name);
    const theirs = await all.locator("td").allInnerTexts();
    const own = await visit("wang");
    await open(own, `${TARGETS}?${query}`);
    await expect(rows(sheet(own))).toHaveCount(1);
    const shown = await row(sheet(own), ROLES.wang.name).locator("td").allInnerTexts();
    // All but the share, which is of what each may see.
    expect(shown.filter((_, at) => at !== 1)).toEqual(theirs.filter((_, at) => at !== 1));
    expect(shown[4]).toContain("%");
    await expect(own.getByRole("link", { name: zh.targets.set_targets })).toHaveCount(0);
    await expect(own.locator("details.picker")).toHaveCount(0);
});

test("a wide sheet scrolls by itself and keeps its first column in view", async ({ visit }) => {
    const page = await visit("director", { viewport: { width: 360, height: 740 } });
    await open(page, `${TARGETS}?from=${month(11)}&to=${month()}&currency=CNY`);
    const first = row(sheet(page), ROLES.wang.name).locator("th");
    const before = await first.boundingBox();
    await sheet(page).evaluate((region) => region.scrollTo({ left: region.scrollWidth }));
    const after = await first.boundingBox();
    expect(after?.x).toBe(before?.x);
    expect(await sheet(page).evaluate((region) => region.scrollLeft)).toBeGreaterThan(300);
});
