/* How a part says what it is, also to another copy of this package. */
import { adaptive, Budget, CircuitBreaker, constant, fullJitter, retryAfterOr, type Strategy, TokenBudget } from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { strategyPartOf } from "../../src/core/backoff/strategy.ts";
import { anotherOf, descriptionOf, partOf } from "../../src/core/part.ts";

test.each<[string, object, string]>([
  ["a strategy", constant(1), "strategy"],
  ["a rolling budget", new Budget({ maxRetries: 1, windowMs: 1 }), "rolling-budget"],
  ["a token budget", new TokenBudget(), "token-budget"],
  ["a breaker", new CircuitBreaker(), "circuit-breaker"],
])("%s says its kind under one key, and shows nothing of it", (_what, part, kind) => {
  expect(partOf(part)?.kind).toBe(kind);
  expect((part as { [key: symbol]: { kind: string } })[Symbol.for("redress.part/1")]?.kind).toBe(kind);
  expect(Object.keys(part).filter((key) => key !== "name")).toEqual([]);
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

test.each<[string, Strategy, boolean | undefined]>([
  ["one that knows no retryAfterMs", fullJitter(), false],
  ["one that waits as long as it is asked to", retryAfterOr(() => 1), true],
  ["one that stretches another", adaptive(fullJitter()), false],
  ["one that stretches a function of one's own", adaptive(() => 1), undefined],
  ["a function of one's own", () => 1, undefined],
])("%s says whether it reads when to come back", (_what, strategy, expected) => {
  expect(strategyPartOf(strategy)?.readsRetryAfter).toBe(expected);
});
