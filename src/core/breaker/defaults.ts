/* The defaults of a circuit breaker. The doctor reads them here; the tables in the docs and the `@default`s are held to them by tests. */
import type { ErrorClass } from "../failure/error-class.ts";

export const BREAKER_DEFAULTS = {
  name: "default",
  /** None where `failureRate` or `slowCalls` is given. */
  failureThreshold: 5,
  windowMs: 60_000,
  recoveryTimeoutMs: 30_000,
  consecutive: false,
  halfOpenMaxCalls: 1,
  successThreshold: 1,
} as const;

/** The classes that speak for a dependency that is down. Most breakers share this set. */
export const DEFAULT_TRIP_ON: ReadonlySet<ErrorClass> = new Set(["TRANSIENT", "SERVER_ERROR"]);

/** The classes that only a dependency that is there can answer with. A probe that fails with one of them has shown that it is back. */
export const ANSWERED_CLASSES: ReadonlySet<ErrorClass> = /* @__PURE__ */ new Set<ErrorClass>([
  "AUTH",
  "PERMISSION",
  "PERMANENT",
  "CONCURRENCY",
  "RATE_LIMIT",
]);
