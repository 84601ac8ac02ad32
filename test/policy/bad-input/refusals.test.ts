/* A refused option is data: what the thrown error carries, beside its message. */
import {
  Bulkhead,
  byType,
  CircuitBreaker,
  fullJitter,
  Hedge,
  Policy,
  RateLimiter,
  Retry,
  RetryPolicy,
  RetryThrottle,
  retrySync,
} from "redress";
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
    "a contradiction between limits",
    () => new RateLimiter({ limit: 5, limits: { tokens: { limit: 5, intervalMs: 1 } } }),
    "rateLimiter",
    ["limit"],
    { why: "contradiction" },
  ],
  [
    "what does not fit the option beside it",
    () => fullJitter({ baseMs: 5, maxMs: 1 }),
    "fullJitter",
    ["maxMs"],
    { text: "a number >= baseMs (5)" },
  ],
  [
    "options of a breaker that contradict each other",
    () => new CircuitBreaker({ consecutive: true, windowMs: 1_000 }),
    "circuitBreaker",
    ["consecutive"],
    { why: "contradiction" },
  ],
  ["a pair within pairs", () => byType([[never, "AUTH"]]), "byType.pairs", [0, 0], { text: "a constructor" }],
])("%s is told by its owner, its path and its rule", (_what, make, owner, path, rule) => {
  expect(refusedBy(make)).toMatchObject({ owner, path, rule });
});

test.each<[string, () => unknown, object]>([
  [
    "an option that is missing",
    () => new Bulkhead({} as never),
    { owner: "bulkhead", path: ["maxConcurrent"], value: undefined, required: true },
  ],
  [
    "one that must be there, and is wrong",
    () => new Bulkhead({ maxConcurrent: 0 }),
    { owner: "bulkhead", path: ["maxConcurrent"], value: 0, required: true },
  ],
  [
    "one that may be left out, beside it",
    () => new Bulkhead({ maxConcurrent: 1, maxQueue: -1 }),
    { owner: "bulkhead", path: ["maxQueue"], value: -1, required: false },
  ],
  [
    "one of those that may all be left out",
    () => new Retry({ maxAttempts: 0 }),
    { owner: "retry", path: ["maxAttempts"], value: 0, required: false },
  ],
])("%s says whether the others mean nothing without it", (_what, make, refusal) => {
  expect(refusedBy(make)).toEqual({ ...refusal, rule: expect.objectContaining({ type: "number" }) });
});

test.each<[string, () => unknown, object]>([
  [
    "an unknown option",
    () => new Bulkhead({ maxConcurrent: 1, max: 2 } as never),
    {
      text: "",
      type: "",
      why: "unknown",
      known: ["name", "maxConcurrent", "maxQueue", "queueTimeoutMs", "clock"],
      meant: "`maxConcurrent`",
    },
  ],
  [
    "an unknown option that is near to none",
    () => new Bulkhead({ maxConcurrent: 1, x: 2 } as never),
    { text: "", type: "", why: "unknown", known: ["name", "maxConcurrent", "maxQueue", "queueTimeoutMs", "clock"] },
  ],
  ["what holds no options", () => new Retry(3 as never), { text: "a plain object of options", type: "" }],
])("%s: the whole demand", (_what, make, rule) => {
  expect(refusedBy(make)?.rule).toEqual(rule);
});

test("another copy of this package reads the data under a key that both know", () => {
  let error: unknown;
  try {
    new Retry({ maxAttempts: 0 });
  } catch (thrown) {
    error = thrown;
  }

  expect((error as { readonly [key: symbol]: unknown })[Symbol.for("redress.refusal/1")]).toBe(refusalOf(error as Error));
  expect(refusalOf(error as Error)).toBeDefined();
});

test("what means nothing without an option that is missing is told as such", () => {
  expect(refusedBy(() => new RateLimiter({ limit: 5 }))).toMatchObject({
    path: ["intervalMs"],
    value: undefined,
    required: true,
  });
});

test("a refusal says which element is meant, where the message names the whole array", () => {
  const fallback = { on: ["TRANSIENT", "LUNAR"] as never, use: () => 1 };
  expect(refusedBy(() => new Policy({ fallback }))).toMatchObject({ path: ["fallback", "on"], value: "LUNAR", element: 1 });
});

test("a refusal says where an option is missing that the others need", () => {
  expect(refusedBy(() => new Hedge({}))).toMatchObject({ owner: "hedge", path: ["delayMs"], required: true });
});

test("options of a breaker that are none are told as such", () => {
  expect(() => new Policy({ circuitBreaker: [] as never })).toThrow(
    new TypeError("policy.circuitBreaker must be a CircuitBreaker or a plain object of its options, got an array of 0 elements."),
  );
});

test("a retrySync names the owner of an option as a policy does", () => {
  expect(() => retrySync({ sleep: 3 as never })).toThrow(new TypeError("retry.sleep must be a function, got 3."));
  expect(() => retrySync({ signal: 3 as never })).toThrow("retrySync.signal must be an AbortSignal, got 3.");
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

test.each<[string, unknown, string]>([
  ["of a class", new Map(), "Map"],
  ["of a class without a name", new (class {})(), "Object"],
  ["without a constructor that says its name", (function* () {})(), "Generator"],
  ["with a constructor of its own", Object.assign(new Date(0), { constructor: 7 }), "Date"],
])("a message says what an object is: one %s", (_what, value, name) => {
  expect(() => new Retry({ strategies: value as never })).toThrow(new RegExp(`, got an instance of ${name}\\.`));
});

test.each<[string, () => unknown, string]>([
  [
    "an object where a limit stands",
    () => new Retry({ maxAttempts: { first: 1, second: 2 } as never }),
    "retry.maxAttempts must be an integer >= 1, got an object with first, second.",
  ],
  [
    "a number where options stand",
    () => new CircuitBreaker({ failureRate: 3 as never }),
    "circuitBreaker.failureRate must be an object, got 3.",
  ],
  [
    "a lower bound that is no number, beside what must not be below it",
    () => fullJitter({ baseMs: Symbol("3") as never, maxMs: 5 }),
    "fullJitter.baseMs must be a finite number > 0, got Symbol(3).",
  ],
  [
    "an upper bound that is no number, beside what must not be above it",
    () => new RetryThrottle({ capacity: Symbol("3") as never, timeoutCapacity: 5 }),
    "retryThrottle.capacity must be a finite number > 0, got Symbol(3).",
  ],
])("a message says what is wrong: %s", (_what, make, message) => {
  expect(make).toThrow(new TypeError(message));
});
