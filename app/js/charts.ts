// The bridge between the pages and ECharts. Rust builds an option (colours, texts and all) and hands it over as JSON;
// this file draws it, follows the size of its box and takes it down again.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import {
    AriaComponent, DatasetComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent,
    TitleComponent, TooltipComponent,
} from "echarts/components";
import { getInstanceByDom, init, use, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
    AriaComponent, BarChart, CanvasRenderer, DatasetComponent, DataZoomComponent, GridComponent, LegendComponent,
    LineChart, MarkLineComponent, PieChart, TitleComponent, TooltipComponent,
]);

// An option is data, so a function in it is a name: "pc:compact" on an axis, "pc:money" in a tooltip, and so on.
const number = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(document.documentElement.lang || "zh-CN", options);
    return (value: number | string | null) => (value == null || value === "-" ? "—" : format.format(Number(value)));
};
const formatters = new Map([
    ["pc:compact", () => number({ notation: "compact", maximumFractionDigits: 1 })],
    ["pc:money", () => number({ minimumFractionDigits: 2, maximumFractionDigits: 2 })],
    ["pc:percent", () => number({ style: "percent", maximumFractionDigits: 1 })],
]);

// Only where a formatter belongs: a customer may be called anything.
const revive = (key: string, value: unknown) =>
    key === "formatter" || key === "valueFormatter" ? (formatters.get(String(value))?.() ?? value) : value;

function parse(json: string): EChartsCoreOption {
    const option = JSON.parse(json, revive);
    // HTML tooltips carry style attributes, which the content security policy refuses.
    const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    option.tooltip = {
        confine: true, backgroundColor: token("--surface"), borderColor: token("--border"),
        textStyle: { color: token("--text") }, ...option.tooltip, renderMode: "richText",
    };
    option.aria = { enabled: true, ...option.aria };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) option.animation = false;
    return option;
}

const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) getInstanceByDom(target as HTMLElement)?.resize();
});

/** Draws `json` (an ECharts option) in `element`, or draws it anew there. */
function mount(element: HTMLElement, json: string): void {
    (getInstanceByDom(element) ?? init(element)).setOption(parse(json), { notMerge: true });
    sizes.observe(element);
}

/** Downloads what is drawn in `element` as a PNG called `name`. */
function save(element: HTMLElement, name: string): void {
    const background = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
    const link = document.createElement("a");
    link.href = getInstanceByDom(element)?.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: background }) ?? "";
    link.download = `${name}.png`;
    if (link.href) link.click();
}

/** Frees what `mount` made; harmless where there is no chart. */
function dispose(element: HTMLElement): void {
    sizes.unobserve(element);
    getInstanceByDom(element)?.dispose();
}

declare global {
    interface Window {
        pcCharts?: { mount: typeof mount; update: typeof mount; save: typeof save; dispose: typeof dispose };
    }
}
window.pcCharts = { mount, update: mount, save, dispose };
