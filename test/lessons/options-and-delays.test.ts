/* Lessons, "Attempts, delays, ends", those about options and backoff: none of these sentences may ever be true of redress. */
import {
  adaptive,
  type BackoffContext,
  constant,
  decorrelatedJitter,
  equalJitter,
  exponential,
  fullJitter,
  Policy,
  RateLimitError,
  Retry,
  type RetryOptions,
  RetryPolicy,
  retryAfterOr,
  type Strategy,
  TransientError,
  tokenBackoff,
} from "redress";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, answering, drivers, hooksOf, recorder, stage, throwing } from "../run/driving.ts";

const transient = new TransientError();

describe("numbers", () => {
  test.each([0, -1, Number.NaN, 1.5, -Infinity])(
    "`maxAttempts: %s` is refused: it never makes a policy that calls nothing",
    (maxAttempts) => {
      const made: (() => unknown)[] = [
        () => new Retry({ maxAttempts }),
        () => new RetryPolicy({ maxAttempts }),
        () => new Policy({ retry: { maxAttempts } }),
        () => Retry.from({ maxAttempts: 2 }, { maxAttempts }),
      ];
      for (const make of made) {
        expect(make).toThrow(RangeError);
        expect(make).toThrow(new RegExp(`^retry(Policy)?\\.maxAttempts must be an integer >= 1, got ${maxAttempts}\\.$`));
      }
    },
  );

  test.each(["3", null, true, {}, [3], 3n])("`maxAttempts: %o` is refused", (maxAttempts) => {
    expect(() => new Retry({ maxAttempts: maxAttempts as never })).toThrow(TypeError);
  });

  const numeric = ["deadlineMs", "attemptTimeoutMs", "maxAttempts", "maxUnknownRetries"] as const;
  test.each(numeric.flatMap((option) => [-1, Number.NaN, "3", null].map((value) => [option, value] as const)))(
    "`%s: %s` is refused",
    (option, value) => {
      expect(() => new Retry({ [option]: value })).toThrow(new RegExp(`^retry\\.${option} must be .+, got `));
    },
  );

  test("an unknown option is refused, as a misspelt one would be ignored", () => {
    expect(() => new Retry({ maxRetries: 3 } as RetryOptions)).toThrow(
      /^retry\.maxRetries is not an option; did you mean `maxAttempts`, .*\? Options: .*maxAttempts/,
    );
  });
});

const range = { baseMs: 100, maxMs: 1_000 };
const strategies: Record<string, Strategy> = {
  decorrelatedJitter: decorrelatedJitter(range),
  equalJitter: equalJitter(range),
  fullJitter: fullJitter(range),
  tokenBackoff: tokenBackoff(range),
  exponential: exponential({ ...range, jitterRatio: 0.5 }),
};

/** A hundred delays of a call that never ends, by evenly spread chance. */
function delaysOf(strategy: Strategy): number[] {
  const delays: number[] = [];
  let seed = 7;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let attempt = 1; attempt <= 5_000; attempt++) {
    const prevSleepMs = delays.at(-1) ?? null;
    const context: BackoffContext = {
      attempt,
      classification: { errorClass: "TRANSIENT" },
      errorClass: "TRANSIENT",
      prevSleepMs,
      remainingMs: Infinity,
      cause: "exception",
      random,
    };
    delays.push(strategy(context));
  }
  return delays;
}

describe.each(Object.entries(strategies))("%s", (_name, strategy) => {
  const delays = delaysOf(strategy);

  test("never: jitter is applied before the cap, so that most delays sit on the cap", () => {
    const onTheCap = delays.filter((delay) => delay >= range.maxMs).length / delays.length;
    expect(onTheCap).toBeLessThan(0.5);
  });

  test("never: jitter is applied after the cap, so that delays exceed it", () => {
    expect(Math.max(...delays)).toBeLessThanOrEqual(range.maxMs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  });
});

describe.each(drivers)("through %s, an option is never ignored unless another is set:", (_name, driver) => {
  const delaysWith = async (retry: RetryOptions, error: unknown = transient): Promise<readonly number[]> => {
    const seen = recorder();
    await driver.call(stage({ retry, random: () => 0.5, hooks: hooksOf(seen) }), alwaysThrowing(error));
    return seen.delays();
  };

  test("maxAttempts", async () => expect(await delaysWith({ maxAttempts: 2 })).toHaveLength(1));
  test("maxUnknownRetries", async () => expect(await delaysWith({ maxUnknownRetries: 1 }, new Error("?"))).toHaveLength(1));
  test("maxRetriesPerClass", async () => expect(await delaysWith({ maxRetriesPerClass: { TRANSIENT: 1 } })).toHaveLength(1));
  test("deadlineMs", async () => expect(await delaysWith({ deadlineMs: 1 })).toHaveLength(0));
  test("strategy", async () => expect(await delaysWith({ strategy: constant(7) })).toEqual([7, 7, 7, 7, 7]));
  test("strategies", async () => expect(await delaysWith({ strategies: { TRANSIENT: constant(7) } })).toEqual([7, 7, 7, 7, 7]));
  test("sleep", async () => expect(await delaysWith({ sleep: () => "defer" })).toHaveLength(1));
  test("classifier", async () => expect(await delaysWith({ classifier: () => "AUTH" })).toHaveLength(0));

  test("resultClassifier", async () => {
    const outcome = await driver.execute(stage({ retry: { resultClassifier: () => "PERMANENT" } }), answering(400));
    expect(outcome).toMatchObject({ ok: false, stopReason: "NON_RETRYABLE_CLASS", lastResult: 400 });
  });

  test("onExhausted", async () => {
    const end = await driver.call(stage({ retry: { onExhausted: "wrap", maxAttempts: 1 } }), alwaysThrowing(transient));
    expect(end.error).not.toBe(transient);
    expect((end.error as Error).cause).toBe(transient);
  });

  test("maxMs, baseMs, factor and jitterRatio of a strategy, each alone", async () => {
    const first = async (strategy: Strategy) => (await delaysWith({ strategy, deadlineMs: Infinity }))[0];
    expect(await first(fullJitter({ maxMs: 300 }))).toBe(150);
    expect(await first(fullJitter({ baseMs: 10 }))).toBe(10);
    expect(await first(exponential({ jitterRatio: 0 }))).toBe(100);
    expect(await first(exponential({ maxMs: 100, factor: 9 }))).toBe(95);
    expect(
      (await delaysWith({ strategy: exponential({ factor: 3, jitterRatio: 0 }), deadlineMs: Infinity })).slice(0, 3),
    ).toEqual([100, 300, 900]);
  });

  test("jitterMs of retryAfterOr, and what stands behind it", async () => {
    const limited = new RateLimitError("slow down", { retryAfterMs: 1_000 });
    expect(await delaysWith({ strategy: retryAfterOr(constant(5), { jitterMs: 0 }), maxAttempts: 2 }, limited)).toEqual([1_000]);
    expect(await delaysWith({ strategy: retryAfterOr(constant(5)), maxAttempts: 2 }, limited)).toEqual([1_125]);
    expect(await delaysWith({ strategy: retryAfterOr(constant(5)), maxAttempts: 2 })).toEqual([5]);
  });

  test("a cap of the strategy never clips what the server asked for", async () => {
    const limited = new RateLimitError("slow down", { retryAfterMs: 50_000 });
    const strategy = retryAfterOr(decorrelatedJitter({ maxMs: 250 }), { jitterMs: 0 });
    expect(await delaysWith({ strategy, deadlineMs: Infinity, maxAttempts: 2 }, limited)).toEqual([50_000]);
  });
});

test("never: two strategies made from one options object share state", async () => {
  const options = { windowMs: 1_000, maxMultiplier: 5 };
  const [one, two] = [adaptive(constant(100), options), adaptive(constant(100), options)];
  const seen = recorder();
  const on = stage({ retry: { strategy: one, maxAttempts: 3 } });
  await on.policy.executeSync(alwaysThrowing(transient));
  const other = stage({ retry: { strategy: two, maxAttempts: 2 }, hooks: hooksOf(seen) });
  two.recordSuccess?.();
  two.recordSuccess?.();
  await other.policy.executeSync(throwing(transient));
  // Two successes and a failure heard: a share of 2/3, short of 0.9 by 7/27, times four.
  expect(seen.delays()[0]).toBeCloseTo(100 * (1 + (7 / 27) * 4), 6);
  expect(Object.keys(options)).toEqual(["windowMs", "maxMultiplier"]);
});
