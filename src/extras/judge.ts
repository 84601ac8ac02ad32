/*
 * How the classifiers of this room ask their rules. Errors of ours along the chain decide before anything else. Then each rule in turn
 * is asked of the error and of all that it wraps, nearest first, and the first answer counts: a sure rule stands before a vague one,
 * so that a code deep in a cause outweighs a word on the wrapper. What no rule knows is `UNKNOWN`.
 */
import { causes, ownVerdict, read } from "../core/failure/chain.ts";
import type { Classification } from "../core/failure/classification.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";

export { read };

/** One error of a chain, with what nearly every rule asks of it. */
export interface Link {
  readonly error: object;
  /** `""` where there is none. */
  readonly name: string;
  /** A string or a number, in writing; `""` where there is neither. A rule that reads numbers asks `error` for the number itself. */
  readonly code: string;
  /** The beginning and the end of the message: what lies between, such as a statement of SQL, is none of a rule's business. */
  readonly text: string;
}

export type Verdict = ErrorClass | Classification | undefined;

/** What one library's error means; `undefined` for an error that the rule does not know. */
export type Rule = (link: Link) => Verdict;

// Half of what a rule gets to see of a message: patterns must stay cheap on messages of any length.
const HALF = 250;

export function judge(error: unknown, rules: readonly Rule[], wrappers?: readonly string[]): ErrorClass | Classification {
  const chain = causes(error, wrappers);
  const own = ownVerdict(chain);
  if (own !== undefined) return own;
  const links = chain.map(linkOf);
  for (const rule of rules) {
    for (const link of links) {
      const verdict = rule(link);
      if (verdict !== undefined) return verdict;
    }
  }
  return "UNKNOWN";
}

function linkOf(error: object): Link {
  const text = string(read(error, "message"));
  return {
    error,
    name: string(read(error, "name")),
    code: string(read(error, "code")),
    text: text.length > 2 * HALF ? text.slice(0, HALF) + text.slice(-HALF) : text,
  };
}

/** Strings and numbers in writing; nothing else has a say, for its `toString` may be anything. */
export function string(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
}
