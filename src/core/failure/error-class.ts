import { type OptionRule, tableOf } from "../option-rules.ts";

/**
 * What kind of failure it was. Everything that responds to a failure reads this one word.
 *
 * `AUTH`, `PERMISSION` and `PERMANENT` are never retried: repeating the call cannot help.
 */
export const ErrorClass = {
  /** The caller is not known: no, wrong or expired credentials. Never retried. */
  AUTH: "AUTH",
  /** The caller is known and may not do this. Never retried. */
  PERMISSION: "PERMISSION",
  /** The request itself is wrong; it would fail again. Never retried. */
  PERMANENT: "PERMANENT",
  /** Another writer changed the same thing: conflicts, deadlocks, failed preconditions of optimistic locks. */
  CONCURRENCY: "CONCURRENCY",
  /** The dependency asks for fewer calls, often saying when to come back. */
  RATE_LIMIT: "RATE_LIMIT",
  /** The dependency failed while it worked on the request. */
  SERVER_ERROR: "SERVER_ERROR",
  /** The way to the dependency failed: connections, timeouts, names. */
  TRANSIENT: "TRANSIENT",
  /** No classifier knew it. Retried, but only `maxUnknownRetries` times. */
  UNKNOWN: "UNKNOWN",
} as const;

export type ErrorClass = keyof typeof ErrorClass;

export const ERROR_CLASSES: readonly ErrorClass[] = /* @__PURE__ */ Object.keys(ErrorClass) as ErrorClass[];

/** The classes that are never retried, whatever the options say: repeating the call cannot help. */
export const NEVER_RETRIED: ReadonlySet<ErrorClass> = /* @__PURE__ */ new Set<ErrorClass>(["AUTH", "PERMISSION", "PERMANENT"]);

/** True for one of the eight class names. */
export function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === "string" && Object.hasOwn(ErrorClass, value);
}

/** An object with one entry per class. */
export const tablePerClass = (rule: OptionRule): OptionRule => tableOf({ rules: perClass(rule) });

/** The rules for an options object that has one entry per class. */
export function perClass(rule: OptionRule): Record<ErrorClass, OptionRule> {
  return Object.fromEntries(ERROR_CLASSES.map((errorClass) => [errorClass, rule])) as Record<ErrorClass, OptionRule>;
}
