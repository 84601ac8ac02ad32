import type { SimulationReport } from "../../simulate/index.ts";
import { ratesOf } from "../../simulate/record/index.ts";
import { largest, short, smallest } from "./numbers.ts";
import { resample, sparkline, timeMarks } from "./sparkline.ts";
import type { Paint } from "./terminal.ts";

const labelWidth = 16;
const noteWidth = 16;
/** Limits of a policy that are drawn. */
const MOST_LIMITS = 3;

const shortened = (label: string): string => (label.length <= labelWidth - 3 ? label : `${label.slice(0, labelWidth - 6)}...`);

interface Curve {
  readonly label: string;
  readonly values: readonly number[];
  readonly note: string;
  /** The value at full height. @default the largest one of this curve in all policies */
  readonly top?: number;
}

/** The curves of one policy. Curves of calls share one scale over all policies, and so do the others that have the same label. */
export function charts(
  name: string,
  report: SimulationReport,
  all: readonly SimulationReport[],
  terminalWidth: number,
  paint: Paint,
): string {
  const width = terminalWidth - labelWidth - noteWidth;
  const top = largest(all.flatMap((one) => callRates(one).map(([, values]) => largest(resample(values, width)))));
  const line = (label: string, values: readonly number[], scale: number, note: string): string =>
    `  ${shortened(label)}`.padEnd(labelWidth) + sparkline(values, width, scale) + paint("dim", `  ${note}`);
  const others = all.flatMap(otherCurves);
  const topOf = (label: string): number =>
    largest(others.filter((other) => other.label === label).map(({ values }) => largest(values)));

  const lines = [
    ...callRates(report).map(([label, values]) => line(label, values, top, `peak ${short(largest(values))}/s`)),
    ...otherCurves(report).map(({ label, values, note, top }) => line(label, values, top ?? topOf(label), note)),
  ];
  const { durationMs, disturbance } = report;
  const marks = timeMarks(durationMs, disturbance, width).map((mark) => paint("dim", " ".repeat(labelWidth) + mark));
  return [`${paint("bold", name)} ${paint("dim", `(calls: full height is ${short(top)}/s)`)}`, ...lines, ...marks].join("\n");
}

/** What is no rate of calls, where there is any. */
function otherCurves(report: SimulationReport): readonly Curve[] {
  const { breakersOpen, budgetLevel, hedged, waiting, adaptiveLimits } = report.series;
  const { circuits } = report;
  const hedges = ratesOf(hedged, report);
  const curves: readonly Curve[] = [
    { label: "circuits open", values: breakersOpen, note: `most ${short(largest(breakersOpen))} of ${circuits}`, top: circuits },
    { label: "budget left", values: budgetLevel, note: `least ${short(smallest(budgetLevel))}` },
    { label: "hedges", values: hedges, note: `peak ${short(largest(hedges))}/s` },
    { label: "in queues", values: largest(waiting) > 0 ? waiting : [], note: `most ${short(largest(waiting))}` },
    ...adaptiveLimits.slice(0, MOST_LIMITS).map(({ limiter, limits }) => ({
      label: `limit ${limiter}`,
      values: limits,
      note: `${short(smallest(limits))} to ${short(largest(limits))}`,
    })),
  ];
  return curves.filter(({ values }) => values.length > 0);
}

/** Rates per second, with their labels. */
function callRates(report: SimulationReport): readonly (readonly [label: string, rates: readonly number[]])[] {
  const { offered, attempts, requests, succeeded, limited, atMs } = report.series;
  // Without a layer every attempt is a request, and one curve shows both.
  const same = attempts.every((value, index) => value === requests[index]);
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ["offered", offered],
    ...(same ? [] : ([["attempts", attempts]] as const)),
    ["requests", requests],
    ["goodput", succeeded],
    ...(limited.length === 0 ? [] : ([["turned away", turnedAway(limited, atMs.length)]] as const)),
  ];
  return rows.map(([label, counts]) => [label, ratesOf(counts, report)]);
}

/** By all limiters together. */
const turnedAway = (limited: SimulationReport["series"]["limited"], length: number): readonly number[] =>
  Array.from({ length }, (_, interval) => limited.reduce((sum, { counts }) => sum + (counts[interval] ?? 0), 0));
