import { closestWord } from "../../core/closest-word.ts";
import { anObject, checkedByOwner, type OptionRule, type OptionTable, requireOptions, text } from "../../core/option-rules.ts";
import { throwRefusal } from "../../core/refusal.ts";
import { type Fields, makeError, type Shape } from "./make-error.ts";

/** What a test may want otherwise of any error that is built. */
export interface ErrorDetails {
  /** Its whole message. @default what the library says, or something like it */
  readonly message?: string | undefined;
  /** @default what the library gives it, mostly nothing */
  readonly cause?: unknown;
  /** Further properties, and others in place of those that it would have. @default none */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** What the builders of one library have in common. */
export interface Vocabulary<Details extends ErrorDetails> {
  /** Its name in `errors`. */
  readonly name: string;
  /** What a code must be, as messages say it. */
  readonly code: string;
  /** The words among the codes. */
  readonly words: readonly string[];
  /** What its details may say beyond those of every error. */
  readonly rules?: OptionTable["rules"];
  /** The error of a code, `undefined` where there is none. A number is given as it is written. */
  readonly shape: (code: string, details: Details) => Shape | undefined;
}

const RULES: Readonly<Record<keyof ErrorDetails, OptionRule>> = { message: text, cause: checkedByOwner, fields: anObject };

/** Makes what builds the errors of a library. */
export function builder<Code extends string | number, Details extends ErrorDetails = ErrorDetails>({
  name,
  code: what,
  words,
  rules = {},
  shape,
}: Vocabulary<Details>): (code: Code, details?: Details) => Error {
  const owner = `errors.${name}`;
  return function build(code, details) {
    const given = details === undefined ? ({} as Details) : requireOptions(owner, details, { rules: { ...RULES, ...rules } });
    const found = typeof code === "string" || typeof code === "number" ? shape(String(code), given) : undefined;
    if (found === undefined) return refuseCode(owner, what, words, code);
    return makeError(withDetails(found, given), build);
  };
}

/** The shape, with what a test wants otherwise. */
function withDetails(shape: Shape, { message, cause, fields = {} }: ErrorDetails): Shape {
  const own: Record<string | symbol, unknown> = { ...shape.own };
  const hidden: Record<string | symbol, unknown> = { ...shape.hidden };
  for (const [key, value] of Object.entries(fields)) (key in hidden ? hidden : own)[key] = value;
  return {
    ...shape,
    own,
    hidden,
    ...(message !== undefined && { message }),
    ...(cause !== undefined && { cause }),
  };
}

function refuseCode(owner: string, what: string, words: readonly string[], code: unknown): never {
  const meant = typeof code === "string" ? closestWord(code, words) : null;
  throwRefusal({
    owner,
    path: ["code"],
    rule: {
      text: what,
      type: typeof code === "number" ? "number" : "string",
      ...(meant !== null && { advice: `Did you mean ${JSON.stringify(meant)}?` }),
    },
    value: code,
  });
}

/** The details of an error that carries an answer of HTTP. */
export interface AnswerDetails extends ErrorDetails {
  /** The header `Retry-After`: a number of seconds, an instant, or the header as it stands. @default none */
  readonly retryAfter?: number | string | Date | undefined;
  /** Further headers of the answer. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export const ANSWER_RULES: OptionTable["rules"] = {
  headers: anObject,
  retryAfter: {
    text: "seconds >= 0, a Date, or the header as a string",
    type: "",
    ok: (value: unknown) =>
      value instanceof Date
        ? !Number.isNaN(value.getTime())
        : typeof value === "string" || (typeof value === "number" && value >= 0 && value < Infinity),
  },
};

/** The headers that the details tell of, names in lower case. */
export function headersOf({ retryAfter, headers = {} }: Pick<AnswerDetails, "retryAfter" | "headers">): Record<string, string> {
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (retryAfter !== undefined) all["retry-after"] = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
  return all;
}

/** The entry of a table for a word: what an object inherits is none. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, word: string): Entry | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

export type { Fields, Shape };
