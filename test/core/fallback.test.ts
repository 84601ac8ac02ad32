import type { ErrorClass, StopReason } from "redress";
import { expect, test } from "vitest";
import { covers } from "../../src/core/failure/fallback.ts";

type On = readonly (StopReason | ErrorClass)[] | null;

test.each<[string, On, StopReason, ErrorClass | null, boolean]>([
  ["a bare fallback answers for a call that gave up", null, "MAX_ATTEMPTS_GLOBAL", "TRANSIENT", true],
  ["a bare fallback answers for a rejected call", null, "CIRCUIT_OPEN", null, true],
  ["a bare fallback answers for a retry that was left to somebody else", null, "SCHEDULED", "TRANSIENT", true],
  ["a bare fallback does not answer for an aborted call", null, "ABORTED", "TRANSIENT", false],
  ["one for a stop reason answers for it", ["CIRCUIT_OPEN"], "CIRCUIT_OPEN", null, true],
  ["one for a stop reason answers for no other", ["CIRCUIT_OPEN"], "NO_RETRY", "TRANSIENT", false],
  ["one for a class answers whatever the stop reason", ["TRANSIENT"], "BUDGET_EXHAUSTED", "TRANSIENT", true],
  ["one for a class answers for no other", ["TRANSIENT"], "BUDGET_EXHAUSTED", "UNKNOWN", false],
  ["one for a class does not answer where there was no failure", ["TRANSIENT"], "CIRCUIT_OPEN", null, false],
  ["one for a class does not answer for an aborted call that failed so before", ["TRANSIENT"], "ABORTED", "TRANSIENT", false],
  ["one for ABORTED answers for an aborted call", ["ABORTED"], "ABORTED", "TRANSIENT", true],
  ["one of several words is enough", ["CIRCUIT_OPEN", "RATE_LIMIT"], "MAX_ATTEMPTS_GLOBAL", "RATE_LIMIT", true],
])("%s", (_rule, on, stopReason, lastClass, expected) => {
  const failure = {
    ok: false,
    stopReason,
    attempts: 1,
    elapsedMs: 0,
    lastClass,
    lastError: null,
    lastResult: null,
    cause: null,
    nextDelayMs: null,
    error: null,
    progress: null,
  } as const;
  expect(covers({ on: on && new Set(on) }, failure)).toBe(expected);
});
