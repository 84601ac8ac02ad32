/* How a part says what it is, also to another copy of this package. */
import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  adaptive,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  decorrelatedJitter,
  deferFrom,
  equalJitter,
  exponential,
  fullJitter,
  legacyStrategy,
  RateLimiter,
  type RetryBudget,
  RetryThrottle,
  retryAfterOr,
  type Strategy,
  TokenBudget,
  tokenBackoff,
  unlimited,
} from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { strategyPartOf } from "../../src/core/backoff/strategy.ts";
import { anotherOf, descriptionOf, partOf, type StandIn } from "../../src/core/part.ts";
import { contextOf } from "./backoff-context.ts";

test.each<[string, object, string]>([
  ["a strategy", constant(1), "strategy"],
  ["a rolling budget", new Budget({ maxRetries: 1, windowMs: 1 }), "rolling-budget"],
  ["a token budget", new TokenBudget(), "token-budget"],
  ["a retry throttle", new RetryThrottle(), "retry-throttle"],
  ["a breaker", new CircuitBreaker(), "circuit-breaker"],
  ["a bulkhead", new Bulkhead({ maxConcurrent: 1 }), "limiter"],
  ["a rate limiter", new RateLimiter({ limit: 1, intervalMs: 1 }), "limiter"],
  ["an adaptive throttle", new AdaptiveThrottle(), "limiter"],
  ["an adaptive limit", new AdaptiveConcurrency(), "limiter"],
  ["a sleep handler", deferFrom(1), "sleep-handler"],
])("%s says its kind under one key, and shows nothing of it", (_what, part, kind) => {
  expect(partOf(part)?.kind).toBe(kind);
  expect((part as { [key: symbol]: { kind: string } })[Symbol.for("redress.part/1")]?.kind).toBe(kind);
  expect(Object.keys(part).filter((key) => key !== "name" && key !== "clock")).toEqual([]);
});

test("what another version of this package says is not misread", () => {
  const foreign = Object.assign(() => 1, { [Symbol.for("redress.part/2")]: { kind: "strategy", delays: [] } });

  expect(partOf(foreign)).toBeUndefined();
  expect(descriptionOf(foreign).settings).toEqual({});
});

test("a part keeps time on the clock of what it asks", () => {
  const clock = new VirtualClock();

  expect(partOf(retryAfterOr(adaptive(constant(1), { clock })))?.clock).toBe(clock);
  expect(partOf(retryAfterOr(constant(1)))?.clock).toBeUndefined();
});

test("another one has the same settings and none of the state", () => {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ name: "db", failureThreshold: 1, tripOn: ["AUTH"] });
  breaker.trip();
  const another = anotherOf(breaker, clock);

  expect(another).toMatchObject({ name: "db", state: "closed" });
  expect(partOf(another)?.settings).toEqual(partOf(breaker)?.settings);
  expect(partOf(another)?.clock).toBe(clock);
});

test.each<[string, RetryBudget]>([
  ["a rolling budget", new Budget({ maxRetries: 2, windowMs: 1_000 })],
  ["a token budget", new TokenBudget({ capacity: 2, successRefund: 0 })],
  ["a retry throttle", new RetryThrottle({ capacity: 20, timeoutCapacity: 2, successRefund: 0 })],
])("another one of %s has its settings, and is as full as it was at first", (_what, budget) => {
  budget.consume(1, { errorClass: "TRANSIENT", timeout: true });
  const another = anotherOf(budget, new VirtualClock());

  expect(another).toBeInstanceOf(budget.constructor);
  expect(partOf(another)?.settings).toEqual(partOf(budget)?.settings);
  expect([another?.remaining(), budget.remaining()]).toEqual([2, 1]);
});

test("another one of unlimited is the same: it keeps nothing", () => {
  expect(partOf(unlimited)?.kind).toBe("no-budget");
  expect(anotherOf(unlimited, new VirtualClock())).toBe(unlimited);
});

test("another breaker has all settings of the first, and chance and strategies of its own", () => {
  const clock = new VirtualClock();
  const heard: number[] = [];
  const recoveryBackoff = adaptive(({ random }) => {
    heard.push(random());
    return 1;
  });
  const breaker = new CircuitBreaker({
    failureThreshold: 1,
    consecutive: true,
    recoveryTimeoutMs: 0,
    recoveryBackoff,
    halfOpenMaxCalls: 2,
    successThreshold: 3,
    random: () => 0.1,
  });
  const another = anotherOf(breaker, clock, undefined, () => 0.9) as CircuitBreaker;
  for (let i = 0; i < 2; i++) {
    const { permit } = another.allow();
    if (permit !== null) another.recordFailure("TRANSIENT", permit);
  }

  expect(heard).toEqual([0.9]);
  const { recoveryBackoff: own, ...settings } = partOf(another)?.settings ?? {};
  expect({ ...partOf(breaker)?.settings, recoveryBackoff: undefined }).toEqual({ ...settings, recoveryBackoff: undefined });
  expect(own).not.toBe(recoveryBackoff);
  expect(partOf(own as Strategy)?.clock).toBe(clock);
});

test("a subclass, and a part of one's own, cannot be made again", () => {
  class Loud extends CircuitBreaker {}

  expect(anotherOf(new Loud(), new VirtualClock())).toBeNull();
  expect(anotherOf({ consume: () => true }, new VirtualClock())).toBeNull();
  expect(descriptionOf(new Loud()).name).toBe("CircuitBreaker");
});

test("a part that keeps no state is not made again, and what is there already may be nothing", () => {
  expect(anotherOf(constant(1), new VirtualClock())).toBeNull();
  expect(partOf(null)).toBeUndefined();
  expect(partOf(undefined)).toBeUndefined();
});

test.each<[string, object, string]>([
  ["an instance of a class", new (class Own {})(), "Own"],
  ["a function", function own() {}, "own"],
  ["a function without a name", () => 1, "anonymous"],
  ["an object without a prototype", Object.create(null), "anonymous"],
])("a part of one's own is told by its name: %s", (_what, part, name) => {
  expect(descriptionOf(part)).toEqual({ name, settings: {} });
});

test.each<[string, Strategy, boolean | undefined]>([
  ["one that is the same every time", constant(1), false],
  ["one that spreads its delays", fullJitter(), false],
  ["one that grows", exponential(), false],
  ["one made of an older function", legacyStrategy(() => 1), false],
  ["one that waits as long as it is asked to", retryAfterOr(() => 1), true],
  ["one that stretches another", adaptive(fullJitter()), false],
  ["one that stretches a function of one's own", adaptive(() => 1), undefined],
  ["a function of one's own", () => 1, undefined],
])("%s says whether it reads when to come back", (_what, strategy, expected) => {
  expect(strategyPartOf(strategy)?.readsRetryAfter).toBe(expected);
});

test.each<[string, Strategy, boolean | undefined]>([
  ["one that is the same every time", constant(1), true],
  ["one with a longest delay", exponential(), true],
  ...[decorrelatedJitter, equalJitter, fullJitter, tokenBackoff, exponential].map((make): [string, Strategy, boolean] => [
    `${make.name} without a longest delay`,
    make({ maxMs: Infinity }),
    false,
  ]),
  ["one that spreads its delays", fullJitter(), true],
  ["one that asks another one that has", retryAfterOr(fullJitter()), true],
  ["one that asks another one that has not", retryAfterOr(fullJitter({ maxMs: Infinity })), false],
  ["one that asks a function of one's own", retryAfterOr(() => 1), false],
  ["one that stretches another one that has", adaptive(fullJitter()), true],
  ["one that stretches another one that has not", adaptive(fullJitter({ maxMs: Infinity })), false],
  ["one that stretches a function of one's own", adaptive(() => 1), false],
  ["one made of an older function", legacyStrategy(() => 1), false],
  ["a function of one's own", () => 1, undefined],
])("%s says whether its delays have a limit", (_what, strategy, expected) => {
  expect(strategyPartOf(strategy)?.bounded).toBe(expected);
});

test("a strategy that is made again spreads its delays as the first one does", () => {
  const another = anotherOf(retryAfterOr(constant(1), { jitterMs: 40 }), new VirtualClock()) as Strategy;
  const context = contextOf({ classification: { errorClass: "RATE_LIMIT", retryAfterMs: 100 }, chance: 0.5 });

  expect(another(context)).toBe(120);
  expect(descriptionOf(another).settings).toMatchObject({ jitterMs: 40 });
});

test.each<[string, Partial<Strategy>, number]>([
  ["hears of successes is replaced", { recordSuccess: () => {} }, 8],
  ["hears of failures is replaced", { recordFailure: () => {} }, 8],
  ["hears of nothing has no state, and stays", {}, 7],
])("a strategy of one's own that %s", (_what, hears, delayMs) => {
  const own: Strategy = Object.assign(() => 7, hears);
  const another = anotherOf(retryAfterOr(own), new VirtualClock(), (): Strategy => () => 8) as Strategy;

  expect(another(contextOf())).toBe(delayMs);
});

test("a part within another one that cannot be made again is left in its place, where nothing stands in for it", () => {
  const kept: Strategy = Object.assign(() => 7, { recordSuccess: () => {} });
  const clock = new VirtualClock();
  const another = (standIn?: StandIn<Strategy>) => anotherOf(retryAfterOr(kept), clock, standIn) as Strategy;

  expect(another()(contextOf())).toBe(7);
  expect(another(() => () => 8)(contextOf())).toBe(8);
});
