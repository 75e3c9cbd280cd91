// A small workbook, written by hand: one sheet of texts and numbers, packed without compression.

const TABLE = Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value >>> 0;
});

const crc = (bytes: Buffer) =>
    (bytes.reduce((sum, byte) => (TABLE[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** A ZIP of the files, stored. */
export function zip(files: Record<string, string | Buffer>): Buffer {
    const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
    let at = 0;
    for (const [name, content] of Object.entries(files)) {
        const [path, bytes] = [Buffer.from(name), Buffer.from(content)];
        const common = Buffer.alloc(26);
        common.writeUInt16LE(20, 0);
        common.writeUInt16LE(0x800, 2);
        common.writeUInt16LE(0x21, 8);
        common.writeUInt32LE(crc(bytes), 10);
        common.writeUInt32LE(bytes.length, 14);
        common.writeUInt32LE(bytes.length, 18);
        common.writeUInt16LE(path.length, 22);
        bodies.push(Buffer.from("PK\x03\x04"), common, path, bytes);
        const place = Buffer.alloc(14);
        place.writeUInt32LE(at, 10);
        directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, place, path);
        at += 30 + path.length + bytes.length;
    }
    const size = directory.reduce((sum, part) => sum + part.length, 0);
    const end = Buffer.alloc(18);
    end.writeUInt16LE(Object.keys(files).length, 4);
    end.writeUInt16LE(Object.keys(files).length, 6);
    end.writeUInt32LE(size, 8);
    end.writeUInt32LE(at, 12);
    return Buffer.concat([...bodies, ...directory, Buffer.from("PK\x05\x06"), end]);
}

/** A workbook with one sheet. */
export function workbook(rows: (string | number)[][]): Buffer {
    const cell = (value: string | number) =>
        typeof value === "number" ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${value}</t></is></c>`;
    const sheet = rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("");
    const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const related = "http://schemas.openxmlformats.org/package/2006/relationships";
    const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    return zip({
        "[Content_Types].xml":
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
            `<Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>` +
            `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/></Types>`,
        "_rels/.rels": `<Relationships xmlns="${related}"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>`,
        "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${related}"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
        "xl/worksheets/sheet1.xml": `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
    });
}
