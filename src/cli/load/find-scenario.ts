import { readFileSync } from "node:fs";
import { recorded, type Scenario, scenarios } from "../../simulate/index.ts";
import { CouldNotRun } from "../command-error.ts";
import { loadOne } from "./load-targets.ts";
import { splitTarget, type Target, type Wanted } from "./target.ts";
import { columns } from "../print/index.ts";
import { isThrownByUs, theirStack } from "./user-stack.ts";
import { isRecord } from "../print/index.ts";

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The ready-made scenarios by the names of the command line. */
const readyMade: ReadonlyMap<string, () => Scenario> = new Map(
  Object.entries(scenarios).map(([name, make]) => [kebab(name), () => make()]),
);

/** The ready-made scenarios, a sentence each. */
export function listScenarios(width: number): string {
  return `Ready-made scenarios:\n${columns(
    [...readyMade].map(([name, make]) => [name, make().description ?? ""] as const),
    width,
  )}`;
}

/** A scenario by its name, or from a module: `./load.ts:blackFriday`. */
export async function findScenario(name: string, width: number): Promise<Scenario> {
  const make = readyMade.get(name) ?? readyMade.get(kebab(name));
  if (make !== undefined) return make();
  if (!/[\\/.:]/.test(name))
    throw new CouldNotRun(
      `There is no scenario ${name}.\n${listScenarios(width)}\nOr name one of your own: ./module.ts:scenario.`,
    );
  const target = splitTarget(name);
  const { name: found, value } = await loadOne(target, aScenario);
  const scenario: unknown = typeof value === "function" ? await called(value as () => unknown, found, target) : value;
  if (isScenario(scenario)) return scenario;
  throw new CouldNotRun(`${found} of ${target.file} makes no scenario: that has arrivals, a dependency and a durationMs.`);
}

/** What a function of the user's answers. */
async function called(make: () => unknown, name: string, { file }: Target): Promise<unknown> {
  try {
    return await make();
  } catch (error) {
    const why = isThrownByUs(error) ? `${name} of ${file}: ${error.message}` : `${name} of ${file} threw.`;
    throw new CouldNotRun(why, { theirStack: theirStack(error), cause: error });
  }
}

/** Meant to be one: what it lacks, the simulation says. */
function isScenario(value: unknown): value is Scenario {
  return isRecord(value) && ("arrivals" in value || "dependency" in value);
}

const aScenario: Wanted = {
  inWords: "scenario (an object with arrivals, dependency and durationMs), or function that makes one",
  is: (value) => isScenario(value) || (typeof value === "function" && value.length === 0),
};

/** The ready-made scenarios as plain JSON. */
export const scenariosAsJson = (): readonly { readonly name: string; readonly description: string | undefined }[] =>
  [...readyMade].map(([name, make]) => ({ name, description: make().description }));

/** The scenario, with recorded calls instead of its own. */
export function withArrivals(scenario: Scenario, file: string): Scenario {
  let csv: string;
  try {
    csv = readFileSync(file, "utf8");
  } catch (cause) {
    throw new CouldNotRun(`--arrivals: ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return { ...scenario, arrivals: recorded(csv) };
  } catch (cause) {
    throw new CouldNotRun(`--arrivals: ${file}: ${(cause as Error).message}`, { cause });
  }
}
