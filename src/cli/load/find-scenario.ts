import { readFileSync } from "node:fs";
import { recorded, type Scenario, scenarios } from "../../simulate/index.ts";
import { CommandError } from "../command-error.ts";
import { columns, isPlainObject } from "../print/index.ts";
import type { SubjectFilter } from "./find-subjects.ts";
import { loadOne } from "./load-targets.ts";
import { splitTarget, type Target } from "./target.ts";
import { isThrownByRedress, userStack } from "./user-stack.ts";

const kebabCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The ready-made scenarios, by their names on the command line. */
const readyMade: ReadonlyMap<string, () => Scenario> = new Map(
  Object.entries(scenarios).map(([name, make]) => [kebabCase(name), () => make()]),
);

/** A list of the ready-made scenarios, with a sentence on each. */
export function listScenarios(width: number): string {
  return `Ready-made scenarios:\n${columns(
    [...readyMade].map(([name, make]) => [name, make().description ?? ""] as const),
    width,
  )}`;
}

/** A scenario by its name, or from a module: `./load.ts:blackFriday`. */
export async function findScenario(name: string, width: number): Promise<Scenario> {
  const make = readyMade.get(name) ?? readyMade.get(kebabCase(name));
  if (make !== undefined) return make();
  if (!/[\\/.:]/.test(name))
    throw new CommandError(
      `There is no scenario ${name}.\n${listScenarios(width)}\nOr name one of your own: ./module.ts:scenario.`,
    );
  const target = splitTarget(name);
  const { name: found, value } = await loadOne(target, scenarioSubjects);
  const scenario: unknown = typeof value === "function" ? await scenarioFrom(value as () => unknown, found, target) : value;
  if (isScenario(scenario)) return scenario;
  throw new CommandError(`${found} of ${target.file} makes no scenario: that has arrivals, a dependency and a durationMs.`);
}

/** Calls a function of the user's that makes a scenario, and returns what it returns. */
async function scenarioFrom(make: () => unknown, name: string, { file }: Target): Promise<unknown> {
  try {
    return await make();
  } catch (error) {
    const why = isThrownByRedress(error) ? `${name} of ${file}: ${error.message}` : `${name} of ${file} threw.`;
    throw new CommandError(why, { userStack: userStack(error), cause: error });
  }
}

/** Whether a value is meant to be a scenario: `simulate()` says what is missing or wrong. */
function isScenario(value: unknown): value is Scenario {
  return isPlainObject(value) && ("arrivals" in value || "dependency" in value);
}

const scenarioSubjects: SubjectFilter = {
  inWords: "scenario (an object with arrivals, dependency and durationMs), or function that makes one",
  matches: (value) => isScenario(value) || (typeof value === "function" && value.length === 0),
};

/** The ready-made scenarios as plain JSON. */
export const readyMadeScenarios = (): readonly { readonly name: string; readonly description: string | undefined }[] =>
  [...readyMade].map(([name, make]) => ({ name, description: make().description }));

/** The scenario, with recorded calls instead of its own. */
export function withArrivals(scenario: Scenario, file: string): Scenario {
  let csv: string;
  try {
    csv = readFileSync(file, "utf8");
  } catch (cause) {
    throw new CommandError(`--arrivals: ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return { ...scenario, arrivals: recorded(csv) };
  } catch (cause) {
    throw new CommandError(`--arrivals: ${file}: ${(cause as Error).message}`, { cause });
  }
}
