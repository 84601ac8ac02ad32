import {
  constant,
  decorrelatedJitter,
  equalJitter,
  exponential,
  fullJitter,
  legacyStrategy,
  type Strategy,
  tokenBackoff,
} from "redress";
import { describe, expect, test } from "vitest";
import { contextOf } from "./backoff-context.ts";

const delays = (strategy: Strategy, chance: number, attempts: readonly number[] = [1, 2, 3, 4]) =>
  attempts.map((attempt) => strategy(contextOf({ attempt, chance })));

describe("the built-in strategies answer the numbers of their formulas", () => {
  test.each([
    [0, [250, 500, 1_000, 2_000]],
    [0.5, [375, 750, 1_500, 3_000]],
    [1, [500, 1_000, 2_000, 4_000]],
  ])("equalJitter: the upper half of base * 2^attempt, at chance %d", (chance, expected) => {
    expect(delays(equalJitter(), chance)).toEqual(expected);
  });

  test.each([
    [0, [0, 0, 0, 0]],
    [0.5, [250, 500, 1_000, 2_000]],
    [1, [500, 1_000, 2_000, 4_000]],
  ])("fullJitter: anywhere below base * 2^attempt, at chance %d", (chance, expected) => {
    expect(delays(fullJitter(), chance)).toEqual(expected);
  });

  test.each([
    [0, [187.5, 281.25, 421.875, 632.8125]],
    [0.5, [281.25, 421.875, 632.8125, 949.21875]],
    [1, [375, 562.5, 843.75, 1_265.625]],
  ])("tokenBackoff: the upper half of base * 1.5^attempt, at chance %d", (chance, expected) => {
    expect(delays(tokenBackoff(), chance)).toEqual(expected);
  });

  test.each([
    [0, [90, 180, 360, 720]],
    [0.5, [100, 200, 400, 800]],
    [1, [110, 220, 440, 880]],
  ])("exponential: base * factor^(attempt - 1), spread by a tenth to both sides, at chance %d", (chance, expected) => {
    for (const [i, delay] of delays(exponential(), chance).entries()) expect(delay).toBeCloseTo(expected[i] as number, 9);
  });

  test.each([
    ["the first delay: from the base to three times the base", null, 0, 250],
    ["the first delay: from the base to three times the base", null, 0.5, 500],
    ["the first delay: from the base to three times the base", null, 1, 750],
    ["from the base to three times the delay before", 1_000, 0, 250],
    ["from the base to three times the delay before", 1_000, 0.5, 1_625],
    ["from the base to three times the delay before", 1_000, 1, 3_000],
    ["never below the base, after a delay far below it", 10, 0, 250],
    ["never below the base, after a delay far below it", 10, 1, 250],
    ["never below the base, after no delay at all", 0, 0.7, 250],
    ["never above the maximum", 20_000, 1, 30_000],
  ])("decorrelatedJitter: %s (before: %s, chance %d)", (_rule, prevSleepMs, chance, expected) => {
    expect(decorrelatedJitter()(contextOf({ attempt: 7, prevSleepMs, chance }))).toBe(expected);
  });

  test("constant: the same every time", () => {
    expect(delays(constant(40), 0.9)).toEqual([40, 40, 40, 40]);
    expect(constant(0)(contextOf())).toBe(0);
  });

  test("legacyStrategy: what the three-parameter function answers", () => {
    const strategy = legacyStrategy(
      (attempt, errorClass, prevSleepMs) => attempt * 1_000 + errorClass.length + (prevSleepMs ?? 0.5),
    );
    expect(strategy).toHaveLength(1);
    expect(strategy(contextOf({ attempt: 2, errorClass: "AUTH" }))).toBe(2_004.5);
    expect(strategy(contextOf({ attempt: 3, errorClass: "UNKNOWN", prevSleepMs: 20 }))).toBe(3_027);
  });
});

describe("settings are used", () => {
  test.each([
    ["equalJitter", equalJitter({ baseMs: 10, maxMs: 50 }), [20, 40, 50, 50]],
    ["fullJitter", fullJitter({ baseMs: 10, maxMs: 50 }), [20, 40, 50, 50]],
    ["tokenBackoff", tokenBackoff({ baseMs: 10, maxMs: 30 }), [15, 22.5, 30, 30]],
    ["exponential", exponential({ baseMs: 10, factor: 3, maxMs: 200, jitterRatio: 0 }), [10, 30, 90, 200]],
    ["exponential that does not grow", exponential({ baseMs: 10, factor: 1, jitterRatio: 0 }), [10, 10, 10, 10]],
  ])("%s", (_name, strategy, expected) => expect(delays(strategy, 1)).toEqual(expected));

  test("decorrelatedJitter", () => {
    const strategy = decorrelatedJitter({ baseMs: 10, maxMs: 50 });
    expect(strategy(contextOf({ chance: 0.5 }))).toBe(20);
    expect(strategy(contextOf({ prevSleepMs: 40, chance: 0.9 }))).toBe(50);
  });

  test("the maxima by default are 30 s, 20 s for tokenBackoff and 60 s for exponential", () => {
    const far = contextOf({ attempt: 40, prevSleepMs: 1e9, chance: 1 });
    expect(
      [decorrelatedJitter(), equalJitter(), fullJitter(), tokenBackoff(), exponential()].map((strategy) => strategy(far)),
    ).toEqual([30_000, 30_000, 30_000, 20_000, 60_000]);
  });

  test("a base above the default maximum raises the maximum with it", () => {
    for (const make of [decorrelatedJitter, equalJitter, fullJitter, tokenBackoff, exponential]) {
      const delay = make({ baseMs: 90_000 })(contextOf({ chance: 1 }));
      expect(delay, make.name).toBe(90_000);
    }
  });
});

describe("bounds", () => {
  const chances = Array.from({ length: 1_000 }, (_, i) => i / 1_000);

  test.each([
    ["decorrelatedJitter", decorrelatedJitter({ baseMs: 100, maxMs: 5_000 }), 100],
    ["equalJitter", equalJitter({ baseMs: 100, maxMs: 5_000 }), 100],
    ["fullJitter", fullJitter({ baseMs: 100, maxMs: 5_000 }), 0],
    ["tokenBackoff", tokenBackoff({ baseMs: 100, maxMs: 5_000 }), 75],
    ["exponential", exponential({ baseMs: 100, maxMs: 5_000 }), 90],
  ])("%s stays inside its range for any attempt up to a billion", (_name, strategy, leastMs) => {
    for (const attempt of [1, 2, 5, 10, 31, 32, 53, 64, 1_024, 1_025, 1e6, 1e9]) {
      for (const chance of [0, 0.25, 0.5, 0.75, 1 - Number.EPSILON]) {
        for (const prevSleepMs of [null, 0, 100, 5_000]) {
          const delay = strategy(contextOf({ attempt, chance, prevSleepMs }));
          expect(delay).toBeGreaterThanOrEqual(leastMs);
          expect(delay).toBeLessThanOrEqual(5_000);
        }
      }
    }
  });

  test.each([
    ["decorrelatedJitter", decorrelatedJitter],
    ["equalJitter", equalJitter],
    ["fullJitter", fullJitter],
    ["tokenBackoff", tokenBackoff],
    ["exponential", exponential],
  ])("%s has no limit where maxMs is Infinity, and its delays are finite numbers at any attempt", (_name, make) => {
    const strategy = make({ baseMs: 100, maxMs: Infinity });
    expect(make({ maxMs: Infinity })(contextOf({ attempt: 40, chance: 0.5, prevSleepMs: 1e9 }))).toBeGreaterThan(60_000);
    for (const attempt of [1, 2, 64, 1_023, 1_024, 1_025, 1e9]) {
      for (const chance of [0, 0.5, 1 - Number.EPSILON]) {
        const delay = strategy(contextOf({ attempt, chance, prevSleepMs: attempt === 1 ? null : Number.MAX_VALUE }));
        expect(Number.isFinite(delay) && delay >= 0, `${delay}`).toBe(true);
      }
    }
  });

  test("exponential is capped first and spread then: at the cap, delays neither exceed it nor pile up on it", () => {
    const strategy = exponential({ baseMs: 100, maxMs: 1_000, jitterRatio: 0.5 });
    const atTheCap = chances.map((chance) => strategy(contextOf({ attempt: 10, chance })));
    expect(Math.max(...atTheCap)).toBeLessThan(1_000);
    expect(Math.min(...atTheCap)).toBeCloseTo(500, 0);
    expect(new Set(atTheCap).size).toBe(chances.length);
  });

  test("exponential just below the cap does not pile up on it either", () => {
    const strategy = exponential({ baseMs: 900, maxMs: 1_000, jitterRatio: 0.5 });
    const delays = chances.map((chance) => strategy(contextOf({ attempt: 1, chance })));
    expect(Math.max(...delays)).toBeLessThan(1_000);
    expect(new Set(delays).size).toBe(chances.length);
  });

  test.each([equalJitter, fullJitter, tokenBackoff])(
    "%o is capped first and spread then, so that delays do not pile up on the cap",
    (make) => {
      const strategy = make({ baseMs: 100, maxMs: 1_000 });
      expect(new Set(chances.map((chance) => strategy(contextOf({ attempt: 20, chance })))).size).toBe(chances.length);
    },
  );

  test("strategies take their chance from the context, and nothing from elsewhere", () => {
    for (const strategy of [decorrelatedJitter(), equalJitter(), fullJitter(), tokenBackoff(), exponential()]) {
      let asked = 0;
      const random = (): number => {
        asked++;
        return 0.25;
      };
      const [one, two] = [strategy(contextOf({ attempt: 3, random })), strategy(contextOf({ attempt: 3, random }))];
      expect(one).toBe(two);
      expect(asked).toBe(2);
    }
  });
});
