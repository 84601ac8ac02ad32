import { ERROR_CLASSES, type ErrorClass } from "../core/failure/error-class.ts";
import type { FallbackRule } from "../core/failure/fallback.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import { STOPS } from "../core/failure/stops.ts";
import { aFunction, checkedByOwner, checkTable, type OptionRule, type OptionTable, oneOf, report } from "../core/option-rules.ts";
import { copyOfArray, copyOfOptions } from "../core/read-options.ts";
import type { Failure } from "./outcome.ts";

/**
 * Gives a value in place of a failure. A bare function covers every stop but ABORTED; with `on`, for the stop reasons and last
 * classes that are named. It runs after the call has ended, so no deadline bounds it. What it throws, the call throws.
 */
export type Fallback<T> =
  | ((failure: Failure) => T | PromiseLike<T>)
  | { readonly on: readonly (StopReason | ErrorClass)[]; readonly use: (failure: Failure) => T | PromiseLike<T> };

const WORDS: readonly string[] = [...Object.keys(STOPS), ...ERROR_CLASSES];

const rule = "a non-empty array of stop reasons and error classes";
const coveredWord: OptionRule = { ...oneOf(WORDS), text: rule };

/** Stop reasons and error classes, by which a failure is covered. */
export const coveredWords: OptionRule = {
  text: rule,
  type: "",
  copy: copyOfArray,
  ok: (words: unknown) => Array.isArray(words) && words.length > 0,
  // The message names the whole array.
  inside: (words: readonly unknown[], place) =>
    words.forEach((word, element) => {
      if (!WORDS.includes(word as string)) report(place, word, coveredWord, { element });
    }),
};

const selectiveTable: OptionTable = { rules: { on: coveredWords, use: aFunction }, required: ["use", "on"] };

/** A function, or an object with one and the words that it covers. */
export const fallbackRule: OptionRule = {
  ...checkedByOwner,
  owner: "policy",
  copy: (fallback) => copyOfOptions(fallback, selectiveTable),
  inside: (fallback: unknown, place) => {
    if (typeof fallback === "function") return;
    checkTable(fallback, selectiveTable, place);
  },
};

/** Brings both forms of a fallback into one. */
export function toFallbackRule(fallback: Fallback<unknown>): FallbackRule {
  return typeof fallback === "function" ? { on: null, use: fallback } : { on: new Set(fallback.on), use: fallback.use };
}
