// The program under test: its build, its fresh database, its address.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(__dirname, "../..");
const TARGET = resolve(ROOT, process.env["CARGO_TARGET_DIR"] ?? "target");

/** Where results, logs and downloads go. */
export const OUTPUT = join(TARGET, "end2end");
/** Where the pictures of the documents lie. */
export const PICTURES = join(ROOT, "docs/pictures");
/** Example bills that lie beside the repository. */
export const EXAMPLES = resolve(ROOT, "../shared/data");
/** Set up before the workers start, so that they all know it. */
export const URL_VARIABLE = "PARTNER_CENTER_END2END_URL";
/** The folder of the run: database, sessions. */
export const FOLDER_VARIABLE = "PARTNER_CENTER_END2END_FOLDER";

export interface Server {
    url: string;
    folder: string;
    /** Ends it; what it wrote to its log. */
    stop(): Promise<void>;
}

/** Loads the demo into a fresh database and serves it. */
export async function start(): Promise<Server> {
    const program = join(TARGET, "release/partner-center");
    if (!existsSync(program)) throw new Error(`${program} is not there: run make build first`);
    const folder = mkdtempSync(join(tmpdir(), "partner-center-"));
    const listen = `127.0.0.1:${await freePort()}`;
    const env = { ...process.env, DATABASE_URL: `sqlite://${join(folder, "partner-center.db")}` };
    await promisify(execFile)(program, ["demo"], { cwd: ROOT, env });
    mkdirSync(OUTPUT, { recursive: true });
    const log = createWriteStream(join(OUTPUT, "server.log"));
    const child = spawn(program, ["serve", "--listen", listen], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    let panics = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (data: Buffer) => {
            log.write(data);
            const text = data.toString();
            if (text.includes("panicked at")) panics += text;
        });
    }
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    const url = `http://${listen}`;
    await ready(child, url);
    return {
        url,
        folder,
        async stop() {
            const ended = new Promise((resolve) => child.once("exit", resolve));
            child.kill("SIGTERM");
            await ended;
            process.off("exit", kill);
            log.end();
            rmSync(folder, { recursive: true, force: true });
            if (panics) throw new Error(`the server panicked:\n${panics}`);
        },
    };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
    for (let attempt = 0; attempt < 300; attempt++) {
        if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: see ${OUTPUT}/server.log`);
        const answer = await fetch(`${url}/readyz`).catch(() => undefined);
        if (answer?.ok) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error("the server does not get ready");
}

function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.once("error", reject);
        probe.listen(0, "127.0.0.1", () => {
            const address = probe.address();
            probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(address)));
        });
    });
}
