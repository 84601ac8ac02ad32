/* A limiter of the user's own may do what it likes: every call settles, once, and what it does to others stays with it. */
import {
  type Admission,
  type Applicant,
  type AttemptEnd,
  Bulkhead,
  type FailedHook,
  isLimitedError,
  type Limiter,
  type LimitPermit,
  type LimitTicket,
  Policy,
  type Rejection,
} from "redress";
import { describe, expect, test } from "vitest";
import { asFailure, asynchronousDrivers, drivers, ending, isSettled, listeningBreaker, macrotask, stage } from "./driving.ts";

const permit: LimitPermit = { kind: "admitted" };
const rejection: Rejection = { kind: "rejected", limiter: "own", reason: "full", retryAfterMs: null, why: "it is full" };
const own = new Error("the limiter's own");

const explode = (): never => {
  throw own;
};

interface OwnLimiter extends Limiter {
  /** Who waits, the latest last. */
  readonly applicants: Applicant[];
  /** How permits have come back. */
  readonly ends: AttemptEnd[];
  cancelled: number;
}

/** A limiter that answers as it is told to. Without an answer, it lets wait. */
function limiter(answer?: (applicant: Applicant) => unknown, ticket: Partial<LimitTicket> = {}): OwnLimiter {
  const it: OwnLimiter = {
    name: "own",
    applicants: [],
    ends: [],
    cancelled: 0,
    admit: (applicant) => {
      it.applicants.push(applicant);
      if (answer !== undefined) return answer(applicant) as Admission;
      const waits: LimitTicket = {
        kind: "queued",
        cancel: () => {
          it.cancelled++;
        },
        readyInMs: () => Infinity,
      };
      return { ...waits, ...ticket };
    },
    release: (_permit, end) => void it.ends.push(end),
  };
  return it;
}

/** How often it was invoked. */
function counting() {
  const op = () => {
    op.count++;
    return "value";
  };
  op.count = 0;
  return op;
}

/** What is no answer, and what it is called. */
const NONSENSE: readonly (readonly [string, unknown, string])[] = [
  ["undefined", undefined, "undefined"],
  ["null", null, "null"],
  ["true", true, "boolean"],
  ["a word", "admitted", "string"],
  ["an empty object", {}, "an object"],
  ["an answer of an unknown kind", { kind: "granted" }, "an object"],
  ["a function", () => permit, "function"],
];

describe.each(drivers)("through %s", (_name, driver) => {
  test.each(NONSENSE)(
    "an answer that is none, %s, is a TypeError that names admit(), and no attempt is made",
    async (_what, answer, called) => {
      const op = counting();
      const circuitBreaker = listeningBreaker();
      const { error } = await driver.call(stage({ limiter: limiter(() => answer), circuitBreaker }), op);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe(
        `The admit() of a limiter must return a permit, a rejection or a ticket at once, got ${called}.`,
      );
      expect([op.count, circuitBreaker.heard]).toEqual([0, ["cancel"]]);
    },
  );

  test("so is a promise of an answer, whose rejection is no unhandled one", async () => {
    const op = counting();
    for (const answer of [() => Promise.resolve(permit), () => Promise.reject(own)]) {
      const { error } = await driver.call(stage({ limiter: limiter(answer) }), op);
      expect(String(error)).toContain("got a promise");
    }
    expect(op.count).toBe(0);
    await macrotask();
  });

  test("what admit() throws ends the call, and says nothing about the dependency", async () => {
    const circuitBreaker = listeningBreaker();
    const op = counting();
    expect(await driver.call(stage({ limiter: limiter(explode), circuitBreaker }), op)).toEqual({ error: own });
    expect([op.count, circuitBreaker.heard]).toEqual([0, ["cancel"]]);
  });

  test("what release() throws, or rejects with, changes no call, and is told once", async () => {
    for (const release of [explode, () => Promise.reject(own)]) {
      const told: [unknown, FailedHook][] = [];
      const on = stage({
        limiter: { name: "own", admit: () => permit, release: release as () => void },
        onHookError: (error, hook) => told.push([error, hook]),
        operation: "op",
      });
      for (let i = 0; i < 3; i++) expect(await driver.call(on, () => "value")).toEqual({ value: "value" });
      await macrotask();
      expect(told).toEqual([[own, { name: "limiter.release", operation: "op" }]]);
    }
  });

  test("an attempt that is turned away after the first throws the operation's last error", async () => {
    let asked = 0;
    const limits = limiter(() => (asked++ === 0 ? permit : rejection));
    const failure = new Error("of the operation");
    const on = stage({ limiter: limits, retry: { classifier: () => "TRANSIENT", strategy: () => 5 } });
    const outcome = asFailure(
      await driver.execute(on, () => {
        throw failure;
      }),
    );
    expect(outcome).toMatchObject({
      stopReason: "LIMITED",
      attempts: 1,
      lastError: failure,
      limitedBy: { limiter: "own", reason: "full" },
    });
    expect(outcome.error).toBe(failure);
  });

  test("a call that is turned away at once throws a LimitedError that says by whom, and why", async () => {
    const { error } = await driver.call(stage({ limiter: limiter(() => rejection), operation: "search" }), () => "value");
    expect(isLimitedError(error)).toBe(true);
    expect(error).toMatchObject({ limiter: "own", reason: "full", retryAfterMs: null });
    expect(String(error)).toContain("it is full");
  });
});

describe("a thread that blocks", () => {
  test.each<[string, unknown]>([
    ["0", 0],
    ["NaN", Number.NaN],
    ["a negative number", -1],
    ["a promise", Promise.resolve(1)],
    ["nothing", undefined],
    ["a word", "soon"],
    ["a number as a text", "5"],
  ])("does not spin where a ticket that waits is ready in %s", (_what, ms) => {
    const { policy } = stage({ limiter: limiter(undefined, { readyInMs: () => ms as number }) });
    expect(() => policy.callSync(() => "value")).toThrow(
      "The readyInMs() of a limiter's ticket must return a number of milliseconds > 0 while it waits at once, got ",
    );
  });

  test("is turned away where only others can make way", () => {
    const own = limiter();
    const { policy } = stage({ limiter: own });
    expect(() => policy.callSync(() => "value")).toThrow(/blocked/);
    expect(own.cancelled).toBe(1);
  });

  test("is turned away where its turn does not come before its deadline", () => {
    const { policy, clock } = stage({ limiter: limiter(undefined, { readyInMs: () => 50 }) });
    const outcome = asFailure(policy.executeSync(() => "value", { deadlineMs: 20 }));
    expect(outcome).toMatchObject({ stopReason: "LIMITED", limitedBy: { reason: "rate", retryAfterMs: 50 } });
    expect(String(outcome.error)).toContain("(rate): its turn does not come before the deadline; there may be room in 50 ms.");
    expect(clock.now()).toBe(0);
  });

  test("is turned away where its clock does not move while it is blocked, instead of for ever", () => {
    let blocked = 0;
    const stopped = {
      now: () => 7,
      sleep: () => new Promise<void>(() => {}),
      alarm: () => () => {},
      sleepSync: () => void blocked++,
    };
    const own = limiter(undefined, { readyInMs: () => 5 });
    const outcome = asFailure(new Policy({ limiter: own, clock: stopped }).executeSync(() => "value"));
    expect(outcome).toMatchObject({ stopReason: "LIMITED", limitedBy: { reason: "rate", retryAfterMs: 5 } });
    expect([blocked, own.cancelled]).toEqual([1, 1]);
  });

  test("ends by its deadline where its turn is put off again and again", () => {
    const { policy, clock } = stage({ limiter: limiter(undefined, { readyInMs: () => 3 }) });
    const outcome = asFailure(policy.executeSync(() => "value", { deadlineMs: 10 }));
    expect(["LIMITED", "DEADLINE_EXCEEDED"]).toContain(outcome.stopReason);
    expect(clock.now()).toBeLessThanOrEqual(10);
  });
});

test("an abort gives up a place in the queue there and then", async () => {
  const own = limiter();
  const { policy } = stage({ limiter: own });
  const controller = new AbortController();
  const call = ending(policy.call(() => "value", { signal: controller.signal }));
  controller.abort("enough");
  expect(own.cancelled).toBe(1);
  expect(await call).toEqual({ error: "enough" });
});

describe.each(asynchronousDrivers)("waiting, through %s", (_name, driver) => {
  test("a limiter that never answers is waited for until the deadline", async () => {
    const limits = limiter();
    const circuitBreaker = listeningBreaker();
    const on = stage({ limiter: limits, circuitBreaker });
    const op = counting();
    const outcome = asFailure(await driver.execute(on, op, { deadlineMs: 30 }));
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 0, elapsedMs: 30 });
    expect([op.count, limits.cancelled, circuitBreaker.heard, on.clock.pending]).toEqual([0, 1, ["cancel"], 0]);
  });

  test("an abort leaves the queue at once", async () => {
    const limits = limiter();
    const on = stage({ limiter: limits });
    const controller = new AbortController();
    on.clock.alarm(7, () => controller.abort(own));
    expect(await driver.call(on, counting(), { signal: controller.signal })).toEqual({ error: own });
    expect([limits.cancelled, on.clock.now()]).toEqual([1, 7]);
  });

  test("a cancel() that throws keeps no call from its end, and is told", async () => {
    const told: string[] = [];
    const limits = limiter(undefined, { cancel: explode });
    const on = stage({ limiter: limits, onHookError: (_error, { name }) => told.push(name) });
    const controller = new AbortController();
    on.clock.alarm(5, () => controller.abort("left"));
    const aborted = driver.call(on, counting(), { signal: controller.signal });
    const late = driver.execute(on, counting(), { deadlineMs: 10 });
    expect(await aborted).toEqual({ error: "left" });
    expect(asFailure(await late).stopReason).toBe("DEADLINE_EXCEEDED");
    expect(told).toEqual(["limiter.cancel"]);
  });

  test("who is admitted twice makes one attempt, and gives the other permit back unused", async () => {
    const limits = limiter();
    const on = stage({ limiter: limits });
    const op = counting();
    on.clock.alarm(5, () => {
      for (const { admitted } of limits.applicants) void admitted;
      limits.applicants[0]?.admitted({ ...permit });
      limits.applicants[0]?.admitted({ ...permit });
    });
    expect(await driver.call(on, op)).toEqual({ value: "value" });
    expect([op.count, limits.ends]).toEqual([1, ["unused", "success"]]);
  });

  test.each<[string, (applicant: Applicant) => void, "value" | "LIMITED"]>([
    ["admitted, then turned away", (it) => [it.admitted(permit), it.rejected(rejection)], "value"],
    ["turned away, then admitted", (it) => [it.rejected(rejection), it.admitted(permit)], "LIMITED"],
  ])("what is said first counts: %s", async (_what, says, expected) => {
    const limits = limiter();
    const on = stage({ limiter: limits });
    on.clock.alarm(5, () => limits.applicants.forEach(says));
    const outcome = await driver.execute(on, () => "value");
    expect(outcome.ok ? outcome.value : outcome.stopReason).toBe(expected);
    expect(limits.ends).toEqual([expected === "value" ? "success" : "unused"]);
  });

  test("who is admitted after it has left gives the permit back unused", async () => {
    const limits = limiter();
    const on = stage({ limiter: limits });
    const op = counting();
    await driver.execute(on, op, { deadlineMs: 10 });
    limits.applicants[0]?.admitted(permit);
    limits.applicants[0]?.rejected(rejection);
    limits.applicants[0]?.failed(own);
    await macrotask();
    expect([op.count, limits.ends, on.policy.inFlight]).toEqual([0, ["unused"], 0]);
  });

  test("who is admitted within admit() itself, and then told to wait, has no place", async () => {
    const limits = limiter((applicant) => {
      applicant.admitted(permit);
      return { kind: "queued", cancel: () => {}, readyInMs: () => Infinity };
    });
    const on = stage({ limiter: limits });
    const op = counting();
    const outcome = asFailure(await driver.execute(on, op, { deadlineMs: 10 }));
    expect([outcome.stopReason, op.count, limits.ends]).toEqual(["DEADLINE_EXCEEDED", 0, ["unused"]]);
  });

  test.each<[string, (applicant: Applicant) => void, string]>([
    ["admitted()", (it) => it.admitted(undefined as never), "undefined"],
    ["admitted(null)", (it) => it.admitted(null as never), "null"],
    ["rejected()", (it) => it.rejected(undefined as never), "undefined"],
    ["rejected(null)", (it) => it.rejected(null as never), "null"],
    ["admitted(7)", (it) => it.admitted(7 as never), "number"],
    ["rejected({})", (it) => it.rejected({} as never), "an object"],
    ["admitted() with a promise", (it) => it.admitted(Promise.resolve(permit) as never), "a promise"],
    ["admitted() with a function that looks like a permit", (it) => it.admitted(Object.assign(() => {}, permit)), "function"],
  ])("who is told nothing at all, by %s, ends with a TypeError that says what it got", async (_what, says, got) => {
    const limits = limiter();
    const on = stage({ limiter: limits });
    on.clock.alarm(5, () => limits.applicants.forEach(says));
    const op = counting();
    const { error } = await driver.call(on, op);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toBe(`A limiter to its applicant must return a permit or a rejection at once, got ${got}.`);
    expect(op.count).toBe(0);
  });

  test("what a limiter says after it has admitted an attempt does not end it", async () => {
    const limits = limiter();
    const on = stage({ limiter: limits });
    on.clock.alarm(5, () => limits.applicants.forEach((it) => it.admitted(permit)));
    on.clock.alarm(10, () => limits.applicants.forEach((it) => [it.failed(own), it.rejected(rejection)]));
    const signal = new AbortController().signal;
    expect(await driver.call(on, () => on.clock.sleep(20).then(() => "value"), { signal })).toEqual({ value: "value" });
    expect([on.clock.now(), limits.ends]).toEqual([25, ["success"]]);
  });

  test("who is told of a fault ends with it", async () => {
    const limits = limiter();
    const on = stage({ limiter: limits });
    on.clock.alarm(5, () => limits.applicants.forEach((it) => it.failed(own)));
    expect(await driver.call(on, counting())).toEqual({ error: own });
  });
});

/** What may be wrong with the second of two limiters, and what it does when its time has come. */
const SECOND: readonly (readonly [string, () => OwnLimiter, (limits: OwnLimiter) => void])[] = [
  ["throws", () => limiter(explode), () => {}],
  ["answers nonsense", () => limiter(() => "yes"), () => {}],
  ["answers by promise", () => limiter(() => Promise.resolve(permit)), () => {}],
  ["turns away", () => limiter(() => rejection), () => {}],
  ["never answers", () => limiter(), () => {}],
  ["turns away later", () => limiter(), (it) => it.applicants.forEach((each) => each.rejected(rejection))],
  ["fails later", () => limiter(), (it) => it.applicants.forEach((each) => each.failed(own))],
  ["throws in cancel()", () => limiter(undefined, { cancel: explode }), () => {}],
  [
    "throws in release()",
    () =>
      Object.assign(
        limiter(() => permit),
        { release: explode },
      ),
    () => {},
  ],
  [
    "admits twice",
    () => limiter(),
    (it) => it.applicants.splice(0).forEach((each) => [each.admitted({ ...permit }), each.admitted({ ...permit })]),
  ],
  [
    "admits, then turns away",
    () => limiter(),
    (it) => it.applicants.splice(0).forEach((each) => [each.admitted({ ...permit }), each.rejected(rejection)]),
  ],
];

describe("behind a bulkhead, a limiter of the user's own", () => {
  test.each(SECOND)("that %s costs the bulkhead no place, and gives none away", async (_what, make, acts) => {
    const bulkhead = new Bulkhead({ maxConcurrent: 2, maxQueue: 10 });
    const second = make();
    const on = stage({ limiter: [bulkhead, second], onHookError: () => {} });
    let inFlight = 0;
    let most = 0;
    const op = async (): Promise<string> => {
      most = Math.max(most, ++inFlight);
      await on.clock.sleep(10);
      inFlight--;
      return "value";
    };
    for (let atMs = 1; atMs < 60; atMs += 2) on.clock.alarm(atMs, () => acts(second));
    const calls = Array.from({ length: 6 }, () => ending(on.policy.call(op, { deadlineMs: 50 })));
    await on.clock.run();
    for (const call of calls) expect(await isSettled(call)).toBe(true);
    // An attempt that is cut by its deadline goes on here, without a place.
    expect(most).toBeLessThanOrEqual(2);
    expect([bulkhead.inUse, bulkhead.waiting, on.clock.pending]).toEqual([0, 0, 0]);
  });

  test("that admits after it was left asks nobody else, and gets its own permit back", async () => {
    const first = limiter(() => permit);
    const second = limiter();
    const third = limiter(() => permit);
    const on = stage({ limiter: [first, second, third] });
    const op = counting();
    const call = ending(on.policy.call(op, { deadlineMs: 10 }));
    await on.clock.run();
    await call;
    second.applicants[0]?.admitted(permit);
    await macrotask();
    expect([op.count, first.ends, second.ends, third.applicants.length]).toEqual([0, ["unused"], ["unused"], 0]);
  });

  test("whose release() throws for an attempt that another one turns away changes nothing", async () => {
    const told: string[] = [];
    const first: Limiter = { name: "first", admit: () => permit, release: explode };
    const on = stage({ limiter: [first, limiter(() => rejection)], onHookError: (_error, { name }) => told.push(name) });
    expect(asFailure(await on.policy.execute(counting())).stopReason).toBe("LIMITED");
    expect(told).toEqual(["limiter.release"]);
  });
});
