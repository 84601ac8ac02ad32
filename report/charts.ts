/* All charts, one row for each kind, one column for each policy, and the buttons that move them all. */
import type { Stretch } from "../src/simulate/record/index.ts";
import type { Line } from "./chart-kind.ts";
import { chartsFor } from "./chart-kinds.ts";
import type { Run } from "./data.ts";
import { element } from "./elements.ts";
import { instant } from "./format.ts";
import { type PanelView, panelView } from "./panel.ts";
import { Row } from "./row.ts";
import { Timeline } from "./timeline.ts";

/** The milliseconds to show around an instantaneous disturbance, for each second of the run: five per cent of it. */
const AROUND_AN_INSTANT_MS = 50;

interface Charts {
  readonly section: HTMLElement;
  /** Draws the charts. The section must be on the page by then. */
  draw(): void;
}

function chartsOf(runs: readonly Run[], end: number, disturbance: Stretch | null): Charts {
  const timeline = new Timeline(end);
  const views: PanelView[] = [];
  const rows = chartsFor(runs).map((kind) => rowOf(new Row(kind, runs, timeline), timeline, disturbance, views));
  const section = element(
    "section",
    { class: "charts", "aria-labelledby": "over-time" },
    element("div", { class: "charts-head" }, element("h2", { id: "over-time" }, "Over time"), ...keysOf(runs, disturbance)),
    toolbar(timeline, disturbance),
    ...rows,
  );
  return {
    section,
    draw: () => {
      for (const view of views) view.draw();
    },
  };
}

function rowOf(row: Row, timeline: Timeline, disturbance: Stretch | null, views: PanelView[]): HTMLElement {
  const { kind, panels } = row;
  const id = `chart-${kind.id}`;
  const scale = row.logarithmic ? " The scale is logarithmic." : "";
  const heading = element("h3", { id }, kind.title);
  const block = (...content: Node[]) =>
    element("section", { class: "row", "aria-labelledby": id }, element("div", { class: "row-head" }, heading, ...content));

  const reasons = new Set(panels.map(({ missing }) => missing));
  const [reason] = reasons;
  if (reasons.size === 1 && typeof reason === "string") return block(element("p", { class: "missing" }, reason));

  const own: PanelView[] = [];
  const toggle = (line: Line) => {
    const shown = row.toggle(line);
    for (const view of own) view.mark(line, shown);
  };
  const figures = panels.map((panel) => {
    if (panel.missing !== null) return absent(panel.policy, panel.missing);
    const view = panelView(row, panel, timeline, { disturbance, recoveredAtMs: panel.report.recoveredAtMs }, toggle);
    own.push(view);
    return view.figure;
  });
  views.push(...own);
  const place = block(element("p", { class: "note" }, `${kind.note}${scale}`));
  place.append(element("div", { class: "panels" }, ...figures));
  return place;
}

/** One line in the place of a chart without data. */
function absent(policy: string, reason: string): HTMLElement {
  return element(
    "div",
    { class: "absent" },
    element("p", { class: "policy" }, policy),
    element("p", { class: "missing" }, reason),
  );
}

function toolbar(timeline: Timeline, disturbance: Stretch | null): HTMLElement {
  const button = (label: string, press: () => void, name = label) => {
    const made = element("button", { type: "button", "aria-label": name }, label);
    made.addEventListener("click", press);
    return made;
  };
  const shown = element("output", { class: "shown" });
  const all = button("Whole run", () => timeline.showAll());
  const buttons = [all];
  if (disturbance !== null) {
    const { fromMs, toMs } = disturbance;
    const margin = toMs > fromMs ? (toMs - fromMs) / 2 : timeline.end * AROUND_AN_INSTANT_MS;
    buttons.push(button("Disturbance", () => timeline.show((fromMs - margin / 2) / 1000, (toMs + margin) / 1000)));
  }
  buttons.push(
    button("+", () => timeline.zoom(0.5), "Zoom in"),
    button("−", () => timeline.zoom(2), "Zoom out"),
  );
  const update = () => {
    all.disabled = timeline.whole;
    shown.textContent = `${instant(timeline.from)} to ${instant(timeline.to)}`;
  };
  timeline.follow({ zoomed: update, pointed: () => {} });
  update();
  return element("div", { class: "toolbar", role: "group", "aria-label": "What the charts show" }, ...buttons, shown);
}

/** The meaning of the marks behind the lines, where the charts have any. */
function keysOf(runs: readonly Run[], disturbance: Stretch | null): HTMLElement[] {
  const key = (mark: string, label: string) =>
    element("span", { class: "key" }, element("span", { class: `key-${mark}`, "aria-hidden": "true" }), label);
  return [
    ...(disturbance === null ? [] : [key("disturbance", "disturbance")]),
    ...(runs.some(({ report }) => report.recoveredAtMs !== null) ? [key("recovery", "recovered")] : []),
  ];
}

export { chartsOf };
