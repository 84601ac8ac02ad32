import { parseArgs } from "node:util";
import { closestWord } from "../../doctor/subjects/index.ts";
import { CommandError } from "../command-error.ts";

/** The options of a command, each with its value in words; `null` for a switch, which takes no value. */
export type KnownOptions = Readonly<Record<string, string | null>>;

/** The arguments of one command. Their form is checked; what they mean is not. */
export interface Arguments {
  readonly targets: readonly string[];
  has(option: string): boolean;
  /** The last value of an option. */
  value(option: string): string | undefined;
  /** All values of an option, split at commas. */
  list(option: string): readonly string[];
  /** The option's value as a number that must keep a rule. */
  number(option: string, rule: string, ok: (value: number) => boolean): number | undefined;
}

/** Parses the arguments of one command. Without the strict mode of `parseArgs`, whose messages are for programmers. */
export function parseArguments(command: string, argv: readonly string[], known: KnownOptions): Arguments {
  const wrong = (sentence: string): never => {
    throw new CommandError(sentence, { helpOf: command });
  };
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(known).map(([name, takes]) => [name, { type: takes === null ? "boolean" : "string" } as const]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const targets: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") targets.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    const takes = Object.hasOwn(known, name) ? known[name] : undefined;
    if (takes === undefined || rawName !== `--${name}`) wrong(`There is no option ${rawName}.${suggestion(name, known)}`);
    if (takes === null && value !== undefined) wrong(`${rawName} takes no value.`);
    if (typeof takes === "string" && (value === undefined || value === "" || (!inlineValue && value.startsWith("--"))))
      wrong(`${rawName} needs a value: ${takes}`);
    values.set(name, [...(values.get(name) ?? []), value ?? ""]);
  }
  return {
    targets,
    has: (option) => values.has(option),
    value: (option) => values.get(option)?.at(-1),
    list: (option) =>
      (values.get(option) ?? [])
        .join(",")
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    number(option, rule, ok) {
      const text = values.get(option)?.at(-1);
      if (text === undefined) return undefined;
      const number = text.trim() === "" ? NaN : Number(text);
      if (Number.isNaN(number) || !ok(number)) wrong(`--${option} must be ${rule}, got ${text}.`);
      return number;
    },
  };
}

/** A sentence with the option that was probably meant; empty where no name is near. */
function suggestion(name: string, known: KnownOptions): string {
  const near = closestWord(name, Object.keys(known));
  return near === null ? "" : ` Did you mean --${near}?`;
}
