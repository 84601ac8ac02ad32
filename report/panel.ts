/* A chart with all that belongs to it: its name, its legend, its keys and its numbers. */
import { drawChart } from "./chart.ts";
import type { Line } from "./chart-kind.ts";
import { element } from "./elements.ts";
import { instant } from "./format.ts";
import { legendOf } from "./legend.ts";
import type { Marks } from "./marks.ts";
import { descriptionOf, numbersOf, orDash } from "./numbers.ts";
import { intervalAt, type Panel, type Row } from "./row.ts";
import { onThemeChange } from "./theme.ts";
import type { Timeline } from "./timeline.ts";

interface PanelView {
  readonly figure: HTMLElement;
  /** Draws the chart. The figure must be on the page by then, because the chart takes its width. */
  draw(): void;
  /** Shows or hides a line. */
  mark(line: Line, shown: boolean): void;
}

let panelCount = 0;

function panelView(row: Row, panel: Panel, timeline: Timeline, marks: Marks, toggle: (line: Line) => void): PanelView {
  const { kind, lines } = row;
  const legend = legendOf(lines, toggle);
  const when = element("output", { class: "when", "aria-live": "off" });
  panelCount += 1;
  const description = element("p", { class: "unseen", id: `description-${panelCount}` }, descriptionOf(row, panel));
  const plot = element("div", {
    class: "plot",
    role: "slider",
    tabindex: "0",
    "aria-label": `${kind.title}: ${panel.policy}`,
    "aria-describedby": description.id,
    "aria-valuemin": "0",
    "aria-valuemax": String(timeline.end),
    "aria-valuenow": "0",
    "aria-valuetext": "whole run",
  });
  const caption = element("figcaption", {}, element("span", { class: "policy" }, panel.policy), when);
  const figure = element("figure", {}, caption, legend.list, plot, description, numbersOf(row, panel, timeline));
  let redraw: (line: Line, shown: boolean) => void = () => {};

  const draw = () => {
    const chart = drawChart(plot, row, panel, timeline, marks);
    redraw = (line, show) => chart.setSeries(lines.indexOf(line) + 1, { show });
    onThemeChange(() => chart.redraw(false));
    const showValues = (at: number | null) => {
      const index = at === null ? -1 : intervalAt(panel, at);
      const texts = lines.map(({ label }, line) => ({
        label,
        value: index < 0 ? "" : orDash(panel.values[line]?.[index], kind.format),
      }));
      const time = index < 0 ? "" : instant(panel.since[index] ?? 0);
      legend.setValues(texts.map(({ value }) => value));
      when.textContent = time;
      if (at === null || plot !== document.activeElement) return;
      plot.setAttribute("aria-valuenow", at.toFixed(2));
      plot.setAttribute("aria-valuetext", `${time}: ${texts.map(({ label, value }) => `${label} ${value}`).join(", ")}`);
    };
    timeline.follow({ zoomed: () => showValues(timeline.at), pointed: showValues });
    plot.addEventListener("keydown", (event) => {
      if (handleKey(event, timeline, panel)) event.preventDefault();
    });
  };

  return {
    figure,
    draw,
    mark: (line, shown) => {
      legend.mark(line, shown);
      redraw(line, shown);
    },
  };
}

/** Performs the action of a key on a chart. Returns false for a key without one. */
function handleKey({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent, timeline: Timeline, panel: Panel): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const { at } = panel;
  const first = at.findIndex((time) => time >= timeline.from);
  const last = at.findLastIndex((time) => time <= timeline.to);
  const go = (index: number) => timeline.point(at[Math.min(last, Math.max(first, index))] ?? null);
  const move = (by: number, start: number) => {
    const here = timeline.at;
    if (here === null) go(start);
    else go(intervalAt(panel, here) + by * (shiftKey ? 10 : 1));
  };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(-1, last),
    ArrowRight: () => move(1, first),
    Home: () => go(first),
    End: () => go(last),
    "+": () => timeline.zoom(0.5),
    "-": () => timeline.zoom(2),
    "0": () => timeline.showAll(),
    Escape: () => timeline.showAll(),
  };
  actions[key]?.();
  return key in actions;
}

export { type PanelView, panelView };
