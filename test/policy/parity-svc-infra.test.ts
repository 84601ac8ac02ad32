/* One test per row of what the `resilience` package of svc-infra offers, written the way its users would here. */
import {
  byType,
  CircuitBreaker,
  CircuitOpenError,
  CircuitState,
  defaultClassifier,
  EventName,
  exponential,
  type RetryConfig,
  RetryExhaustedError,
  RetryPolicy,
  retry,
  retrySync,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { failing } from "./failing.ts";

class Flaky extends Error {}
class Wrong extends Error {}

/** `with_retry` by its defaults; `retry_on=(Flaky,)`. */
const withRetry = (clock: VirtualClock) => ({
  clock,
  maxAttempts: 3,
  strategy: exponential({ baseMs: 100, maxMs: 60_000, factor: 2, jitterRatio: 0.1 }),
  classifier: byType([[Flaky, "TRANSIENT"]], () => "PERMANENT"),
});

const flaky = () => new Flaky("again");

describe("with_retry and retry_sync", () => {
  test("retry an asynchronous function: 3 attempts in all, 100 ms and 200 ms apart, give or take a tenth", async () => {
    const clock = new VirtualClock();
    const op = failing(2, "value", flaky);
    const called = retry(withRetry(clock))(async () => op())();
    const tookMs = await clock.run();
    expect(await called).toBe("value");
    expect(op.calls).toBe(3);
    expect(tookMs).toBeGreaterThanOrEqual(270);
    expect(tookMs).toBeLessThanOrEqual(330);
  });

  test("retry a synchronous one", () => {
    const clock = new VirtualClock();
    expect(retrySync(withRetry(clock))(failing(2, "value", flaky))()).toBe("value");
    expect(clock.now()).toBeGreaterThanOrEqual(270);
  });

  test("max_attempts counts the first", () => {
    const op = failing(9, "value", flaky);
    expect(() => retrySync(withRetry(new VirtualClock()))(op)()).toThrow(Flaky);
    expect(op.calls).toBe(3);
  });

  test("errors outside retry_on propagate at once, as they are", () => {
    const clock = new VirtualClock();
    const error = new Wrong("not mine");
    const op = failing(9, "value", () => error);
    expect(() => retrySync(withRetry(clock))(op)()).toThrow(error);
    expect([op.calls, clock.now()]).toEqual([1, 0]);
  });

  test("on_retry(attempt, error) comes before the sleep, and never after the last attempt", () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const onMetric = (event: string, attempt: number, _sleepMs: number, { err }: { err?: string }) => {
      if (event === EventName.RETRY) seen.push([attempt, err, clock.now()]);
    };
    expect(() =>
      retrySync({ ...withRetry(clock), hooks: { onMetric }, random: () => 0.5 })(failing(9, "value", flaky))(),
    ).toThrow(Flaky);
    expect(seen).toEqual([
      [1, "Flaky", 0],
      [2, "Flaky", 100],
    ]);
  });
});

test("RetryConfig.calculate_delay: a config's strategy can be asked", () => {
  const config = { maxAttempts: 3, strategy: exponential() } satisfies RetryConfig;
  const context = {
    classification: { errorClass: "TRANSIENT" },
    errorClass: "TRANSIENT",
    prevSleepMs: null,
    remainingMs: 1e4,
    cause: "exception",
  } as const;
  expect([1, 2, 3].map((attempt) => Math.round(config.strategy({ ...context, attempt, random: () => 0.5 })))).toEqual([
    100, 200, 400,
  ]);
});

test("RetryExhaustedError(attempts, last_exception), the cause chained", () => {
  const policy = new RetryPolicy({ ...withRetry(new VirtualClock()), onExhausted: "wrap" });
  const error = flaky();
  try {
    policy.callSync(failing(9, "value", () => error));
    expect.unreachable();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(RetryExhaustedError);
    expect(thrown).toMatchObject({ attempts: 3, lastError: error, cause: error });
  }
});

describe("CircuitBreaker(name, failure_threshold=5, recovery_timeout=30, half_open_max_calls=3, success_threshold=2, failure_exceptions)", () => {
  function setUp(halfOpenMaxCalls = 3) {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker({
      name: "payments",
      failureThreshold: 5,
      recoveryTimeoutMs: 30_000,
      halfOpenMaxCalls,
      successThreshold: 2,
      classifier: byType([[Flaky, "TRANSIENT"]], () => "PERMANENT"),
      tripOn: ["TRANSIENT"],
      consecutive: true,
      clock,
    });
    const fail = (error = flaky()) => breaker.call(failing(1, "value", () => error)).catch((reason: unknown) => reason);
    return { clock, breaker, fail };
  }

  test("`async with breaker` and `@breaker.protect`", async () => {
    const { breaker } = setUp();
    expect(await breaker.call(async () => "value")).toBe("value");
    expect(await breaker.protect(async (amount: number) => amount + 1)(41)).toBe(42);
  });

  test("a success zeroes the count of failures, however old they are", async () => {
    const { breaker, clock, fail } = setUp();
    for (let i = 0; i < 4; i++) await fail();
    await breaker.call(() => "value");
    for (let i = 0; i < 4; i++) {
      clock.block(3_600_000);
      await fail();
    }
    expect([breaker.state, breaker.failureCount]).toEqual([CircuitState.CLOSED, 4]);
    await fail();
    expect(breaker.state).toBe(CircuitState.OPEN);
  });

  test("only failure_exceptions count", async () => {
    const { breaker, fail } = setUp();
    for (let i = 0; i < 9; i++) await fail(new Wrong("not its fault"));
    expect(breaker.state).toBe(CircuitState.CLOSED);
  });

  test("CircuitBreakerError(name, state, remaining_timeout)", async () => {
    const { breaker, clock, fail } = setUp();
    for (let i = 0; i < 5; i++) await fail();
    clock.block(10_000);
    const error = await breaker.call(() => 1).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CircuitOpenError);
    expect(error).toMatchObject({ breaker: "payments", state: CircuitState.OPEN, retryAfterMs: 20_000 });
  });

  test("stats (total_calls incl. rejected, successful, failed, rejected, state_changes); reset() keeps them", async () => {
    const { breaker, fail } = setUp();
    await breaker.call(() => 1);
    for (let i = 0; i < 5; i++) await fail();
    await fail();
    const counted = { totalCalls: 7, successfulCalls: 1, failedCalls: 5, rejectedCalls: 1 };
    expect(breaker.stats).toMatchObject({ ...counted, stateChanges: 1 });
    breaker.reset();
    expect(breaker.state).toBe(CircuitState.CLOSED);
    expect(breaker.stats).toMatchObject({ ...counted, stateChanges: 2 });
  });

  test("is not stuck half-open when it admits fewer calls than it needs successes", async () => {
    const { breaker, clock, fail } = setUp(1);
    for (let i = 0; i < 5; i++) await fail();
    clock.block(30_000);
    await breaker.call(() => 1);
    expect(breaker.state).toBe(CircuitState.HALF_OPEN);
    await breaker.call(() => 1);
    expect(breaker.state).toBe(CircuitState.CLOSED);
  });

  test("is not stuck half-open after cancelled probes", async () => {
    const { breaker, clock, fail } = setUp(1);
    for (let i = 0; i < 5; i++) await fail();
    clock.block(30_000);
    for (let i = 0; i < 3; i++) {
      const { permit } = breaker.allow();
      if (permit !== null) breaker.recordCancel(permit);
    }
    expect(breaker.allow().admitted).toBe(true);
  });

  test("is not closed by a late success", async () => {
    const { breaker, clock, fail } = setUp();
    let answer: (value: string) => void = () => {};
    const late = breaker.call(() => new Promise<string>((resolve) => (answer = resolve)));
    for (let i = 0; i < 5; i++) await fail();
    clock.block(30_000);
    breaker.allow();
    answer("late");
    expect(await late).toBe("late");
    expect(breaker.state).toBe(CircuitState.HALF_OPEN);
  });

  test("its rejection is not retried by default", async () => {
    const { breaker, fail } = setUp();
    for (let i = 0; i < 5; i++) await fail();
    const outcome = await new RetryPolicy({ clock: new VirtualClock() }).execute(() => breaker.call(() => 1));
    expect(outcome).toMatchObject({ ok: false, stopReason: "NON_RETRYABLE_CLASS", lastClass: "PERMANENT", attempts: 1 });
    expect(defaultClassifier(outcome.ok ? null : outcome.lastError)).toBe("PERMANENT");
  });
});
