import { expect, open, test } from "../support/fixture";
import { CUSTOMERS, DASHBOARD } from "../support/parts";
import { en, zh } from "../support/texts";

for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "" : " without JavaScript";

    test(`the language is switched and remembered${how}`, async ({ visit }) => {
        const page = await visit("li", { javaScriptEnabled });
        await open(page, `${CUSTOMERS}?sort=name`);
        await expect(page.locator("html")).toHaveAttribute("lang", /^zh/);
        await page.getByRole("button", { name: "English" }).click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(en.nav.customers);
        await expect(page).toHaveURL(/sort=name$/);
        await expect(page.locator("html")).toHaveAttribute("lang", /^en/);
        await page.reload();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(en.nav.customers);
        await page.context().newPage().then(async (other) => {
            await open(other, DASHBOARD);
            await expect(other.getByRole("heading", { level: 1 })).toHaveText(en.nav.dashboard);
        });
        await page.waitForLoadState("networkidle");
        await page.getByRole("button", { name: "中文" }).click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(zh.nav.customers);
    });

    test(`the appearance is switched and remembered${how}`, async ({ visit }) => {
        const page = await visit("li", { javaScriptEnabled });
        const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await open(page, DASHBOARD);
        const light = javaScriptEnabled ? await background() : "";
        const choose = async (label: string) => {
            await page.locator("summary", { has: page.locator("svg use[href$='#sun']") }).click();
            await page.getByRole("button", { name: label, exact: true }).click();
        };
        await choose(zh.nav.theme_dark);
        await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
        await page.reload();
        await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
        if (javaScriptEnabled) expect(await background()).not.toBe(light);
        await page.waitForLoadState("networkidle");
        await choose(zh.nav.theme_auto);
        await expect(page.locator("html")).not.toHaveAttribute("data-theme", /./);
    });
}

test("the side navigation is made slim, keeps its names for screen readers, and is made wide again", async ({ visit }) => {
    const page = await visit("li");
    await open(page, CUSTOMERS);
    const link = page.locator(".sidenav").getByRole("link", { name: zh.nav.customers });
    const wide = (await page.locator(".sidenav").boundingBox())?.width ?? 0;
    await page.getByRole("button", { name: zh.nav.collapse }).click();
    await expect(page.locator("html")).toHaveAttribute("data-navigation", "slim");
    await expect(link).toHaveAttribute("title", zh.nav.customers);
    expect((await page.locator(".sidenav").boundingBox())?.width ?? wide).toBeLessThan(wide / 2);
    await page.reload();
    await expect(page.getByRole("button", { name: zh.nav.collapse })).toBeHidden();
    await page.getByRole("button", { name: zh.nav.expand }).click();
    await expect(page.locator("html")).not.toHaveAttribute("data-navigation", /./);
});

test("who chose nothing gets what the system has", async ({ visit }) => {
    const colours: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
        const page = await visit("li", { colorScheme });
        await open(page, DASHBOARD);
        colours.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }
    expect(colours[0]).not.toBe(colours[1]);
});
