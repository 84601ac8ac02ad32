import fc from "fast-check";
import {
  AdaptiveConcurrency,
  adaptive,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  decorrelatedJitter,
  ErrorClass,
  equalJitter,
  exponential,
  fullJitter,
  Hedge,
  Policy,
  RateLimiter,
  Retry,
  type RetryConfig,
  RetryPolicy,
  retryAfterOr,
  StopReason,
  type Strategy,
} from "redress";
import { envelope, kindOf, lint } from "redress/doctor";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { policyRules } from "../../src/policy/policy-options.ts";
import { retryRules } from "../../src/policy/retry.ts";

const number = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom(Infinity, Number.NaN, 0.5, 1_000, 60_000));
const word = fc.constantFrom(...Object.keys(ErrorClass), ...Object.keys(StopReason), "NOPE", "");
const part = fc.constantFrom<unknown>(
  fullJitter(),
  constant(5_000),
  () => 5,
  (one: number, other: number) => one + other,
  new Budget({ maxRetries: 3, windowMs: 1_000 }),
  new CircuitBreaker(),
  new Retry(),
  new Bulkhead({ maxConcurrent: 1, maxQueue: 5 }),
  new RateLimiter({ limit: 2, intervalMs: 1_000 }),
  new Hedge({ delayMs: 3_000, maxHedges: 5 }),
  new Date(),
);
const anything = fc.oneof(number, word, part, fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 2 }));

/** Objects that mostly have the members that somebody looks for. */
const members = (names: readonly string[], values: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() }), values, {
    maxKeys: 5,
  });

const perClass = members(Object.keys(ErrorClass), fc.oneof(number, part));
const breaker = members(
  [
    "name",
    "failureThreshold",
    "windowMs",
    "consecutive",
    "recoveryBackoff",
    "random",
    "tripOn",
    "classThresholds",
    "failureRate",
    "slowCalls",
    "classifier",
  ],
  fc.oneof(
    anything,
    fc.array(word, { maxLength: 4 }),
    members(["thresholdRatio", "minimumCalls", "durationMs"], number),
    perClass,
  ),
);
const retry = members(Object.keys(retryRules), fc.oneof(anything, perClass));
const policy = members(
  Object.keys(policyRules),
  fc.oneof(
    anything,
    retry,
    breaker,
    members(["on", "use"], fc.oneof(part, fc.array(word, { maxLength: 4 }))),
    fc.array(anything, { maxLength: 3 }),
  ),
);
const config = fc.oneof(retry, policy);

const hasErrors = (subject: unknown): boolean => lint(subject).some(({ severity }) => severity === "error");

/** As its kind is used. */
function construct(subject: object): unknown {
  const isOuter = Object.keys(subject).some((key) => Object.hasOwn(policyRules, key) && !Object.hasOwn(retryRules, key));
  if (kindOf(subject) === "policy options") return new Policy(subject);
  return isOuter ? new RetryPolicy(subject) : new Retry(subject as RetryConfig);
}

test("whatever a config says, there is an answer in plain JSON, and every error has a path of its own", () => {
  fc.assert(
    fc.property(config, (subject) => {
      const findings = lint(subject, { traffic: { callsPerSecond: 5, classes: ["TRANSIENT"] } });
      expect(JSON.parse(JSON.stringify(findings))).toStrictEqual(findings);
      const paths = findings.filter(({ severity }) => severity === "error").map(({ subject, option }) => `${subject} ${option}`);
      expect(new Set(paths).size).toBe(paths.length);
    }),
  );
});

test("a config has errors where its constructor refuses it, and nowhere else", () => {
  let sound = 0;
  fc.assert(
    fc.property(config, (subject) => {
      fc.pre(kindOf(subject) === "retry config" || kindOf(subject) === "policy options");
      if (hasErrors(subject)) {
        expect(() => construct(subject)).toThrow();
      } else {
        sound++;
        expect(() => construct(subject)).not.toThrow();
        expect(() => envelope(subject)).not.toThrow();
      }
    }),
    { numRuns: 500 },
  );
  // Not all of them are refused.
  expect(sound).toBeGreaterThan(20);
});

test("of all that is refused, the constructor throws the first", () => {
  let refused = 0;
  fc.assert(
    fc.property(config, (subject) => {
      fc.pre(kindOf(subject) === "retry config" || kindOf(subject) === "policy options");
      const [first] = lint(subject).filter(({ severity }) => severity === "error");
      if (first === undefined || first.option === null) return;
      refused++;
      expect(() => construct(subject)).toThrow(first.message);
    }),
  );
  expect(refused).toBeGreaterThan(10);
});

test("the worst case bounds what a call does", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 3_000 }),
      fc.array(fc.constantFrom(...Object.keys(ErrorClass)), { minLength: 8, maxLength: 8 }),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 8, maxLength: 8 }),
      (maxAttempts, deadlineMs, classes, chances) => {
        let sleptMs = 0;
        let attempt = 0;
        let draw = 0;
        const subject = new Policy({
          retry: {
            maxAttempts,
            deadlineMs,
            classifier: () => classes[attempt - 1] as ErrorClass,
            strategies: { RATE_LIMIT: constant(300), TRANSIENT: fullJitter({ baseMs: 50, maxMs: 900 }), UNKNOWN: constant(20) },
            maxRetriesPerClass: { RATE_LIMIT: 1 },
            sleeper: (ms) => {
              sleptMs += ms;
            },
          },
          // Only the delays take time.
          clock: { now: () => sleptMs, sleep: async () => {}, alarm: () => () => {}, sleepSync: () => {} },
          random: () => chances[draw++ % chances.length] as number,
        });
        const { attempts } = subject.executeSync(() => {
          attempt++;
          throw new Error("failed");
        });
        const { worstCase } = envelope(subject);

        expect(attempts).toBeLessThanOrEqual(Number(worstCase.attempts));
        expect(sleptMs).toBeLessThanOrEqual(Number(worstCase.asleepMs));
      },
    ),
  );
});

const strategies: fc.Arbitrary<() => Strategy> = fc.constantFrom(
  () => retryAfterOr(equalJitter({ baseMs: 50, maxMs: 400 })),
  () => adaptive(retryAfterOr(constant(100), { jitterMs: 0 }), { minMultiplier: 0, maxMultiplier: 1 }),
  () => adaptive(fullJitter({ baseMs: 50, maxMs: 400 })),
  () => exponential({ baseMs: 20, factor: 3 }),
  () => decorrelatedJitter({ baseMs: 10, maxMs: 300 }),
  () => (context) => Math.min(context.classification.retryAfterMs ?? 20, 200),
  () => (context) => ((context.classification.retryAfterMs ?? Infinity) <= 300 ? 300 : 50 * context.random()),
  () => (context) => 300 - 290 * context.random(),
);
const aFailure = fc.record({
  takesMs: fc.integer({ min: 0, max: 1_500 }),
  errorClass: fc.constantFrom<ErrorClass>("TRANSIENT", "RATE_LIMIT", "SERVER_ERROR", "UNKNOWN"),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 800 }), { nil: undefined }),
});

test("the worst case bounds how long a call takes", async () => {
  const limit = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.constant(Infinity));
  const failures = fc.array(aFailure, { minLength: 6, maxLength: 6 });
  let bounded = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      limit,
      limit,
      failures,
      fc.nat(),
      strategies,
      strategies,
      async (maxAttempts, deadlineMs, attemptTimeoutMs, all, seed, common, rateLimited) => {
        const clock = new VirtualClock();
        let attempts = 0;
        let sleptMs = 0;
        const subject = new Policy({
          retry: {
            maxAttempts,
            deadlineMs,
            attemptTimeoutMs,
            classifier: () => {
              const { errorClass = "UNKNOWN", retryAfterMs } = all[attempts - 1] ?? {};
              return retryAfterMs === undefined ? errorClass : { errorClass, retryAfterMs };
            },
            strategy: common(),
            strategies: { RATE_LIMIT: rateLimited() },
            maxRetriesPerClass: { SERVER_ERROR: 2 },
            beforeSleep: (_context, ms) => {
              sleptMs += ms;
            },
          },
          clock,
          random: () => ((seed + attempts) % 7) / 7,
        });
        const { worstCase } = envelope(subject);
        const ending = subject.execute(async () => {
          await clock.sleep(all[attempts++]?.takesMs ?? 0);
          throw new Error("failed");
        });
        await clock.run();
        const { elapsedMs } = await ending;

        if (worstCase.totalMs !== "Infinity") bounded++;
        expect(attempts).toBeLessThanOrEqual(Number(worstCase.attempts));
        expect(elapsedMs).toBeLessThanOrEqual(Number(worstCase.totalMs));
        expect(sleptMs).toBeLessThanOrEqual(Number(worstCase.asleepMs));
      },
    ),
    { numRuns: 200 },
  );
  expect(bounded).toBeGreaterThan(50);
});

const aLimiter = fc.constantFrom(
  (clock: VirtualClock) => new Bulkhead({ maxConcurrent: 2, maxQueue: 3, queueTimeoutMs: 300, clock }),
  (clock: VirtualClock) => new Bulkhead({ maxConcurrent: 3, clock }),
  (clock: VirtualClock) => new RateLimiter({ limit: 3, intervalMs: 500, clock }),
  (clock: VirtualClock) => new RateLimiter({ limit: 4, intervalMs: 400, burst: 2, maxQueue: 4, clock }),
  (clock: VirtualClock) => new AdaptiveConcurrency({ initial: 2, max: 4, clock }),
);

test("the worst case bounds what hedged and limited calls come to", async () => {
  let hedges = 0;
  let waited = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
      fc.constantFrom(700, 3_000),
      fc.constantFrom(100, 400),
      fc.array(aLimiter, { maxLength: 2 }),
      fc.option(fc.record({ delayMs: fc.integer({ min: 0, max: 500 }), maxHedges: fc.integer({ min: 1, max: 3 }) }), {
        nil: null,
        freq: 2,
      }),
      fc.array(aFailure, { minLength: 12, maxLength: 12 }),
      strategies,
      fc.constantFrom({ SERVER_ERROR: 1 }, { SERVER_ERROR: 1, TRANSIENT: 1, UNKNOWN: 0, CONCURRENCY: 0, RATE_LIMIT: 0 }),
      async (maxAttempts, deadlineMs, attemptTimeoutMs, limiters, hedging, all, strategy, maxRetriesPerClass) => {
        const clock = new VirtualClock();
        let invoked = 0;
        const subject = new Policy({
          ...(maxAttempts !== null && {
            retry: {
              maxAttempts,
              deadlineMs,
              attemptTimeoutMs,
              classifier: (error) => (error as Error).message as ErrorClass,
              strategy: strategy(),
              maxRetriesPerClass,
            },
          }),
          ...(limiters.length > 0 && { limiter: limiters.map((make) => make(clock)) }),
          ...(hedging !== null && { hedge: new Hedge({ ...hedging, loadRatio: 1 }) }),
          clock,
        });
        const { worstCase, allCalls } = envelope(subject);
        let inAll = 0;
        let mostInAll = 0;
        const calls = Array.from({ length: 6 }, async () => {
          let atOnce = 0;
          let mostAtOnce = 0;
          let insideMs = 0;
          const { attempts, elapsedMs, timeline } = await subject.execute(
            async ({ signal, hedge }) => {
              const { takesMs = 0, errorClass = "UNKNOWN" } = all[invoked++ % all.length] ?? {};
              const beganMs = clock.now();
              if (hedge) hedges++;
              mostAtOnce = Math.max(mostAtOnce, ++atOnce);
              mostInAll = Math.max(mostInAll, ++inAll);
              // An attempt that is cut short is in flight no more, though its operation has yet to notice.
              let isIn = true;
              const leave = (): void => {
                if (!isIn) return;
                isIn = false;
                atOnce--;
                inAll--;
              };
              signal.addEventListener("abort", leave, { once: true });
              try {
                await clock.sleep(takesMs, signal);
              } finally {
                leave();
                insideMs += clock.now() - beganMs;
              }
              if (errorClass !== "RATE_LIMIT") throw new Error(errorClass);
              return "done";
            },
            { captureTimeline: true },
          );
          const asleepMs = timeline?.events.reduce((sum, { sleepMs }) => sum + sleepMs, 0) ?? 0;
          return { attempts, elapsedMs, asleepMs, atOnce: mostAtOnce, insideMs: () => insideMs };
        });
        await clock.run();
        const bounds = Object.values(worstCase).map(Number);
        expect(bounds).not.toContain(Number.NaN);
        expect(mostInAll).toBeLessThanOrEqual(Number(allCalls.atOnce));
        for (const { attempts, elapsedMs, asleepMs, atOnce, insideMs } of await Promise.all(calls)) {
          expect(atOnce).toBeLessThanOrEqual(Number(worstCase.atOnce));
          expect(attempts).toBeLessThanOrEqual(Number(worstCase.attempts));
          expect(elapsedMs).toBeLessThanOrEqual(Number(worstCase.totalMs));
          expect(asleepMs).toBeLessThanOrEqual(Number(worstCase.asleepMs));
          if (hedging !== null) continue;
          // Attempts that are not hedged do not overlap: what is left is waiting.
          const queuedMs = Math.round((elapsedMs - asleepMs - insideMs()) * 1000) / 1000;
          expect(queuedMs).toBeLessThanOrEqual(Number(worstCase.queuedMs));
          if (queuedMs > 0) waited++;
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(hedges).toBeGreaterThan(50);
  expect(waited).toBeGreaterThan(10);
});
