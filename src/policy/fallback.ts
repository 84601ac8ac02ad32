import { type ErrorClass, isErrorClass } from "../core/failure/error-class.ts";
import type { FallbackRule } from "../core/failure/fallback.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import { aFunction, checkedByOwner, checkOptions, refuse } from "../core/option-rules.ts";
import { STOP_EVENTS } from "../core/retry/decision.ts";
import type { Failure } from "./outcome.ts";

/**
 * Gives a value in place of a failure. A bare function answers for every stop but ABORTED; with `on`, for the stop reasons and last
 * classes that are named. It runs after the call has ended, so no deadline bounds it. What it throws, the call throws.
 */
export type Fallback<T> =
  | ((failure: Failure) => T | PromiseLike<T>)
  | { readonly on: readonly (StopReason | ErrorClass)[]; readonly use: (failure: Failure) => T | PromiseLike<T> };

/** Checks a fallback and brings both forms into one. */
export function toFallbackRule(fallback: Fallback<unknown>): FallbackRule {
  if (typeof fallback === "function") return { on: null, use: fallback };
  checkOptions("policy.fallback", fallback, { on: checkedByOwner, use: aFunction }, ["use"]);
  const { on, use } = fallback;
  const rule = "a non-empty array of stop reasons and error classes";
  if (!Array.isArray(on) || on.length === 0) refuse("policy.fallback.on", rule, on);
  for (const word of on) {
    if (!(typeof word === "string" && Object.hasOwn(STOP_EVENTS, word)) && !isErrorClass(word))
      refuse("policy.fallback.on", rule, word, typeof word === "string" ? RangeError : TypeError);
  }
  return { on: new Set(on), use };
}
