import { type Limiter, Policy, RateLimiter, type RateLimiterOptions } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
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
    expect(ask(limiter, { cost: 1e300 }).answer.kind).toBe("admitted");
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

  test("of which there is one may take numbers, and 1 where nothing is said", () => {
    const limiter = new RateLimiter({ limits: { tokens: { limit: 10, intervalMs: 1_000 } } });
    ask(limiter);
    ask(limiter, { cost: 2 });
    ask(limiter, { cost: { tokens: 3 } });
    expect(limiter.remaining()).toEqual({ tokens: 4 });
  });
});

describe("what the error of a rate limiter says", () => {
  const clock = new VirtualClock();
  const one = { limit: 1, intervalMs: 1_000, clock };

  const messageOf = async (limiter: Pick<RateLimiter, "run">, cost?: number | Record<string, number>): Promise<string> =>
    limiter
      .run(() => 1, { cost })
      .then(
        () => "no error",
        (error) => error.message,
      );

  test("how much is needed, how much there is, and when there may be room", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one });
    ask(limiter);
    expect(await messageOf(limiter)).toBe(
      'Limiter "maps" turned the call away (rate): 1 needed, 0 left of 1 per 1000 ms, and there is no queue (maxQueue is 0); there may be room in 1000 ms.',
    );
  });

  test("which dimension it is", async () => {
    const limiter = new RateLimiter({
      name: "model",
      limits: {
        requests: { limit: 10, intervalMs: 1_000, cost: 1 },
        tokens: { limit: 60, intervalMs: 1_000, burst: 30, cost: 25 },
      },
      clock,
    });
    ask(limiter);
    expect(await messageOf(limiter)).toBe(
      'Limiter "model" turned the call away (rate): 25 tokens needed, 5 left of 30 (60 per 1000 ms), and there is no queue (maxQueue is 0); there may be room in 334 ms.',
    );
    expect(await messageOf(limiter, { tokens: 31 })).toBe(
      'Limiter "model" turned the call away (rate): 31 tokens needed, and there are never more than 30.',
    );
  });

  test("that the queue is full", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one, maxQueue: 1 });
    ask(limiter);
    ask(limiter);
    expect(await messageOf(limiter)).toBe(
      'Limiter "maps" turned the call away (rate): 1 needed, 0 left of 1 per 1000 ms, and the queue is full (maxQueue is 1); there may be room in 2000 ms.',
    );
  });

  test("that others wait, where there is room for it by itself", async () => {
    const limiter = new RateLimiter({ name: "maps", limit: 5, intervalMs: 1_000, maxQueue: 1, clock });
    ask(limiter, { cost: 4 });
    ask(limiter, { cost: 5 });
    expect(await messageOf(limiter)).toMatch(/\(rate\): others wait for their turn, and the queue is full \(maxQueue is 1\)/);
  });

  test("that the dependency has asked for a pause", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one });
    limiter.release(permitOf(ask(limiter)), { errorClass: "RATE_LIMIT", retryAfterMs: 5_000 });
    expect(await messageOf(limiter)).toBe(
      'Limiter "maps" turned the call away (rate): the dependency has asked for a pause, of another 5000 ms, and there is no queue (maxQueue is 0); there may be room in 5000 ms.',
    );
  });

  test("that a call cannot wait that long", async () => {
    const limiter = new RateLimiter({ name: "maps", ...one, maxQueue: 1 });
    ask(limiter);
    const error = await limiter.run(() => 1, { deadlineMs: 1_000 }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "LimitedError", retryAfterMs: 1_000 });
    expect(error.message).toContain("and the attempt cannot wait that long");
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
  expect(new Policy({ limiter: model }).describe().limiters).toHaveLength(1);
});
