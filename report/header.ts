/* What was simulated. */
import type { Stretch } from "../src/simulate/record/index.ts";
import { isEndless, type ReportData, type Run } from "./data.ts";
import { element } from "./elements.ts";
import { amount, duration, instant } from "./format.ts";

function headerOf(data: ReportData, runs: readonly Run[], disturbance: Stretch | null): HTMLElement {
  const { name, description } = data.scenario;
  const facts: [string, string][] = [
    ["Simulated", each(runs, ({ report }) => duration(report.durationMs))],
    ["Clients", each(runs, ({ report }) => amount(report.clients))],
    ["Seed", each(runs, ({ report }) => String(report.seed))],
    ["Disturbance", disturbance === null ? "none" : stretch(disturbance, isEndless(data))],
  ];
  return element(
    "header",
    {},
    element("p", { class: "kicker" }, "redress simulate"),
    element("h1", {}, name),
    ...(description ? [element("p", { class: "description" }, description)] : []),
    element(
      "dl",
      { class: "facts" },
      ...facts.map(([term, fact]) => element("div", {}, element("dt", {}, term), element("dd", {}, fact))),
    ),
  );
}

function stretch({ fromMs, toMs }: Stretch, endless: boolean): string {
  const from = instant(fromMs / 1000);
  if (endless) return `from ${from} on`;
  return fromMs === toMs ? `at ${from}` : `${from} to ${instant(toMs / 1000)}`;
}

/** A value that the runs have in common, or the values of all runs, one after the other. */
function each(runs: readonly Run[], tell: (run: Run) => string): string {
  return [...new Set(runs.map(tell))].join(" / ");
}

export { headerOf };
