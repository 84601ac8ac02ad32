/* One test per row of what Python redress 1.4 offers and the core serves here: the feature exists, and does its main job. */
import {
  AbortRetry,
  AbortRetryError,
  type AttemptContext,
  AttemptDecision,
  type BackoffContext,
  Budget,
  CircuitBreaker,
  CircuitOpenError,
  type Classification,
  ConcurrencyError,
  constant,
  decorrelatedJitter,
  defaultClassifier,
  ErrorClass,
  EventName,
  legacyStrategy,
  PermanentError,
  Policy,
  RateLimitError,
  Retry,
  type RetryConfig,
  RetryExhaustedError,
  RetryPolicy,
  RetryTimeline,
  retry,
  retryAfterOr,
  retrySync,
  ServerError,
  SleepDecision,
  StopReason,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { failing } from "./failing.ts";

const now = { strategy: constant(0) };
const always = (): never => {
  throw new TransientError("down");
};

test.each<[string, Policy]>([
  ["Policy", new Policy({ retry: now })],
  ["Policy around a Retry", new Policy({ retry: new Retry(now) })],
  ["RetryPolicy", new RetryPolicy(now)],
])("Policy, Retry, RetryPolicy and their asynchronous twins: one %s serves sync and async", async (_what, policy) => {
  expect(await policy.call(failing(1, "a"))).toBe("a");
  expect(policy.callSync(failing(1, "b"))).toBe("b");
  expect(await policy.execute(failing(1, "c"))).toMatchObject({ ok: true, value: "c", attempts: 2 });
  expect(policy.executeSync(failing(1, "d"))).toMatchObject({ ok: true, value: "d", attempts: 2 });
  expect(await policy.context()(failing(1, "e"))).toBe("e");
  expect(policy.contextSync()(failing(1, "f"))).toBe("f");
});

test("call(on_metric, on_log, operation, abort_if, sleep, before_sleep, sleeper, on_attempt_start, on_attempt_end)", async () => {
  const seen: string[] = [];
  const value = await new RetryPolicy({ strategy: constant(5) }).call(failing(1, "value"), {
    operation: "fetch_user",
    abortIf: () => {
      seen.push("abortIf");
      return false;
    },
    sleep: (_context: BackoffContext, ms) => {
      seen.push(`sleep ${ms}`);
      return SleepDecision.SLEEP;
    },
    beforeSleep: (_context, ms) => seen.push(`beforeSleep ${ms}`),
    sleeper: (ms) => {
      seen.push(`sleeper ${ms}`);
    },
    onMetric: (event, attempt, sleepMs, { operation }) => seen.push(`metric ${event} ${attempt} ${sleepMs} ${operation}`),
    onLog: (event, { attempt, sleep_ms }) => seen.push(`log ${event} ${attempt} ${sleep_ms}`),
    onAttemptStart: ({ attempt }: AttemptContext) => seen.push(`start ${attempt}`),
    onAttemptEnd: ({ attempt, decision }) => seen.push(`end ${attempt} ${decision}`),
  });
  expect(value).toBe("value");
  expect(seen.filter((entry) => entry !== "abortIf")).toEqual([
    "start 1",
    "metric retry 1 5 fetch_user",
    "log retry 1 5",
    "sleep 5",
    "end 1 retry",
    "beforeSleep 5",
    "sleeper 5",
    "start 2",
    "metric success 2 0 fetch_user",
    "log success 2 0",
    "end 2 success",
  ]);
  expect(seen[0]).toBe("abortIf");
});

test("call(abort_if) ends the call as ABORTED", () => {
  expect(new RetryPolicy(now).executeSync(always, { abortIf: () => true })).toMatchObject({ stopReason: "ABORTED", attempts: 0 });
});

test("execute(capture_timeline) answers RetryOutcome in full", async () => {
  const clock = new VirtualClock();
  const policy = new RetryPolicy({ clock, strategy: constant(20), maxAttempts: 2 });
  const error = new TransientError("down");
  const failed = policy.execute(
    failing(9, "value", () => error),
    { captureTimeline: true },
  );
  await clock.run();
  expect({ ...(await failed) }).toStrictEqual({
    ok: false,
    stopReason: "MAX_ATTEMPTS_GLOBAL",
    attempts: 2,
    elapsedMs: 20,
    lastClass: "TRANSIENT",
    lastError: error,
    lastResult: null,
    cause: "exception",
    nextDelayMs: null,
    timeline: expect.any(RetryTimeline),
  });
  expect(await policy.execute(() => "value")).toStrictEqual({
    ok: true,
    value: "value",
    attempts: 1,
    elapsedMs: 0,
    fellBack: false,
  });
});

describe("context(): options given once, then retry(fn, *args)", () => {
  test("calls with arguments, sync and async", async () => {
    const policy = new RetryPolicy(now);
    const seen: unknown[] = [];
    const options = {
      operation: "batch",
      onMetric: (event: string, _attempt: number, _ms: number, { operation }: object & { operation?: string }) =>
        seen.push(event, operation),
    };
    const bound = policy.context(options);
    expect(await bound(async (a: number, b: string) => `${a}${b}`, 1, "x")).toBe("1x");
    expect(policy.contextSync(options)((a: number) => a + 1, 2)).toBe(3);
    expect(seen).toEqual(["success", "batch", "success", "batch"]);
  });

  test("is disposable: disposing aborts what is asleep, and what comes later", async () => {
    const clock = new VirtualClock();
    const bound = new RetryPolicy({ clock, strategy: constant(10_000) }).context();
    const asleep = bound(always).catch((error: unknown) => error);
    await clock.advance(10);
    bound[Symbol.dispose]();
    expect(await asleep).toBeInstanceOf(AbortRetryError);
    await expect(bound(() => "later")).rejects.toBeInstanceOf(AbortRetryError);
    expect(clock.pending).toBe(0);
  });

  test("works with `using`", () => {
    const policy = new RetryPolicy(now);
    let kept: (fn: () => string) => string;
    {
      using bound = policy.contextSync();
      kept = bound;
      expect(bound(() => "inside")).toBe("inside");
    }
    expect(() => kept(() => "outside")).toThrow(AbortRetryError);
  });
});

test("Retry.from_config(cfg, ...) and RetryConfig with its defaults", () => {
  const config: RetryConfig = { deadlineMs: 60_000, maxAttempts: 6, maxUnknownRetries: 2 };
  const { settings } = Retry.from(config, { classifier: () => "TRANSIENT" });
  const { classifier: _own, ...rest } = settings;
  expect(rest).toMatchObject({
    deadlineMs: 60_000,
    attemptTimeoutMs: Number.POSITIVE_INFINITY,
    maxAttempts: 6,
    maxUnknownRetries: 2,
    maxRetriesPerClass: {},
  });
  expect(new Retry().settings).toMatchObject({
    deadlineMs: 60_000,
    maxAttempts: 6,
    maxUnknownRetries: 2,
    classifier: defaultClassifier,
  });
});

test("@retry and @retry(...): the default classifier, decorrelated jitter up to 5 s, the function's name", async () => {
  expect(new RetryPolicy().describe().retry).toMatchObject({
    classifier: { name: "defaultClassifier" },
    strategy: { name: "retryAfterOr", settings: { fallback: { name: "decorrelatedJitter", settings: { maxMs: 5_000 } } } },
  });
  expect(await retry(now)(failing(1, "a"))()).toBe("a");
  expect(retrySync(now)(failing(1, "b"))()).toBe("b");
});

test("Classification(klass, retry_after_s, details)", () => {
  const seen: Classification[] = [];
  const classification: Classification = { errorClass: ErrorClass.RATE_LIMIT, retryAfterMs: 700, details: { code: "slow_down" } };
  const policy = new RetryPolicy({
    classifier: () => classification,
    maxAttempts: 2,
    strategy: (context) => {
      seen.push(context.classification);
      return 0;
    },
  });
  policy.executeSync(always);
  expect(seen).toEqual([classification]);
});

test("strategies as plain functions, with record_success / record_failure, and legacy ones", () => {
  const seen: unknown[] = [];
  const strategy = legacyStrategy((attempt, errorClass, prevSleepMs) => {
    seen.push([attempt, errorClass, prevSleepMs]);
    return 0;
  });
  new RetryPolicy({ strategy, maxAttempts: 3 }).executeSync(always);
  expect(seen).toEqual([
    [1, "TRANSIENT", null],
    [2, "TRANSIENT", 0],
  ]);
  expect(typeof retryAfterOr(decorrelatedJitter())).toBe("function");
});

test("Budget(max_retries, window_s): consume, remaining, shared, and the event budget_exhausted", () => {
  const budget = new Budget({ maxRetries: 1, windowMs: 1_000 });
  const events: string[] = [];
  const policy = new RetryPolicy({ ...now, budget, hooks: { onMetric: (event) => events.push(event) } });
  expect(policy.executeSync(always)).toMatchObject({ stopReason: StopReason.BUDGET_EXHAUSTED, attempts: 2 });
  expect(events.at(-1)).toBe(EventName.BUDGET_EXHAUSTED);
  expect(budget.remaining()).toBe(0);
});

test("CircuitBreaker: state, allow, record_success, record_failure(klass), record_cancel, shared, one record per operation", () => {
  const breaker = new CircuitBreaker({
    failureThreshold: 2,
    windowMs: 60_000,
    recoveryTimeoutMs: 30_000,
    tripOn: ["SERVER_ERROR"],
    classThresholds: { RATE_LIMIT: 1 },
  });
  const { permit } = breaker.allow();
  if (permit !== null) breaker.recordFailure(ErrorClass.RATE_LIMIT, permit);
  expect(breaker.state).toBe("open");
});

test("the errors that callers meet and the markers that they throw", async () => {
  const wrapping = new RetryPolicy({ ...now, maxAttempts: 2, onExhausted: "wrap" });
  const exhausted = await wrapping.call(always).catch((error: unknown) => error);
  expect(exhausted).toBeInstanceOf(RetryExhaustedError);
  expect(exhausted).toMatchObject({
    stopReason: "MAX_ATTEMPTS_GLOBAL",
    attempts: 2,
    lastClass: "TRANSIENT",
    lastResult: null,
    nextDelayMs: null,
  });

  const circuitBreaker = new CircuitBreaker();
  circuitBreaker.trip();
  expect(() => new Policy({ circuitBreaker }).callSync(() => 1)).toThrow(CircuitOpenError);
  expect(AbortRetry).toBe(AbortRetryError);

  const classOf = (error: Error) => {
    const outcome = new RetryPolicy({ maxAttempts: 1 }).executeSync(failing(1, "value", () => error));
    return outcome.ok ? null : outcome.lastClass;
  };
  expect([new PermanentError(), new RateLimitError(), new ConcurrencyError(), new ServerError()].map(classOf)).toEqual([
    "PERMANENT",
    "RATE_LIMIT",
    "CONCURRENCY",
    "SERVER_ERROR",
  ]);
});

test("AttemptDecision, AttemptContext and SleepDecision: a deferred retry is SCHEDULED with its delay", () => {
  const ends: AttemptContext[] = [];
  const policy = new RetryPolicy({ strategy: constant(700), hooks: { onAttemptEnd: (context) => ends.push(context) } });
  const outcome = policy.executeSync(always, { sleep: () => SleepDecision.DEFER });
  expect(outcome).toMatchObject({ ok: false, stopReason: StopReason.SCHEDULED, nextDelayMs: 700, attempts: 1 });
  expect(ends).toEqual([
    expect.objectContaining({
      attempt: 1,
      decision: AttemptDecision.SCHEDULED,
      stopReason: "SCHEDULED",
      sleepMs: 700,
      cause: "exception",
    }),
  ]);
});
