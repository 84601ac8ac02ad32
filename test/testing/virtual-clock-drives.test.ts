/* All that keeps time is driven by one virtual clock, without waiting. */
import {
  AdaptiveThrottle,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  Hedge,
  Policy,
  RateLimitError,
  RateLimiter,
  RetryThrottle,
  TokenBudget,
  TransientError,
  unlimited,
} from "redress";
import { runInScope } from "redress/scope";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";

const hang = (): Promise<never> => new Promise(() => {});
const failing = async (): Promise<never> => {
  throw new TransientError("no");
};
const one = async (): Promise<number> => 1;

test("delays, deadlines and attempt timeouts", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({
    retry: { strategy: constant(100), maxAttempts: 3, attemptTimeoutMs: 1_000, deadlineMs: 2_150 },
    clock,
  });
  const outcome = policy.execute(hang);
  expect(await clock.run()).toBe(2_100);
  expect(await outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 2, elapsedMs: 2_100 });
});

test("what the dependency asks for by retryAfterMs", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({ retry: { maxAttempts: 2 }, clock, random: () => 0 });
  const outcome = policy.execute(({ attempt }) => {
    if (attempt === 1) throw new RateLimitError("later", { retryAfterMs: 7_000 });
    return "value";
  });
  await clock.run();
  expect(await outcome).toMatchObject({ value: "value", elapsedMs: 7_000 });
});

test("the recovery of a breaker", async () => {
  const clock = new VirtualClock();
  const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 30_000, clock });
  const policy = new Policy({ circuitBreaker, clock });
  await policy.execute(failing);
  expect(circuitBreaker.state).toBe("open");
  await clock.advance(29_999);
  expect(await policy.execute(one)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
  await clock.advance(1);
  expect(await policy.call(one)).toBe(1);
  expect(circuitBreaker.state).toBe("closed");
});

test("the window of a Budget, while a TokenBudget and a RetryThrottle earn by successes and not by time", async () => {
  const clock = new VirtualClock();
  const rolling = new Budget({ maxRetries: 1, windowMs: 10_000, clock });
  expect([rolling.consume(), rolling.consume()]).toEqual([true, false]);
  const byTokens = [new TokenBudget({ capacity: 10 }), new RetryThrottle({ capacity: 10 })];
  for (const budget of byTokens) budget.consume();
  const left = byTokens.map((budget) => budget.remaining());
  await clock.advance(10_001);
  expect(rolling.consume()).toBe(true);
  expect(byTokens.map((budget) => budget.remaining())).toEqual(left);
});

test("the pace of a RateLimiter, and its pause", async () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, maxQueue: 10, clock });
  const endedAtMs: number[] = [];
  const calls = [1, 2, 3].map(() => limiter.run(async () => endedAtMs.push(clock.now())));
  await clock.run();
  await Promise.all(calls);
  expect(endedAtMs).toEqual([0, 1_000, 2_000]);
});

test("the queue of a Bulkhead, and its timeout", async () => {
  const clock = new VirtualClock();
  const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: 2, queueTimeoutMs: 500, clock });
  const policy = new Policy({ limiter, clock });
  const outcomes = [policy.execute(() => clock.sleep(400)), policy.execute(() => clock.sleep(400)), policy.execute(one)];
  await clock.run();
  expect(await Promise.all(outcomes)).toMatchObject([
    { ok: true, elapsedMs: 400 },
    { ok: true, elapsedMs: 800 },
    { stopReason: "LIMITED", limitedBy: { reason: "queue_timeout" }, elapsedMs: 500 },
  ]);
});

test("the window of an AdaptiveThrottle", async () => {
  const clock = new VirtualClock();
  const throttle = new AdaptiveThrottle({ windowMs: 10_000, clock, random: () => 0 });
  const policy = new Policy({ limiter: throttle, retry: { maxAttempts: 1, classifier: () => "RATE_LIMIT" }, clock });
  await policy.execute(failing);
  await policy.execute(failing);
  expect(await policy.execute(failing)).toMatchObject({ stopReason: "LIMITED", limitedBy: { reason: "throttled" } });
  await clock.advance(20_000);
  expect(await policy.execute(one)).toMatchObject({ ok: true });
});

test("the delay of a hedge", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({ hedge: new Hedge({ delayMs: 50, loadRatio: 1 }), retry: { budget: unlimited }, clock });
  const outcome = policy.execute(({ hedge }) => clock.sleep(hedge ? 20 : 1_000));
  await clock.run();
  expect(await outcome).toMatchObject({ ok: true, attempts: 2, elapsedMs: 70 });
});

test("the deadline of a scope, and its signal", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({ clock });
  const outcome = runInScope({ deadlineMs: 250, clock }, () => policy.execute(hang));
  await clock.run();
  expect(await outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope", elapsedMs: 250 });
});

test("synchronous calls, which move it themselves", () => {
  const clock = new VirtualClock();
  const policy = new Policy({ retry: { strategy: constant(1_000), maxAttempts: 3 }, clock });
  const outcome = policy.executeSync(() => {
    throw new TransientError("no");
  });
  expect([outcome.attempts, clock.now()]).toEqual([3, 2_000]);
});
