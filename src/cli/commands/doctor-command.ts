import { ERROR_CLASSES, isErrorClass } from "../../core/failure/error-class.ts";
import { type LintOptions, RULES } from "../../doctor/index.ts";
import { type Given, readArguments } from "./arguments.ts";
import { CouldNotRun } from "../command-error.ts";
import { diagnose } from "./diagnose.ts";
import { printDiagnosis } from "../print/index.ts";
import { loadTargets } from "../load/index.ts";
import { splitTarget } from "../load/index.ts";
import type { Terminal } from "../print/index.ts";

const options = {
  show: null,
  nested: null,
  off: "rules, with commas between them.",
  "calls-per-second": "a number > 0.",
  classes: "classes of failure, with commas between them.",
  strict: null,
  json: null,
} as const;

/** `redress doctor`. Answers the exit code: 0, or 1 where something is wrong. */
export async function doctor(argv: readonly string[], terminal: Terminal): Promise<number> {
  const given = readArguments("doctor", argv, options);
  const ask = { show: given.has("show"), nested: given.has("nested"), lint: toLintOptions(given) };
  if (given.targets.length === 0) throw wrong("doctor needs a target: ./policies.ts, or ./policies.ts:payments.");
  if (ask.nested && given.targets.length < 2) throw wrong("--nested needs two targets or more, from the outside in.");

  const diagnosis = diagnose(await loadTargets(given.targets.map(splitTarget)), ask);
  const strict = given.has("strict");
  const failed = diagnosis.findings.some(({ severity }) => strict || severity === "error");
  if (given.has("json")) {
    const { findings, envelopes, nested, skipped } = diagnosis;
    const answer = { version: 1, ok: !failed, findings, envelopes, nested, skipped };
    terminal.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  } else printDiagnosis(diagnosis, strict, terminal);
  return failed ? 1 : 0;
}

function toLintOptions(given: Given): LintOptions {
  const off = given.list("off").map((id) => {
    const rule = RULES.find((known) => known.id === id);
    if (rule === undefined) throw wrong(`--off: there is no rule ${id}. The rules are ${RULES.map(({ id }) => id).join(", ")}.`);
    return rule.id;
  });
  const classes = given.list("classes").map((name) => {
    if (!isErrorClass(name)) throw wrong(`--classes: there is no class ${name}. The classes are ${ERROR_CLASSES.join(", ")}.`);
    return name;
  });
  const callsPerSecond = given.number("calls-per-second", "a number > 0", (value) => value > 0 && value < Infinity);
  return { off, traffic: { callsPerSecond, classes: classes.length === 0 ? undefined : classes } };
}

const wrong = (sentence: string): CouldNotRun => new CouldNotRun(sentence, { helpOf: "doctor" });
