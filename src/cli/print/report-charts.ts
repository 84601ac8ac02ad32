import type { SimulationReport } from "../../simulate/index.ts";
import { ratesOf } from "../../simulate/record/index.ts";
import { largest, short, smallest } from "./numbers.ts";
import { resample, sparkline, timeMarks } from "./sparkline.ts";
import type { Paint } from "./terminal.ts";

const labelWidth = 16;
const noteWidth = 16;

/** The curves of one policy. Curves of calls share one scale over all policies, and so do the budgets. */
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
    `  ${label}`.padEnd(labelWidth) + sparkline(values, width, scale) + paint("dim", `  ${note}`);

  const { series, circuits, durationMs, disturbance } = report;
  const lines = callRates(report).map(([label, values]) => line(label, values, top, `peak ${short(largest(values))}/s`));
  if (series.breakersOpen.length > 0) {
    const note = `most ${short(largest(series.breakersOpen))} of ${circuits}`;
    lines.push(line("circuits open", series.breakersOpen, circuits, note));
  }
  if (series.budgetLevel.length > 0) {
    const full = largest(all.map((one) => largest(one.series.budgetLevel)));
    lines.push(line("budget left", series.budgetLevel, full, `least ${short(smallest(series.budgetLevel))}`));
  }
  const marks = timeMarks(durationMs, disturbance, width).map((mark) => paint("dim", " ".repeat(labelWidth) + mark));
  return [`${paint("bold", name)} ${paint("dim", `(calls: full height is ${short(top)}/s)`)}`, ...lines, ...marks].join("\n");
}

/** Rates per second, with their labels. */
function callRates(report: SimulationReport): readonly (readonly [label: string, rates: readonly number[]])[] {
  const { offered, attempts, requests, succeeded } = report.series;
  // Without a layer every attempt is a request, and one curve shows both.
  const same = attempts.every((value, index) => value === requests[index]);
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ["offered", offered],
    ...(same ? [] : ([["attempts", attempts]] as const)),
    ["requests", requests],
    ["goodput", succeeded],
  ];
  return rows.map(([label, counts]) => [label, ratesOf(counts, report)]);
}
