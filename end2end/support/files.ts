// Exported files as tables of texts.
import { inflateRawSync } from "node:zlib";

/** Rows of cells, of CSV or of every sheet of a workbook. */
export function cells(file: Buffer): string[][] {
    return file.subarray(0, 2).toString() === "PK" ? workbook(file) : csv(file.toString().replace(/^\uFEFF/, ""));
}

function csv(text: string): string[][] {
    const rows: string[][] = [];
    let row: string[] = [];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
        row.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
        if (end === ",") continue;
        rows.push(row);
        row = [];
    }
    return rows;
}

/** The parts of a ZIP archive, from its directory at the end. */
function unpacked(archive: Buffer): Map<string, string> {
    const parts = new Map<string, string>();
    const end = archive.lastIndexOf("PK\x05\x06");
    let at = archive.readUInt32LE(end + 16);
    for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
        const [size, name, extra, comment] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)];
        const local = archive.readUInt32LE(at + 42);
        const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
        const body = archive.subarray(start, start + size);
        const stored = archive.readUInt16LE(at + 10) === 0;
        parts.set(archive.toString("utf8", at + 46, at + 46 + name), (stored ? body : inflateRawSync(body)).toString());
        at += 46 + name + extra + comment;
    }
    return parts;
}

function workbook(file: Buffer): string[][] {
    const parts = unpacked(file);
    const sheets = [...parts.keys()].filter((name) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort();
    return sheets.flatMap((name) => [...(parts.get(name) ?? "").matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, row = ""]) => {
        const found: string[] = [];
        for (const [, column = "", attributes = "", content = ""] of row.matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
            const place = [...column].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
            while (found.length < place) found.push("");
            const text = /<(?:t|v)(?: [^>]*)?>(.*?)<\/(?:t|v)>/s.exec(content)?.[1] ?? "";
            if (attributes.includes('t="s"')) throw new Error("shared strings are not read");
            found.push(text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
        }
        return found;
    }));
}

/** The rows below the header that begins with `first`, by its names, up to an empty row. */
export function table(rows: string[][], first: string): Record<string, string>[] {
    const at = rows.findIndex((row) => row[0] === first && (row[1] ?? "") !== "");
    if (at < 0) throw new Error(`no table that begins with ${first}`);
    const header = rows[at] ?? [];
    const found: Record<string, string>[] = [];
    for (const row of rows.slice(at + 1)) {
        if (row.every((cell) => cell === "")) break;
        found.push(Object.fromEntries(header.map((name, place) => [name, row[place] ?? ""])));
    }
    return found;
}

/** The value of a label in a file's head. */
export const told = (rows: string[][], label: string) => rows.find((row) => row[0] === label)?.[1];
