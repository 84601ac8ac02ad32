import {
  Budget,
  CircuitBreaker,
  type CircuitBreakerOptions,
  Hedge,
  Policy,
  type PolicyOptions,
  Retry,
  RetryPolicy,
  type RetryPolicyOptions,
  TokenBudget,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import {
  budget,
  clock,
  fn,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_OPTIONS,
  name,
  type Table,
  testOptions,
  type Values,
} from "./option-table.ts";
import { retryTable } from "./retry-table.ts";

const use = () => "fallback";

const fallback: Values = {
  good: [use, { on: ["CIRCUIT_OPEN"], use }, { on: ["ABORTED", "TRANSIENT", "NO_RETRY"], use }],
  wrongType: [
    ...NO_OPTIONS.filter((value) => typeof value !== "function"),
    { use },
    { on: "CIRCUIT_OPEN", use },
    { on: null, use },
    { on: [3], use },
    { on: [null], use },
    { on: ["CIRCUIT_OPEN"] },
    ...NO_FUNCTIONS.map((value) => ({ on: ["CIRCUIT_OPEN"], use: value })),
    { on: ["CIRCUIT_OPEN"], use, off: [] },
  ],
  outOfRange: [
    { on: ["LUNAR"], use },
    { on: ["circuit_open"], use },
    { on: ["TRANSIENT", "toString"], use },
  ],
  named: /policy\.fallback/,
};

const hooks: Values = {
  good: [
    { onMetric: () => {} },
    [],
    [{ onLog: () => {} }, { onAttemptStart: () => {}, onAttemptEnd: () => {} }],
    { onLog: undefined, onMetric: () => {} },
    // Observers that an application leaves empty, and instances with hooks of their own choosing.
    {},
    [{}],
    { onMetric: undefined },
    { count: 0, flush: () => {} },
  ],
  wrongType: [
    ...NO_OBJECTS,
    { onMetrics: () => {} },
    { aroundCall: () => {} },
    [null],
    [[]],
    [() => {}],
    { onMetric: 3 },
    { onLog: null },
    [{ onAttemptEnd: "x" }],
  ],
  outOfRange: [],
  named: /policy\.hooks/,
};

const circuitBreaker: Values = {
  good: [{}, new CircuitBreaker(), { name: "a", failureThreshold: 3 }],
  wrongType: [...NO_OPTIONS, { threshold: 3 }, { allow: () => {} }, { failureThreshold: "3" }],
  outOfRange: [{ failureThreshold: 0 }, { name: "" }],
  named: /(policy\.)?circuitBreaker/,
};

const aLimiter = { name: "own", admit: () => ({ kind: "admitted" }), release: () => {} };
const limiter: Values = {
  good: [aLimiter, [aLimiter], [aLimiter, aLimiter]],
  wrongType: [...NO_OBJECTS, {}, [], { admit: () => {} }, { admit: 1, release: () => {} }, [null], [aLimiter, {}], [[aLimiter]]],
  outOfRange: [],
};

const hedgeMethods = ["began", "delayMs", "allows", "started", "refused", "firstTook", "won"] as const;
const withoutRounds = (hedge: Hedge) => Object.fromEntries(hedgeMethods.map((name) => [name, hedge[name].bind(hedge)]));
const rounds = Symbol.for("redress.rounds/1");
const withRoundsAlone = (hedge: Hedge) => ({ [rounds]: Reflect.get(hedge, rounds) });

const hedge: Values = {
  good: [new Hedge({ delayMs: 10 }), new Hedge({ quantile: 0.9 })],
  wrongType: [
    ...NO_OPTIONS,
    {},
    { delayMs: 10 },
    Hedge,
    [new Hedge({ delayMs: 10 })],
    withoutRounds(new Hedge({ delayMs: 10 })),
    withRoundsAlone(new Hedge({ delayMs: 10 })),
  ],
  outOfRange: [],
};

const aChaos = { enabled: false, invoke: (operation: (attempt: unknown) => unknown, attempt: unknown) => operation(attempt) };
const chaos: Values = {
  good: [aChaos],
  wrongType: [...NO_OBJECTS, {}, { enabled: true }, { invoke: 1 }, [aChaos]],
  outOfRange: [],
};

const outer = {
  circuitBreaker,
  limiter,
  hedge,
  fallback,
  chaos,
  operation: name,
  hooks,
  onHookError: fn,
  discard: fn,
  clock,
  random: fn,
};

const policyTable: Table<Required<PolicyOptions>> = {
  retry: {
    good: [{}, new Retry(), { maxAttempts: 2 }],
    wrongType: [...NO_OPTIONS, { attempts: 3 }, { maxAttempts: "3" }],
    outOfRange: [{ maxAttempts: 0 }],
    named: /(policy\.)?retry/,
  },
  budget,
  ...outer,
};

describe("Policy", () =>
  testOptions({ owner: "policy", make: (options: object) => new Policy({ retry: {}, ...checkedSpread(options) }) }, policyTable));

const retryPolicyTable: Table<Required<RetryPolicyOptions>> = {
  ...Object.fromEntries(
    Object.entries(retryTable).map(([option, values]) => [
      option,
      { ...values, named: new RegExp(`retry(Policy)?\\.${option}`) },
    ]),
  ),
  ...outer,
} as Table<Required<RetryPolicyOptions>>;

describe("RetryPolicy", () =>
  testOptions({ owner: "retryPolicy", make: (options) => new RetryPolicy(options) }, retryPolicyTable));

describe("RetryPolicy.from", () => {
  testOptions({ owner: "retryPolicy", make: (options) => RetryPolicy.from({}, options) }, retryPolicyTable);
});

describe("budgets", () => {
  const one = new TokenBudget();
  const two = new Budget({ maxRetries: 1, windowMs: 1 });

  test("of the policy and of the retry are the same place: giving both is refused", () => {
    for (const make of [
      () => new Policy({ retry: { budget: one }, budget: two }),
      () => new Policy({ retry: { budget: one }, budget: one }),
      () => new Policy({ retry: new Retry({ budget: one }), budget: two }),
    ]) {
      expect(make).toThrow(TypeError);
      expect(make).toThrow(/^policy\.budget must be left out where retry\.budget is given, got /);
    }
  });

  test("limit retries, so without a retry they are refused", () => {
    expect(() => new Policy({ budget: one })).toThrow(TypeError);
    expect(() => new Policy({ budget: one })).toThrow(/^policy\.budget must be .*retry.*, got /);
  });

  test("may be given in either place, and are the same there", () => {
    expect(new Policy({ retry: {}, budget: one }).describe()).toEqual(new Policy({ retry: { budget: one } }).describe());
    expect(new Policy({ retry: { budget: undefined }, budget: one }).describe().budget?.name).toBe("TokenBudget");
  });
});

test("a RetryPolicy takes no retry inside it, and says so", () => {
  expect(() => new RetryPolicy({ retry: {} } as never)).toThrow(
    /^retryPolicy\.retry is not an option; did you mean its options, without `retry` around them\?/,
  );
});

test("what is no option of a RetryPolicy is told, whatever stands beside it", () => {
  expect(() => new RetryPolicy({ retry: {}, hooks: [], fallback: () => 1 } as never)).toThrow(
    /^retryPolicy\.retry is not an option; did you mean its options, without `retry` around them\?/,
  );
});

test("a clock that is none is told what it must be", () => {
  expect(() => new Policy({ clock: { now: () => 1 } as never })).toThrow(
    new TypeError("policy.clock must be a Clock with the methods now, sleep and alarm, got an object with now."),
  );
});

test("an inline breaker whose clock is undefined has the policy's", () => {
  const clock = new VirtualClock();
  const options: CircuitBreakerOptions = { clock: undefined, failureThreshold: 1, recoveryTimeoutMs: 100 };
  const policy = new Policy({ clock, circuitBreaker: options });
  const fail = () =>
    policy.executeSync(() => {
      throw Object.assign(new Error("down"), { status: 503 });
    });
  fail();
  expect(fail()).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
  clock.block(100);
  expect(policy.executeSync(() => "up")).toMatchObject({ ok: true });
});

/** Hands on what is no object at all as it is. */
function checkedSpread(options: object): object {
  if (typeof options !== "object" || options === null || Array.isArray(options)) new Policy(options as never);
  return options;
}
