import { resolve } from "node:path";
import { type Scenario, type SimulationReport, simulate } from "../../simulate/index.ts";
import { clientsRule } from "../../simulate/scenarios/index.ts";
import { CommandError } from "../command-error.ts";
import {
  findScenario,
  isThrownByRedress,
  listScenarios,
  loadOne,
  policyOf,
  readyMadeScenarios,
  simulableSubjects,
  splitTarget,
  userPlace,
  userStack,
  withArrivals,
} from "../load/index.ts";
import { printReports, progressLine, type Terminal, widthOf, writePage } from "../print/index.ts";
import { type Arguments, type KnownOptions, parseArguments } from "./arguments.ts";

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

type Policies = Record<string, ReturnType<typeof policyOf>>;

/** `redress simulate`. Returns the exit code. */
export async function simulateCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const width = widthOf(terminal);
  const args = parseArguments("simulate", argv, options(width));
  if (args.has("list")) {
    const list = args.has("json")
      ? JSON.stringify({ version: 1, scenarios: readyMadeScenarios() }, null, 2)
      : listScenarios(width);
    terminal.stdout.write(`${list}\n`);
    return 0;
  }
  const settings = {
    clients: args.number("clients", clientsRule.text, clientsRule.ok),
    seed: args.number("seed", "a finite number", Number.isFinite) ?? 1,
    durationMs: args.number("duration-ms", "a finite number > 0", (value) => value > 0 && value < Infinity),
  };
  const targets = targetsOf(args);
  const scenario = await scenarioOf(args, width);
  const policies = await policiesOf(targets);
  const reports = run(policies, scenario, settings, args.has("json"), terminal);

  const html = args.value("html");
  if (html !== undefined) {
    const { name, description = null, disturbance = null } = scenario;
    writePage(html, { version: 1, scenario: { name, description, disturbance }, policies: reports });
  }
  if (args.has("json"))
    terminal.stdout.write(`${JSON.stringify({ version: 1, scenario: scenario.name, policies: reports }, null, 2)}\n`);
  else {
    printReports(scenario, reports, terminal);
    if (html !== undefined) terminal.stdout.write(`\nThe page is ${resolve(html)}\n`);
  }
  return 0;
}

function targetsOf(args: Arguments): readonly string[] {
  const [target, ...more] = args.targets;
  if (target === undefined) throw wrong("simulate needs a target: ./policies.ts:payments.");
  if (more.length > 0) throw wrong(`simulate takes one target; ${more[0]} may be given as --compare ${more[0]}.`);
  const compared = args.value("compare");
  return compared === undefined ? [target] : [target, compared];
}

async function scenarioOf(args: Arguments, width: number): Promise<Scenario> {
  const name = args.value("scenario");
  if (name === undefined) throw wrong(`simulate needs a --scenario.\n${listScenarios(width)}`);
  const scenario = await findScenario(name, width);
  const arrivals = args.value("arrivals");
  return arrivals === undefined ? scenario : withArrivals(scenario, arrivals);
}

/** The policies under the shortest names that tell them apart. */
async function policiesOf(targets: readonly string[]): Promise<Policies> {
  const found = [];
  for (const text of targets) {
    const target = splitTarget(text);
    found.push({ target, subject: await loadOne(target, simulableSubjects) });
  }
  const short = found.map(({ subject }) => subject.name);
  const names =
    new Set(short).size === short.length ? short : found.map(({ target, subject }) => `${target.file}:${subject.name}`);
  if (new Set(names).size < names.length) throw wrong(`--compare names the same policy again: ${names[0]}.`);
  return Object.fromEntries(found.map(({ subject }, index) => [names[index], policyOf(subject)]));
}

function run(
  policies: Policies,
  scenario: Scenario,
  settings: { clients: number | undefined; seed: number; durationMs: number | undefined },
  json: boolean,
  { stdout, stderr }: Terminal,
): Record<string, SimulationReport> {
  const visible = stderr.isTTY === true && !(json && stdout.isTTY !== true);
  const line = visible ? progressLine(stderr) : undefined;
  try {
    return simulate(policies, scenario, { ...settings, onProgress: line?.show });
  } catch (error) {
    // A message of redress says enough by itself, unless the user's code led to it. Every other error comes from the user's code: a strategy,
    // a classifier, arrivals.
    const ours = isThrownByRedress(error);
    const stack = ours && userPlace(error) === null ? undefined : userStack(error);
    throw new CommandError(ours ? error.message : "The simulation called code that threw.", { userStack: stack, cause: error });
  } finally {
    line?.clear();
  }
}

const wrong = (sentence: string): CommandError => new CommandError(sentence, { helpOf: "simulate" });
