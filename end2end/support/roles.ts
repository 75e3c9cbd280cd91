// The demo's sign-ins that the tests use.
import { join } from "node:path";
import { FOLDER_VARIABLE } from "./server";

export const PASSWORD = "demo-partner-center";

export const ROLES = {
    administrator: { login: "admin@demo", name: "陈静" },
    director: { login: "director@demo", name: "孙建国" },
    finance: { login: "finance@demo", name: "吴晓梅" },
    /** An account manager. */
    wang: { login: "wang.fang@demo", name: "王芳" },
    /** Another one. */
    li: { login: "li.wei@demo", name: "李伟" },
    /** One who takes over. */
    zhou: { login: "zhou.ting@demo", name: "周婷" },
} as const;

export type Role = keyof typeof ROLES;

/** The stored session of a role: each signs in once a run. */
export const stateOf = (role: Role) => join(process.env[FOLDER_VARIABLE] ?? ".", `${role}.json`);
