import { Policy, RateLimiter } from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ask, leave, permitOf } from "./ask.ts";

/** A limiter with nothing left, on a clock at 0. */
function usedUp({ limit = 1, intervalMs = 1_000, burst }: { limit?: number; intervalMs?: number; burst?: number } = {}) {
  const clock = new VirtualClock();
  const limiter = new RateLimiter({ limit, intervalMs, burst, maxQueue: 10, clock });
  const first = ask(limiter, { cost: burst ?? limit });
  const admittedAtMs: [name: string, atMs: number][] = [];
  const wait = (name: string, cost?: number) =>
    ask(limiter, { ...(cost !== undefined && { cost }), told: () => admittedAtMs.push([name, clock.now()]) });
  return { clock, limiter, first, admittedAtMs, wait };
}

describe("the queue of a rate limiter", () => {
  test("admits each at the instant at which there is room, first come, first served", async () => {
    const { clock, wait, admittedAtMs, limiter } = usedUp();
    wait("a");
    await clock.advance(300);
    wait("b");
    await clock.run();
    expect(admittedAtMs).toEqual([
      ["a", 1_000],
      ["b", 2_000],
    ]);
    expect(limiter.stats).toMatchObject({ admitted: 3, queued: 2, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  test("lets nobody overtake one who costs more", async () => {
    const { clock, wait, admittedAtMs } = usedUp({ limit: 4 });
    wait("dear", 4);
    await clock.advance(500);
    wait("cheap", 1);
    await clock.run();
    expect(admittedAtMs).toEqual([
      ["dear", 1_000],
      ["cheap", 2_000],
    ]);
  });

  test("of a bucket empties evenly", async () => {
    const { clock, wait, admittedAtMs } = usedUp({ limit: 10, burst: 2 });
    for (const name of ["a", "b", "c"]) wait(name);
    await clock.run();
    expect(admittedAtMs).toEqual([
      ["a", 100],
      ["b", 200],
      ["c", 300],
    ]);
  });

  test("admits who is next at once when one who costs more leaves", () => {
    const { clock, limiter, wait } = usedUp({ limit: 4 });
    clock.block(500);
    limiter.reset();
    ask(limiter, { cost: 3 });
    const dear = wait("dear", 2);
    const cheap = wait("cheap", 1);
    expect([dear.answer.kind, cheap.answer.kind]).toEqual(["queued", "queued"]);
    leave(dear);
    expect(cheap.heard.length).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("admits who is next when an attempt was not made, or has cost less", () => {
    const { limiter, first, wait } = usedUp();
    const waiting = wait("a");
    limiter.release(permitOf(first), "unused");
    expect(waiting.heard.length).toBe(1);
  });

  test("cancels its alarm when all have left", () => {
    const { clock, limiter, wait } = usedUp();
    const [a, b] = [wait("a"), wait("b")];
    expect(clock.pending).toBeGreaterThan(0);
    leave(a);
    leave(b);
    expect([clock.pending, limiter.waiting]).toEqual([0, 0]);
  });

  test("tells who is turned away when to come again: exactly where nobody waits, and never too late", () => {
    const { clock, limiter, wait } = usedUp({ limit: 2 });
    clock.block(400);
    expect(ask(limiter, { maxWaitMs: 0 }).answer).toMatchObject({ reason: "rate", retryAfterMs: 600 });
    for (let i = 0; i < 10; i++) wait(`${i}`);
    expect(ask(limiter).answer).toMatchObject({ reason: "rate", retryAfterMs: 5_600 });
  });

  test("turns away at once what is sure to wait longer than it can", async () => {
    const { clock, limiter, wait } = usedUp();
    wait("a");
    expect(ask(limiter, { maxWaitMs: 2_000 }).answer).toMatchObject({ kind: "rejected", retryAfterMs: 2_000 });
    expect(ask(limiter, { maxWaitMs: 2_001 }).answer.kind).toBe("queued");
    await clock.run();
    const policy = new Policy({ retry: { deadlineMs: 500 }, limiter, clock });
    expect(await policy.execute(() => 1)).toMatchObject({ stopReason: "LIMITED", attempts: 0, elapsedMs: 0 });
  });

  test("admits those who are due together when its alarm rings late", async () => {
    const { clock, wait, admittedAtMs } = usedUp({ limit: 2 });
    for (const name of ["a", "b", "c"]) wait(name);
    clock.block(1_500);
    await clock.run();
    expect(admittedAtMs).toEqual([
      ["a", 1_500],
      ["b", 1_500],
      ["c", 2_500],
    ]);
  });

  test("serves a long queue without a deep stack where nothing that waits is made", async () => {
    const limiter = new RateLimiter({ limit: 1, intervalMs: 3_600_000, maxQueue: Infinity });
    ask(limiter);
    let served = 0;
    for (let i = 0; i < 10_000; i++) {
      ask(limiter, {
        told: (permit) => {
          served++;
          limiter.release(permit as never, "unused");
        },
      });
    }
    expect(limiter.waiting).toBe(10_000);
    limiter.reset();
    expect([served, limiter.waiting]).toEqual([10_000, 0]);
  });

  test("lets nobody in before those who wait, even while they are told", () => {
    const { limiter, admittedAtMs, wait } = usedUp({ limit: 3 });
    const order: string[] = [];
    const told = (name: string) => () => order.push(name);
    ask(limiter, {
      told: () => {
        order.push("a");
        expect(ask(limiter, { told: told("late") }).answer.kind).toBe("queued");
      },
    });
    ask(limiter, { told: told("b") });
    limiter.reset();
    expect(order).toEqual(["a", "b", "late"]);
    expect(wait("full").answer.kind).toBe("queued");
    expect(admittedAtMs).toEqual([]);
  });

  test("sets its alarm again, whatever somebody throws who is told", async () => {
    const { clock, limiter, wait, admittedAtMs } = usedUp();
    ask(limiter, {
      told: () => {
        throw new Error("not mine");
      },
    });
    wait("next");
    expect(() => limiter.reset()).toThrow("not mine");
    await clock.run();
    expect(admittedAtMs).toEqual([["next", 1_000]]);
  });
});

describe("a synchronous call through a rate limiter", () => {
  test("blocks until its turn comes", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, maxQueue: 1, clock });
    expect([1, 2, 3].map(() => limiter.runSync(() => clock.now()))).toEqual([0, 1_000, 2_000]);
  });

  test("lets those go before it who wait already", async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, maxQueue: 5, clock });
    limiter.tryAcquire();
    const before = limiter.run(() => clock.now());
    expect(limiter.runSync(() => clock.now())).toBe(2_000);
    expect(await before).toBe(2_000);
  });

  test("is turned away where its turn does not come before its deadline, without blocking", () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, maxQueue: 5, clock });
    limiter.tryAcquire();
    expect(() => limiter.runSync(() => 1, { deadlineMs: 900 })).toThrow(/rate/);
    expect([clock.now(), limiter.waiting]).toEqual([0, 0]);
  });

  test("blocks for thirds of a millisecond without an end to it", () => {
    const clock = new VirtualClock(0.1);
    const limiter = new RateLimiter({ limit: 3, intervalMs: 1, burst: 1, maxQueue: 1, clock });
    for (let i = 0; i < 1_000; i++) limiter.runSync(() => {});
    expect(clock.now()).toBeGreaterThan(333);
    expect(clock.now()).toBeLessThan(334.5);
  });
});

describe("on the system's clock, a rate limiter's queue", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("goes on under fake timers", async () => {
    vi.useFakeTimers();
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000, maxQueue: 5 });
    const atMs: number[] = [];
    const runs = [1, 2, 3].map(() => limiter.run(() => atMs.push(performance.now())));
    await vi.runAllTimersAsync();
    await Promise.all(runs);
    expect([(atMs[1] as number) - (atMs[0] as number), (atMs[2] as number) - (atMs[0] as number)]).toEqual([1_000, 2_000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("does not hang because fake timers were put away in which an earlier call waits", async () => {
    vi.useFakeTimers();
    const limiter = new RateLimiter({ limit: 1, intervalMs: 20, maxQueue: 5 });
    limiter.tryAcquire();
    const lost = limiter.run(() => "lost");
    vi.useRealTimers();
    vi.useFakeTimers();
    const later = limiter.run(() => "later");
    await vi.runAllTimersAsync();
    expect([await lost, await later]).toEqual(["lost", "later"]);
  });
});
