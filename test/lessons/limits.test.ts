/* Lessons of all kinds, where attempts wait for a limiter: none of these sentences may ever be true of redress. */
import { getEventListeners } from "node:events";
import { Bulkhead, type BulkheadOptions, constant, Policy, RateLimiter, TransientError } from "redress";
import { describe, expect, test, vi } from "vitest";
import {
  alwaysThrowing,
  asFailure,
  drivers,
  ending,
  hang,
  isSettled,
  listeningBudget,
  played,
  stage,
  throwing,
} from "../run/driving.ts";

const transient = new TransientError();

describe.each(drivers)("through %s", (_name, driver) => {
  test("never: the default retry retries the limiter's own rejection", async () => {
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1e9 });
    limiter.tryAcquire();
    const budget = listeningBudget();
    const on = stage({ retry: { strategy: constant(1), budget }, limiter });
    const outcome = asFailure(await driver.execute(on, () => "value"));
    expect(outcome).toMatchObject({ stopReason: "LIMITED", attempts: 0 });
    expect([limiter.stats.rejected, budget.heard, on.clock.now()]).toEqual([1, [], 0]);
  });

  test("never: an outer policy retries the rejection of an inner one's limiter", async () => {
    const inner = new Policy({ limiter: new RateLimiter({ limit: 0.5, intervalMs: 1_000, burst: 1 }) });
    await inner.call(() => 1);
    const on = stage({ retry: { strategy: constant(1) } });
    let asked = 0;
    const { error } = await driver.call(on, () => {
      asked++;
      return inner.callSync(() => 1);
    });
    expect(error).toMatchObject({ code: "ERR_REDRESS_LIMITED" });
    expect(asked).toBe(1);
  });

  test("never: the refusal replaces the real error", async () => {
    const limiter = new RateLimiter({ limit: 2, intervalMs: 1e9 });
    const on = stage({ retry: { strategy: constant(5) }, limiter });
    expect(await driver.call(on, alwaysThrowing(transient))).toEqual({ error: transient });
    expect(limiter.stats).toMatchObject({ admitted: 2, rejected: 1 });
  });

  test("never: a place is held while a call sleeps before its retry", async () => {
    const limiter = new Bulkhead({ maxConcurrent: 1 });
    const inUse: number[] = [];
    const beforeSleep = (): unknown => inUse.push(limiter.inUse);
    const on = stage({ retry: { strategy: constant(5), beforeSleep }, limiter });
    expect(await driver.call(on, throwing(transient, transient))).toEqual({ value: "value" });
    expect([inUse, limiter.inUse]).toEqual([[0, 0], 0]);
  });

  test("never: an operation that throws costs a place", async () => {
    const limiter = new Bulkhead({ maxConcurrent: 1 });
    const on = stage({ limiter });
    for (const thrown of [transient, undefined, null, 0, "text"])
      expect(await driver.call(on, alwaysThrowing(thrown))).toEqual({ error: thrown });
    expect(limiter.inUse).toBe(0);
  });
});

describe("a queue", () => {
  const queue = (maxQueue: number, queueTimeoutMs = Infinity) => {
    const on = stage();
    const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue, queueTimeoutMs, clock: on.clock });
    return { limiter, on: stage({ limiter, retry: { deadlineMs: 1_000, maxAttempts: 1 } }, on.clock) };
  };

  test("never: queues callers without bound, or at all where nobody has asked for it", async () => {
    const clock = stage().clock;
    const on = stage({ limiter: new Bulkhead({ maxConcurrent: 1, clock }) }, clock);
    const first = ending(on.policy.call(hang, { deadlineMs: 50 }));
    expect(asFailure(await on.policy.execute(() => 1)).stopReason).toBe("LIMITED");
    const { on: bounded, limiter } = queue(3);
    const calls = Array.from({ length: 10 }, () => bounded.policy.execute(hang));
    expect(limiter.waiting).toBe(3);
    await played(on.clock, first);
    await played(bounded.clock, Promise.all(calls));
  });

  test("never: an abort in the queue settles only when the wait ends, or leaves something behind", async () => {
    const { on, limiter } = queue(5);
    const controller = new AbortController();
    const holder = ending(on.policy.call(hang));
    const waiting = ending(on.policy.call(() => 1, { signal: controller.signal }));
    await on.clock.advance(1);
    expect(limiter.waiting).toBe(1);
    controller.abort("enough");
    expect(await isSettled(waiting)).toBe(true);
    expect(await waiting).toEqual({ error: "enough" });
    expect([limiter.waiting, getEventListeners(controller.signal, "abort").length]).toEqual([0, 0]);
    await played(on.clock, holder);
    expect([limiter.inUse, on.clock.pending]).toEqual([0, 0]);
  });

  test("50 calls in a queue keep one listener on their signal, and none once it has aborted", async () => {
    const { on, limiter } = queue(50);
    const controller = new AbortController();
    const { signal } = controller;
    const calls = Array.from({ length: 51 }, () => ending(on.policy.call(hang, { signal })));
    await on.clock.advance(1);
    expect([limiter.waiting, getEventListeners(signal, "abort").length]).toEqual([50, 1]);
    controller.abort();
    await Promise.all(calls);
    expect([limiter.waiting, getEventListeners(signal, "abort").length, on.clock.pending]).toEqual([0, 0, 0]);
  });

  test("never: the timeout of one that waits turns the others away", async () => {
    const { on, limiter } = queue(5, 100);
    const holder = on.policy.call(() => on.clock.sleep(120));
    const early = on.policy.execute(() => "early");
    await on.clock.advance(50);
    const late = on.policy.execute(() => "late");
    await on.clock.run();
    await holder;
    expect(asFailure(await early).limitedBy).toMatchObject({ reason: "queue_timeout" });
    expect(await late).toMatchObject({ ok: true, value: "late", elapsedMs: 70 });
    expect(limiter.stats).toMatchObject({ timedOut: 1, waiting: 0, inUse: 0 });
  });

  test("never: two policies that share a limiter meet through anything but its places", async () => {
    const { on, limiter } = queue(5);
    const other = stage({ limiter, retry: { deadlineMs: 10, maxAttempts: 1 } }, on.clock);
    const holder = on.policy.call(() => on.clock.sleep(100).then(() => "first"));
    const impatient = other.policy.execute(() => "second");
    const patient = on.policy.execute(() => "third");
    await on.clock.run();
    expect(await holder).toBe("first");
    expect(asFailure(await impatient)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 0, elapsedMs: 10 });
    expect(await patient).toMatchObject({ ok: true, value: "third", elapsedMs: 100 });
  });

  test("never: options are mutated, or read again later", () => {
    const options: BulkheadOptions = Object.freeze({ maxConcurrent: 1, maxQueue: 1 });
    const changing: { -readonly [Option in keyof BulkheadOptions]: BulkheadOptions[Option] } = { ...options };
    const limiter = new Bulkhead(changing);
    changing.maxConcurrent = 100;
    expect([limiter.tryAcquire(), limiter.tryAcquire()]).toEqual([expect.anything(), null]);
    expect(new Bulkhead(options).describe().settings).toMatchObject(options);
  });
});

describe("on the system's clock", () => {
  test("never: waits above 2^31 - 1 ms end at once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: 1, queueTimeoutMs: 2 ** 31 });
      const permit = limiter.tryAcquire();
      const waiting = ending(limiter.run(() => "value"));
      await vi.advanceTimersByTimeAsync(2 ** 31 - 2);
      expect([permit, limiter.waiting]).toEqual([expect.anything(), 1]);
      await vi.advanceTimersByTimeAsync(10);
      expect(await waiting).toMatchObject({ error: { reason: "queue_timeout" } });
    } finally {
      vi.useRealTimers();
    }
  });
});
