// Before all tests: the server, and one session for each role. Afterwards: the end of the server.
import { request } from "@playwright/test";
import { PASSWORD, ROLES, stateOf, type Role } from "./roles";
import { FOLDER_VARIABLE, URL_VARIABLE, start } from "./server";

export default async function setup(): Promise<() => Promise<void>> {
    const server = await start();
    process.env[URL_VARIABLE] = server.url;
    process.env[FOLDER_VARIABLE] = server.folder;
    try {
        for (const role of Object.keys(ROLES) as Role[]) await signIn(server.url, role);
    } catch (error) {
        await server.stop();
        throw error;
    }
    return () => server.stop();
}

async function signIn(url: string, role: Role): Promise<void> {
    const context = await request.newContext({ baseURL: url });
    const form = { login: ROLES[role].login, password: PASSWORD };
    const answer = await context.post("/_fn/sign_in", { form, maxRedirects: 0 });
    const { cookies } = await context.storageState({ path: stateOf(role) });
    if (cookies.length === 0) throw new Error(`${role} is not signed in: ${answer.status()} ${await answer.text()}`);
    await context.dispose();
}
