import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { OUTPUT, URL_VARIABLE } from "./support/server";

const chromium = "/usr/bin/chromium";
const pictures = process.env["PICTURES"] === "1";

// What a person does, in a real browser, on the build that ships. PICTURES=1 takes the pictures of the documents instead.
export default defineConfig({
    testDir: pictures ? "." : "tests",
    testMatch: pictures ? "pictures.ts" : "*.spec.ts",
    outputDir: join(OUTPUT, "results"),
    globalSetup: "./support/setup.ts",
    // One database for the run: tests follow each other.
    workers: 1,
    fullyParallel: false,
    // A machine that is short of time for a moment is no fault of the product; what needed a second try is reported.
    retries: process.env["CI"] === "true" ? 1 : 0,
    forbidOnly: process.env["CI"] === "true",
    timeout: 120_000,
    expect: { timeout: 15_000 },
    reporter: "line",
    use: {
        baseURL: process.env[URL_VARIABLE],
        locale: "zh-CN",
        timezoneId: "Asia/Shanghai",
        colorScheme: "light",
        viewport: { width: 1440, height: 900 },
        navigationTimeout: 30_000,
        actionTimeout: 15_000,
        trace: "off",
        launchOptions: {
            executablePath: existsSync(chromium) ? chromium : undefined,
            args: [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        },
    },
});
