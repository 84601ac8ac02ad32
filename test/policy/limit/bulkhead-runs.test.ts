/* A bulkhead by itself, in a policy, and in a simulation. */
import { type Admission, type Applicant, Bulkhead, Policy, RateLimitError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { anotherOf } from "../../../src/core/part.ts";
import { ask } from "./ask.ts";

describe("a bulkhead by itself", () => {
  test("runs a function in a place, and gives it back whatever comes of it", async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1 });
    const inside = async (): Promise<number> => bulkhead.inUse;
    expect(await bulkhead.run(inside)).toBe(1);
    await expect(bulkhead.run(() => Promise.reject(new RateLimitError("no")))).rejects.toThrow("no");
    expect(bulkhead.runSync(() => bulkhead.inUse)).toBe(1);
    expect(() =>
      bulkhead.runSync(() => {
        throw new TypeError("mine");
      }),
    ).toThrow("mine");
    expect(bulkhead.stats).toMatchObject({ admitted: 4, inUse: 0 });
  });

  test("runs at most so many at a time, in order", async () => {
    const clock = new VirtualClock();
    const bulkhead = new Bulkhead({ maxConcurrent: 2, maxQueue: 10 });
    const started: number[] = [];
    let [now, most] = [0, 0];
    const runs = [0, 1, 2, 3, 4, 5].map((number) =>
      bulkhead.run(async () => {
        started.push(number);
        most = Math.max(most, ++now);
        await clock.sleep(10);
        now--;
        return number;
      }),
    );
    await clock.run();
    expect(await Promise.all(runs)).toEqual([0, 1, 2, 3, 4, 5]);
    expect([started, most]).toEqual([[0, 1, 2, 3, 4, 5], 2]);
  });

  test("gives up waiting when it is aborted, or its deadline passes", async () => {
    const clock = new VirtualClock();
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 10, clock });
    const taken = bulkhead.tryAcquire();
    const controller = new AbortController();
    const reason = new Error("never mind");
    const aborted = bulkhead.run(() => 1, { signal: controller.signal }).catch((error) => error);
    const late = bulkhead.run(() => 1, { deadlineMs: 50 }).catch((error) => error);
    expect(bulkhead.waiting).toBe(2);
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    expect(bulkhead.waiting).toBe(1);
    await clock.advance(50);
    expect((await late).name).toBe("DeadlineExceededError");
    expect(bulkhead.waiting).toBe(0);
    if (taken !== null) bulkhead.release(taken);
    expect(bulkhead.inUse).toBe(0);
  });

  test("cannot wait where the thread would block", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 10 });
    bulkhead.tryAcquire();
    expect(() => bulkhead.runSync(() => 1)).toThrow(/full/);
    expect(bulkhead.waiting).toBe(0);
  });

  test("gives a place by hand, or none", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 10 });
    const permit = bulkhead.tryAcquire();
    expect([bulkhead.tryAcquire(), bulkhead.waiting]).toEqual([null, 0]);
    if (permit !== null) bulkhead.release(permit);
    expect(bulkhead.tryAcquire()).not.toBeNull();
  });

  test("gives none by hand, and leaves nobody in its queue, where a subclass lets wait who does not wait", () => {
    class Patient extends Bulkhead {
      override admit(applicant: Applicant): Admission {
        return super.admit({ ...applicant, maxWaitMs: Infinity });
      }
    }
    const bulkhead = new Patient({ maxConcurrent: 1, maxQueue: 1 });
    expect(bulkhead.tryAcquire()).not.toBeNull();
    expect([bulkhead.tryAcquire(), bulkhead.waiting]).toEqual([null, 0]);
  });
});

describe("a bulkhead in a policy", () => {
  test("holds no place for a call that sleeps between its attempts", async () => {
    const clock = new VirtualClock();
    const bulkhead = new Bulkhead({ maxConcurrent: 1, clock });
    const policy = new Policy({ retry: { strategy: () => 100, maxAttempts: 2 }, limiter: bulkhead, clock });
    let attempts = 0;
    const call = policy.call(() => {
      if (++attempts === 1) throw Object.assign(new Error("again"), { code: "ECONNRESET" });
      return "done";
    });
    await clock.advance(50);
    expect(bulkhead.inUse).toBe(0);
    await clock.run();
    expect([await call, bulkhead.stats.admitted, bulkhead.inUse]).toEqual(["done", 2, 0]);
  });

  test("is shared by policies", async () => {
    const clock = new VirtualClock();
    const bulkhead = new Bulkhead({ maxConcurrent: 1 });
    const [one, other] = [new Policy({ limiter: bulkhead, clock }), new Policy({ limiter: bulkhead, clock })];
    const first = one.call(() => clock.sleep(10));
    await expect(other.call(() => 1)).rejects.toMatchObject({ name: "LimitedError", reason: "full" });
    await clock.run();
    await first;
    expect(await other.call(() => 1)).toBe(1);
  });

  test("gets the place back of an attempt that is cut by its timeout, though its operation goes on", async () => {
    const clock = new VirtualClock();
    const bulkhead = new Bulkhead({ maxConcurrent: 1, clock });
    const policy = new Policy({ retry: { attemptTimeoutMs: 10, maxAttempts: 1 }, limiter: bulkhead, clock });
    const call = policy.execute(() => new Promise(() => {}));
    expect(bulkhead.inUse).toBe(1);
    await clock.run();
    expect(await call).toMatchObject({ ok: false });
    expect(bulkhead.inUse).toBe(0);
  });
});

test("another bulkhead, as a simulation makes it, has the same settings and a clock of its own, and nobody in it", async () => {
  const bulkhead = new Bulkhead({ name: "db", maxConcurrent: 1, maxQueue: 2, queueTimeoutMs: 50 });
  ask(bulkhead);
  const clock = new VirtualClock();
  const another = anotherOf(bulkhead, clock) as Bulkhead;
  expect(another.describe()).toEqual({
    name: "Bulkhead",
    settings: { name: "db", maxConcurrent: 1, maxQueue: 2, queueTimeoutMs: 50 },
    state: { admitted: 0, rejected: 0, queued: 0, timedOut: 0, inUse: 0, waiting: 0 },
  });
  ask(another);
  const waiting = ask(another);
  await clock.advance(50);
  expect(waiting.heard).toMatchObject([{ reason: "queue_timeout" }]);
  expect(new Bulkhead({ maxConcurrent: 1 }).name).toBe("default");
});
