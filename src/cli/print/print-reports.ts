import type { Scenario, SimulationReport } from "../../simulate/index.ts";
import { counted, duration } from "./numbers.ts";
import { charts } from "./report-charts.ts";
import { type Reports, table } from "./report-table.ts";
import { painter, type Terminal, widthOf } from "./terminal.ts";
import { verdict } from "./verdict.ts";
import { wrap } from "./wrap.ts";

/** Prints reports for a person: the numbers of the policies side by side, curves over time, and a sentence on each. */
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
  return `${counted(clients, "client")}, seed ${seed}, ${duration(durationMs)} simulated${disturbed}${left}`;
}
