/* The data that the command puts into the page. */
import type { SimulationReport, Stretch } from "../src/simulate/record/index.ts";

interface ReportData {
  readonly version: 1;
  readonly scenario: {
    readonly name: string;
    readonly description: string | null;
    /** `toMs` is `null` where the disturbance never ends: JSON has no `Infinity`. */
    readonly disturbance: { readonly fromMs: number; readonly toMs: number | null } | null;
  };
  /** By the name of the policy, in the order of the page. */
  readonly policies: Readonly<Record<string, SimulationReport>>;
}

/** One policy's run. */
interface Run {
  readonly policy: string;
  readonly report: SimulationReport;
}

/** The data of this page; `null` in the template, which has none. */
function readData(): ReportData | null {
  return JSON.parse(document.getElementById("data")?.textContent ?? "null");
}

function runsOf(data: ReportData): Run[] {
  return Object.entries(data.policies).map(([policy, report]) => ({ policy, report }));
}

/** When the longest run ends, in seconds, > 0. */
function endOf(runs: readonly Run[]): number {
  return Math.max(...runs.map(({ report }) => report.durationMs), 1) / 1000;
}

/** When the dependency is disturbed. A disturbance that never ends is cut at the end of the run. */
function disturbanceOf({ scenario: { disturbance } }: ReportData, end: number): Stretch | null {
  return disturbance && { ...disturbance, toMs: disturbance.toMs ?? Math.max(disturbance.fromMs, end * 1000) };
}

/** Whether the disturbance never ends. */
function isEndless({ scenario: { disturbance } }: ReportData): boolean {
  return disturbance?.toMs === null;
}

export { disturbanceOf, endOf, isEndless, type ReportData, type Run, readData, runsOf };
