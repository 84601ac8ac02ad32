/* A Hedge as calls ask it: told the time, without a call. What calls make of it is in test/run. */
import { Hedge, Policy } from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { anotherOf, partOf } from "../../src/core/part.ts";

/** Tells a Hedge of first attempts that took so long, all at one instant. */
function hear(hedge: Hedge, durationsMs: readonly number[], nowMs = 0): void {
  for (const durationMs of durationsMs) hedge.firstTook(nowMs, durationMs);
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);

test("a delay that is given holds from the first call on", () => {
  const hedge = new Hedge({ delayMs: 25 });

  expect(hedge.delayMs(0)).toBe(25);
  hear(hedge, [1_000, 2_000]);
  expect(hedge.delayMs(1)).toBe(25);
});

test("a quantile starts no hedge before minSamples durations are known", () => {
  const hedge = new Hedge({ quantile: 0.5, minSamples: 3 });
  const delays = [10, 10, 10].map((durationMs) => {
    hedge.firstTook(0, durationMs);
    return hedge.delayMs(0);
  });

  expect(delays.slice(0, 2)).toEqual([Infinity, Infinity]);
  expect(delays[2]).toBeCloseTo(10, 0);
});

test("a quantile needs 100 durations by default", () => {
  const hedge = new Hedge({ quantile: 0.5 });
  hear(hedge, upTo(99));
  expect(hedge.delayMs(0)).toBe(Infinity);
  hear(hedge, [100]);
  expect(hedge.delayMs(0)).toBeLessThan(Infinity);
});

test.each([
  [0.5, 500],
  [0.95, 950],
  [0.99, 990],
  [0.001, 1],
  [0.999, 999],
])("the delay by quantile %s of 1 to 1000 ms is %s ms, at most one per cent more", (quantile, exactMs) => {
  const hedge = new Hedge({ quantile });
  hear(hedge, upTo(1_000));

  const delayMs = hedge.delayMs(0);
  expect(delayMs).toBeGreaterThanOrEqual(exactMs);
  expect(delayMs).toBeLessThanOrEqual(exactMs * 1.01 * (1 + 1e-9));
});

test("where all attempts take equally long, none of them waits for its hedge", () => {
  for (const durationMs of [1, 9.95, 10, 20, 1_000, 123_456]) {
    const hedge = new Hedge({ quantile: 0.9 });
    hear(hedge, Array(200).fill(durationMs));
    expect(hedge.delayMs(0)).toBeGreaterThan(durationMs);
  }
});

test("durations count for windowMs", () => {
  const hedge = new Hedge({ quantile: 0.5, minSamples: 2, windowMs: 1_000 });
  hear(hedge, [10, 10, 10], 0);
  hear(hedge, [500, 500], 900);

  expect(hedge.delayMs(900)).toBeCloseTo(10, 0);
  expect(hedge.delayMs(1_000)).toBeGreaterThanOrEqual(500);
  expect(hedge.delayMs(1_900)).toBe(Infinity);
});

test("durations count for ever where windowMs is Infinity", () => {
  const hedge = new Hedge({ quantile: 0.5, minSamples: 1, windowMs: Infinity });
  hear(hedge, [10]);

  expect(hedge.delayMs(1e12)).toBeCloseTo(10, 0);
});

test("a delay that is learnt is never below a millisecond, which timers could not tell", () => {
  const hedge = new Hedge({ quantile: 0.5, minSamples: 1 });
  hear(hedge, [0, 0.001, 0.1]);

  expect(hedge.delayMs(0)).toBeCloseTo(1.01, 9);
});

test("hedges are allowed up to their share of the calls of the last minute", () => {
  const hedge = new Hedge({ delayMs: 10, loadRatio: 0.1 });
  let started = 0;
  for (let call = 1; call <= 100; call++) {
    hedge.began(0);
    if (!hedge.allows(0)) continue;
    hedge.started(0);
    started++;
    expect(call).toBe(started * 10);
  }
  expect(started).toBe(10);
});

test("a process with fewer calls a minute than one hedge takes has none", () => {
  const hedge = new Hedge({ delayMs: 10 });
  for (let call = 0; call < 200; call++) {
    hedge.began(call * 3_200);
    expect(hedge.allows(call * 3_200)).toBe(false);
  }
});

test("calls and hedges older than a minute do not count", () => {
  const hedge = new Hedge({ delayMs: 10, loadRatio: 1 });
  hedge.began(0);
  hedge.started(0);
  expect(hedge.allows(0)).toBe(false);
  hedge.began(30_000);
  expect(hedge.allows(30_000)).toBe(true);
  hedge.started(30_000);
  hedge.began(61_000);
  // The call of 30_000 still counts, and so does its hedge.
  expect(hedge.allows(61_000)).toBe(true);
  hedge.started(61_000);
  expect(hedge.allows(61_000)).toBe(false);
  expect(hedge.allows(200_000)).toBe(false);
});

test("a share of calls is as exact as it is written", () => {
  const hedge = new Hedge({ delayMs: 10, loadRatio: 0.29 });
  for (let call = 0; call < 100; call++) hedge.began(0);
  let started = 0;
  while (hedge.allows(0)) {
    hedge.started(0);
    started++;
  }
  // 0.29 * 100 is 28.999999999999996.
  expect(started).toBe(29);
});

test("a clock that is set back by more than the window begins a new one", () => {
  const hedge = new Hedge({ quantile: 0.5, minSamples: 1, windowMs: 1_000, loadRatio: 1 });
  hear(hedge, [500], 1e9);
  hedge.began(1e9);

  expect(hedge.delayMs(1e9 - 500)).toBeGreaterThanOrEqual(500);
  expect(hedge.allows(1e9 - 500)).toBe(true);
  expect(hedge.delayMs(0)).toBe(Infinity);
  expect(hedge.allows(0)).toBe(false);
  hear(hedge, [10], 0);
  expect(hedge.delayMs(0)).toBeCloseTo(10, 0);
  expect(hedge.delayMs(1_000)).toBe(Infinity);
});

test("stats tell what hedges cost, and what they brought", () => {
  const hedge = new Hedge({ quantile: 0.5, minSamples: 1 });
  expect(hedge.stats).toEqual({ calls: 0, hedges: 0, won: 0, wonByFirst: 0, cut: 0, refused: 0, delayMs: null });

  hedge.began(0);
  hedge.began(0);
  hedge.started(5);
  hedge.started(6);
  hedge.started(7);
  hedge.won(true, 2);
  hedge.won(true, 1);
  hedge.won(false, 1);
  hedge.refused();
  hedge.firstTook(10, 0.5);

  const { stats } = hedge;
  expect(stats).toEqual({ calls: 2, hedges: 3, won: 2, wonByFirst: 1, cut: 4, refused: 1, delayMs: stats.delayMs });
  expect(stats.delayMs).toBeCloseTo(1.01, 9);
  expect(new Hedge({ delayMs: 20 }).stats.delayMs).toBe(20);
});

test.each([
  [{ delayMs: 5 }, { delayMs: 5, maxHedges: 1, loadRatio: 0.05 }],
  [{ quantile: 0.9 }, { quantile: 0.9, minSamples: 100, windowMs: 60_000, maxHedges: 1, loadRatio: 0.05 }],
  [
    { quantile: 0.9, minSamples: 1, windowMs: Infinity, maxHedges: 2, loadRatio: 1 },
    { quantile: 0.9, minSamples: 1, windowMs: "Infinity", maxHedges: 2, loadRatio: 1 },
  ],
])("%j describes itself with its defaults, as plain JSON", (options, settings) => {
  const hedge = new Hedge(options);
  const description = hedge.describe();

  expect(description).toEqual({ name: "Hedge", settings, state: hedge.stats });
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  expect(new Policy({ hedge }).describe().hedge).toEqual({ name: "Hedge", settings });
});

test("a hedge brings along how its rounds are made, under a key that copies of this package share", () => {
  expect(Reflect.get(new Hedge({ delayMs: 5 }), Symbol.for("redress.rounds/1"))).toBeTypeOf("object");
});

test("another one has the same settings and none of the state", () => {
  const hedge = new Hedge({ quantile: 0.9, minSamples: 1, windowMs: 500, maxHedges: 2, loadRatio: 0.5 });
  hedge.began(0);
  hedge.firstTook(0, 10);
  const another = anotherOf(hedge, new VirtualClock()) as Hedge;

  expect(another).toBeInstanceOf(Hedge);
  expect(partOf(another)?.kind).toBe("hedge");
  expect(partOf(another)?.settings).toEqual(partOf(hedge)?.settings);
  expect(another.stats).toEqual(new Hedge({ quantile: 0.9 }).stats);
  expect(anotherOf(new Hedge({ delayMs: 7 }), new VirtualClock())?.delayMs(0)).toBe(7);
});
