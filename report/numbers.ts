/* The numbers of a chart as a table, for readers who cannot see the chart, or who want to copy the numbers. */
import { element, scrolling } from "./elements.ts";
import { instant } from "./format.ts";
import type { Panel, Row } from "./row.ts";
import type { Timeline } from "./timeline.ts";

/** An hour has 3,600 intervals: a table of all of them would take the browser long, and be of no use. */
const MOST_LINES = 360;

/** The numbers of the period that is shown. The table is made when the reader opens it. */
function numbersOf(row: Row, panel: Panel, timeline: Timeline): HTMLDetailsElement {
  const label = `${row.kind.title}: ${panel.policy}`;
  const place = element("div");
  const details = element("details", {}, element("summary", {}, "Numbers"), place);
  const update = () => {
    if (details.open) place.replaceChildren(scrolling(`${label}, in numbers`, tableOf(row, panel, timeline, label)));
  };
  details.addEventListener("toggle", update);
  timeline.follow({ zoomed: update, pointed: () => {} });
  return details;
}

function tableOf({ kind, lines }: Row, panel: Panel, { from, to }: Timeline, label: string): HTMLTableElement {
  const shown = [...panel.at.keys()].filter((interval) => isWithin(panel.at[interval], from, to));
  const every = Math.ceil(shown.length / MOST_LINES);
  const rest = every > 1 ? ` One line out of ${every}: zoom in for all of them.` : "";
  const head = [kind.shape === "steps" ? "at" : "from", ...lines.map((line) => line.label)];
  const body = shown
    .filter((_interval, index) => index % every === 0)
    .map((interval) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, instant(panel.since[interval] ?? 0)),
        ...panel.values.map((values) => element("td", {}, orDash(values[interval], kind.format))),
      ),
    );
  return element(
    "table",
    { class: "numbers" },
    element("caption", {}, `${label}.${rest}`),
    element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...body),
  );
}

function isWithin(value: number | undefined, from: number, to: number): boolean {
  return value !== undefined && value >= from && value <= to;
}

/** A description of the chart in words: one sentence for each line. */
function descriptionOf({ kind, lines }: Row, panel: Panel): string {
  return lines
    .map(({ label }, index) => {
      const known = (panel.values[index] ?? []).filter((value) => value !== null);
      if (known.length === 0) return `${label}: none.`;
      const low = known.reduce((least, value) => Math.min(least, value));
      const high = known.reduce((most, value) => Math.max(most, value));
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      return `${label}: from ${kind.format(low)} to ${kind.format(high)}, on average ${kind.format(mean)}.`;
    })
    .join(" ");
}

/** A value, or a dash where there is none. */
function orDash(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}

export { descriptionOf, numbersOf, orDash };
