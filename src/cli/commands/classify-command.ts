import { readFileSync } from "node:fs";
import { describeError } from "../../extras/index.ts";
import { defaultClassifier } from "../../run/default-classifiers.ts";
import { CommandError } from "../command-error.ts";
import { chainOf, readPaste } from "../paste/index.ts";
import { type Explanation, printClassification, type Terminal } from "../print/index.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { defaultReaction } from "./default-reaction.ts";

/** `redress classify`. Returns the exit code: 0, or 1 where no classifier knows the error. */
export async function classifyCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseArguments("classify", argv, { json: null });
  const explanation = explain(await textOf(args, terminal));
  const { form: _form, reaction: _reaction, ...told } = explanation;
  const ok = told.description.errorClass !== "UNKNOWN";
  if (args.has("json")) terminal.stdout.write(`${JSON.stringify({ version: 1, ok, ...told }, asJson, 2)}\n`);
  else printClassification(explanation, terminal);
  return ok ? 0 : 1;
}

async function textOf(args: Arguments, { stdin, stderr }: Terminal): Promise<string> {
  const [file = "-", ...more] = args.targets;
  if (more.length > 0) throw wrong(`classify reads one error, but got ${1 + more.length} files.`);
  if (file !== "-") return contentsOf(file);
  if (stdin.isTTY === true) stderr.write("Paste an error, then press Ctrl-D.\n");
  return stdin.text();
}

function contentsOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CommandError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function explain(text: string): Explanation {
  const paste = readPaste(text);
  if (paste === null) throw wrong("There is no error to classify: nothing was pasted, piped or in the file.");
  const { error, form, unread } = paste;
  const description = describeError(error);
  return {
    form,
    description,
    default: describeError(error, defaultClassifier),
    reaction: defaultReaction(description),
    chain: chainOf(error),
    unread,
  };
}

/** What JSON has no form for, in words. */
function asJson(_key: string, value: unknown): unknown {
  return typeof value === "bigint" || typeof value === "symbol" || value instanceof RegExp ? String(value) : value;
}

const wrong = (sentence: string): CommandError => new CommandError(sentence, { helpOf: "classify" });
