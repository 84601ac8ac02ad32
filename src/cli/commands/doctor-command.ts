import { ERROR_CLASSES, isErrorClass } from "../../core/failure/error-class.ts";
import { type LintOptions, RULES } from "../../doctor/index.ts";
import { CommandError } from "../command-error.ts";
import { loadTargets, splitTarget } from "../load/index.ts";
import { printDiagnosis, type Terminal } from "../print/index.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { diagnose } from "./diagnose.ts";

const options = {
  show: null,
  nested: null,
  off: "rules, with commas between them.",
  "calls-per-second": "a number > 0.",
  classes: "classes of failure, with commas between them.",
  strict: null,
  json: null,
} as const;

/** `redress doctor`. Returns the exit code: 0, or 1 where something is wrong. */
export async function doctorCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseArguments("doctor", argv, options);
  const request = { show: args.has("show"), nested: args.has("nested"), lint: toLintOptions(args) };
  if (args.targets.length === 0) throw wrong("doctor needs a target: ./policies.ts, or ./policies.ts:payments.");
  if (request.nested && args.targets.length < 2) throw wrong("--nested needs two targets or more, from the outside in.");

  const diagnosis = diagnose(await loadTargets(args.targets.map(splitTarget)), request);
  const strict = args.has("strict");
  const failed = diagnosis.findings.some(({ severity }) => strict || severity === "error");
  if (args.has("json")) {
    const { findings, envelopes, nested, skipped } = diagnosis;
    const result = { version: 1, ok: !failed, findings, envelopes, nested, skipped };
    terminal.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else printDiagnosis(diagnosis, strict, terminal);
  return failed ? 1 : 0;
}

function toLintOptions(args: Arguments): LintOptions {
  const off = args.list("off").map((id) => {
    const rule = RULES.find((known) => known.id === id);
    if (rule === undefined) throw wrong(`--off: there is no rule ${id}. The rules are ${RULES.map(({ id }) => id).join(", ")}.`);
    return rule.id;
  });
  const classes = args.list("classes").map((name) => {
    if (!isErrorClass(name)) throw wrong(`--classes: there is no class ${name}. The classes are ${ERROR_CLASSES.join(", ")}.`);
    return name;
  });
  const callsPerSecond = args.number("calls-per-second", "a number > 0", (value) => value > 0 && value < Infinity);
  return { off, traffic: { callsPerSecond, classes: classes.length === 0 ? undefined : classes } };
}

const wrong = (sentence: string): CommandError => new CommandError(sentence, { helpOf: "doctor" });
