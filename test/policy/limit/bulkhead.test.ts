import { Bulkhead, type LimitedError, Policy } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";
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

  test("counts those who wait, too, against the share of who comes later", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 2, maxQueue: 3 });
    expect([ask(bulkhead), ask(bulkhead), ask(bulkhead)].map(({ answer }) => answer.kind)).toEqual([
      "admitted",
      "admitted",
      "queued",
    ]);
    expect(ask(bulkhead, { share: 0.6 }).answer).toMatchObject({
      kind: "rejected",
      why: "2 are in and 1 wait, and the rest is for what matters more",
    });
    expect(ask(bulkhead, { share: 0.8 }).answer.kind).toBe("queued");
  });

  test("has at least one place for whoever has a share", () => {
    expect(ask(new Bulkhead({ maxConcurrent: 1 }), { share: 0.01 }).answer.kind).toBe("admitted");
  });

  test("does not let wait who does not wait, such as a hedge", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 2 });
    ask(bulkhead);
    expect(ask(bulkhead, { maxWaitMs: 0 }).answer).toMatchObject({
      kind: "rejected",
      why: "its one place is taken, and the attempt does not wait",
    });
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

  test("lets no more wait than its queue holds, even while a place that was given back is not given on yet", () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 2 });
    const first = ask(bulkhead);
    const late: string[] = [];
    ask(bulkhead, {
      told: (permit) => {
        bulkhead.release(permit as never, "unused");
        late.push(ask(bulkhead).answer.kind, ask(bulkhead).answer.kind);
      },
    });
    ask(bulkhead);
    bulkhead.release(permitOf(first), "success");
    expect(late).toEqual(["queued", "rejected"]);
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
    for (let i = 0; i < 10_000; i++) {
      ask(bulkhead, {
        told: (permit) => {
          served++;
          bulkhead.release(permit as never, "unused");
        },
      });
    }
    bulkhead.release(permitOf(first), "success");
    expect([served, bulkhead.inUse, bulkhead.waiting]).toEqual([10_000, 0, 0]);
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

test("a bulkhead without a queue timeout sets no alarm for those who wait", () => {
  const alarm = vi.fn(() => () => {});
  const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 1, clock: { now: () => 0, sleep: async () => {}, alarm } });
  ask(bulkhead);
  const second = ask(bulkhead);
  expect(second.answer.kind).toBe("queued");
  expect(alarm).not.toHaveBeenCalled();
  leave(second);
  expect(bulkhead.waiting).toBe(0);
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
    const rejection = {
      kind: "rejected",
      limiter: "db",
      reason: "full",
      retryAfterMs: null,
      why: "it was reset while the call waited for a place",
    };
    for (const { heard } of waiting) expect(heard).toEqual([rejection]);
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
