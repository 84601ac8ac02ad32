import {
  aboveZero,
  aFunction,
  anObject,
  checkOptions,
  type OptionRule,
  refuse,
  text,
  zeroOrMore,
} from "../../core/option-rules.ts";
import type { Scenario } from "./scenario.ts";

/** More clients do not fit into the memory of a process: each has a circuit, a budget and strategies of its own. */
const MOST_CLIENTS = 100_000;
export const clientsRule = {
  text: `an integer from 1 to ${MOST_CLIENTS}`,
  type: "number",
  ok: (value: number) => Number.isInteger(value) && value >= 1 && value <= MOST_CLIENTS,
} satisfies OptionRule;

export function checkScenario(scenario: Scenario): void {
  checkOptions(
    "scenario",
    scenario,
    {
      name: text,
      description: text,
      arrivals: aFunction,
      dependency: aFunction,
      durationMs: aboveZero,
      clients: clientsRule,
      disturbance: anObject,
    },
    ["name", "arrivals", "dependency", "durationMs"],
  );
  const { disturbance } = scenario;
  if (disturbance === undefined) return;
  checkOptions("scenario.disturbance", disturbance, { fromMs: zeroOrMore, toMs: zeroOrMore }, ["fromMs", "toMs"]);
  if (!(disturbance.toMs >= disturbance.fromMs))
    refuse("scenario.disturbance.toMs", `a number >= fromMs (${disturbance.fromMs})`, disturbance.toMs, RangeError);
}
