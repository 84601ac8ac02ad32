import { AdaptiveThrottle, type AttemptEnd, LimitedError, type LimitPermit, Policy, type Rejection } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { anotherOf } from "../../../src/core/part.ts";

const clock = new VirtualClock();
/** Never held back by chance, and always. */
const lucky = (): number => 1 - Number.EPSILON;
const unlucky = (): number => 0;
const refused: AttemptEnd = { errorClass: "SERVER_ERROR" };

const ask = (throttle: AdaptiveThrottle): LimitPermit | Rejection => throttle.admit();

/** So many attempts, one after another, that all end alike; those that are held back are not made. */
function attempts(throttle: AdaptiveThrottle, count: number, end: AttemptEnd): void {
  for (let made = 0; made < count; made++) {
    const permit = throttle.tryAcquire();
    if (permit !== null) throttle.release(permit, end);
  }
}

describe("the share that is held back", () => {
  test.each<[number, number, number]>([
    [10, 10, 0],
    [10, 5, 0],
    [10, 4, 2 / 11],
    [10, 0, 10 / 11],
    [1, 0, 1 / 2],
    [99, 9, 81 / 100],
  ])(
    "of %i requests, of which %i were accepted, is max(0, (requests - 2 x accepts) / (requests + 1))",
    (requests, accepts, ratio) => {
      const throttle = new AdaptiveThrottle({ clock, random: lucky });
      attempts(throttle, accepts, "success");
      attempts(throttle, requests - accepts, refused);
      expect(throttle.rejectionRatio).toBeCloseTo(ratio, 12);
      expect(throttle.stats.rejectionRatio).toBe(throttle.rejectionRatio);
    },
  );

  test("begins above `multiplier` times what is accepted", () => {
    const throttle = new AdaptiveThrottle({ multiplier: 1, clock, random: lucky });
    attempts(throttle, 5, "success");
    attempts(throttle, 5, refused);
    expect(throttle.rejectionRatio).toBeCloseTo(5 / 11, 12);
  });

  test("is the probability of being held back", () => {
    let chance = 0;
    const throttle = new AdaptiveThrottle({ clock, random: () => chance });
    attempts(throttle, 1, refused);
    chance = 0.5;
    expect(ask(throttle).kind).toBe("admitted");
    chance = 0.499;
    expect(ask(throttle).kind).toBe("rejected");
  });

  test("grows with the attempts that are held back: they are requests that were not accepted", () => {
    const throttle = new AdaptiveThrottle({ clock, random: unlucky });
    attempts(throttle, 1, refused);
    expect(ask(throttle).kind).toBe("rejected");
    expect(throttle.rejectionRatio).toBeCloseTo(2 / 3, 12);
    expect(throttle.stats).toMatchObject({ admitted: 1, rejected: 1, accepted: 0, refused: 1 });
  });

  test("is none while the dependency takes all, whatever `random` answers", () => {
    expect(ask(new AdaptiveThrottle({ clock, random: () => Number.NaN })).kind).toBe("admitted");
  });

  test("never is all of them: a part finds out whether the dependency is back", () => {
    const throttle = new AdaptiveThrottle({ clock, random: lucky });
    attempts(throttle, 100_000, refused);
    expect(throttle.rejectionRatio).toBeLessThan(1);
    expect(ask(throttle).kind).toBe("admitted");
  });
});

describe("what an attempt counts", () => {
  const ratioAfter = (end: AttemptEnd): number => {
    const throttle = new AdaptiveThrottle({ clock, random: lucky });
    attempts(throttle, 10, refused);
    attempts(throttle, 10, end);
    return throttle.rejectionRatio;
  };

  test.each(["RATE_LIMIT", "SERVER_ERROR", "TRANSIENT"] as const)("%s was refused", (errorClass) => {
    expect(ratioAfter({ errorClass })).toBeCloseTo(20 / 21, 12);
  });

  test("a timeout was refused", () => {
    expect(ratioAfter({ errorClass: "TRANSIENT", timeout: true })).toBeCloseTo(20 / 21, 12);
  });

  test.each(["AUTH", "PERMISSION", "PERMANENT", "CONCURRENCY", "UNKNOWN"] as const)(
    "%s is an answer of a dependency that is there",
    (errorClass) => {
      expect(ratioAfter({ errorClass })).toBe(0);
    },
  );

  test.each(["cancel", "unused"] as const)("%s says nothing: it is as if it had not been asked for", (end) => {
    expect(ratioAfter(end)).toBeCloseTo(10 / 11, 12);
  });

  test("however many attempts are cut, nothing is held back for it", () => {
    const throttle = new AdaptiveThrottle({ clock, random: unlucky });
    attempts(throttle, 1_000, "cancel");
    expect(throttle.rejectionRatio).toBe(0);
    expect(throttle.stats).toMatchObject({ admitted: 1_000, accepted: 0, refused: 0, rejected: 0 });
  });

  test("one that was never made is not counted", () => {
    const throttle = new AdaptiveThrottle({ clock });
    attempts(throttle, 3, "unused");
    expect(throttle.stats).toEqual({ admitted: 0, rejected: 0, accepted: 0, refused: 0, rejectionRatio: 0 });
  });

  test("one that is in flight says nothing yet: the first of a process, which all begin before an answer is there, are not held back by each other", () => {
    const throttle = new AdaptiveThrottle({ clock, random: unlucky });
    const permits = Array.from({ length: 100 }, () => ask(throttle));
    expect(permits.every(({ kind }) => kind === "admitted")).toBe(true);
    for (const permit of permits) throttle.release(permit as LimitPermit, "success");
    expect(throttle.rejectionRatio).toBe(0);
  });
});

describe("the window", () => {
  test("begins with the attempt, and not with its end", async () => {
    const clock = new VirtualClock();
    const throttle = new AdaptiveThrottle({ windowMs: 1_000, clock, random: lucky });
    const permit = ask(throttle) as LimitPermit;
    await clock.advance(500);
    throttle.release(permit, refused);
    expect(throttle.rejectionRatio).toBe(0.5);
    await clock.advance(500);
    expect(throttle.rejectionRatio).toBe(0);
  });

  test("forgets within a hundredth of its length", async () => {
    const clock = new VirtualClock(12_345);
    const throttle = new AdaptiveThrottle({ windowMs: 1_000, clock, random: lucky });
    attempts(throttle, 3, refused);
    await clock.advance(989);
    expect(throttle.rejectionRatio).toBe(0.75);
    await clock.advance(11);
    expect(throttle.rejectionRatio).toBe(0);
  });

  test("does not hear of an attempt that took longer than it", async () => {
    const clock = new VirtualClock();
    const throttle = new AdaptiveThrottle({ windowMs: 1_000, clock, random: lucky });
    const permit = ask(throttle) as LimitPermit;
    await clock.advance(5_000);
    expect(throttle.rejectionRatio).toBe(0);
    throttle.release(permit, refused);
    expect(throttle.rejectionRatio).toBe(0);
    expect(throttle.stats).toMatchObject({ admitted: 1, refused: 1 });
  });

  test("forgets what was taken and what was refused as it grows old, and nothing that is younger", async () => {
    const clock = new VirtualClock();
    const throttle = new AdaptiveThrottle({ windowMs: 1_000, clock, random: lucky });
    attempts(throttle, 10, "success");
    await clock.advance(500);
    attempts(throttle, 10, refused);
    expect(throttle.rejectionRatio).toBe(0);
    await clock.advance(500);
    expect(throttle.rejectionRatio).toBeCloseTo(10 / 11, 12);
    attempts(throttle, 1, "success");
    expect(throttle.rejectionRatio).toBeCloseTo(9 / 12, 12);
    await clock.advance(500);
    expect(throttle.rejectionRatio).toBe(0);
  });

  test("may have no end", async () => {
    const clock = new VirtualClock();
    const throttle = new AdaptiveThrottle({ windowMs: Number.POSITIVE_INFINITY, clock, random: lucky });
    attempts(throttle, 1, refused);
    await clock.advance(1e12);
    expect(throttle.rejectionRatio).toBe(0.5);
  });
});

describe("an attempt that is held back", () => {
  const failing = (): AdaptiveThrottle => {
    const throttle = new AdaptiveThrottle({ name: "search", clock, random: unlucky });
    attempts(throttle, 1, refused);
    return throttle;
  };

  test("hears which limiter it was, and why, and of no time to come back: the next one may be let through", () => {
    expect(ask(failing())).toEqual({
      kind: "rejected",
      limiter: "search",
      reason: "throttled",
      retryAfterMs: null,
      why: "the dependency refuses so much that 50 % of the attempts are not sent",
    });
  });

  test("is a LimitedError to who runs a function through it", async () => {
    const error = await failing()
      .run(async () => "never")
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LimitedError);
    expect(error).toMatchObject({ limiter: "search", reason: "throttled", retryAfterMs: null });
    expect(() => failing().runSync(() => "never")).toThrow(LimitedError);
  });

  test("is the end of a call: it is not retried, and throws what failed before", async () => {
    const throttle = new AdaptiveThrottle({ clock, random: unlucky });
    const policy = new Policy({ retry: { maxAttempts: 5 }, limiter: throttle, clock });
    const calling = policy.execute(() => {
      throw Object.assign(new Error("overloaded"), { status: 503 });
    });
    await clock.run();
    expect(await calling).toMatchObject({ ok: false, stopReason: "LIMITED", attempts: 1, limitedBy: { reason: "throttled" } });
  });
});

test("what runs through it is counted by how it ended", async () => {
  const throttle = new AdaptiveThrottle({ clock, random: lucky });
  await throttle.run(async () => 1);
  throttle.runSync(() => 1);
  await throttle.run(() => Promise.reject(Object.assign(new Error("busy"), { status: 503 }))).catch(() => {});
  await throttle.run(() => Promise.reject(Object.assign(new Error("no such thing"), { status: 404 }))).catch(() => {});
  const aborted = new AbortController();
  const running = throttle.run(() => new Promise(() => {}), { signal: aborted.signal });
  aborted.abort();
  await running.catch(() => {});
  expect(throttle.stats).toEqual({ admitted: 5, rejected: 0, accepted: 3, refused: 1, rejectionRatio: 0 });
});

test("reset forgets everything, and what is in flight counts no more", () => {
  const throttle = new AdaptiveThrottle({ clock, random: lucky });
  attempts(throttle, 10, refused);
  const permit = ask(throttle) as LimitPermit;
  throttle.reset();
  throttle.release(permit, refused);
  expect(throttle.stats).toEqual({ admitted: 0, rejected: 0, accepted: 0, refused: 0, rejectionRatio: 0 });
});

test("its counts are as of now, and those that were handed out stay what they were", () => {
  const throttle = new AdaptiveThrottle({ clock, random: lucky });
  const before = throttle.stats;
  attempts(throttle, 1, "success");
  expect(before.admitted).toBe(0);
  expect(throttle.stats).toMatchObject({ admitted: 1, accepted: 1 });
});

test("says what it is, as plain JSON", () => {
  const throttle = new AdaptiveThrottle({ name: "search", multiplier: 1.5, windowMs: Number.POSITIVE_INFINITY, clock });
  const description = {
    name: "AdaptiveThrottle",
    settings: { name: "search", multiplier: 1.5, windowMs: "Infinity" },
    state: { admitted: 0, rejected: 0, accepted: 0, refused: 0, rejectionRatio: 0 },
  };
  expect(throttle.describe()).toEqual(description);
  expect(JSON.parse(JSON.stringify(throttle.describe()))).toEqual(description);
  expect(new Policy({ limiter: throttle }).describe().limiters).toEqual([
    { name: "AdaptiveThrottle", settings: description.settings },
  ]);
});

test("another one, as a simulation makes it, has the same settings, a clock and a chance of its own, and has heard nothing", () => {
  const throttle = new AdaptiveThrottle({ name: "search", multiplier: 1.5, windowMs: 5_000, clock, random: lucky });
  attempts(throttle, 10, refused);
  const another = anotherOf(throttle, new VirtualClock(), undefined, unlucky) as AdaptiveThrottle;
  expect(another.describe()).toEqual({ ...throttle.describe(), state: { ...new AdaptiveThrottle().stats } });
  expect(new AdaptiveThrottle().name).toBe("default");
  attempts(another, 1, refused);
  expect(ask(another).kind).toBe("rejected");
  expect(throttle.stats.rejected).toBe(0);
});

describe("a clock that is wrong", () => {
  test("that stands still forgets nothing, and counts all the same", () => {
    const throttle = new AdaptiveThrottle({ windowMs: 10, clock: still(5), random: lucky });
    attempts(throttle, 99, refused);
    expect(throttle.rejectionRatio).toBeCloseTo(99 / 100, 12);
  });

  test("that goes back goes on where it was", () => {
    let nowMs = 10_000;
    const throttle = new AdaptiveThrottle({ windowMs: 1_000, clock: { ...still(0), now: () => nowMs }, random: lucky });
    attempts(throttle, 1, refused);
    nowMs = 0;
    attempts(throttle, 8, refused);
    expect(throttle.rejectionRatio).toBeCloseTo(9 / 10, 12);
    nowMs = 11_000;
    expect(throttle.rejectionRatio).toBe(0);
  });
});

const still = (atMs: number) => ({ now: () => atMs, sleep: async () => {}, alarm: () => () => {} });
