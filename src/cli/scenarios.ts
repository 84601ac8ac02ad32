import { readFileSync } from "node:fs";
import { recorded, type Scenario, scenarios } from "../simulate/index.ts";
import { CouldNotRun } from "./could-not-run.ts";
import { loadOne } from "./subjects.ts";
import { splitTarget, type Wanted } from "./target.ts";
import { columns } from "./terminal.ts";
import { isRecord } from "./value-kind.ts";

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
  const scenario: unknown = typeof value === "function" ? value() : value;
  if (isScenario(scenario)) return scenario;
  throw new CouldNotRun(`${found} of ${target.file} makes no scenario: that has arrivals, a dependency and a durationMs.`);
}

function isScenario(value: unknown): value is Scenario {
  return isRecord(value) && "arrivals" in value && "dependency" in value && "durationMs" in value;
}

const aScenario: Wanted = {
  inWords: "scenario, or function that makes one",
  is: (value) => isScenario(value) || (typeof value === "function" && value.length === 0),
};

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
