// Money and months as the pages write them.

/** 10⁻⁸ units of an amount with thousands separators and a real minus. */
export function units(text: string): bigint {
    const found = /^([−-]?)([\d,]+)(?:\.(\d{1,8}))?$/.exec(text.trim());
    if (!found) throw new Error(`no amount: ${JSON.stringify(text)}`);
    const [, sign, whole = "", fraction = ""] = found;
    const value = BigInt(whole.replaceAll(",", "") + fraction.padEnd(8, "0"));
    return sign ? -value : value;
}

export const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/** The month `back` months before the current one in the demo's billing zone, e.g. `2026-10`. */
export function month(back = 0): string {
    const [year = 0, now = 0] = today().split("-").map(Number);
    const at = year * 12 + now - 1 - back;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
}

/** Today in the demo's billing zone. */
export function today(): string {
    return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(new Date());
}
