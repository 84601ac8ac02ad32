import fc from "fast-check";
import {
  adaptive,
  type BackoffContext,
  constant,
  decorrelatedJitter,
  ErrorClass,
  equalJitter,
  exponential,
  fullJitter,
  legacyStrategy,
  retryAfterOr,
  type Strategy,
  tokenBackoff,
} from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test, vi } from "vitest";

// So many runs take their time on a busy machine, and shrinking takes more.
vi.setConfig({ testTimeout: 60_000 });

const NUM_RUNS = 5_000;
// What doubles cannot hold is nobody's fault: a range is kept but for the last bit.
const LAST_BIT = 1 + 2 ** -50;

const attempt = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e9 }));
const chance = fc.oneof(fc.constantFrom(0, 1 - 2 ** -53, 0.5), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
const prevSleepMs = fc.oneof(
  fc.constant(null),
  fc.constantFrom(0, 1, 1e9, Number.MAX_VALUE),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
);
const positive = fc.oneof(
  fc.integer({ min: 1, max: 60_000 }),
  fc.double({ min: 1e-9, max: 1e12, noNaN: true }),
  fc.constantFrom(1e-300, Number.MAX_VALUE),
);

const context: fc.Arbitrary<BackoffContext> = fc.record({
  attempt,
  classification: fc.record({
    errorClass: fc.constantFrom(...(Object.keys(ErrorClass) as ErrorClass[])),
    retryAfterMs: fc.option(fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.double({ min: 0, max: 1e15, noNaN: true })), {
      nil: undefined,
    }),
  }),
  errorClass: fc.constantFrom(...(Object.keys(ErrorClass) as ErrorClass[])),
  prevSleepMs,
  remainingMs: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 60_000 })),
  cause: fc.constantFrom("exception" as const, "result" as const),
  random: chance.map((number) => () => number),
});

function within(delayMs: number, leastMs: number, mostMs: number): void {
  if (!(delayMs >= leastMs / LAST_BIT && delayMs <= mostMs * LAST_BIT))
    throw new Error(`${delayMs} is not from ${leastMs} to ${mostMs}`);
}

const range = fc.tuple(positive, positive).map(([a, b]) => ({ baseMs: Math.min(a, b), maxMs: Math.max(a, b) }));

/** The stated range of each strategy, from design.md, section 4. */
const RANGES: [
  string,
  (range: { baseMs: number; maxMs: number }) => Strategy,
  (baseMs: number, maxMs: number, at: BackoffContext) => [number, number],
][] = [
  [
    "decorrelatedJitter",
    decorrelatedJitter,
    (base, max, { prevSleepMs: prev }) => [base, Math.min(max, Math.max(base, (prev ?? base) * 3))],
  ],
  [
    "equalJitter",
    equalJitter,
    (base, max, at) => [Math.min(max, base * 2 ** at.attempt) / 2, Math.min(max, base * 2 ** at.attempt)],
  ],
  ["fullJitter", fullJitter, (base, max, at) => [0, Math.min(max, base * 2 ** at.attempt)]],
  [
    "tokenBackoff",
    tokenBackoff,
    (base, max, at) => [Math.min(max, base * 1.5 ** at.attempt) / 2, Math.min(max, base * 1.5 ** at.attempt)],
  ],
];

test.each(RANGES)("%s stays inside its range", (_name, make, stated) => {
  const property = fc.property(range, context, (settings, at) => {
    const delayMs = make(settings)(at);
    within(delayMs, ...stated(settings.baseMs, settings.maxMs, at));
    expect(delayMs <= settings.maxMs, "never above maxMs").toBe(true);
  });
  fc.assert(property, { numRuns: NUM_RUNS });
});

test("exponential stays within the ratio of its growth, and never above maxMs", () => {
  const ratio = fc.oneof(fc.constantFrom(0, 1, 0.1), fc.double({ min: 0, max: 1, noNaN: true }));
  const factor = fc.oneof(fc.constantFrom(1, 2, 1e6), fc.double({ min: 1, max: 100, noNaN: true }));
  const property = fc.property(range, ratio, factor, context, ({ baseMs, maxMs }, jitterRatio, by, at) => {
    const delayMs = exponential({ baseMs, maxMs, factor: by, jitterRatio })(at);
    const middleMs = Math.min(maxMs, baseMs * by ** (at.attempt - 1));
    within(delayMs, middleMs * (1 - jitterRatio), Math.min(maxMs, middleMs * (1 + jitterRatio)));
    expect(delayMs <= maxMs, "never above maxMs").toBe(true);
  });
  fc.assert(property, { numRuns: NUM_RUNS });
});

test("constant and legacyStrategy answer what they were given", () => {
  const property = fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), context, (ms, at) => {
    expect(constant(ms)(at)).toBe(ms);
    expect(
      legacyStrategy((n, errorClass, prev) =>
        n === at.attempt && errorClass === at.errorClass && prev === at.prevSleepMs ? ms : -1,
      )(at),
    ).toBe(ms);
  });
  fc.assert(property, { numRuns: 500 });
});

test("retryAfterOr returns what the dependency asked for plus its jitter, else, or where that is nothing, what the fallback returns", () => {
  const property = fc.property(fc.integer({ min: 0, max: 10_000 }), positive, context, (jitterMs, fallbackMs, at) => {
    const delayMs = retryAfterOr(constant(fallbackMs), { jitterMs })(at);
    const { retryAfterMs } = at.classification;
    if (!retryAfterMs) expect(delayMs).toBe(fallbackMs);
    else within(delayMs, retryAfterMs, retryAfterMs + jitterMs);
  });
  fc.assert(property, { numRuns: NUM_RUNS });
});

test("adaptive stays between its multiples of the fallback, whatever it has heard, and grows as successes fail to come", () => {
  const multiplier = fc.oneof(fc.constantFrom(0, 1, 5), fc.double({ min: 0, max: 100, noNaN: true }));
  const heard = fc.array(fc.constantFrom("success", "failure", 1, 600, 60_000), { maxLength: 30 });
  const settings = fc.record({
    multipliers: fc.tuple(multiplier, multiplier),
    target: fc.constantFrom(0.9, 1, 0.01),
    windowMs: fc.constantFrom(60_000, 1_000, Infinity),
  });
  const property = fc.property(
    settings,
    fc.double({ min: 0, max: 1e9, noNaN: true }),
    heard,
    context,
    (given, fallbackMs, life, at) => {
      const [minMultiplier, maxMultiplier] = given.multipliers.sort((a, b) => a - b) as [number, number];
      const clock = new VirtualClock();
      const strategy = adaptive(constant(fallbackMs), {
        windowMs: given.windowMs,
        targetSuccessRatio: given.target,
        minMultiplier,
        maxMultiplier,
        clock,
      });
      expect(strategy(at)).toBe(fallbackMs * minMultiplier);
      for (const event of life) {
        if (event === "success") strategy.recordSuccess?.();
        else if (event === "failure") strategy.recordFailure?.("TRANSIENT");
        else clock.block(Number(event));
        within(strategy(at), fallbackMs * minMultiplier, fallbackMs * maxMultiplier);
      }
      strategy.recordFailure?.("TRANSIENT");
      if (!life.includes("success")) within(strategy(at), fallbackMs * maxMultiplier, fallbackMs * maxMultiplier);
    },
  );
  fc.assert(property, { numRuns: 2_000 });
});
