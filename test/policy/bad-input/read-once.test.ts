/* What was checked is what holds: options are read once, into a copy of their own. */
import { runInNewContext } from "node:vm";
import {
  Budget,
  CircuitBreaker,
  constant,
  exponential,
  fullJitter,
  Policy,
  RateLimiter,
  Retry,
  RetryPolicy,
  RetryThrottle,
  retry,
  TokenBudget,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, describe, expect, test } from "vitest";
import { deepFrozen, refusalOf } from "./option-table.ts";

const settingsOf = (made: { readonly describe: () => object }): unknown => JSON.parse(JSON.stringify(made.describe()));

describe("options that are inherited count as if they were the object's own", () => {
  const inherited = <Options extends object>(options: Options): Options => Object.create(Object.create(options)) as Options;
  const breakerOf = (circuitBreaker: object) => settingsOf(new Policy({ circuitBreaker }));

  test.each<[string, inherit: () => unknown, own: () => unknown]>([
    ["of a Retry", () => new Retry(inherited({ maxAttempts: 2 })).settings.maxAttempts, () => 2],
    ["of Retry.from", () => Retry.from(inherited({ maxAttempts: 2 })).settings.maxAttempts, () => 2],
    ["of what overrides them", () => Retry.from({}, inherited({ maxAttempts: 2 })).settings.maxAttempts, () => 2],
    [
      "of a retry in a Policy",
      () => settingsOf(new Policy({ retry: inherited({ maxAttempts: 2 }) })),
      () => settingsOf(new Policy({ retry: { maxAttempts: 2 } })),
    ],
    [
      "of a Policy",
      () => settingsOf(new Policy(inherited({ retry: { maxAttempts: 2 } }))),
      () => settingsOf(new Policy({ retry: { maxAttempts: 2 } })),
    ],
    [
      "of a RetryPolicy",
      () => settingsOf(new RetryPolicy(inherited({ maxAttempts: 2 }))),
      () => settingsOf(new RetryPolicy({ maxAttempts: 2 })),
    ],
    [
      "of RetryPolicy.from",
      () => settingsOf(RetryPolicy.from(inherited({ maxAttempts: 2 }))),
      () => settingsOf(new RetryPolicy({ maxAttempts: 2 })),
    ],
    [
      "of what overrides a config",
      () => settingsOf(RetryPolicy.from({}, inherited({ operation: "o" }))),
      () => settingsOf(new RetryPolicy({ operation: "o" })),
    ],
    [
      "of caps on single classes",
      () => new Retry({ maxRetriesPerClass: inherited({ TRANSIENT: 1 }) }).settings.maxRetriesPerClass,
      () => ({ TRANSIENT: 1 }),
    ],
    ["of a breaker in a Policy", () => breakerOf(inherited({ failureThreshold: 2 })), () => breakerOf({ failureThreshold: 2 })],
    [
      "of a breaker's rate",
      () => breakerOf({ failureRate: inherited({ thresholdRatio: 0.5, minimumCalls: 2 }) }),
      () => breakerOf({ failureRate: { thresholdRatio: 0.5, minimumCalls: 2 } }),
    ],
    [
      "of a breaker's thresholds",
      () => breakerOf({ classThresholds: inherited({ AUTH: 2 }) }),
      () => breakerOf({ classThresholds: { AUTH: 2 } }),
    ],
  ])("%s", (_of, inherit, own) => {
    expect(inherit()).toEqual(own());
  });

  test("and are checked like them", () => {
    expect(() => new Retry(inherited({ maxAttempts: 0 }))).toThrow(RangeError);
    expect(() => new Retry(inherited({ maxAttemps: 2 }) as never)).toThrow("retry.maxAttemps is not an option");
  });

  test("of an object without Object.prototype, too", () => {
    const base: object = Object.assign(Object.create(null), { maxAttempts: 2 });
    expect(new Retry(Object.create(base)).settings.maxAttempts).toBe(2);
    expect(new Retry(base).settings.maxAttempts).toBe(2);
  });

  test("of an object that has its own hasOwnProperty, too", () => {
    const base = Object.defineProperty({ maxAttempts: 2 }, "hasOwnProperty", { value: () => false });
    expect(new Retry(Object.create(base)).settings.maxAttempts).toBe(2);
  });
});

describe("a key that somebody has put on Object.prototype", () => {
  const polluted: PropertyKey[] = [];
  const pollute = (key: string, value: unknown): void => {
    polluted.push(key);
    Object.defineProperty(Object.prototype, key, { value, enumerable: true, configurable: true, writable: true });
  };
  afterEach(() => {
    for (const key of polluted.splice(0)) Reflect.deleteProperty(Object.prototype, key);
  });

  const made = (): unknown[] => [
    settingsOf(
      new Policy({
        retry: { maxRetriesPerClass: { AUTH: 1 } },
        circuitBreaker: { classThresholds: {} },
        hooks: { onMetric: () => {} },
      }),
    ),
    settingsOf(new RetryPolicy({ strategy: exponential({ baseMs: 5 }), budget: new TokenBudget({}) })),
    settingsOf(RetryPolicy.from({}, {})),
    settingsOf(new RetryPolicy({ budget: new RetryThrottle({}), circuitBreaker: new CircuitBreaker({}) })),
    settingsOf(new RetryPolicy({ budget: new Budget({ maxRetries: 1, windowMs: 1 }), strategies: { AUTH: fullJitter({}) } })),
    settingsOf(new Policy({ retry: Retry.from({}, {}) })),
    new Policy().callSync(() => "value", {}),
    retrySyncOnce(),
  ];
  const retrySyncOnce = (): unknown => new Policy({ retry: {} }).callSync(() => "value", { operation: "o" });

  test.each<[string, unknown]>([
    ["isEmpty", () => false],
    ["onWhatever", () => {}],
    ["maxAttempts", 0],
    ["deadlineMs", 7],
    ["baseMs", 7],
    ["AUTH", 7],
    ["clock", 7],
    ["operation", "polluted"],
    ["abortIf", () => true],
    ["failureThreshold", 7],
    ["capacity", 7],
    ["fallback", () => "polluted"],
  ])("is no option of anything: %s", (key, value) => {
    const before = made();
    pollute(key, value);
    const after = made();
    Reflect.deleteProperty(Object.prototype, key);
    expect(after).toEqual(before);
  });

  test("is no option of an object of another realm either", () => {
    const options = runInNewContext("Object.prototype.maxAttempts = 9; Object.prototype.whatever = 1; ({ deadlineMs: 5 })");
    expect(settingsOf(new RetryPolicy(options))).toEqual(settingsOf(new RetryPolicy({ deadlineMs: 5 })));
  });

  test("hides no option of the same name", () => {
    pollute("maxAttempts", 9);
    expect(new Retry({ maxAttempts: 2 }).settings.maxAttempts).toBe(2);
    expect(new Retry(Object.create({ maxAttempts: 3 })).settings.maxAttempts).toBe(3);
  });
});

describe("getters are asked once, so that what was checked is what holds", () => {
  /** Options whose every value is right when it is read first, and wrong ever after. */
  function fickle<Options extends object>(options: Options): Options {
    const copy = {};
    for (const [key, value] of Object.entries(options)) {
      let reads = 0;
      const get = (): unknown => (++reads === 1 ? value : Number.NaN);
      Object.defineProperty(copy, key, { get, enumerable: true });
    }
    return copy as Options;
  }
  const rate = { thresholdRatio: 0.5, minimumCalls: 2 };

  test.each<[string, (read: <Options extends object>(options: Options) => Options) => unknown]>([
    ["of a Retry", (read) => settingsOf(new Policy({ retry: new Retry(read({ maxAttempts: 2, deadlineMs: 5 })) }))],
    ["of Retry.from", (read) => settingsOf(new Policy({ retry: Retry.from(read({ maxAttempts: 2 }), read({ deadlineMs: 5 })) }))],
    [
      "of a Policy and its parts",
      (read) =>
        settingsOf(new Policy(read({ operation: "o", retry: read({ maxAttempts: 2 }), circuitBreaker: read({ windowMs: 5 }) }))),
    ],
    [
      "of a RetryPolicy",
      (read) => settingsOf(new RetryPolicy(read({ maxAttempts: 2, operation: "o", circuitBreaker: read({ windowMs: 5 }) }))),
    ],
    ["of RetryPolicy.from", (read) => settingsOf(RetryPolicy.from(read({ maxAttempts: 2 }), read({ operation: "o" })))],
    [
      "of tables per class",
      (read) =>
        settingsOf(new Policy({ retry: { maxRetriesPerClass: read({ AUTH: 1 }), strategies: read({ AUTH: constant(1) }) } })),
    ],
    [
      "of a breaker and its tables",
      (read) =>
        settingsOf(
          new Policy({
            circuitBreaker: read({
              failureRate: read(rate),
              slowCalls: read({ ...rate, durationMs: 5 }),
              classThresholds: read({ AUTH: 2 }),
            }),
          }),
        ),
    ],
    [
      "of budgets",
      (read) => [
        new Budget(read({ maxRetries: 2, windowMs: 5 })).remaining(),
        new TokenBudget(read({ capacity: 5, retryCost: 2 })).remaining(),
        new RetryThrottle(read({ capacity: 5, timeoutCapacity: 2 })).remaining(),
      ],
    ],
    [
      "of strategies",
      (read) =>
        settingsOf(new Policy({ retry: { strategy: exponential(read({ baseMs: 5, factor: 3, maxMs: 50, jitterRatio: 0 })) } })),
    ],
    [
      "of a fallback",
      (read) => new Policy({ fallback: read({ on: ["TRANSIENT"], use: () => "instead" }) as never }).callSync(failing),
    ],
  ])("%s", (_of, make) => {
    expect(make(fickle)).toEqual(make((options) => options));
  });

  test("of a call", async () => {
    const options = fickle({ operation: "o", signal: new AbortController().signal, captureTimeline: true });
    expect(await new Policy().execute(({ operation }) => operation, options)).toMatchObject({ value: "o", timeline: {} });
  });

  test("and what they throw is thrown", () => {
    const broken = new Error("broken");
    const options = {
      get maxAttempts(): number {
        throw broken;
      },
    };
    expect(() => new Retry(options)).toThrow(broken);
  });

  const failing = (): string => {
    throw new TransientError();
  };
});

test("what becomes of the options of a decorator after it was made changes nothing", async () => {
  const clock = new VirtualClock();
  const options: { maxAttempts: number; clock: VirtualClock } = { maxAttempts: 2, clock };
  const decorator = retry(options);
  options.maxAttempts = 5;
  let attempts = 0;
  const call = decorator(async () => {
    attempts += 1;
    throw new TransientError();
  })().catch(() => {});
  await clock.run();
  await call;
  expect(attempts).toBe(2);
});

test.each<[string, object]>([
  ["alone", {}],
  ["beside a hook", { onMetric: () => {} }],
])("what becomes of the cost of a wrapped function after it was made changes nothing: %s", (_what, beside) => {
  const limits = { requests: { limit: 10, intervalMs: 1_000, cost: 1 }, tokens: { limit: 99, intervalMs: 1_000, cost: 5 } };
  const limiter = new RateLimiter({ limits, clock: new VirtualClock() });
  const cost = { tokens: 7 };
  const wrapped = new Policy({ limiter }).wrapSync(() => "value", { cost, ...beside });
  cost.tokens = Number.NaN;

  expect(wrapped()).toBe("value");
  expect(limiter.remaining()).toEqual({ requests: 9, tokens: 92 });
});

test("class instances hold no options, and say so", async () => {
  class Options {
    maxAttempts = 2;
  }
  for (const make of [
    () => new Retry(new Options()),
    () => new Policy({ retry: new Options() as object }),
    () => retry(new Options()),
  ])
    expect(String(await refusalOf(make))).toMatch(
      /^TypeError: \w+ must be a plain object of options, got an instance of Options\.$/,
    );
});

test("frozen options are as good as any", () => {
  const options = deepFrozen({
    retry: { maxAttempts: 2, maxRetriesPerClass: { AUTH: 1 } },
    circuitBreaker: { tripOn: ["AUTH" as const] },
  });
  expect(settingsOf(new Policy(options))).toMatchObject({
    retry: { maxAttempts: 2 },
    circuitBreaker: { settings: { tripOn: ["AUTH"] } },
  });
});
