import type { RuleId } from "./rules/index.ts";
import type { Traffic } from "./traffic.ts";

/** One thing that is wrong with a policy, or risky. */
export interface Finding {
  /** An error is what a constructor refuses; a warning is what it accepts, though it may be regretted. */
  readonly severity: "error" | "warning";
  /** Which rule it breaks. Errors share `"invalid-option"`. */
  readonly rule: RuleId | "invalid-option";
  /** The name under which it was given: of an export, say. */
  readonly subject: string;
  /** The option, as it is written: `"retry.attemptTimeoutMs"`; `null` where it is about the whole. */
  readonly option: string | null;
  /** The option's value, as plain JSON; `Infinity` reads "Infinity". `null` where there is none. */
  readonly value: unknown;
  /** What is wrong and why, with the option and the value in it. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}

/** What to look for. */
export interface LintOptions {
  /** Rules to leave out. @default none */
  readonly off?: readonly RuleId[] | undefined;
  /** What the policies will meet: rules about breakers, hedges and rate limits need it to say more than what is always true. */
  readonly traffic?: Traffic | undefined;
}
