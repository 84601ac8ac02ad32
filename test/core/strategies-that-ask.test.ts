import { type AdaptiveOptions, adaptive, constant, type ErrorClass, retryAfterOr, type Strategy } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { contextOf } from "./backoff-context.ts";

/** A strategy that writes down what it hears. */
function listener(ms = 100): { readonly strategy: Strategy; readonly heard: string[] } {
  const heard: string[] = [];
  const strategy: Strategy = Object.assign(() => ms, {
    recordSuccess: () => heard.push("success"),
    recordFailure: (errorClass: ErrorClass) => heard.push(errorClass),
  });
  return { strategy, heard };
}

describe("retryAfterOr", () => {
  const asked = (retryAfterMs: number, chance: number) =>
    contextOf({ classification: { errorClass: "RATE_LIMIT", retryAfterMs }, chance });

  test("waits as long as it was asked to, and up to 250 ms more", () => {
    const strategy = retryAfterOr(constant(5));
    expect(strategy(asked(60_000, 0))).toBe(60_000);
    expect(strategy(asked(60_000, 0.5))).toBe(60_125);
    expect(strategy(asked(60_000, 1))).toBe(60_250);
  });

  test("keeps its fallback's delay where it was asked for none: a server does not take the backoff away", () => {
    expect(retryAfterOr(constant(5))(asked(0, 0.5))).toBe(5);
  });

  test("waits by its fallback where nobody asked", () => {
    expect(retryAfterOr(constant(5))(contextOf())).toBe(5);
    expect(retryAfterOr(({ attempt }) => attempt * 7)(contextOf({ attempt: 3 }))).toBe(21);
  });

  test("the spread is a setting, and may be none", () => {
    expect(retryAfterOr(constant(5), { jitterMs: 1_000 })(asked(100, 0.5))).toBe(600);
    expect(retryAfterOr(constant(5), { jitterMs: 0 })(asked(100, 0.5))).toBe(100);
  });

  test("never clips what it was asked for, however long", () => {
    expect(retryAfterOr(constant(5))(asked(86_400_000, 0))).toBe(86_400_000);
    expect(retryAfterOr(constant(5))(asked(Number.POSITIVE_INFINITY, 0.5))).toBe(Number.POSITIVE_INFINITY);
  });

  test("passes what it hears on to its fallback", () => {
    const { strategy, heard } = listener();
    const outer = retryAfterOr(strategy);
    outer.recordFailure?.("RATE_LIMIT");
    outer.recordSuccess?.();
    expect(heard).toEqual(["RATE_LIMIT", "success"]);
  });

  test("has no one to tell once its fallback listens no more", () => {
    const { strategy, heard } = listener();
    const outer = retryAfterOr(strategy);
    Object.assign(strategy, { recordSuccess: undefined, recordFailure: undefined });
    outer.recordFailure?.("RATE_LIMIT");
    outer.recordSuccess?.();
    expect(heard).toEqual([]);
  });

  test("has nothing to hear where its fallback does not listen", () => {
    const outer = retryAfterOr(constant(5));
    expect([outer.recordFailure, outer.recordSuccess]).toEqual([undefined, undefined]);
  });
});

describe("adaptive", () => {
  function setUp(options: AdaptiveOptions = {}) {
    const clock = new VirtualClock();
    const strategy = adaptive(constant(100), { clock, ...options });
    const hear = (successes: number, failures: number) => {
      for (let i = 0; i < successes; i++) strategy.recordSuccess?.();
      for (let i = 0; i < failures; i++) strategy.recordFailure?.("TRANSIENT");
    };
    return { clock, hear, delay: () => strategy(contextOf()) };
  }

  test.each([
    ["it has heard nothing", 0, 0, 100],
    ["everything succeeds", 10, 0, 100],
    ["the target of 0.9 is just met", 9, 1, 100],
    ["half of the target is met", 9, 11, 300],
    ["a third of the target is met", 3, 7, 100 * (1 + (1 - 0.3 / 0.9) * 4)],
    ["nothing succeeds", 0, 5, 500],
    ["nothing has succeeded yet, once", 0, 1, 500],
  ])("when %s (%d successes, %d failures), a delay of 100 ms becomes %d", (_when, successes, failures, expected) => {
    const { hear, delay } = setUp();
    hear(successes, failures);
    expect(delay()).toBeCloseTo(expected, 9);
  });

  test("the multipliers are settings", () => {
    const { hear, delay } = setUp({ minMultiplier: 0.5, maxMultiplier: 2.5, targetSuccessRatio: 1 });
    expect(delay()).toBe(50);
    hear(1, 1);
    expect(delay()).toBe(150);
    hear(0, 1e3);
    expect(delay()).toBeGreaterThan(249);
    expect(delay()).toBeLessThanOrEqual(250);
  });

  test("a minimum above the default maximum raises the maximum with it", () => {
    const { hear, delay } = setUp({ minMultiplier: 8 });
    hear(0, 3);
    expect(delay()).toBe(800);
  });

  test("what it heard counts for a minute, and then no more", () => {
    const { clock, hear, delay } = setUp();
    hear(0, 5);
    clock.block(59_000);
    expect(delay()).toBe(500);
    clock.block(1_000);
    expect(delay()).toBe(100);
  });

  test("the window is a setting", () => {
    const { clock, hear, delay } = setUp({ windowMs: 1_000 });
    hear(0, 5);
    clock.block(900);
    expect(delay()).toBe(500);
    clock.block(100);
    expect(delay()).toBe(100);
  });

  test("passes what it hears on to the strategy inside, through other strategies too", () => {
    const { strategy, heard } = listener();
    const outer = adaptive(retryAfterOr(adaptive(strategy)));
    outer.recordFailure?.("SERVER_ERROR");
    outer.recordSuccess?.();
    expect(heard).toEqual(["SERVER_ERROR", "success"]);
  });

  test("stretches what the dependency asked for too, where it stands outside", () => {
    const clock = new VirtualClock();
    const strategy = adaptive(retryAfterOr(constant(5), { jitterMs: 0 }), { clock });
    strategy.recordFailure?.("RATE_LIMIT");
    expect(strategy(contextOf({ classification: { errorClass: "RATE_LIMIT", retryAfterMs: 100 } }))).toBe(500);
  });

  test("two made from one options object share nothing", () => {
    const options = { clock: new VirtualClock() };
    const [one, two] = [adaptive(constant(100), options), adaptive(constant(100), options)];
    one.recordFailure?.("TRANSIENT");
    expect([one(contextOf()), two(contextOf())]).toEqual([500, 100]);
  });
});
