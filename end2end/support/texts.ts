// What the pages say, from where the pages have it.
import en from "../../app/locales/en.json";
import zh from "../../app/locales/zh.json";

export { en, zh };
export const TEXTS = { zh, en };
export type Language = keyof typeof TEXTS;

/** Fills in `{{ name }}`. */
export function fill(text: string, values: Record<string, string | number>): string {
    return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => String(values[name]));
}

/** A text with `{{ name }}` as a pattern, with a group for each name. */
export function pattern(text: string): RegExp {
    const parts = text.split(/\{\{\s*\w+\s*\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(parts.join("(.+?)") + (text.trimEnd().endsWith("}}") ? "(?=;|$)" : ""));
}
