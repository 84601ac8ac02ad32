/* Charts as SVG, drawn without a browser. They have a white background of their own, so that they look the same on a dark page. */
import { writeFileSync } from "node:fs";
import * as echarts from "echarts";

// Okabe and Ito (2008): colour-blind readers can tell them apart, too.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999"];

interface Axes {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

function draw(file: URL, { title, x, y }: Axes, option: echarts.EChartsCoreOption, logarithmic: boolean): void {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 760, height: 380 });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    color: COLOURS,
    title: { text: title, left: 12, top: 8, textStyle: { fontSize: 14, color: "#1a1a1a" } },
    legend: { bottom: 6, textStyle: { color: "#1a1a1a" } },
    grid: { left: 64, right: 20, top: 46, bottom: 74 },
    yAxis: { type: logarithmic ? "log" : "value", name: y, nameLocation: "middle", nameGap: 48, axisLabel: { color: "#1a1a1a" } },
    ...option,
    xAxis: { name: x, nameLocation: "middle", nameGap: 28, axisLabel: { color: "#1a1a1a" }, ...(option["xAxis"] as object) },
  });
  writeFileSync(file, withOwnNames(chart.renderToSVGString()));
  chart.dispose();
}

/** The library numbers the names of styles over all charts of a process. Numbered for each file, a file does not depend on the charts drawn before. */
function withOwnNames(svg: string): string {
  const names = new Map<string, string>();
  return svg.replaceAll(/\bzr\d+-cls-\d+\b/g, (name) => {
    const known = names.get(name) ?? `style-${names.size}`;
    names.set(name, known);
    return known;
  });
}

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** What is marked: a stretch of time or, where it says so, of values. */
interface Marked {
  readonly from: number;
  readonly to: number;
  readonly axis?: "xAxis" | "yAxis";
}

/** A chart of lines over time. */
export function lines(file: URL, axes: Axes, all: readonly Line[], { from, to, axis = "xAxis" }: Marked): void {
  const dashes = ["solid", "dashed", "dotted"] as const;
  const series = all.map(({ name, points }, index) => ({
    name,
    type: "line",
    showSymbol: false,
    lineStyle: { width: 1.6, type: dashes[index % dashes.length] },
    data: points,
    ...(index === 0 && {
      markArea: { silent: true, itemStyle: { color: "#00000018" }, data: [[{ [axis]: from }, { [axis]: to }]] },
    }),
  }));
  draw(file, axes, { xAxis: { type: "value", max: "dataMax" }, series }, false);
}

/** The bars of one series: one in each group. */
interface Group {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** A chart of bars: one group for each category, one bar in it for each series. */
export function bars(file: URL, axes: Axes, categories: readonly string[], all: readonly Group[], logarithmic = false): void {
  const series = all.map(({ name, values }) => ({ name, type: "bar", data: values }));
  draw(file, axes, { xAxis: { type: "category", data: categories, axisLabel: { interval: 0 } }, series }, logarithmic);
}

/** The same with horizontal bars, for categories with long names, the first one on top. */
export function horizontalBars(file: URL, axes: Axes, categories: readonly string[], all: readonly Group[]): void {
  const label = ({ value }: { readonly value: unknown }): string => (typeof value === "number" ? value.toFixed(1) : "");
  const series = all.map(({ name, values }) => ({
    name,
    type: "bar",
    data: values,
    label: { show: true, position: "right", formatter: label },
  }));
  const yAxis = { type: "category", data: categories, inverse: true, axisLabel: { interval: 0, color: "#1a1a1a" } };
  draw(file, axes, { grid: { left: 210, right: 50, top: 46, bottom: 74 }, yAxis, xAxis: { type: "value" }, series }, false);
}
