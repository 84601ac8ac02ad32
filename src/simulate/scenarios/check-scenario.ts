import {
  aboveZero,
  aFunction,
  checkOptions,
  type OptionRule,
  objectWith,
  refuse,
  tableOf,
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

/** Reads and checks a scenario. */
export function checkScenario(given: Scenario): Scenario {
  const scenario = checkOptions(
    "scenario",
    given,
    {
      name: text,
      description: text,
      arrivals: aFunction,
      dependency: aFunction,
      durationMs: aboveZero,
      clients: clientsRule,
      queue: objectWith("a queue made by jobQueue", ["settingsOf", "after"]),
      disturbance: tableOf({ rules: { fromMs: zeroOrMore, toMs: zeroOrMore }, required: ["fromMs", "toMs"] }),
    },
    ["name", "arrivals", "dependency", "durationMs"],
  );
  const { disturbance } = scenario;
  if (disturbance !== undefined && !(disturbance.toMs >= disturbance.fromMs))
    refuse("scenario.disturbance.toMs", `a number >= fromMs (${disturbance.fromMs})`, disturbance.toMs, RangeError);
  return scenario;
}
