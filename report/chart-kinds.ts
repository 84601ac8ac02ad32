/* The charts of the page: their lines, and the text in the place of a chart that would be empty. */

import type { Series, SimulationReport } from "../src/simulate/record/index.ts";
import { ratesOf } from "../src/simulate/record/index.ts";
import type { Run } from "./data.ts";
import { amount, duration, perSecond, tick } from "./format.ts";

type Values = readonly (number | null)[];

/** One line of a chart. Its dashes or its filling, and not its colour alone, tell it from the other lines. */
interface Line {
  readonly label: string;
  /** A custom property of the style sheet, `goodput` for `--goodput`. */
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly area?: "tinted" | "solid" | "striped";
  readonly values: (report: SimulationReport) => Values;
  /** Where the line is drawn, if not at its values: on top of another line. */
  readonly drawn?: (report: SimulationReport) => Values;
  /** Left out where it is empty for every policy. */
  readonly optional?: boolean;
}

interface ChartKind {
  readonly id: string;
  readonly title: string;
  /** One sentence on how to read it. */
  readonly note: string;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  readonly tick: (value: number) => string;
  /** Steps for states that hold from one instant to the next, lines for counts of an interval. */
  readonly shape: "line" | "steps";
  /** Whole numbers only. */
  readonly whole?: boolean;
  /** A logarithmic scale where the values need one. */
  readonly wideRange?: boolean;
  /** The value that the scale reaches at least; it begins at zero. */
  readonly atLeast?: (runs: readonly Run[]) => number;
  /** Why there is nothing to draw. */
  readonly missing: (series: Series) => string | null;
}

const rate =
  (pick: (series: Series) => readonly number[]) =>
  (report: SimulationReport): Values =>
    ratesOf(pick(report.series), report);

/** The clients' attempts, where there are layers: without layers every attempt is a request, and the line would be drawn twice. */
const ownAttempts = ({ attempts, requests }: Series): readonly number[] =>
  attempts.every((count, index) => count === requests[index]) ? [] : attempts;

const isEmpty = (values: Values) => values.every((value) => !value);

const CHARTS: readonly ChartKind[] = [
  {
    id: "load",
    title: "Load and goodput",
    note: "What callers asked for, what reached the dependency, and what came back as a success.",
    lines: [
      { label: "goodput", colour: "goodput", area: "tinted", values: rate((series) => series.succeeded) },
      { label: "requests", colour: "requests", dash: [7, 3], values: rate((series) => series.requests) },
      { label: "attempts", colour: "attempts", dash: [10, 3, 2, 3], values: rate(ownAttempts), optional: true },
      { label: "offered", colour: "offered", dash: [2, 3], values: rate((series) => series.offered) },
    ],
    format: perSecond,
    tick,
    shape: "line",
    missing: (series) => (isEmpty(series.offered) ? "No calls." : null),
  },
  {
    id: "failures",
    title: "Calls without success",
    note: "Failed counts the calls that a circuit rejected, too.",
    lines: [
      { label: "failed", colour: "failed", values: rate((series) => series.failed) },
      { label: "rejected", colour: "rejected", dash: [7, 3], values: rate((series) => series.rejected), optional: true },
      { label: "fell back", colour: "fell-back", dash: [2, 3], values: rate((series) => series.fellBack), optional: true },
    ],
    format: perSecond,
    tick,
    shape: "line",
    missing: (series) => (isEmpty(series.failed) && isEmpty(series.fellBack) ? "No call failed." : null),
  },
  {
    id: "latency",
    title: "Latency of successes",
    note: "From the call to its value, retries and waiting included.",
    lines: [
      { label: "p50", colour: "median", values: ({ series }) => series.p50Ms },
      { label: "p99", colour: "tail", dash: [7, 3], values: ({ series }) => series.p99Ms },
    ],
    format: duration,
    tick: duration,
    shape: "line",
    wideRange: true,
    missing: (series) => (isEmpty(series.p99Ms) ? "No call succeeded." : null),
  },
  {
    id: "in-flight",
    title: "Calls under way",
    note: "Calls that have begun and not yet ended: a queue that does not drain shows here.",
    lines: [{ label: "under way", colour: "in-flight", area: "tinted", values: ({ series }) => series.inFlight }],
    format: amount,
    tick,
    shape: "line",
    missing: (series) => (isEmpty(series.inFlight) ? "No call was under way at the end of any interval." : null),
  },
  {
    id: "circuits",
    title: "Circuits",
    note: "How many circuits were open, or half-open, on average.",
    lines: [
      {
        label: "half-open",
        colour: "half-open",
        area: "striped",
        values: ({ series }) => series.breakersHalfOpen,
        drawn: ({ series }) => series.breakersHalfOpen.map((count, index) => count + (series.breakersOpen[index] ?? 0)),
      },
      { label: "open", colour: "open", area: "solid", values: ({ series }) => series.breakersOpen },
    ],
    format: amount,
    tick,
    shape: "line",
    whole: true,
    atLeast: (runs) => Math.max(...runs.map(({ report }) => report.circuits)),
    missing: (series) => {
      if (series.breakersOpen.length === 0) return "No circuit breaker.";
      return isEmpty(series.breakersOpen) && isEmpty(series.breakersHalfOpen) ? "The circuits stayed closed." : null;
    },
  },
  {
    id: "budget",
    title: "Retry budget",
    note: "What is left of it, on average over the clients.",
    lines: [{ label: "left", colour: "budget", area: "tinted", values: ({ series }) => series.budgetLevel }],
    format: amount,
    tick,
    shape: "steps",
    missing: (series) => (series.budgetLevel.length === 0 ? "No retry budget." : null),
  },
];

/** The lines that are not empty for every policy. */
function linesOf(kind: ChartKind, runs: readonly Run[]): Line[] {
  return kind.lines.filter(({ optional, values }) => !optional || runs.some(({ report }) => !isEmpty(values(report))));
}

export { CHARTS, type ChartKind, type Line, linesOf, type Values };
