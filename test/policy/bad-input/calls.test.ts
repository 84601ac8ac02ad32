import {
  Bulkhead,
  type CallOptions,
  defaultClassifier,
  defaultResultClassifier,
  type ExecuteOptions,
  Policy,
  RateLimiter,
  RetryTimeline,
  retry,
  retrySync,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import {
  durationMs,
  fn,
  NO_FUNCTIONS,
  NO_NUMBERS,
  NO_OBJECTS,
  name,
  refusalOf,
  type Table,
  testOptions,
  type Values,
} from "./option-table.ts";

const policy = new Policy();
const op = (): string => "value";

class Priced {
  readonly tokens = 3;
}

/** A number, or numbers by the names of dimensions: what a limiter has no use for is refused by it. */
const cost: Values = {
  good: [0, -0, 0.5, 1e9, {}, { tokens: 0 }, { requests: 1, tokens: 2.5 }],
  wrongType: [
    ...NO_NUMBERS.filter((value) => value === null || typeof value !== "object" || Array.isArray(value)),
    new Date(),
    new Priced(),
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    { tokens: -1 },
    { tokens: Number.NaN },
    { tokens: "3" },
    { tokens: null },
    { tokens: { input: 1 } },
    { requests: 1, tokens: Number.POSITIVE_INFINITY },
  ],
  outOfRange: [],
};

/** What comes back from outside is no option: what is wrong with it is an `InvalidProgressError`. */
const resume: Values = {
  good: [null, { version: 1, attempts: 0, failures: {}, elapsedMs: 0, prevSleepMs: 5, deliveries: 1 }, { progress: null }],
  wrongType: [],
  outOfRange: [],
};

const manyCallsTable: Table<Required<Omit<CallOptions, "resume">>> = {
  operation: name,
  signal: {
    good: [new AbortController().signal, AbortSignal.any([])],
    wrongType: [...NO_OBJECTS, {}, [], new AbortController(), { aborted: false }],
    outOfRange: [],
  },
  deadlineMs: durationMs,
  cost,
  classifier: {
    good: [defaultClassifier, () => "UNKNOWN"],
    wrongType: [...NO_FUNCTIONS, defaultResultClassifier],
    outOfRange: [],
  },
  refuseRepeat: fn,
  discard: fn,
  abortIf: fn,
  sleep: fn,
  beforeSleep: fn,
  sleeper: fn,
  onMetric: fn,
  onLog: fn,
  onAttemptStart: fn,
  onAttemptEnd: fn,
  onCallStart: fn,
  onCallEnd: fn,
  aroundAttempt: fn,
};

const callTable: Table<Required<CallOptions>> = { ...manyCallsTable, resume };

const executeTable: Table<Required<ExecuteOptions>> = {
  ...callTable,
  captureTimeline: { good: [true, false, new RetryTimeline()], wrongType: [3, "yes", null, {}, [], () => true], outOfRange: [] },
};

// `Math.max` and its like are good functions, but no good answers to what is asked.
const answering = { abortIf: { ...fn, good: [() => false] }, refuseRepeat: { ...fn, good: [() => undefined] } };
const forCalls = { ...callTable, ...answering };
const forExecutes = { ...executeTable, ...answering };

describe("call", () => testOptions({ owner: "call", make: (options) => policy.call(op, options) }, forCalls));
describe("callSync", () => testOptions({ owner: "callSync", make: (options) => policy.callSync(op, options) }, forCalls));
describe("execute", () => testOptions({ owner: "execute", make: (options) => policy.execute(op, options) }, forExecutes));
describe("executeSync", () =>
  testOptions({ owner: "executeSync", make: (options) => policy.executeSync(op, options) }, forExecutes));
describe("context", () => testOptions({ owner: "context", make: (options) => policy.context(options) }, manyCallsTable));
describe("contextSync", () =>
  testOptions({ owner: "contextSync", make: (options) => policy.contextSync(options) }, manyCallsTable));
describe("wrap", () => testOptions({ owner: "wrap", make: (options) => policy.wrap(op, options) }, manyCallsTable));
describe("wrapSync", () => testOptions({ owner: "wrapSync", make: (options) => policy.wrapSync(op, options) }, manyCallsTable));

const bulkhead = new Bulkhead({ maxConcurrent: 1 });
const { signal, deadlineMs } = callTable;
type RunOptions = Required<NonNullable<Parameters<Bulkhead["run"]>[1]>>;
// These run: a deadline that is good is one that a busy machine keeps.
const runTable: Table<RunOptions> = { cost, signal, deadlineMs: { ...deadlineMs, good: [60_000.5, 2 ** 31, Infinity] } };

describe("run of a limiter", () => testOptions({ owner: "limiter.run", make: (options) => bulkhead.run(op, options) }, runTable));
describe("runSync of a limiter", () =>
  testOptions({ owner: "limiter.runSync", make: (options) => bulkhead.runSync(op, options) }, runTable));

test("a limiter that runs nothing for bad input holds no place", async () => {
  for (const options of [{ cost: -1 }, { deadlineMs: 0 }, { nope: 1 }])
    expect(await refusalOf(() => bulkhead.run(op, options as never))).toBeInstanceOf(Error);
  expect(await refusalOf(() => bulkhead.run(undefined as never))).toEqual(
    new TypeError("limiter.run.fn must be a function, got undefined."),
  );
  expect(() => bulkhead.runSync(7 as never)).toThrow(/^limiter\.runSync\.fn must be a function/);
  expect(bulkhead.inUse).toBe(0);
  expect(await bulkhead.run(op)).toBe("value");
});

test("a cost that a limiter has no use for is refused when it is asked, and no attempt is made", async () => {
  const rate = new RateLimiter({ limit: 10, intervalMs: 1_000 });
  const limits = { requests: { limit: 10, intervalMs: 1_000, cost: 1 }, tokens: { limit: 99, intervalMs: 1_000, cost: 5 } };
  const rates = new RateLimiter({ limits });
  let invoked = 0;
  for (const [limiter, cost] of [
    [rate, { tokens: 1 }],
    [rates, 3],
    [rates, { token: 3 }],
  ] as const) {
    const refusal = await refusalOf(() => new Policy({ limiter }).call(() => invoked++, { cost }));
    expect(refusal).toBeInstanceOf(TypeError);
    expect(String(refusal)).toMatch(/cost/);
  }
  expect(invoked).toBe(0);
  expect([rate.remaining(), rates.remaining()]).toEqual([10, { requests: 10, tokens: 99 }]);
});

test.each<[string, (fn: never) => unknown]>([
  ["call.op", (value) => policy.call(value)],
  ["callSync.op", (value) => policy.callSync(value)],
  ["execute.op", (value) => policy.execute(value)],
  ["executeSync.op", (value) => policy.executeSync(value)],
  ["context.op", (value) => policy.context()(value)],
  ["contextSync.fn", (value) => policy.contextSync()(value)],
  ["wrap.fn", (value) => policy.wrap(value)],
  ["wrapSync.fn", (value) => policy.wrapSync(value)],
])("%s must be a function", async (option, use) => {
  for (const value of [undefined, ...NO_FUNCTIONS]) {
    const refusal = await refusalOf(() => use(value as never));
    expect(refusal).toBeInstanceOf(TypeError);
    expect(String(refusal)).toMatch(new RegExp(`^TypeError: ${option} must be a function, got .+\\.$`, "s"));
  }
});

test("asynchronous calls reject for bad input instead of throwing", () => {
  for (const refused of [policy.call(3 as never), policy.execute(op, { signal: 3 } as never), policy.context()(3 as never)]) {
    expect(refused).toBeInstanceOf(Promise);
    refused.catch(() => {});
  }
});

test("a refused call never reaches the operation", async () => {
  let invoked = 0;
  await refusalOf(() => policy.call(() => invoked++, { operation: "" }));
  await refusalOf(() => policy.callSync(() => invoked++, { nope: 1 } as never));
  expect(invoked).toBe(0);
});

describe.each<[string, typeof retry]>([
  ["retry", retry],
  ["retrySync", retrySync as never],
])("%s", (owner, decorator) => {
  test("takes undefined for no options, as it does everywhere", async () => {
    expect(await decorator(undefined)(op)()).toBe("value");
    expect(await decorator()(op)()).toBe("value");
  });

  test("takes neither null nor anything else for a function or for options", async () => {
    for (const value of [...NO_OBJECTS.filter((value) => typeof value !== "function"), [], [op]]) {
      const refusal = await refusalOf(() => (decorator as (value: unknown) => (fn: unknown) => unknown)(value)(op));
      expect(refusal, String(value)).toBeInstanceOf(TypeError);
      expect((refusal as Error).message).toMatch(/^retry(Sync|Policy)? must be .+, got .+\.$/);
    }
  });

  test("wraps functions only", async () => {
    for (const value of [undefined, ...NO_FUNCTIONS]) {
      const refusal = await refusalOf(() => decorator({})(value as never));
      expect(refusal, String(value)).toBeInstanceOf(TypeError);
      expect((refusal as Error).message).toMatch(new RegExp(`^${owner} must be .+, got .+\\.$`, "s"));
    }
  });

  test("refuses bad options when it is given them, before there is a function", () => {
    expect(() => decorator({ maxAttempts: 0 })).toThrow(RangeError);
    expect(() => decorator({ attempts: 3 } as never)).toThrow(TypeError);
  });
});

describe("VirtualClock", () => {
  test("starts at a finite number, zero if it is not told", () => {
    expect([new VirtualClock().now(), new VirtualClock(undefined).now(), new VirtualClock(-5.5).now()]).toEqual([0, 0, -5.5]);
    for (const value of NO_NUMBERS) {
      expect(() => new VirtualClock(value as never)).toThrow(TypeError);
      expect(() => new VirtualClock(value as never)).toThrow(/^virtualClock\.startMs must be a finite number, got .+\.$/s);
    }
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new VirtualClock(value)).toThrow(RangeError);
      expect(() => new VirtualClock(value)).toThrow(/^virtualClock\.startMs must be a finite number, got .+\.$/);
    }
  });

  test.each(["advance", "block"] as const)("%s takes a finite number from 0 on", async (method) => {
    const clock = new VirtualClock();
    for (const value of [undefined, ...NO_NUMBERS]) {
      expect(await refusalOf(() => clock[method](value as never)), String(value)).toBeInstanceOf(TypeError);
    }
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const refusal = await refusalOf(() => clock[method](value));
      expect(refusal).toBeInstanceOf(RangeError);
      expect((refusal as Error).message).toMatch(
        new RegExp(`^virtualClock\\.${method}\\.ms must be a finite number >= 0, got .+\\.$`),
      );
    }
    expect(clock.now()).toBe(0);
  });
});

test("options of a call that are inherited are heeded: where it goes on from, too", async () => {
  const failing = (): never => {
    throw new TransientError();
  };
  const retrying = new Policy({ retry: { maxAttempts: 3, sleep: () => "defer" } });
  const execute = (resume: object | null) => retrying.execute(failing, Object.create({ resume }));
  expect(await execute({ progress: null, deliveries: 3 })).toMatchObject({ attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  expect(await execute(null)).toMatchObject({ attempts: 1, stopReason: "SCHEDULED" });
  await expect(execute({ progress: null, deliveries: 0 })).rejects.toThrow(
    "execute.resume.deliveries must be an integer >= 1, got 0.",
  );
});

test("an observer may have helpers whose names have a hook's beginning within them", () => {
  expect(() => new Policy({ hooks: { onMetric: () => {}, sessionOf: op, turnaroundTime: 3 } as object })).not.toThrow();
});
