/* The charts of limiters: who waits for them and how long, whom they turn away, and the limits that adapt. */
import { ratesOf, type Series, type SimulationReport } from "../src/simulate/record/index.ts";
import { type ChartKind, isEmpty, type Line, type Values } from "./chart-kind.ts";
import type { Run } from "./data.ts";
import { amount, duration, perSecond, tick } from "./format.ts";

/** Enough for every line to have a colour of its own; what exceeds it is drawn as one. */
const COLOURS = ["first", "second", "third", "fourth", "fifth", "sixth"];

const hasLimiter = ({ waiting }: Series): boolean => waiting.length > 0;

const QUEUES: ChartKind = {
  id: "queues",
  title: "Calls in queues",
  note: "Calls that wait for a limiter.",
  lines: [{ label: "waiting", colour: "waiting", area: "tinted", values: ({ series }) => series.waiting }],
  format: amount,
  tick,
  shape: "steps",
  whole: true,
  missing: ({ waiting }) => {
    if (waiting.length === 0) return "No limiter.";
    return isEmpty(waiting) ? "No call was waiting at the end of any interval." : null;
  },
  isAbout: ({ waitedP99Ms, waiting }) => !(isEmpty(waitedP99Ms) && isEmpty(waiting)),
};

const WAITS: ChartKind = {
  id: "waits",
  title: "Time in queues",
  note: "Of the calls that ceased to wait for a limiter, whether they were admitted or not.",
  lines: [
    { label: "p50", colour: "median", values: ({ series }) => series.waitedP50Ms },
    { label: "p99", colour: "tail", dash: [7, 3], values: ({ series }) => series.waitedP99Ms },
  ],
  format: duration,
  tick: duration,
  shape: "line",
  wideRange: true,
  missing: (series) => {
    if (!hasLimiter(series)) return "No limiter.";
    return isEmpty(series.waitedP99Ms) ? "No call waited." : null;
  },
  isAbout: QUEUES.isAbout as NonNullable<ChartKind["isAbout"]>,
};

const REJECTIONS: ChartKind = {
  id: "rejections",
  title: "Turned away by limiters",
  note: "Calls, by limiter and reason, one on top of the other.",
  lines: rejectionLines,
  format: perSecond,
  tick,
  shape: "line",
  missing: (series) => {
    if (!hasLimiter(series)) return "No limiter.";
    return series.limited.length === 0 ? "No call was turned away." : null;
  },
  isAbout: ({ limited }) => limited.length > 0,
};

const ADAPTIVE_LIMITS: ChartKind = {
  id: "limits",
  title: "Adaptive limits",
  note: "How many attempts the limiter admits at a time, on average over the clients.",
  lines: (runs) => {
    const names = new Set(runs.flatMap(({ report }) => report.series.adaptiveLimits.map(({ limiter }) => limiter)));
    return [...names].slice(0, COLOURS.length).map((name, index): Line => {
      const dash = index === 0 ? {} : { dash: [2 + 3 * index, 3] };
      return { label: name, colour: COLOURS[index] ?? "", ...dash, values: ({ series }) => limitsOf(series, name) };
    });
  },
  format: amount,
  tick,
  shape: "steps",
  missing: ({ adaptiveLimits }) => (adaptiveLimits.length === 0 ? "No limit that adapts." : null),
  isAbout: ({ adaptiveLimits }) => adaptiveLimits.length > 0,
};

const limitsOf = ({ adaptiveLimits, atMs }: Series, name: string): Values =>
  adaptiveLimits.find(({ limiter }) => limiter === name)?.limits ?? atMs.map(() => null);

/** A line for each limiter and reason, the most frequent one first and on top, and one for all that are left over. */
function rejectionLines(runs: readonly Run[]): readonly Line[] {
  const totals = new Map<string, number>();
  for (const { report } of runs)
    for (const { limiter, reason, count } of report.limited) {
      const label = labelOf({ limiter, reason });
      totals.set(label, (totals.get(label) ?? 0) + count);
    }
  const labels = [...totals].sort(([, one], [, other]) => other - one).map(([label]) => label);
  const alone = labels.length > COLOURS.length ? labels.slice(0, COLOURS.length - 1) : labels;
  const groups = alone.map((label) => ({ label, of: new Set([label]) }));
  if (alone.length < labels.length) groups.push({ label: "others", of: new Set(labels.slice(alone.length)) });
  return groups.map(({ label, of }, index) => {
    const above = new Set(groups.slice(index).flatMap((group) => [...group.of]));
    return {
      label,
      colour: COLOURS[index] ?? "",
      area: index % 2 === 0 ? "solid" : "striped",
      values: (report) => rejected(report, of),
      drawn: (report) => rejected(report, above),
    };
  });
}

const labelOf = ({ limiter, reason }: Pick<Series["limited"][number], "limiter" | "reason">): string => `${limiter}: ${reason}`;

/** Calls per second that limiters turned away for some reasons, together. */
function rejected(report: SimulationReport, labels: ReadonlySet<string>): Values {
  const columns = report.series.limited.filter((column) => labels.has(labelOf(column)));
  const sums = report.series.atMs.map((_, interval) => columns.reduce((sum, { counts }) => sum + (counts[interval] ?? 0), 0));
  return ratesOf(sums, report);
}

export { ADAPTIVE_LIMITS, labelOf, QUEUES, REJECTIONS, WAITS };
