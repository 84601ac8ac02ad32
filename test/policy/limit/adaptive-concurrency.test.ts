import { AdaptiveConcurrency, type AttemptEnd, LimitedError, type LimitPermit, Policy } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { anotherOf } from "../../../src/core/part.ts";

const clock = new VirtualClock();
const make = (options = {}): AdaptiveConcurrency => new AdaptiveConcurrency({ clock, ...options });

const take = (limiter: AdaptiveConcurrency, count: number): LimitPermit[] =>
  Array.from({ length: count }, () => limiter.tryAcquire()).filter((permit) => permit !== null);

/** Rounds of attempts that begin together and end together, so many milliseconds later; as many as there are places, or the number that is given. */
async function rounds(
  { limiter, clock }: { limiter: AdaptiveConcurrency; clock: VirtualClock },
  count: number,
  { tookMs = 50, atOnce = Number.POSITIVE_INFINITY, end = "success" as AttemptEnd } = {},
): Promise<void> {
  for (let round = 0; round < count; round++) {
    const permits = take(limiter, Math.min(limiter.limit, atOnce));
    await clock.advance(tookMs);
    for (const permit of permits) limiter.release(permit, end);
  }
}

function fresh(options = {}): { limiter: AdaptiveConcurrency; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { clock, limiter: new AdaptiveConcurrency({ clock, ...options }) };
}

describe("places", () => {
  test("are given as many as the limit allows, and are free again when they are given back", () => {
    const limiter = make({ initial: 3 });
    const permits = take(limiter, 3);
    expect(limiter.inUse).toBe(3);
    expect(limiter.admit()).toEqual({
      kind: "rejected",
      limiter: "default",
      reason: "full",
      retryAfterMs: null,
      why: "all 3 places are taken",
    });
    for (const end of ["success", "cancel", { errorClass: "TRANSIENT" }] as const)
      limiter.release(permits.pop() as LimitPermit, end);
    expect(limiter.inUse).toBe(0);
    expect(take(limiter, 5)).toHaveLength(3);
  });

  test("are filled by who has a share as far as that goes, and at least one of them", () => {
    const limiter = make({ initial: 3 });
    const kinds = (share: number, count: number): string[] => Array.from({ length: count }, () => limiter.admit({ share }).kind);
    expect(kinds(0.5, 3)).toEqual(["admitted", "admitted", "rejected"]);
    expect(limiter.admit({ share: 0.5 })).toMatchObject({
      why: "2 of its 3 places are taken, and the others are for what matters more",
    });
    expect(kinds(1, 2)).toEqual(["admitted", "rejected"]);
    expect(limiter.stats).toMatchObject({ admitted: 3, rejected: 3, inUse: 3 });
    expect(make({ initial: 1 }).admit({ share: 0.01 }).kind).toBe("admitted");
  });

  test("that was never used is not counted", () => {
    const limiter = make({ initial: 1 });
    limiter.release(take(limiter, 1)[0] as LimitPermit, "unused");
    expect(limiter.stats).toEqual({ admitted: 0, rejected: 0, refused: 0, inUse: 0, limit: 1 });
    expect(limiter.admit()).toMatchObject({ kind: "admitted" });
    expect(limiter.admit()).toMatchObject({ why: "its 1 place is taken" });
  });

  test("that were given back twice, or belong to another limiter, make no further place", () => {
    const [limiter, other] = [make({ name: "mine", initial: 1 }), make({ name: "other", initial: 1 })];
    const permit = take(limiter, 1)[0] as LimitPermit;
    expect(() => other.release(permit, "success")).toThrow(
      new TypeError(
        'adaptiveConcurrency.release.permit must be a permit of this limiter ("other"), got "a permit of \\"mine\\"".',
      ),
    );
    limiter.release(permit, "success");
    expect(() => limiter.release(permit, "success")).toThrow(
      /^adaptiveConcurrency\.release\.permit must be a permit that was not given back before, got /,
    );
    for (const none of [undefined, null, {}, { kind: "admitted" }, "permit"])
      expect(() => limiter.release(none as never, "success")).toThrow(TypeError);
    expect([limiter.inUse, other.inUse]).toEqual([0, 0]);
    expect(take(limiter, 2)).toHaveLength(1);
  });
});

describe("the limit", () => {
  test("doubles while there is no queue, and at least half of it is in use", async () => {
    const world = fresh({ initial: 20 });
    await rounds(world, 40);
    expect(world.limiter.limit).toBeGreaterThanOrEqual(160);
  });

  test("does not grow while less than half of it is in use", async () => {
    const world = fresh({ initial: 20 });
    await rounds(world, 200, { atOnce: 9 });
    expect(world.limiter.limit).toBe(20);
  });

  test("never leaves its bounds", async () => {
    const world = fresh({ min: 5, initial: 20, max: 30 });
    await rounds(world, 50);
    expect(world.limiter.limit).toBe(30);
    await rounds(world, 500, { tookMs: 5, end: { errorClass: "RATE_LIMIT" } });
    expect(world.limiter.limit).toBe(5);
  });

  test("is lowered for a moment now and then, though never below its least", async () => {
    const world = fresh({ min: 18, initial: 20, max: 20 });
    let least = 20;
    for (let round = 0; round < 200; round++) {
      await rounds(world, 1);
      least = Math.min(least, world.limiter.limit);
    }
    expect(least).toBe(18);
    expect(world.limiter.limit).toBe(20);
  });

  test("that was lowered for a moment when the calls stopped is what it was before", async () => {
    const world = fresh({ initial: 20, max: 20 });
    while (world.limiter.limit === 20) await rounds(world, 1);
    const lowered = world.limiter.limit;
    await world.clock.advance(5_000);
    expect([lowered, world.limiter.limit]).toEqual([5, 5]);
    await world.clock.advance(2_000);
    expect(world.limiter.limit).toBe(20);
  });

  test("falls to twice what is in use where answers become slow with more in use than was seen to be quick, though few", async () => {
    const world = fresh({ initial: 200 });
    await rounds(world, 40, { atOnce: 20 });
    for (let count = 0; count < 20 && world.limiter.limit === 200; count++) await rounds(world, 1, { atOnce: 50, tookMs: 500 });
    expect(world.limiter.limit).toBe(100);
  });

  test("stays where few answers become slow, and as many were quick", async () => {
    const world = fresh({ initial: 20, max: 20 });
    await rounds(world, 40);
    await rounds(world, 10, { atOnce: 9 });
    await rounds(world, 20, { atOnce: 9, tookMs: 500 });
    expect(world.limiter.limit).toBe(20);
  });

  test("falls again where answers took as long with fewer, but take longer again with more: it was a queue after all", async () => {
    const world = fresh({ initial: 100, max: 100 });
    const { limiter } = world;
    await rounds(world, 100, { tookMs: 20 });
    while (limiter.limit === 100) await rounds(world, 1, { tookMs: 40 });
    while (limiter.limit < 100) await rounds(world, 1, { tookMs: 40 });
    while (limiter.limit === 100) await rounds(world, 1, { tookMs: 55 });
    // Held against the 20 ms from before, to half at once; 55 would not be much more than 40.
    expect(limiter.limit).toBeLessThan(60);
  });

  test.each(["cancel", "unused"] as const)("learns nothing from what ended with %s", async (end) => {
    const world = fresh({ initial: 20 });
    await rounds(world, 100, { end });
    expect(world.limiter.limit).toBe(20);
  });

  test.each(["AUTH", "PERMISSION", "PERMANENT", "CONCURRENCY", "UNKNOWN"] as const)(
    "learns nothing from %s, which often takes less than a success",
    async (errorClass) => {
      const world = fresh({ initial: 20 });
      await rounds(world, 100, { end: { errorClass } });
      expect(world.limiter.limit).toBe(20);
    },
  );

  test("takes a timeout for a measured time: longer than what was heard before, it lowers it", async () => {
    const world = fresh({ initial: 100 });
    await rounds(world, 40);
    const before = world.limiter.limit;
    await rounds(world, 4, { tookMs: 1_000, end: { errorClass: "TRANSIENT", timeout: true } });
    expect(world.limiter.limit).toBeLessThan(before / 2);
  });

  test("never goes back up for answers that only time out, though fewer in flight are no help", async () => {
    const world = fresh({ initial: 100 });
    await rounds(world, 40);
    await rounds(world, 10, { tookMs: 1_000, end: { errorClass: "TRANSIENT", timeout: true } });
    let { limit } = world.limiter;
    for (let round = 0; round < 40; round++) {
      await rounds(world, 1, { tookMs: 1_000, end: { errorClass: "TRANSIENT", timeout: true } });
      // After a probe it is what it was before.
      expect(world.limiter.limit).toBeLessThanOrEqual(Math.ceil(limit / 0.8));
      limit = Math.min(limit, world.limiter.limit);
    }
    expect(limit).toBeLessThanOrEqual(3);
  });

  test.each(["SERVER_ERROR", "TRANSIENT"] as const)(
    "takes %s after as long as an answer takes for work, and one that comes at once for a refusal",
    async (errorClass) => {
      const worked = fresh({ initial: 20 });
      await rounds(worked, 8);
      await rounds(worked, 40, { end: { errorClass } });
      expect(worked.limiter.limit).toBeGreaterThan(20);
      expect(worked.limiter.stats.refused).toBe(0);

      const atOnce = fresh({ initial: 20 });
      await rounds(atOnce, 8);
      await rounds(atOnce, 400, { tookMs: 5, end: { errorClass } });
      expect(atOnce.limiter.limit).toBeLessThan(3);
      expect(atOnce.limiter.stats.refused).toBeGreaterThan(40);
    },
  );

  test("shrinks by the share of refusals, by half at most, and once in a window", async () => {
    const { limiter, clock } = fresh({ initial: 100 });
    await rounds({ limiter, clock }, 1, { end: { errorClass: "RATE_LIMIT" } });
    expect(limiter.stats.refused).toBe(100);
    await rounds({ limiter, clock }, 2, { end: { errorClass: "RATE_LIMIT" } });
    const limits: number[] = [];
    for (let round = 0; round < 6; round++) {
      await rounds({ limiter, clock }, 1, { end: { errorClass: "RATE_LIMIT" } });
      limits.push(limiter.limit);
    }
    for (const [index, limit] of limits.entries())
      expect(limit).toBeGreaterThanOrEqual(Math.floor((limits[index - 1] ?? 100) / 2));
    expect(limits.at(-1)).toBeLessThan(50);
  });

  test("is that of the beginning after a reset, and places in use stay in use", async () => {
    const world = fresh({ initial: 4 });
    await rounds(world, 100);
    const { limiter } = world;
    expect(limiter.limit).toBeGreaterThan(10);
    const permits = take(limiter, 10);
    limiter.reset();
    expect(limiter.stats).toEqual({ admitted: 0, rejected: 0, refused: 0, inUse: 10, limit: 4 });
    expect(limiter.tryAcquire()).toBeNull();
    for (const permit of permits.splice(0, 7)) limiter.release(permit, "success");
    expect(limiter.tryAcquire()).not.toBeNull();
    expect(limiter.stats).toMatchObject({ admitted: 1, rejected: 1, inUse: 4 });
  });
});

describe("a clock that is wrong", () => {
  test("that stands still leaves the limit where it is", () => {
    const limiter = make({ initial: 20 });
    for (let round = 0; round < 1_000; round++) for (const permit of take(limiter, 20)) limiter.release(permit, "success");
    expect(limiter.limit).toBe(20);
    expect(limiter.inUse).toBe(0);
  });

  test("that goes back is followed from there", async () => {
    let nowMs = 1e6;
    const limiter = make({ initial: 20, clock: { now: () => nowMs, sleep: async () => {}, alarm: () => () => {} } });
    const round = (): void => {
      const permits = take(limiter, limiter.limit);
      nowMs += 50;
      for (const permit of permits) limiter.release(permit, "success");
    };
    for (let count = 0; count < 3; count++) round();
    const permits = take(limiter, 20);
    nowMs = 0;
    expect(limiter.limit).toBe(20);
    nowMs = 100;
    // They took less than no time, which is no time at all.
    for (const permit of permits) limiter.release(permit, "success");
    for (let count = 0; count < 30; count++) round();
    expect(limiter.limit).toBeGreaterThan(100);
  });

  test("whose steps are too long for the answers tells no difference: the limit grows as long as there is use for it", async () => {
    const world = fresh({ initial: 20 });
    for (let round = 0; round < 200; round++) {
      for (let times = 0; times < 20; times++) await rounds(world, 1, { tookMs: 0, atOnce: 15 });
      await world.clock.advance(16);
    }
    expect(world.limiter.limit).toBe(40);
  });
});

describe("a function that runs through it", () => {
  test("is run, and gives its place back, however it ends", async () => {
    const limiter = make({ name: "search", initial: 1 });
    expect(await limiter.run(async () => "found")).toBe("found");
    await expect(limiter.run(() => Promise.reject(new Error("not found")))).rejects.toThrow("not found");
    expect(limiter.runSync(() => "found")).toBe("found");
    expect(limiter.inUse).toBe(0);
  });

  test("is turned away with a LimitedError where there is no place", async () => {
    const limiter = make({ name: "search", initial: 1 });
    const permit = take(limiter, 1)[0] as LimitPermit;
    const error = await limiter.run(async () => "never").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LimitedError);
    expect(error).toMatchObject({ limiter: "search", reason: "full", retryAfterMs: null });
    expect(() => limiter.runSync(() => "never")).toThrow(LimitedError);
    limiter.release(permit, "cancel");
    expect(limiter.runSync(() => "found")).toBe("found");
  });

  test("is one attempt of a policy, too", async () => {
    const limiter = make({ initial: 1 });
    const policy = new Policy({ retry: { maxAttempts: 3 }, limiter, clock });
    const permit = take(limiter, 1)[0] as LimitPermit;
    expect(await policy.execute(async () => 1)).toMatchObject({ ok: false, stopReason: "LIMITED", attempts: 0 });
    limiter.release(permit, "cancel");
    expect(await policy.call(async () => 1)).toBe(1);
    expect(limiter.stats).toEqual({ admitted: 2, rejected: 1, refused: 0, inUse: 0, limit: 1 });
  });
});

test("says what it is, as plain JSON", () => {
  const limiter = make({ name: "search", min: 2, max: 40 });
  const settings = { name: "search", min: 2, max: 40, initial: 20 };
  expect(limiter.describe()).toEqual({
    name: "AdaptiveConcurrency",
    settings,
    state: { admitted: 0, rejected: 0, refused: 0, inUse: 0, limit: 20 },
  });
  expect(new Policy({ limiter }).describe().limiters).toEqual([{ name: "AdaptiveConcurrency", settings }]);
});

test("another one, as a simulation makes it, has the same settings and a clock of its own, and has found nothing yet", async () => {
  const world = fresh({ name: "search", min: 2, initial: 20, max: 200 });
  await rounds(world, 100);
  const clock = new VirtualClock();
  const another = anotherOf(world.limiter, clock) as AdaptiveConcurrency;
  expect(another.describe()).toEqual({
    ...world.limiter.describe(),
    state: { admitted: 0, rejected: 0, refused: 0, inUse: 0, limit: 20 },
  });
  await rounds({ limiter: another, clock }, 100);
  expect(another.limit).toBeGreaterThan(20);
});

describe("what is left out", () => {
  test.each([
    [{}, { min: 1, max: 1_000, initial: 20 }],
    [{ min: 30 }, { min: 30, max: 1_000, initial: 30 }],
    [{ max: 10 }, { min: 1, max: 10, initial: 10 }],
    [{ min: 2_000 }, { min: 2_000, max: 2_000, initial: 2_000 }],
    [
      { min: 7, max: 7 },
      { min: 7, max: 7, initial: 7 },
    ],
  ])("beside %o fits", (given, settings) => {
    expect(make(given).describe().settings).toEqual({ name: "default", ...settings });
  });
});
