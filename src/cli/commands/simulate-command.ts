import { resolve } from "node:path";
import { type Scenario, type SimulationReport, simulate } from "../../simulate/index.ts";
import { clientsRule } from "../../simulate/simulate.ts";
import { type Given, type KnownOptions, readArguments } from "./arguments.ts";
import { CouldNotRun } from "../command-error.ts";
import { writePage } from "../print/index.ts";
import { progressLine } from "../print/index.ts";
import { findScenario, listScenarios, scenariosAsJson, withArrivals } from "../load/index.ts";
import { printReports } from "../print/index.ts";
import { loadOne } from "../load/index.ts";
import { splitTarget } from "../load/index.ts";
import { type Terminal, widthOf } from "../print/index.ts";
import { isThrownByUs, theirPlace, theirStack } from "../load/index.ts";
import { aPolicy, toPolicy } from "../load/index.ts";

const options = (width: number): KnownOptions => ({
  scenario: `a name, or ./module.ts:scenario.\n${listScenarios(width)}`,
  list: null,
  compare: "a second target.",
  clients: `${clientsRule.text}.`,
  seed: "a finite number.",
  "duration-ms": "a finite number > 0.",
  arrivals: "a CSV file.",
  html: "a file to write.",
  json: null,
});

type Policies = Record<string, ReturnType<typeof toPolicy>>;

/** `redress simulate`. Answers the exit code. */
export async function simulateCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const width = widthOf(terminal);
  const given = readArguments("simulate", argv, options(width));
  if (given.has("list")) {
    const list = given.has("json") ? JSON.stringify({ version: 1, scenarios: scenariosAsJson() }, null, 2) : listScenarios(width);
    terminal.stdout.write(`${list}\n`);
    return 0;
  }
  const settings = {
    clients: given.number("clients", clientsRule.text, clientsRule.ok),
    seed: given.number("seed", "a finite number", Number.isFinite) ?? 1,
    durationMs: given.number("duration-ms", "a finite number > 0", (value) => value > 0 && value < Infinity),
  };
  const targets = targetsOf(given);
  const scenario = await scenarioOf(given, width);
  const policies = await policiesOf(targets);
  const reports = run(policies, scenario, settings, given.has("json"), terminal);

  const html = given.value("html");
  if (html !== undefined) {
    const { name, description = null, disturbance = null } = scenario;
    writePage(html, { version: 1, scenario: { name, description, disturbance }, policies: reports });
  }
  if (given.has("json"))
    terminal.stdout.write(`${JSON.stringify({ version: 1, scenario: scenario.name, policies: reports }, null, 2)}\n`);
  else {
    printReports(scenario, reports, terminal);
    if (html !== undefined) terminal.stdout.write(`\nThe page is ${resolve(html)}\n`);
  }
  return 0;
}

function targetsOf(given: Given): readonly string[] {
  const [target, ...more] = given.targets;
  if (target === undefined) throw wrong("simulate needs a target: ./policies.ts:payments.");
  if (more.length > 0) throw wrong(`simulate takes one target; ${more[0]} may be given as --compare ${more[0]}.`);
  const compared = given.value("compare");
  return compared === undefined ? [target] : [target, compared];
}

async function scenarioOf(given: Given, width: number): Promise<Scenario> {
  const name = given.value("scenario");
  if (name === undefined) throw wrong(`simulate needs a --scenario.\n${listScenarios(width)}`);
  const scenario = await findScenario(name, width);
  const arrivals = given.value("arrivals");
  return arrivals === undefined ? scenario : withArrivals(scenario, arrivals);
}

/** The policies under the shortest names that tell them apart. */
async function policiesOf(targets: readonly string[]): Promise<Policies> {
  const found = [];
  for (const text of targets) {
    const target = splitTarget(text);
    found.push({ target, subject: await loadOne(target, aPolicy) });
  }
  const short = found.map(({ subject }) => subject.name);
  const names =
    new Set(short).size === short.length ? short : found.map(({ target, subject }) => `${target.file}:${subject.name}`);
  if (new Set(names).size < names.length) throw wrong(`--compare names the same policy again: ${names[0]}.`);
  return Object.fromEntries(found.map(({ subject }, index) => [names[index], toPolicy(subject)]));
}

function run(
  policies: Policies,
  scenario: Scenario,
  settings: { clients: number | undefined; seed: number; durationMs: number | undefined },
  json: boolean,
  { stdout, stderr }: Terminal,
): Record<string, SimulationReport> {
  const seen = stderr.isTTY === true && !(json && stdout.isTTY !== true);
  const line = seen ? progressLine(stderr) : undefined;
  try {
    return simulate(policies, scenario, { ...settings, onProgress: line?.tell });
  } catch (error) {
    // What we say ourselves is enough, unless code of the user's led to it; all else comes from that: a strategy, classifier, arrivals.
    const ours = isThrownByUs(error);
    const stack = ours && theirPlace(error) === null ? undefined : theirStack(error);
    throw new CouldNotRun(ours ? error.message : "The simulation called code that threw.", { theirStack: stack, cause: error });
  } finally {
    line?.clear();
  }
}

const wrong = (sentence: string): CouldNotRun => new CouldNotRun(sentence, { helpOf: "simulate" });
