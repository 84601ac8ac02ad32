/* A refused option is data: what the thrown error carries, beside its message. */
import { byType, CircuitBreaker, fullJitter, Policy, Retry, RetryPolicy } from "redress";
import { expect, test } from "vitest";
import { refusalOf } from "../../../src/core/refusal.ts";

function refusedBy(make: () => unknown) {
  try {
    make();
  } catch (error) {
    return refusalOf(error as Error);
  }
  return undefined;
}

const never = {} as never;

test.each<[string, () => unknown, string, readonly (string | number)[], object]>([
  ["a value out of range", () => new Retry({ maxAttempts: 0 }), "retry", ["maxAttempts"], { text: "an integer >= 1" }],
  [
    "an unknown class",
    () => new Policy({ retry: { strategies: { LUNAR: fullJitter() } as never } }),
    "retry",
    ["strategies", "LUNAR"],
    { why: "unknown", known: expect.arrayContaining(["AUTH", "UNKNOWN"]) },
  ],
  [
    "an element of an array",
    () => new RetryPolicy({ circuitBreaker: { tripOn: ["TRANSIENT", "LUNAR"] as never } }),
    "circuitBreaker",
    ["tripOn", 1],
    { known: expect.arrayContaining(["AUTH", "UNKNOWN"]) },
  ],
  [
    "a member that is missing",
    () => new CircuitBreaker({ failureRate: { thresholdRatio: 0.5 } as never }),
    "circuitBreaker",
    ["failureRate", "minimumCalls"],
    { text: "an integer >= 1" },
  ],
  [
    "a contradiction",
    () => new Policy({ budget: { consume: () => true, remaining: () => 1 } }),
    "policy",
    ["budget"],
    { why: "contradiction" },
  ],
  [
    "what does not fit the option beside it",
    () => fullJitter({ baseMs: 5, maxMs: 1 }),
    "fullJitter",
    ["maxMs"],
    { text: "a number >= baseMs (5)" },
  ],
  ["a pair within pairs", () => byType([[never, "AUTH"]]), "byType.pairs", [0, 0], { text: "a constructor" }],
])("%s is told by its owner, its path and its rule", (_what, make, owner, path, rule) => {
  expect(refusedBy(make)).toMatchObject({ owner, path, rule });
});

test("the data is hidden: an error looks as it always did", () => {
  let error: unknown;
  try {
    new Retry({ maxAttempts: 0 });
  } catch (thrown) {
    error = thrown;
  }

  expect(Object.keys(error as object)).toEqual([]);
  expect(JSON.stringify(error)).toBe("{}");
  expect(refusalOf(new TypeError("retry.maxAttempts must be an integer >= 1, got 0."))).toBeUndefined();
});
