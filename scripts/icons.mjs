// Writes public/icons.svg, the sprite the pages use by `<use href="/icons.svg#NAME">`, from the icons of the npm
// package lucide-static. To add an icon, add its name below and run `node scripts/icons.mjs`.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

const names = `
    arrow-down arrow-left arrow-left-right arrow-right arrow-up ban banknote bell building-2 calendar chart-column
    chart-line chart-pie check chevron-down chevron-left chevron-right chevrons-left circle-alert circle-check
    circle-help circle-x clock cloud copy credit-card database download ellipsis external-link eye eye-off file-check
    file-text file-up file-warning gift globe handshake history inbox info key-round languages layout-dashboard link
    list-filter lock lock-open log-in log-out menu minus monitor moon panel-left-close panel-left-open pencil percent
    plus receipt refresh-cw rotate-ccw save search search-x settings shield sun table tags ticket trash-2
    trending-down trending-up triangle-alert undo-2 upload user user-check user-cog user-plus users wallet x
`.trim().split(/\s+/);

const root = new URL("..", import.meta.url);
const lucide = new URL("node_modules/lucide-static/", root);
const { version } = JSON.parse(readFileSync(new URL("package.json", lucide), "utf8"));

const symbols = names.map((name) => {
    const file = readFileSync(new URL(`icons/${name}.svg`, lucide), "utf8");
    const shapes = file.slice(file.indexOf(">", file.indexOf("<svg")) + 1, file.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
});

// Fill and stroke come from the page, by the class "icon".
writeFileSync(
    new URL("public/icons.svg", root),
    `<!-- Made by scripts/icons.mjs from lucide-static ${version}, ISC licence: see icons.LICENSE.txt beside this file. -->
<svg xmlns="http://www.w3.org/2000/svg">
${symbols.join("\n")}
</svg>
`,
);
copyFileSync(new URL("LICENSE", lucide), new URL("public/icons.LICENSE.txt", root));
