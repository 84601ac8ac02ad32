import {
  type AdaptiveOptions,
  type AttemptContext,
  adaptive,
  type BackoffContext,
  Budget,
  type BudgetOptions,
  byType,
  type CallContext,
  type CallFault,
  type CallOptions,
  CircuitBreaker,
  type CircuitBreakerOptions,
  type Classifier,
  constant,
  type ErrorClass,
  type EventName,
  type ExecuteOptions,
  exponential,
  type FailedHook,
  fullJitter,
  type Hooks,
  legacyStrategy,
  type Outcome,
  Policy,
  type PolicyOptions,
  RateLimitError,
  Retry,
  type RetryConfig,
  type RetryOptions,
  RetryPolicy,
  type RetryPolicyOptions,
  type RetrySettings,
  retryAfterOr,
  type StopReason,
  type Strategy,
  type Tags,
  TokenBudget,
  type TokenBudgetOptions,
} from "redress";
import { describe, expectTypeOf, test } from "vitest";

/** Every option may be given as undefined, but those that have no default. */
type AcceptsUndefined<Options, Required extends keyof Options = never> = {
  [Option in Exclude<keyof Options, Required>]-?: undefined extends Options[Option] ? true : Option;
}[Exclude<keyof Options, Required>];

describe("options", () => {
  test("accept an explicit undefined, which means the default, under exactOptionalPropertyTypes", () => {
    expectTypeOf<AcceptsUndefined<RetryOptions>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<PolicyOptions>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<RetryPolicyOptions>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<CircuitBreakerOptions>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<BudgetOptions, "maxRetries" | "windowMs">>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<TokenBudgetOptions>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<AdaptiveOptions>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<CallOptions>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<ExecuteOptions>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsUndefined<Hooks>>().toEqualTypeOf<true>();
  });

  test("do so in every place where they are written down", () => {
    new Policy({ retry: { maxAttempts: undefined, strategies: { TRANSIENT: constant(1) } }, operation: undefined });
    exponential({ baseMs: undefined, jitterRatio: undefined });
    fullJitter({ maxMs: undefined });
    retryAfterOr(constant(1), { jitterMs: undefined });
    new RateLimitError("slow down", { retryAfterMs: undefined });
    new RateLimitError("slow down", { cause: new Error("429"), retryAfterMs: Number("3") || undefined });
  });

  test("are read only, so that an object made const may be given", () => {
    const options = { maxAttempts: 3, maxRetriesPerClass: { RATE_LIMIT: 1 }, onExhausted: "wrap" } as const;
    new RetryPolicy(options);
    new CircuitBreaker({ tripOn: ["TRANSIENT", "AUTH"] as const });
    const config: RetryConfig = { maxAttempts: 3 };
    // @ts-expect-error nobody changes a shared config
    config.maxAttempts = 4;
    // @ts-expect-error nor settings
    new Retry().settings.maxAttempts = 4;
  });

  test("that are misspelt, or of another type, do not compile", () => {
    // @ts-expect-error unknown option
    new Retry({ maxAttempt: 3 });
    // @ts-expect-error a number
    new Retry({ maxAttempts: "3" });
    // @ts-expect-error null has no meaning
    new Retry({ maxAttempts: null });
    // @ts-expect-error one of two words
    new Retry({ onExhausted: "throw" });
    // @ts-expect-error unknown class
    new Retry({ maxRetriesPerClass: { LUNAR: 1 } });
    // @ts-expect-error unknown class
    new CircuitBreaker({ tripOn: ["LUNAR"] });
    // @ts-expect-error both numbers are needed
    new CircuitBreaker({ failureRate: { thresholdRatio: 0.5 } });
    // @ts-expect-error no default is safe here
    new Budget({ maxRetries: 3 });
    // @ts-expect-error a retry has no retry
    new RetryPolicy({ retry: {} });
    // @ts-expect-error a strategy, not its delay
    new Retry({ strategy: 100 });
    // @ts-expect-error a clock can sleep, too
    new Policy({ clock: { now: () => 0 } });
    // @ts-expect-error unknown class cost
    new TokenBudget({ classCosts: { LUNAR: 1 } });
    // @ts-expect-error unknown call option
    void new Policy().call(() => 1, { timeoutMs: 5 });
    // @ts-expect-error a timeline is captured by execute
    void new Policy().call(() => 1, { captureTimeline: true });
    // @ts-expect-error not true or a timeline
    void new Policy().execute(() => 1, { captureTimeline: "yes" });
  });

  test("a config is a plain object of retry options", () => {
    expectTypeOf<RetryConfig>().toEqualTypeOf<RetryOptions>();
    expectTypeOf(Retry.from({ maxAttempts: 2 })).toEqualTypeOf<Retry<unknown>>();
    expectTypeOf(new Retry<Response>().settings).toEqualTypeOf<RetrySettings<Response>>();
  });
});

describe("plain strings are classes", () => {
  test("wherever a class is asked for", () => {
    const classifier: Classifier = (error) => (error instanceof TypeError ? "PERMANENT" : "UNKNOWN");
    new RetryPolicy({ classifier, strategies: { RATE_LIMIT: constant(1) }, maxRetriesPerClass: { TRANSIENT: 2 } });
    byType([
      [TypeError, "PERMANENT"],
      [RangeError, "AUTH"],
    ]);
    new CircuitBreaker({ tripOn: ["SERVER_ERROR"], classThresholds: { RATE_LIMIT: 2 } });
    new TokenBudget({ classCosts: { RATE_LIMIT: 2 } });
    expectTypeOf<"TRANSIENT">().toExtend<ErrorClass>();
    expectTypeOf<"transient">().not.toExtend<ErrorClass>();
  });

  test("abstract classes, and ones with parameters, stand in byType", () => {
    abstract class Base extends Error {
      abstract detail: string;
    }
    class WithParameters extends Error {
      constructor(readonlyId: number, text: string) {
        super(text + readonlyId);
      }
    }
    byType([
      [Base, "TRANSIENT"],
      [WithParameters, "AUTH"],
      [DOMException, "PERMANENT"],
    ]);
    // @ts-expect-error an instance is no constructor
    byType([[new Error("no"), "TRANSIENT"]]);
    // @ts-expect-error unknown class
    byType([[Error, "LUNAR"]]);
  });
});

describe("strategies", () => {
  test("are functions of one context", () => {
    const strategy: Strategy = ({ attempt, prevSleepMs, random }) => attempt * 10 + (prevSleepMs ?? 0) + random();
    new Retry({ strategy });
    expectTypeOf(strategy).parameters.toEqualTypeOf<[context: BackoffContext]>();
    expectTypeOf(adaptive(strategy)).toEqualTypeOf<Strategy>();
  });

  test("with three parameters go through legacyStrategy", () => {
    const legacy = (attempt: number, errorClass: ErrorClass, prevSleepMs: number | null) =>
      attempt + errorClass.length + (prevSleepMs ?? 0);
    // @ts-expect-error three parameters
    new Retry({ strategy: legacy });
    new Retry({ strategy: legacyStrategy(legacy) });
    legacyStrategy((attempt, errorClass, prevSleepMs) => {
      expectTypeOf(attempt).toEqualTypeOf<number>();
      expectTypeOf(errorClass).toEqualTypeOf<ErrorClass>();
      expectTypeOf(prevSleepMs).toEqualTypeOf<number | null>();
      return 0;
    });
  });
});

describe("hooks", () => {
  test("see typed events and tags", () => {
    new Policy({
      hooks: {
        onMetric: (event, attempt, sleepMs, tags) => {
          expectTypeOf(event).toEqualTypeOf<EventName>();
          expectTypeOf(attempt).toEqualTypeOf<number>();
          expectTypeOf(sleepMs).toEqualTypeOf<number>();
          expectTypeOf(tags).toEqualTypeOf<Tags>();
        },
      },
    });
  });

  test("may be asynchronous, and answer anything", () => {
    new Policy({ hooks: { onMetric: async () => {}, onLog: () => 5, onAttemptEnd: async () => "ignored" } });
    new RetryPolicy({ beforeSleep: async () => {} });
  });

  test("may be several, in a read-only array", () => {
    const hooks: readonly Hooks[] = [{ onMetric: () => {} }, { onLog: () => {} }];
    new Policy({ hooks });
  });

  test("of a call see what it is, and how it ended", () => {
    new Policy({
      hooks: {
        onCallStart: (call) => expectTypeOf(call).toEqualTypeOf<CallContext>(),
        onCallEnd: (call, end) => {
          expectTypeOf(call).toEqualTypeOf<CallContext>();
          if (end.ok) expectTypeOf(end.value).toEqualTypeOf<unknown>();
          else if (end.stopReason === null) expectTypeOf(end.fault).toEqualTypeOf<unknown>();
          else expectTypeOf(end.stopReason).toEqualTypeOf<StopReason>();
          // @ts-expect-error a fault has no class: what is no outcome must be looked for first
          if (!end.ok) end.lastClass;
        },
        onAttemptEnd: ({ call }) => expectTypeOf(call).toEqualTypeOf<CallContext>(),
      },
    });
    const spans = new WeakMap<CallContext, string>();
    new Policy({ hooks: { onCallStart: (call) => void spans.set(call, call.operation ?? "call") } });
  });

  test("are told of outcomes as everything else is that takes one", () => {
    const record = (_outcome: Outcome<unknown> | CallFault): void => {};
    new Policy({ hooks: { onCallEnd: (_call, end) => record(end) } });
  });

  test("around an attempt are given the operation without its type", () => {
    void new Policy().call(() => 3, {
      aroundAttempt: (context, next) => {
        expectTypeOf(context).toEqualTypeOf<AttemptContext>();
        expectTypeOf(next).toEqualTypeOf<() => unknown>();
        return next();
      },
    });
    expectTypeOf(new Policy({ hooks: { aroundAttempt: () => "another" } }).call(() => 3)).toEqualTypeOf<Promise<number>>();
  });

  test("that fail are told of with their name", () => {
    new Policy({
      onHookError: (error, hook) => {
        expectTypeOf(error).toEqualTypeOf<unknown>();
        expectTypeOf(hook).toEqualTypeOf<FailedHook>();
      },
    });
    new RetryPolicy({ onHookError: async () => {} });
    // @ts-expect-error it is the policy's, and no option of a call
    void new Policy().call(() => 3, { onHookError: () => {} });
  });
});
