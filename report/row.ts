/* One kind of chart for all policies: the data that is drawn, and the scale that the policies share, so that they can be compared. */
import uPlot from "uplot";
import { type ChartKind, type Line, linesOf, type Values } from "./chart-kind.ts";
import type { Run } from "./data.ts";
import type { Timeline } from "./timeline.ts";

/** The ratio of the largest value to the smallest from which on the scale is logarithmic: a linear one would hide the small values. */
const WIDE_RANGE = 50;
const HEADROOM = 1.06;

/** One policy's part of a row. */
interface Panel extends Run {
  /** In seconds: the middle of the interval for counts, its end for states, which hold from then on. */
  readonly at: readonly number[];
  /** In seconds, as the page names it: the beginning of the interval for counts, its end for states. */
  readonly since: readonly number[];
  /** The values in the legend and the table, line by line. */
  readonly values: readonly Values[];
  /** The values that are drawn, line by line. */
  readonly drawn: readonly Values[];
  readonly missing: string | null;
}

class Row {
  readonly kind: ChartKind;
  readonly lines: readonly Line[];
  readonly panels: readonly Panel[];
  /** Whether the scale is logarithmic. */
  readonly logarithmic: boolean;
  readonly #hidden = new Set<Line>();
  readonly #least: number;
  readonly #timeline: Timeline;

  constructor(kind: ChartKind, runs: readonly Run[], timeline: Timeline) {
    this.kind = kind;
    this.lines = linesOf(kind, runs);
    this.panels = runs.map((run) => panelOf(kind, this.lines, run));
    this.#timeline = timeline;
    this.#least = kind.atLeast?.(runs) ?? 0;
    const [low, high] = this.#extremes(0, timeline.end);
    this.logarithmic = kind.wideRange === true && low > 0 && high / low >= WIDE_RANGE;
  }

  /** Shows or hides a line, for all policies. */
  toggle(line: Line): boolean {
    if (this.#hidden.delete(line)) return true;
    this.#hidden.add(line);
    return false;
  }

  /** The y scale for the period that is shown: the same for all policies. */
  scale(): [number, number] {
    const [low, high] = this.#extremes(this.#timeline.from, this.#timeline.to);
    if (!this.logarithmic) return [0, Math.max(high, this.#least) * HEADROOM || 1];
    if (!(high > 0)) return [1, 10];
    const [from, to] = uPlot.rangeLog(low, high, 10, false);
    return [from ?? low, to ?? high];
  }

  /** The smallest and the largest value that is shown. */
  #extremes(from: number, to: number): [number, number] {
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    for (const { at, drawn } of this.panels) {
      drawn.forEach((values, index) => {
        const line = this.lines[index];
        if (line === undefined || this.#hidden.has(line)) return;
        values.forEach((value, interval) => {
          const time = at[interval] ?? 0;
          if (value === null || time < from || time > to) return;
          low = Math.min(low, value);
          high = Math.max(high, value);
        });
      });
    }
    return [low, high];
  }
}

function panelOf(kind: ChartKind, lines: readonly Line[], run: Run): Panel {
  const { series } = run.report;
  const { intervalMs } = series;
  const [within, before] = kind.shape === "steps" ? [intervalMs, 0] : [intervalMs / 2, intervalMs / 2];
  const at = series.atMs.map((atMs) => (atMs + within) / 1000);
  return {
    ...run,
    at,
    since: at.map((time) => time - before / 1000),
    values: lines.map(({ values }) => values(run.report)),
    drawn: lines.map(({ drawn, values }) => (drawn ?? values)(run.report)),
    missing: kind.missing(series),
  };
}

/** The interval that a point in time belongs to; -1 for none. */
function intervalAt({ since }: Panel, time: number): number {
  let low = 0;
  let high = since.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((since[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export { intervalAt, type Panel, Row };
