/* The charts of the page, in its order. */
import type { Series } from "../src/simulate/record/index.ts";
import { type ChartKind, isEmpty, rate } from "./chart-kind.ts";
import type { Run } from "./data.ts";
import { amount, duration, perSecond, tick } from "./format.ts";
import { HEDGES } from "./hedge-charts.ts";
import { ADAPTIVE_LIMITS, QUEUES, REJECTIONS, WAITS } from "./limit-charts.ts";

/** The clients' attempts, where there are layers: without layers every attempt is a request, and the line would be drawn twice. */
const ownAttempts = ({ attempts, requests }: Series): readonly number[] =>
  attempts.every((count, index) => count === requests[index]) ? [] : attempts;

const ALL: readonly ChartKind[] = [
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
    note: "Failed counts the calls that a circuit or a limiter rejected, too.",
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
      { label: "hedge after", colour: "hedged", dash: [2, 3], values: ({ series }) => series.hedgeDelayMs, optional: true },
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
  HEDGES,
  QUEUES,
  WAITS,
  REJECTIONS,
  ADAPTIVE_LIMITS,
];

/** The charts that say something of at least one of the policies. */
const chartsFor = (runs: readonly Run[]): readonly ChartKind[] =>
  ALL.filter(({ isAbout }) => isAbout === undefined || runs.some(({ report }) => isAbout(report.series)));

export { chartsFor };
