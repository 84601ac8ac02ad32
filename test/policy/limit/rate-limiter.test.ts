import { type Limiter, Policy, RateLimiter, type RateLimiterOptions, type Rejection } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { anotherOf } from "../../../src/core/part.ts";
import { ask, permitOf } from "./ask.ts";

const SECOND = { limit: 3, intervalMs: 1_000 };

/** How many of so many that ask now are admitted. */
const admittedOf = (limiter: Limiter, many: number): number =>
  Array.from({ length: many }, () => ask(limiter, { maxWaitMs: 0 })).filter(({ answer }) => answer.kind === "admitted").length;

describe("a rate limiter without a burst", () => {
  test("never admits more than its limit within any interval, wherever it begins", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ ...SECOND, clock });
    clock.block(900);
    expect(admittedOf(limiter, 5)).toBe(3);
    clock.block(999);
    expect(admittedOf(limiter, 5)).toBe(0);
    clock.block(1);
    expect(admittedOf(limiter, 5)).toBe(3);
    expect(limiter.stats).toEqual({ admitted: 6, rejected: 9, queued: 0, waiting: 0, pausedMs: 0 });
  });

  test("gives back what was taken when it is as old as the interval, and no sooner", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ ...SECOND, clock });
    for (const waitMs of [0, 300, 300]) {
      clock.block(waitMs);
      ask(limiter);
    }
    expect(limiter.remaining()).toBe(0);
    clock.block(400);
    expect(limiter.remaining()).toBe(1);
    clock.block(300);
    expect(limiter.remaining()).toBe(2);
  });

  test("of an infinite limit admits everybody, and keeps nothing", () => {
    const limiter = new RateLimiter({ limit: Number.POSITIVE_INFINITY, intervalMs: 1 });
    expect(admittedOf(limiter, 5_000)).toBe(5_000);
    for (let i = 0; i < 2; i++) expect(ask(limiter, { cost: Number.MAX_VALUE }).answer.kind).toBe("admitted");
    expect(limiter.remaining()).toBe(Number.POSITIVE_INFINITY);
  });

  test("takes fractions without losing any", () => {
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, clock: new VirtualClock() });
    for (let i = 0; i < 10; i++) expect(ask(limiter, { cost: 0.1 }).answer.kind).toBe("admitted");
    expect(limiter.remaining()).toBe(0);
    expect(ask(limiter, { cost: 0.1 }).answer.kind).toBe("rejected");
  });

  test("admits nearly all that it may where more is inside an interval than it keeps apart", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 6_000, intervalMs: 1_000, clock });
    let admitted = 0;
    for (let tick = 0; tick < 30_000; tick++) {
      clock.block(0.1);
      admitted += admittedOf(limiter, 1);
    }
    expect(admitted).toBeLessThanOrEqual(18_000);
    expect(admitted).toBeGreaterThan(17_950);
  });
});

describe("a rate limiter with a burst", () => {
  test("admits so many at once, and then one after the other, evenly", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 10, intervalMs: 1_000, burst: 2, clock });
    expect(admittedOf(limiter, 5)).toBe(2);
    clock.block(99);
    expect(admittedOf(limiter, 5)).toBe(0);
    clock.block(1);
    expect(admittedOf(limiter, 5)).toBe(1);
    clock.block(10_000);
    expect(limiter.remaining()).toBe(2);
  });

  test("may have a limit below the cost of an attempt: one every two seconds", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 0.5, intervalMs: 1_000, burst: 1, clock });
    expect(admittedOf(limiter, 2)).toBe(1);
    clock.block(1_999);
    expect(admittedOf(limiter, 1)).toBe(0);
    clock.block(1);
    expect(admittedOf(limiter, 1)).toBe(1);
  });

  test("admits so many at once that they take fractions of it", () => {
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, burst: 1, clock: new VirtualClock() });
    for (let i = 0; i < 10; i++) expect(ask(limiter, { cost: 0.1 }).answer.kind).toBe("admitted");
    expect(limiter.remaining()).toBe(0);
  });
});

describe("a rate limiter with a burst that fills slowly", () => {
  const day = (clock: VirtualClock) => new RateLimiter({ limit: 1, intervalMs: 86_400_000, burst: 1, clock });

  test("admits what it says is left", () => {
    const clock = new VirtualClock();
    const limiter = day(clock);
    ask(limiter);
    clock.block(86_400_000 - 0.01);
    expect(limiter.remaining()).toBe(1);
    expect(ask(limiter).answer.kind).toBe("admitted");
  });

  test("names the same instant to everybody who asks meanwhile", () => {
    const clock = new VirtualClock();
    const limiter = day(clock);
    ask(limiter);
    const saysMs = [1_000, 7_317, 40_000_003, 1].map((ms) => {
      clock.block(ms);
      return clock.now() + Number((ask(limiter).answer as Rejection).retryAfterMs);
    });
    expect(saysMs).toEqual([86_400_000, 86_400_000, 86_400_000, 86_400_000]);
  });
});

describe("a rate limiter in several dimensions", () => {
  const model = (options: Partial<RateLimiterOptions<"requests" | "tokens">> = {}) =>
    new RateLimiter({
      name: "model",
      limits: {
        requests: { limit: 3, intervalMs: 1_000, cost: 1 },
        tokens: { limit: 100, intervalMs: 1_000, cost: 10 },
      },
      clock: new VirtualClock(),
      ...options,
    });

  test("admits what all of them have room for, and takes from each", () => {
    const limiter = model();
    expect(ask(limiter, { cost: { tokens: 80 } }).answer.kind).toBe("admitted");
    expect(limiter.remaining()).toEqual({ requests: 2, tokens: 20 });
    expect(ask(limiter, { cost: { tokens: 30 } }).answer.kind).toBe("rejected");
    expect(limiter.remaining()).toEqual({ requests: 2, tokens: 20 });
    expect(admittedOf(limiter, 5)).toBe(2);
    expect(limiter.remaining()).toEqual({ requests: 0, tokens: 0 });
  });

  test("gives room again when the scarcest of them has it", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({
      limits: {
        second: { limit: 2, intervalMs: 1_000, cost: 1 },
        minute: { limit: 3, intervalMs: 60_000, cost: 1 },
      },
      clock,
    });
    expect(admittedOf(limiter, 5)).toBe(2);
    clock.block(1_000);
    expect(admittedOf(limiter, 5)).toBe(1);
    expect(ask(limiter).answer).toMatchObject({ kind: "rejected", retryAfterMs: 59_000 });
  });

  test("holds back while more was spent than there is, also what costs nothing there", () => {
    const limiter = model();
    expect(ask(limiter, { cost: { tokens: 0 } }).answer.kind).toBe("admitted");
    limiter.spend({ tokens: 101 });
    expect(limiter.remaining()).toEqual({ requests: 2, tokens: 0 });
    expect(ask(limiter, { cost: { tokens: 0 } }).answer.kind).toBe("rejected");
  });

  test("counts exactly, however many attempts cost nothing in one of them", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({
      limits: {
        requests: { limit: 1e6, intervalMs: 1_000, cost: 1 },
        tokens: { limit: 10, intervalMs: 1_000, cost: 0 },
      },
      clock,
    });
    for (let count = 0; count < 1_200; count++) {
      clock.block(0.125);
      ask(limiter);
    }
    const takenAtMs = clock.now();
    ask(limiter, { cost: { tokens: 10 } });
    clock.block(0.5);
    ask(limiter);
    expect(limiter.remaining().tokens).toBe(0);
    clock.block(takenAtMs + 1_000 - clock.now());
    expect(limiter.remaining().tokens).toBe(10);
  });

  test("of which there is one may take numbers, and 1 where nothing is said", () => {
    const limiter = new RateLimiter({ limits: { tokens: { limit: 10, intervalMs: 1_000 } } });
    ask(limiter);
    ask(limiter, { cost: 2 });
    ask(limiter, { cost: { tokens: 3 } });
    expect(limiter.remaining()).toEqual({ tokens: 4 });
  });
});

test("a rate limiter that is reset forgets what was taken, and the pause, and begins its counts anew", () => {
  const limiter = new RateLimiter({ ...SECOND, maxQueue: 5, clock: new VirtualClock() });
  const early = [ask(limiter), ask(limiter), ask(limiter)];
  limiter.release(permitOf(early[0] as never), { errorClass: "RATE_LIMIT", retryAfterMs: 5_000 });
  const waiting = [ask(limiter), ask(limiter), ask(limiter), ask(limiter)];
  limiter.reset();
  expect(waiting.map(({ heard }) => heard.length)).toEqual([1, 1, 1, 0]);
  expect(limiter.stats).toEqual({ admitted: 3, rejected: 0, queued: 0, waiting: 1, pausedMs: 0 });
  limiter.release(permitOf(early[1] as never), "unused");
  expect(limiter.remaining(), "what was taken before is forgotten already").toBe(0);
});

test("a rate limiter describes itself as plain JSON", () => {
  const clock = new VirtualClock();
  expect(new RateLimiter({ name: "maps", ...SECOND, burst: 2, clock }).describe()).toEqual({
    name: "RateLimiter",
    settings: { name: "maps", limit: 3, intervalMs: 1_000, burst: 2, maxQueue: 0 },
    state: { admitted: 0, rejected: 0, queued: 0, waiting: 0, pausedMs: 0, remaining: 2 },
  });
  const model = new RateLimiter({
    limits: { tokens: { limit: Number.POSITIVE_INFINITY, intervalMs: 5 } },
    maxQueue: Number.POSITIVE_INFINITY,
    used: () => 1,
  });
  expect(JSON.parse(JSON.stringify(model.describe()))).toEqual({
    name: "RateLimiter",
    settings: { name: "default", limits: { tokens: { limit: "Infinity", intervalMs: 5, cost: 1 } }, maxQueue: "Infinity" },
    state: { admitted: 0, rejected: 0, queued: 0, waiting: 0, pausedMs: 0, remaining: { tokens: "Infinity" } },
  });
  expect(new Policy({ limiter: model }).describe().limiters).toEqual([
    {
      name: "RateLimiter",
      settings: {
        name: "default",
        limits: { tokens: { limit: "Infinity", intervalMs: 5, cost: 1 } },
        maxQueue: "Infinity",
        used: { name: "used", settings: {} },
      },
    },
  ]);
});

test("another rate limiter, as a simulation makes it, has the same settings, a clock of its own, and nothing taken", () => {
  const limiter = new RateLimiter({ name: "maps", ...SECOND, maxQueue: 2, used: () => 3 });
  ask(limiter);
  const clock = new VirtualClock();
  const another = anotherOf(limiter, clock) as RateLimiter;
  expect(another.describe()).toEqual({
    name: "RateLimiter",
    settings: { name: "maps", limit: 3, intervalMs: 1_000, maxQueue: 2 },
    state: { admitted: 0, rejected: 0, queued: 0, waiting: 0, pausedMs: 0, remaining: 3 },
  });
  another.release(permitOf(ask(another)), "success", "a value that a simulation has not");
  expect(another.remaining()).toBe(2);
  clock.block(1_000);
  expect(another.remaining()).toBe(3);
  expect(new RateLimiter(SECOND).name).toBe("default");
});

test.each([
  ["an empty window", { limit: 1, intervalMs: 1_000, maxQueue: 2 }],
  ["a full bucket", { limit: 1, intervalMs: 1_000, burst: 2, maxQueue: 3 }],
])("who is turned away from a full queue behind a pause hears how long %s takes for all of them", (_what, options) => {
  const clock = new VirtualClock();
  clock.block(60_000);
  const limiter = new RateLimiter({ ...options, clock });
  const first = permitOf(ask(limiter));
  clock.block(60_000);
  limiter.release(first, { errorClass: "RATE_LIMIT", retryAfterMs: 500 });
  for (let count = 0; count < options.maxQueue; count++) expect(ask(limiter).answer.kind).toBe("queued");
  expect(ask(limiter).answer).toMatchObject({ kind: "rejected", retryAfterMs: 2_000 });
});

test("what an infinite limit gave is given back without a trace", () => {
  const limiter = new RateLimiter({ limit: Number.POSITIVE_INFINITY, intervalMs: 1_000, clock: new VirtualClock() });
  limiter.release(permitOf(ask(limiter)), "unused");
  expect(limiter.remaining()).toBe(Number.POSITIVE_INFINITY);
  expect(ask(limiter).answer.kind).toBe("admitted");
});
