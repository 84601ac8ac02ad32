/*
 * Rules 1 to 10: what follows a failed attempt, and which rule wins where two apply.
 */
import { constant, type ErrorClass, type EventName, type RetryOptions, type StopReason } from "redress";
import { describe, expect, test } from "vitest";
import { noBudget, type PlayOptions, play, type ScriptedFailure } from "./one-call.ts";

const TRANSIENTS = Array<ErrorClass>(20).fill("TRANSIENT");
const UNKNOWNS = Array<ErrorClass>(20).fill("UNKNOWN");
const onlyFor = (errorClass: ErrorClass) => ({ strategy: undefined, strategies: { [errorClass]: constant(10) } });

type Row = [when: string, RetryOptions, readonly ScriptedFailure[], PlayOptions, StopReason, attempts: number, EventName];

test.each<Row>([
  ["1. the operation throws AbortRetryError", {}, ["TRANSIENT", "abort"], {}, "ABORTED", 2, "aborted"],
  ["1. abortIf says so after the failure", {}, TRANSIENTS, { abortIf: afterCalls(1) }, "ABORTED", 1, "aborted"],
  [
    "2. a class fails more often than its cap",
    { maxRetriesPerClass: { TRANSIENT: 2 } },
    TRANSIENTS,
    {},
    "MAX_ATTEMPTS_PER_CLASS",
    3,
    "max_attempts_exceeded",
  ],
  [
    "2. a cap of 0 means no retry",
    { maxRetriesPerClass: { TRANSIENT: 0 } },
    TRANSIENTS,
    {},
    "MAX_ATTEMPTS_PER_CLASS",
    1,
    "max_attempts_exceeded",
  ],
  ["3. AUTH is never retried", {}, ["AUTH"], {}, "NON_RETRYABLE_CLASS", 1, "permanent_fail"],
  ["3. PERMISSION is never retried", {}, ["TRANSIENT", "PERMISSION"], {}, "NON_RETRYABLE_CLASS", 2, "permanent_fail"],
  ["3. PERMANENT is never retried", {}, ["PERMANENT"], {}, "NON_RETRYABLE_CLASS", 1, "permanent_fail"],
  ["4. UNKNOWN is retried twice by default", {}, UNKNOWNS, {}, "MAX_UNKNOWN_ATTEMPTS", 3, "max_unknown_attempts_exceeded"],
  [
    "4. or as often as allowed",
    { maxUnknownRetries: 0 },
    UNKNOWNS,
    {},
    "MAX_UNKNOWN_ATTEMPTS",
    1,
    "max_unknown_attempts_exceeded",
  ],
  ["5. the deadline has passed", { deadlineMs: 100 }, TRANSIENTS, { takesMs: 100 }, "DEADLINE_EXCEEDED", 1, "deadline_exceeded"],
  [
    "6. no strategy answers for the class",
    onlyFor("RATE_LIMIT"),
    ["RATE_LIMIT", "TRANSIENT"],
    {},
    "NO_STRATEGY",
    2,
    "no_strategy_configured",
  ],
  ["7. the last attempt failed", { maxAttempts: 3 }, TRANSIENTS, {}, "MAX_ATTEMPTS_GLOBAL", 3, "max_attempts_exceeded"],
  ["7. there are six attempts by default", {}, TRANSIENTS, {}, "MAX_ATTEMPTS_GLOBAL", 6, "max_attempts_exceeded"],
  [
    "8. the delay is as long as the time left",
    { deadlineMs: 110 },
    TRANSIENTS,
    { takesMs: 100 },
    "DEADLINE_EXCEEDED",
    1,
    "deadline_exceeded",
  ],
  ["9. the budget refuses", { budget: noBudget() }, TRANSIENTS, {}, "BUDGET_EXHAUSTED", 1, "budget_exhausted"],
])("stops when %s", (_when, retry, failures, options, stopReason, attempts, event) => {
  const { outcome, lastEvent } = play(retry, failures, options);
  expect(outcome).toMatchObject({ ok: false, stopReason, attempts });
  expect(lastEvent).toBe(event);
});

test("10. retries where no rule stops it, with a delay just below the time left", () => {
  const { outcome, events } = play({ deadlineMs: 111 }, ["TRANSIENT"], { takesMs: 100 });
  expect(outcome).toMatchObject({ ok: true, value: "value", attempts: 2, elapsedMs: 210 });
  expect(events).toEqual(["retry", "success"]);
});

test.each<Row>([
  ["an abort beats everything", { maxAttempts: 1, maxUnknownRetries: 0 }, ["abort"], {}, "ABORTED", 1, "aborted"],
  [
    "a class's cap beats its being permanent",
    { maxRetriesPerClass: { AUTH: 0 } },
    ["AUTH"],
    {},
    "MAX_ATTEMPTS_PER_CLASS",
    1,
    "max_attempts_exceeded",
  ],
  [
    "a higher cap makes no permanent class retried",
    { maxRetriesPerClass: { AUTH: 5 } },
    ["AUTH"],
    {},
    "NON_RETRYABLE_CLASS",
    1,
    "permanent_fail",
  ],
  [
    "a class's cap beats the unknown cap",
    { maxRetriesPerClass: { UNKNOWN: 0 }, maxUnknownRetries: 0 },
    UNKNOWNS,
    {},
    "MAX_ATTEMPTS_PER_CLASS",
    1,
    "max_attempts_exceeded",
  ],
  [
    "a permanent class beats the deadline",
    { deadlineMs: 50 },
    ["PERMANENT"],
    { takesMs: 50 },
    "NON_RETRYABLE_CLASS",
    1,
    "permanent_fail",
  ],
  [
    "the unknown cap beats the deadline",
    { deadlineMs: 50, maxUnknownRetries: 0 },
    UNKNOWNS,
    { takesMs: 50 },
    "MAX_UNKNOWN_ATTEMPTS",
    1,
    "max_unknown_attempts_exceeded",
  ],
  [
    "the deadline beats a missing strategy",
    { ...onlyFor("AUTH"), deadlineMs: 50 },
    TRANSIENTS,
    { takesMs: 50 },
    "DEADLINE_EXCEEDED",
    1,
    "deadline_exceeded",
  ],
  [
    "a missing strategy beats the last attempt",
    { ...onlyFor("AUTH"), maxAttempts: 1 },
    TRANSIENTS,
    {},
    "NO_STRATEGY",
    1,
    "no_strategy_configured",
  ],
  [
    "the last attempt beats a delay that does not fit",
    { deadlineMs: 5, maxAttempts: 1 },
    TRANSIENTS,
    {},
    "MAX_ATTEMPTS_GLOBAL",
    1,
    "max_attempts_exceeded",
  ],
  [
    "a delay that does not fit beats the budget",
    { deadlineMs: 5, budget: noBudget() },
    TRANSIENTS,
    {},
    "DEADLINE_EXCEEDED",
    1,
    "deadline_exceeded",
  ],
])("of two rules the first wins: %s", (_when, retry, failures, options, stopReason, attempts, event) => {
  const { outcome, lastEvent } = play(retry, failures, options);
  expect(outcome).toMatchObject({ ok: false, stopReason, attempts });
  expect(lastEvent).toBe(event);
});

describe("caps count the failures of one call", () => {
  test("of each class for itself", () => {
    const retry = { maxRetriesPerClass: { TRANSIENT: 1, SERVER_ERROR: 1 } };
    const { outcome } = play(retry, ["TRANSIENT", "SERVER_ERROR", "RATE_LIMIT", "SERVER_ERROR"]);
    expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_PER_CLASS", lastClass: "SERVER_ERROR", attempts: 4 });
  });

  test("though other failures lie between", () => {
    const { outcome } = play({ maxUnknownRetries: 1 }, ["UNKNOWN", "TRANSIENT", "UNKNOWN"]);
    expect(outcome).toMatchObject({ stopReason: "MAX_UNKNOWN_ATTEMPTS", attempts: 3 });
  });
});

/** False until it has been asked this often. */
function afterCalls(count: number): () => boolean {
  let asked = 0;
  return () => asked++ >= count;
}
