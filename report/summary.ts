/* The comparison: one column for each policy, one line for each measure. */
import { type HedgeCounts, isObservedLongEnough, type SimulationReport } from "../src/simulate/record/index.ts";
import type { Run } from "./data.ts";
import { element, scrolling } from "./elements.ts";
import { amount, duration, percent, perSecond } from "./format.ts";
import { orDash } from "./numbers.ts";

/** A measure of a run: its name, its value as text, and, where it needs one, a remark below it. */
interface Measure {
  readonly label: string;
  readonly value: (report: SimulationReport) => string;
  readonly remark?: (report: SimulationReport) => string;
  /** A share, drawn as a bar below the value. */
  readonly share?: (report: SimulationReport) => number;
  /** Whether a policy has what it measures: where none has, the line is left out. @default always */
  readonly isAbout?: (report: SimulationReport) => boolean;
}

const MEASURES: readonly Measure[] = [
  { label: "Calls", value: ({ calls }) => amount(calls.started), remark: ({ calls }) => othersOf(calls) },
  {
    label: "Succeeded",
    value: ({ successRatio }) => orDash(successRatio, percent),
    share: ({ successRatio }) => successRatio ?? 0,
  },
  {
    label: "Goodput",
    value: ({ goodputPerSecond }) => perSecond(goodputPerSecond),
    remark: ({ offeredPerSecond }) => `of ${perSecond(offeredPerSecond)} offered`,
  },
  {
    label: "Requests per call",
    value: ({ amplification }) => amount(amplification),
    remark: ({ requests }) => `${amount(requests)} requests`,
  },
  {
    label: "Deliveries",
    value: ({ deliveries }) => amount(deliveries),
    isAbout: ({ calls, deliveries }) => deliveries > calls.started,
  },
  { label: "Latency p50", value: ({ latencyMs }) => orDash(latencyMs.succeeded.p50, duration) },
  { label: "Latency p99", value: ({ latencyMs }) => orDash(latencyMs.succeeded.p99, duration) },
  { label: "Latency p99.9", value: ({ latencyMs }) => orDash(latencyMs.succeeded.p999, duration) },
  { label: "Time to recover", value: recovery },
  { label: "Circuits opened", value: openings },
  { label: "Lowest budget", value: lowestBudget },
  {
    label: "Hedges",
    value: ({ hedges }) => (hedges === null ? "no hedge" : amount(hedges.started)),
    remark: ({ hedges }) => (hedges === null ? "" : hedgesOf(hedges)),
    isAbout: ({ hedges }) => hedges !== null,
  },
  {
    label: "Time in queues p99",
    value: (report) => (hasLimiter(report) ? orDash(report.waitedMs.p99, duration) : "no limiter"),
    remark: ({ waitedMs }) => (waitedMs.count > 0 ? `${amount(waitedMs.count)} calls waited` : ""),
    isAbout: ({ waitedMs }) => waitedMs.count > 0,
  },
  {
    label: "Turned away",
    value: (report) => (hasLimiter(report) ? amount(report.stopReasons.LIMITED ?? 0) : "no limiter"),
    remark: ({ limited }) => [...new Set(limited.map(({ limiter }) => limiter))].slice(0, MOST_NAMES).join(", "),
    isAbout: hasLimiter,
  },
];

/** Names of limiters in a remark. */
const MOST_NAMES = 3;

function summaryOf(runs: readonly Run[]): HTMLElement {
  const head = element(
    "tr",
    {},
    element("td", {}),
    ...runs.map(({ policy }) => element("th", { scope: "col", class: "policy" }, policy)),
  );
  const shown = MEASURES.filter(({ isAbout }) => isAbout === undefined || runs.some(({ report }) => isAbout(report)));
  const lines = shown.map((measure) =>
    element("tr", {}, element("th", { scope: "row" }, measure.label), ...runs.map(({ report }) => cell(measure, report))),
  );
  const table = element("table", { class: "summary" }, element("thead", {}, head), element("tbody", {}, ...lines));
  return element(
    "section",
    { "aria-labelledby": "compared" },
    element("h2", { id: "compared" }, runs.length > 1 ? "The policies compared" : "How the policy fared"),
    scrolling("The policies compared", table),
  );
}

function cell({ value, remark, share }: Measure, report: SimulationReport): HTMLElement {
  const made = element("td", {}, element("span", { class: "answer" }, value(report)));
  const words = remark?.(report);
  if (words) made.append(" ", element("span", { class: "remark" }, words));
  if (share) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" }, element("span", {}));
    bar.style.setProperty("--share", String(share(report)));
    made.append(bar);
  }
  return made;
}

/** The calls that did not succeed, by how they ended. */
function othersOf({ failed, fellBack, unfinished }: SimulationReport["calls"]): string {
  const kinds: [number, string][] = [
    [failed, "failed"],
    [fellBack, "fell back"],
    [unfinished, "unfinished"],
  ];
  return kinds.flatMap(([count, kind]) => (count > 0 ? [`${amount(count)} ${kind}`] : [])).join(", ");
}

function hedgesOf({ won, refused, cut }: HedgeCounts): string {
  return `${amount(won)} won, ${amount(cut)} attempts cut${refused > 0 ? `, ${amount(refused)} refused` : ""}`;
}

function hasLimiter({ series }: SimulationReport): boolean {
  return series.waiting.length > 0;
}

function recovery({ disturbance, durationMs, recoveredAtMs, timeToRecoverMs }: SimulationReport): string {
  if (timeToRecoverMs !== null) return timeToRecoverMs === 0 && recoveredAtMs === null ? "never fell" : duration(timeToRecoverMs);
  if (disturbance === null) return "–";
  // JSON has no Infinity.
  const toMs = disturbance.toMs ?? Infinity;
  return isObservedLongEnough({ ...disturbance, toMs }, durationMs) ? "not recovered" : "not watched";
}

function openings({ breakerOpenings, circuits }: SimulationReport): string {
  if (circuits === 0) return "no breaker";
  return breakerOpenings === 1 ? "once" : `${amount(breakerOpenings)} times`;
}

function lowestBudget({ series: { budgetLevel } }: SimulationReport): string {
  if (budgetLevel.length === 0) return "no budget";
  return amount(budgetLevel.reduce((least, level) => Math.min(least, level)));
}

export { summaryOf };
