import type { Scenario, SimulationReport } from "../../simulate/index.ts";
import { ratesOf } from "../../simulate/record/index.ts";
import { isWatched, WELL_MS } from "../../simulate/record/index.ts";
import { duration, percent, plural, short } from "./numbers.ts";
import { type Reports, table } from "./simulate-table.ts";
import { resample, sparkline, timeMarks } from "./sparkline.ts";
import { type Paint, painter, type Terminal, widthOf, wrap } from "./terminal.ts";

const labelWidth = 16;
const noteWidth = 16;

/** Tells a person how the policies fared: numbers side by side, what happened over time, and a sentence each. */
export function printReports(
  scenario: Pick<Scenario, "name" | "description" | "arrivals">,
  reports: Reports,
  terminal: Terminal,
): void {
  const paint = painter(terminal.stdout, terminal.env);
  const width = widthOf(terminal);
  const all = Object.entries(reports);
  const [header = "", ...rows] = table(reports, width);
  const [first] = Object.values(reports);
  const blocks = [
    [
      paint("bold", scenario.name),
      ...(scenario.description ? [wrap(scenario.description, width)] : []),
      conditions(first, scenario.arrivals),
    ].join("\n"),
    [paint("bold", header), ...rows].join("\n"),
    ...all.map(([name, report]) => charts(name, report, Object.values(reports), width, paint)),
    all.map(([name, report]) => wrap(`${paint("bold", `${name}:`)} ${verdict(report)}`, width, "  ", "")).join("\n"),
  ];
  terminal.stdout.write(`${blocks.join("\n\n")}\n`);
}

function conditions(report: SimulationReport | undefined, { lastsMs = 0 }: Scenario["arrivals"]): string {
  if (report === undefined) return "";
  const { clients, seed, durationMs, disturbance } = report;
  const disturbed =
    disturbance === null ? "" : `, disturbed from ${duration(disturbance.fromMs)} to ${duration(disturbance.toMs)}`;
  const left =
    lastsMs > durationMs ? `\nThe recorded calls go on for ${duration(lastsMs)}: --duration-ms simulates more of them.` : "";
  return `${plural(clients, "client")}, seed ${seed}, ${duration(durationMs)} simulated${disturbed}${left}`;
}

/** The curves of one policy. Those of calls share one scale over all policies, and so do the budgets. */
function charts(
  name: string,
  report: SimulationReport,
  all: readonly SimulationReport[],
  terminalWidth: number,
  paint: Paint,
): string {
  const width = terminalWidth - labelWidth - noteWidth;
  const flows = (of: SimulationReport): readonly (readonly [string, readonly number[]])[] => {
    const { offered, attempts, requests, succeeded } = of.series;
    // Behind other services, what is attempted and what arrives differ.
    const same = attempts.every((value, index) => value === requests[index]);
    const rows = [
      ["offered", offered],
      ...(same ? [] : [["attempts", attempts]]),
      ["requests", requests],
      ["goodput", succeeded],
    ] as const;
    return rows.map(([label, values]) => [label as string, ratesOf(values as readonly number[], of)]);
  };
  const top = most(all.flatMap((one) => flows(one).map(([, values]) => most(resample(values, width)))));
  const line = (label: string, values: readonly number[], scale: number, note: string): string =>
    `  ${label}`.padEnd(labelWidth) + sparkline(values, width, scale) + paint("dim", `  ${note}`);

  const { series, circuits, durationMs, disturbance } = report;
  const lines = flows(report).map(([label, values]) => line(label, values, top, `peak ${short(most(values))}/s`));
  if (series.breakersOpen.length > 0)
    lines.push(line("circuits open", series.breakersOpen, circuits, `most ${short(most(series.breakersOpen))} of ${circuits}`));
  if (series.budgetLevel.length > 0) {
    const full = most(all.map((one) => most(one.series.budgetLevel)));
    lines.push(line("budget left", series.budgetLevel, full, `least ${short(least(series.budgetLevel))}`));
  }
  const marks = timeMarks(durationMs, disturbance, width).map((mark) => paint("dim", " ".repeat(labelWidth) + mark));
  return [`${paint("bold", name)} ${paint("dim", `(calls: full height is ${short(top)}/s)`)}`, ...lines, ...marks].join("\n");
}

/** What to remember of it. */
export function verdict(report: SimulationReport): string {
  const { disturbance, timeToRecoverMs, recoveredAtMs, amplification, durationMs } = report;
  const made = `made ${amplification.toFixed(amplification < 10 ? 2 : 0)} requests per call, ${succeeded(report)}.`;
  if (disturbance === null) return made;
  if (disturbance.toMs >= durationMs) return `was not watched to the end of the disturbance; ${made}`;
  if (timeToRecoverMs === null) {
    if (!isWatched(disturbance, durationMs)) return `was not watched for ${duration(WELL_MS)} after the disturbance; ${made}`;
    return `did not recover in the ${duration(durationMs - disturbance.toMs)} after the disturbance; ${made}`;
  }
  if (recoveredAtMs === null) return `lost next to no calls to the disturbance; ${made}`;
  if (timeToRecoverMs === 0) return `recovered as soon as the disturbance was over; ${made}`;
  return `recovered ${duration(timeToRecoverMs)} after the disturbance; ${made}`;
}

/** A call that never ends is easily missed: it neither succeeds nor fails. */
function succeeded({ successRatio, calls: { started, unfinished } }: SimulationReport): string {
  if (started === 0) return "but no call came";
  if (successRatio === null) return "but no call ended";
  const share = `${percent(successRatio)} of the calls`;
  return unfinished > started / 100
    ? `${share} that ended succeeded, ${plural(unfinished, "call")} did not end`
    : `${share} succeeded`;
}

// Not by spreading: a long simulation has more intervals than a call takes arguments.
const most = (values: readonly number[]): number => values.reduce((one, other) => Math.max(one, other), 0);
const least = (values: readonly number[]): number => values.reduce((one, other) => Math.min(one, other), Infinity);
