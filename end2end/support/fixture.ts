// A test fails on any error that the browser reports, in whatever page it opened.
import {
    expect, test as base, type BrowserContext, type BrowserContextOptions, type Page, type Response,
} from "@playwright/test";
import { stateOf, type Role } from "./roles";
import { URL_VARIABLE } from "./server";
import type { Language } from "./texts";

export { expect };

/** What went wrong in the browser, and what a test expects to. */
export class Problems {
    readonly found: string[] = [];
    private readonly expected: RegExp[] = [];

    /** This one is part of the test, e.g. the status of a refused page. */
    expect(pattern: RegExp): void {
        this.expected.push(pattern);
    }

    get unexpected(): string[] {
        return this.found.filter((problem) => !this.expected.some((pattern) => pattern.test(problem)));
    }

    watch(context: BrowserContext, scripts = true): void {
        const report = (kind: string, page: Page | null, text: string) =>
            this.found.push(`${kind} at ${page ? new URL(page.url()).pathname : "?"}: ${text}`);
        context.on("console", (message) => {
            // A violation of the content security policy is reported here, too.
            if (message.type() === "error" || /violat|hydration|panicked/i.test(message.text())) {
                const source = message.location().url.replace(/^https?:\/\/[^/]+/, "");
                report("console", message.page(), `${message.text()} ${source}`);
            }
        });
        context.on("weberror", (error) => report("error", error.page(), String(error.error().stack ?? error.error())));
        context.on("requestfailed", (request) => {
            const reason = request.failure()?.errorText ?? "";
            // Leaving a page ends what it was still asking for; without JavaScript, scripts are not loaded.
            const usual = reason === "net::ERR_ABORTED" || (!scripts && reason === "csp");
            if (!usual) report("request", null, `${request.url()} ${reason}`);
        });
        context.on("response", (response) => {
            if (response.status() >= 500) report("response", null, `${response.url()} ${response.status()}`);
        });
    }
}

export interface Looks extends BrowserContextOptions {
    language?: Language;
    theme?: "light" | "dark";
}

export interface Fixtures {
    problems: Problems;
    /** A page of its own browser session: of a role, or of nobody. */
    visit(who: Role | "nobody", looks?: Looks): Promise<Page>;
}

export const test = base.extend<Fixtures>({
    problems: async ({}, use) => {
        const problems = new Problems();
        await use(problems);
        expect(problems.unexpected, "what the browser reported").toEqual([]);
    },
    context: async ({ context, problems, javaScriptEnabled }, use) => {
        problems.watch(context, javaScriptEnabled);
        await use(context);
    },
    visit: async ({ browser, problems }, use) => {
        const opened: BrowserContext[] = [];
        await use(async (who, { language, theme, ...options } = {}) => {
            const storageState = who === "nobody" ? undefined : stateOf(who);
            const context = await browser.newContext({ storageState, ...options });
            opened.push(context);
            const url = process.env[URL_VARIABLE] ?? "";
            if (language) await context.addCookies([{ name: "lang", value: language, url }]);
            if (theme) await context.addCookies([{ name: "theme", value: theme, url }]);
            problems.watch(context, options.javaScriptEnabled);
            return context.newPage();
        });
        for (const context of opened) await context.close();
    },
});

/** Opens a page by its address and waits until it is alive. */
export async function open(page: Page, path: string): Promise<Response> {
    const response = await page.goto(path);
    // Data has come with the page; what follows is the WebAssembly that makes it alive.
    await page.waitForLoadState("networkidle");
    await settled(page);
    if (!response) throw new Error(`no answer from ${path}`);
    return response;
}

/** Waits until the browser has nothing more to do: on a busy machine it is still working when the network is quiet. */
async function settled(page: Page): Promise<void> {
    const idle = () => new Promise<void>((resolve) => requestIdleCallback(() => resolve()));
    for (let turn = 0; turn < 3; turn += 1) {
        // Without JavaScript nothing calls back.
        await Promise.race([page.evaluate(idle).catch(() => undefined), page.waitForTimeout(1_000)]);
    }
}

/** The answer to a page that is refused: Chromium reports its status as an error. */
export async function refused(page: Page, problems: Problems, path: string, status: number): Promise<void> {
    problems.expect(new RegExp(`status of ${status}`));
    const response = await open(page, path);
    expect(response.status(), path).toBe(status);
}
