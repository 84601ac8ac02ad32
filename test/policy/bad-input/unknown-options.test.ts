/* An option that is not known: the message says what was meant, whichever library the name comes from, and where it belongs. */
import {
  AdaptiveThrottle,
  Budget,
  Bulkhead,
  CircuitBreaker,
  exponential,
  fullJitter,
  Hedge,
  Policy,
  RateLimiter,
  Retry,
  RetryPolicy,
  retry,
} from "redress";
import { transaction } from "redress/pg";
import { describe, expect, test } from "vitest";
import { refusalOf } from "./option-table.ts";

const inRetry = (options: object) => () => new Retry(options as never);
const inPolicy = (options: object) => () => new Policy(options as never);
const inBreaker = (options: object) => () => new CircuitBreaker(options as never);
const inHedge = (options: object) => () => new Hedge({ quantile: 0.95, ...options } as never);
const inBulkhead = (options: object) => () => new Bulkhead({ maxConcurrent: 1, ...options } as never);
const inRateLimiter = (options: object) => () => new RateLimiter({ limit: 1, intervalMs: 1, ...options } as never);
const inTransaction = (options: object) => () =>
  transaction({ connect: async () => ({}) } as never, new Policy(), () => 1, options as never);
const inCall = (options: object) => () => new Policy().call(() => 1, options as never);
const someFunction = (): boolean => true;

test.each<[make: () => unknown, message: string]>([
  [
    inRetry({ maxRetries: 3 }),
    "retry.maxRetries is not an option; did you mean `maxAttempts`, which counts the first attempt too: 4?",
  ],
  [inRetry({ retries: 0 }), "retry.retries is not an option; did you mean `maxAttempts`, which counts the first attempt too: 1?"],
  [inRetry({ attempts: 3 }), "retry.attempts is not an option; did you mean `maxAttempts`, which counts the first attempt too?"],
  [inRetry({ tries: 3 }), "did you mean `maxAttempts`,"],
  [inRetry({ maxAttemps: 3 }), "retry.maxAttemps is not an option; did you mean `maxAttempts`?"],
  [inRetry({ max_attempts: 3 }), "did you mean `maxAttempts`?"],
  [
    inRetry({ max_retries: 3 }),
    "retry.max_retries is not an option; did you mean `maxAttempts`, which counts the first attempt too: 4?",
  ],
  [
    inRetry({ maxUnknownAttempts: 1 }),
    "retry.maxUnknownAttempts is not an option; did you mean `maxUnknownRetries`, which counts retries, not attempts?",
  ],
  [
    inRetry({ perClassMaxAttempts: { AUTH: 1 } }),
    "retry.perClassMaxAttempts is not an option; did you mean `maxRetriesPerClass`, which counts retries, not attempts?",
  ],
  [
    inRetry({ timeout: 1_000 }),
    "retry.timeout is not an option; did you mean `attemptTimeoutMs` for one attempt, or `deadlineMs` for the whole call?",
  ],
  [inRetry({ timeoutMs: 1_000 }), "did you mean `attemptTimeoutMs` for one attempt, or `deadlineMs` for the whole call?"],
  [inRetry({ msTimeout: 1_000 }), "did you mean `attemptTimeoutMs` for one attempt, or `deadlineMs` for the whole call?"],
  [inRetry({ deadline: 1_000 }), "did you mean `deadlineMs`?"],
  [inRetry({ maxElapsedTime: 1_000 }), "did you mean `deadlineMs`?"],
  [inRetry({ delay: 100 }), "did you mean `strategy`, such as `exponential({ baseMs, maxMs, factor })` or `constant(ms)`?"],
  [inRetry({ backoff: "exponential" }), "did you mean `strategy`, such as"],
  [inRetry({ minTimeout: 100 }), "did you mean `strategy`, such as"],
  [inRetry({ maxTimeout: 100 }), "did you mean `strategy`, such as"],
  [inRetry({ factor: 2 }), "did you mean `strategy`, such as"],
  [inRetry({ jitter: true }), "did you mean `strategy`, such as"],
  [inRetry({ onRetry: someFunction }), "did you mean `beforeSleep`, or `onMetric` among the hooks?"],
  [inRetry({ onFailedAttempt: someFunction }), "did you mean `beforeSleep`, or `onMetric` among the hooks?"],
  [inRetry({ shouldRetry: someFunction }), "did you mean `classifier`?"],
  [inRetry({ retryOn: someFunction }), "did you mean `classifier`?"],
  [inRetry({ retryIf: someFunction }), "did you mean `classifier`?"],
  [inRetry({ signal: AbortSignal.abort() }), "did you mean `signal` of a call: `policy.call(op, { signal })`?"],
  [inRetry({ fallback: someFunction }), "retry.fallback is not an option; did you mean an option of the policy, beside `retry`?"],
  [inRetry({ retry: {} }), "retry.retry is not an option; did you mean its options, without `retry` around them?"],

  [inPolicy({ maxAttempts: 3 }), "policy.maxAttempts is not an option; did you mean `retry.maxAttempts`?"],
  [inPolicy({ maxRetries: 3 }), "did you mean `retry.maxAttempts`, which counts the first attempt too: 4?"],
  [
    inPolicy({ timeout: 3 }),
    "policy.timeout is not an option; did you mean `retry.attemptTimeoutMs` for one attempt, or `retry.deadlineMs` for the whole call?",
  ],
  [inPolicy({ failureThreshold: 3 }), "did you mean `circuitBreaker.failureThreshold`?"],
  [inPolicy({ maxAttemps: 3 }), "did you mean `retry.maxAttempts`?"],
  [inPolicy({ breaker: {} }), "did you mean `circuitBreaker`?"],
  [inPolicy({ circuit: {} }), "did you mean `circuitBreaker`?"],
  [inPolicy({ signal: AbortSignal.abort() }), "did you mean `signal` of a call: `policy.call(op, { signal })`?"],
  [inPolicy({ fallbackFn: someFunction }), "did you mean `fallback`?"],
  [inPolicy({ clok: someFunction }), "policy.clok is not an option; did you mean `clock`?"],
  [inPolicy({ hedging: true }), "policy.hedging is not an option; did you mean `hedge: new Hedge({ quantile: 0.95 })`?"],
  [
    inPolicy({ bulkhead: 3 }),
    "policy.bulkhead is not an option; did you mean `limiter`, such as `new Bulkhead({ maxConcurrent })` or `new RateLimiter({ limit, intervalMs })`?",
  ],
  [inPolicy({ onMetric: someFunction }), "policy.onMetric is not an option; did you mean `hooks`?"],
  [inPolicy({ retry: { maxRetries: 2 } }), "retry.maxRetries is not an option; did you mean `maxAttempts`, which"],

  [inBreaker({ threshold: 3 }), "circuitBreaker.threshold is not an option; did you mean `failureThreshold`?"],
  [inBreaker({ resetTimeout: 3 }), "did you mean `recoveryTimeoutMs`?"],
  [inBreaker({ resetTimeoutMs: 3 }), "did you mean `recoveryTimeoutMs`?"],
  [inBreaker({ halfOpenAfter: 3 }), "did you mean `recoveryTimeoutMs`?"],
  [inBreaker({ errorThresholdPercentage: 50 }), "did you mean `failureRate`?"],

  [
    inHedge({ maxRetries: 3 }),
    "hedge.maxRetries is not an option; did you mean `maxHedges`, which does not count the first attempt?",
  ],
  [inBulkhead({ concurrency: 3 }), "bulkhead.concurrency is not an option; did you mean `maxConcurrent`?"],
  [inBulkhead({ highWater: 3 }), "bulkhead.highWater is not an option; did you mean `maxQueue`?"],
  [inBulkhead({ timeout: 3 }), "bulkhead.timeout is not an option; did you mean `queueTimeoutMs`?"],
  [inRateLimiter({ rpm: 3 }), "rateLimiter.rpm is not an option; did you mean `limit`, so many per `intervalMs`?"],
  [inRateLimiter({ per: 3 }), "rateLimiter.per is not an option; did you mean `intervalMs`?"],
  [() => new AdaptiveThrottle({ k: 2 } as never), "adaptiveThrottle.k is not an option; did you mean `multiplier`?"],
  [inTransaction({ isolationLevel: "serializable" }), "transaction.isolationLevel is not an option; did you mean `isolation`?"],

  [
    inCall({ timeout: 3 }),
    "did you mean `deadlineMs` for this call, or `retry.attemptTimeoutMs` of the policy for each attempt?",
  ],
  [inCall({ maxAttempts: 3 }), "call.maxAttempts is not an option; did you mean `retry.maxAttempts` of the policy?"],
  [inCall({ circuitBreaker: {} }), "call.circuitBreaker is not an option; did you mean `circuitBreaker` of the policy?"],
  [inCall({ retries: 3 }), "did you mean `retry.maxAttempts` of the policy, which counts the first attempt too: 4?"],
  [inCall({ singal: AbortSignal.abort() }), "call.singal is not an option; did you mean `signal`?"],

  [() => new RetryPolicy({ retry: {} } as never), "did you mean its options, without `retry` around them?"],
  [() => new RetryPolicy({ breaker: {} } as never), "retryPolicy.breaker is not an option; did you mean `circuitBreaker`?"],
  [() => retry({ retries: 3 } as never), "retry.retries is not an option; did you mean `maxAttempts`,"],
  [() => exponential({ minTimeout: 3 } as never), "exponential.minTimeout is not an option; did you mean `baseMs`?"],
  [() => fullJitter({ maxDelayMs: 3 } as never), "fullJitter.maxDelayMs is not an option; did you mean `maxMs`?"],
  [() => new Budget({ maxRetries: 1, window: 5 } as never), "budget.window is not an option; did you mean `windowMs`?"],
])("%o: %s", async (make, message) => {
  const refusal = await refusalOf(make);
  expect(refusal).toBeInstanceOf(TypeError);
  expect((refusal as Error).message).toContain(message);
});

describe("where nothing is near", () => {
  test.each<[make: () => unknown, message: string]>([
    [
      () => new Budget({ maxRetries: 1, windowMs: 5, x: 1 } as never),
      "budget.x is not an option. Options: maxRetries, windowMs, clock.",
    ],
    // Words of a retry mean nothing here.
    [() => new Budget({ maxRetries: 1, windowMs: 5, timeout: 1 } as never), "budget.timeout is not an option. Options: "],
  ])("nothing is guessed, and the options are listed: %#", (make, message) => {
    expect(make).toThrow(message);
  });

  test("a word of any length is refused at once", () => {
    expect(() => new Retry({ ["m".repeat(1_000_000)]: 1 } as never)).toThrow(/ is not an option\. Options: /);
  });
});
