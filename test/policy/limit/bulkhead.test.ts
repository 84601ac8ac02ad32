import { Bulkhead, type LimitedError, Policy, RateLimitError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { ask, leave, permitOf } from "./ask.ts";

const kinds = (bulkhead: Bulkhead, many: number): string[] => Array.from({ length: many }, () => ask(bulkhead).answer.kind);

describe("a bulkhead", () => {
  test("admits so many at a time, and turns the others away", () => {
    const bulkhead = new Bulkhead({ name: "db", maxConcurrent: 2 });
    expect(kinds(bulkhead, 3)).toEqual(["admitted", "admitted", "rejected"]);
    expect(bulkhead.stats).toEqual({ admitted: 2, rejected: 1, queued: 0, timedOut: 0, inUse: 2, waiting: 0 });
  });

  test("admits the next one when a place is given back, however the attempt ended", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1 });
    for (const end of ["success", "cancel", "unused", { errorClass: "TRANSIENT" }] as const) {
      const first = ask(bulkhead);
      expect(bulkhead.inUse).toBe(1);
      bulkhead.release(permitOf(first), end);
      expect(bulkhead.inUse).toBe(0);
    }
  });

  test("lets so many wait, first come, first served, and turns further ones away", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 2 });
    const [first, second, third, fourth] = [ask(bulkhead), ask(bulkhead), ask(bulkhead), ask(bulkhead)];
    expect([second, third, fourth].map(({ answer }) => answer.kind)).toEqual(["queued", "queued", "rejected"]);
    expect([bulkhead.inUse, bulkhead.waiting]).toEqual([1, 2]);
    bulkhead.release(permitOf(first), "success");
    expect([second.heard.length, third.heard.length]).toEqual([1, 0]);
    bulkhead.release(permitOf(second), "success");
    expect(third.heard.length).toBe(1);
    expect(bulkhead.stats).toEqual({ admitted: 3, rejected: 1, queued: 2, timedOut: 0, inUse: 1, waiting: 0 });
  });

  test("lets who has a share fill so much of its places and its queue, and leaves the rest to the others", () => {
    const bulkhead = new Bulkhead({ name: "door", maxConcurrent: 2, maxQueue: 2 });
    const low = (): string => ask(bulkhead, { share: 0.5 }).answer.kind;
    expect([low(), low(), low()]).toEqual(["admitted", "admitted", "rejected"]);
    expect([ask(bulkhead, { share: 0.75 }).answer.kind, ask(bulkhead).answer.kind]).toEqual(["queued", "queued"]);
    expect(ask(bulkhead).answer).toMatchObject({
      kind: "rejected",
      why: "its 2 places are taken, and 2 wait already (maxQueue)",
    });
    expect(ask(bulkhead, { share: 0.5 }).answer).toMatchObject({
      reason: "full",
      why: "2 are in and 2 wait, and the rest is for what matters more",
    });
    expect(bulkhead.stats).toMatchObject({ admitted: 2, queued: 2, rejected: 3 });
  });

  test("has at least one place for whoever has a share", () => {
    expect(ask(new Bulkhead({ maxConcurrent: 1 }), { share: 0.01 }).answer.kind).toBe("admitted");
  });

  test("does not let wait who does not wait, such as a hedge", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 2 });
    ask(bulkhead);
    expect(ask(bulkhead, { maxWaitMs: 0 }).answer.kind).toBe("rejected");
    expect(bulkhead.waiting).toBe(0);
  });

  test("lets nobody in before those who wait, even while they are told", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 3 });
    const first = ask(bulkhead);
    const order: string[] = [];
    const second = ask(bulkhead, {
      told: () => {
        order.push("second");
        bulkhead.release(second.heard[0] as never, "success");
        const late = ask(bulkhead, { told: () => order.push("late") });
        expect(late.answer.kind).toBe("queued");
      },
    });
    const third = ask(bulkhead, { told: () => order.push("third") });
    bulkhead.release(permitOf(first), "success");
    expect(order).toEqual(["second", "third"]);
    bulkhead.release(permitOf(third), "success");
    expect(order).toEqual(["second", "third", "late"]);
  });

  test("forgets who leaves the queue", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 3 });
    const first = ask(bulkhead);
    const [second, third] = [ask(bulkhead), ask(bulkhead)];
    leave(second);
    leave(second);
    expect(bulkhead.waiting).toBe(1);
    bulkhead.release(permitOf(first), "success");
    expect([second.heard, third.heard.length]).toEqual([[], 1]);
    leave(third);
    expect(bulkhead.inUse).toBe(1);
  });

  test("serves everybody, whoever throws when it is told, and says what was thrown", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 3 });
    const first = ask(bulkhead);
    const thrown = new Error("not mine");
    ask(bulkhead, {
      told: (permit) => {
        bulkhead.release(permit as never, "unused");
        throw thrown;
      },
    });
    const third = ask(bulkhead);
    expect(() => bulkhead.release(permitOf(first), "success")).toThrow(thrown);
    expect(third.heard.length).toBe(1);
    bulkhead.release(permitOf(third), "success");
    expect(bulkhead.inUse).toBe(0);
  });

  test("serves a long queue of attempts that are never made without a deep stack", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: Infinity });
    const first = ask(bulkhead);
    let served = 0;
    for (let i = 0; i < 20_000; i++) {
      ask(bulkhead, {
        told: (permit) => {
          served++;
          bulkhead.release(permit as never, "unused");
        },
      });
    }
    bulkhead.release(permitOf(first), "success");
    expect([served, bulkhead.inUse, bulkhead.waiting]).toEqual([20_000, 0, 0]);
  });

  test("of infinitely many places admits everybody", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: Number.POSITIVE_INFINITY });
    expect(new Set(kinds(bulkhead, 1_000))).toEqual(new Set(["admitted"]));
    expect(bulkhead.describe().settings).toMatchObject({ maxConcurrent: "Infinity" });
  });
});

describe("the queue timeout of a bulkhead", () => {
  test("turns away who has waited for so long", async () => {
    const clock = new VirtualClock();
    const bulkhead = new Bulkhead({ name: "db", maxConcurrent: 2, maxQueue: 5, queueTimeoutMs: 100, clock });
    ask(bulkhead);
    ask(bulkhead);
    const early = ask(bulkhead);
    await clock.advance(60);
    const late = ask(bulkhead);
    await clock.advance(60);
    expect(early.heard).toEqual([
      { kind: "rejected", limiter: "db", reason: "queue_timeout", retryAfterMs: null, why: expect.any(String) },
    ]);
    expect(late.heard).toEqual([]);
    await clock.advance(60);
    expect(late.heard.length).toBe(1);
    expect(bulkhead.stats).toMatchObject({ rejected: 2, timedOut: 2, waiting: 0 });
  });

  test("leaves no alarm behind when somebody is admitted or leaves", () => {
    const clock = new VirtualClock();
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 5, queueTimeoutMs: 100, clock });
    const first = ask(bulkhead);
    const [second, third] = [ask(bulkhead), ask(bulkhead)];
    expect(clock.pending).toBe(2);
    leave(third);
    bulkhead.release(permitOf(first), "success");
    expect(second.heard.length).toBe(1);
    expect(clock.pending).toBe(0);
  });
});

describe("what the error of a full bulkhead says", () => {
  const full = async (options: { maxConcurrent: number; maxQueue?: number }): Promise<LimitedError> => {
    const bulkhead = new Bulkhead({ name: "db", ...options });
    while (ask(bulkhead).answer.kind !== "rejected");
    return bulkhead.run(() => 1).catch((error) => error);
  };

  test.each([
    [{ maxConcurrent: 1 }, "its one place is taken, and it has no queue (maxQueue is 0)"],
    [{ maxConcurrent: 10 }, "its 10 places are taken, and it has no queue (maxQueue is 0)"],
    [{ maxConcurrent: 10, maxQueue: 5 }, "its 10 places are taken, and 5 wait already (maxQueue)"],
  ])("%o: %s", async (options, why) => {
    const error = await full(options);
    expect(error.message).toBe(`Limiter "db" turned the call away (full): ${why}.`);
    expect(error).toMatchObject({ limiter: "db", reason: "full", retryAfterMs: null });
  });

  test("a timeout in the queue", async () => {
    const clock = new VirtualClock();
    const bulkhead = new Bulkhead({ name: "db", maxConcurrent: 10, maxQueue: 1, queueTimeoutMs: 250, clock });
    for (let i = 0; i < 10; i++) ask(bulkhead);
    const call = bulkhead.run(() => 1).catch((error) => error.message);
    await clock.run();
    expect(await call).toBe('Limiter "db" turned the call away (queue_timeout): none of its 10 places came free within 250 ms.');
  });
});

describe("a bulkhead that is reset", () => {
  test("turns away those who wait, begins its counts anew, and keeps the places that are taken", () => {
    const bulkhead = new Bulkhead({ name: "db", maxConcurrent: 1, maxQueue: 2 });
    const first = ask(bulkhead);
    const waiting = [ask(bulkhead), ask(bulkhead)];
    bulkhead.reset();
    for (const { heard } of waiting) expect(heard).toMatchObject([{ kind: "rejected", reason: "full" }]);
    expect(bulkhead.stats).toEqual({ admitted: 0, rejected: 0, queued: 0, timedOut: 0, inUse: 1, waiting: 0 });
    expect(ask(bulkhead).answer.kind).toBe("queued");
    bulkhead.release(permitOf(first), "success");
    expect(bulkhead.inUse).toBe(1);
  });

  test("tells all who wait, whatever one of them throws", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 2 });
    ask(bulkhead);
    ask(bulkhead, {
      told: () => {
        throw new Error("not mine");
      },
    });
    const last = ask(bulkhead);
    expect(() => bulkhead.reset()).toThrow("not mine");
    expect(last.heard.length).toBe(1);
  });
});

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

test("a bulkhead describes itself as plain JSON", () => {
  const bulkhead = new Bulkhead({ name: "db", maxConcurrent: 3 });
  ask(bulkhead);
  expect(bulkhead.describe()).toEqual({
    name: "Bulkhead",
    settings: { name: "db", maxConcurrent: 3, maxQueue: 0, queueTimeoutMs: "Infinity" },
    state: { admitted: 1, rejected: 0, queued: 0, timedOut: 0, inUse: 1, waiting: 0 },
  });
  expect(new Policy({ limiter: bulkhead }).describe().limiters).toEqual([
    { name: "Bulkhead", settings: { name: "db", maxConcurrent: 3, maxQueue: 0, queueTimeoutMs: "Infinity" } },
  ]);
});
