import { describe, expect, test } from "vitest";
import { RollingCount } from "../../src/core/budget/rolling-count.ts";
import { TokenBucket } from "../../src/core/budget/token-bucket.ts";
import { SlicedWindow } from "../../src/core/window/sliced-window.ts";
import { TrailingWindow } from "../../src/core/window/trailing-window.ts";

describe("a trailing window", () => {
  test("sums exactly what is younger than the window: an entry as old as it is gone", () => {
    const window = new TrailingWindow(100);
    window.add(0, 1);
    window.add(50, 2);
    expect([0, 50, 99, 99.999].map((nowMs) => window.sum(nowMs))).toEqual([3, 3, 3, 3]);
    expect(window.sum(100)).toBe(2);
    expect(window.sum(149)).toBe(2);
    expect(window.sum(150)).toBe(0);
  });

  test("counts entries of one instant together, and loses them together", () => {
    const window = new TrailingWindow(100);
    for (let i = 0; i < 5; i++) window.add(10, 1);
    expect(window.sum(109)).toBe(5);
    expect(window.sum(110)).toBe(0);
  });

  test("starts over after a clear", () => {
    const window = new TrailingWindow(100);
    window.add(0, 4);
    window.clear();
    expect(window.sum(0)).toBe(0);
    window.add(10, 1);
    expect(window.sum(20)).toBe(1);
  });

  test("is exactly what comes next once all has left, whatever rounding had made of the sum", () => {
    const window = new TrailingWindow(100);
    window.add(0, 0.1);
    window.add(0, 0.2);
    expect(window.sum(100)).toBe(0);
    window.add(100, 0.1);
    expect(window.sum(100)).toBe(0.1);
  });

  test("never loses anything when it is endless", () => {
    const window = new TrailingWindow(Number.POSITIVE_INFINITY);
    window.add(0, 1);
    window.add(1e15, 1);
    expect(window.sum(1e15)).toBe(2);
  });

  test("agrees with a plain list over a long run of traffic", () => {
    const window = new TrailingWindow(1_000);
    const entries: [number, number][] = [];
    let nowMs = 0;
    for (let i = 0; i < 5_000; i++) {
      nowMs += (i * 7_919) % 53;
      window.add(nowMs, (i % 3) + 1);
      entries.push([nowMs, (i % 3) + 1]);
      while ((entries[0]?.[0] ?? nowMs) <= nowMs - 1_000) entries.shift();
      const expected = entries.reduce((sum, [, weight]) => sum + weight, 0);
      expect(window.sum(nowMs)).toBe(expected);
    }
  });
});

describe("a trailing window with more in it than it keeps apart", () => {
  test("is exact for a thousand additions, however close together", () => {
    const window = new TrailingWindow(1_000);
    for (let i = 0; i < 1_000; i++) window.add(i / 8, 1);
    expect([1_000, 1_062.5, 1_124.75, 1_124.875].map((nowMs) => window.sum(nowMs))).toEqual([999, 499, 1, 0]);
  });

  test.each(["early", "late"] as const)("lets what was added together go %s, within a thousandth of the window", (leaves) => {
    const window = new TrailingWindow(1_000, leaves);
    const entries: number[] = [];
    for (let nowMs = 0; nowMs < 3_000; nowMs += 0.125) {
      window.add(nowMs, 1);
      entries.push(nowMs);
      while (entries[0] !== undefined && entries[0] <= nowMs - 1_001) entries.shift();
      const since = (ageMs: number): number => entries.length - entries.findIndex((atMs) => atMs > nowMs - ageMs);
      // The ages differ by a thousandth: there are few entries between them, at the front.
      const [least, most] = leaves === "early" ? [since(999), since(1_000)] : [since(1_000), since(1_001)];
      const sum = window.sum(nowMs);
      if (sum < least || sum > most) throw new Error(`${sum} at ${nowMs} ms, must be from ${least} to ${most}`);
    }
    expect(window.sum(4_001)).toBe(0);
  });

  test("counts together, from the thousandth on, what is added in the same thousandth of the window", () => {
    const window = new TrailingWindow(1_000);
    for (let i = 0; i < 1_000; i++) window.add(i / 1_024, 1);
    window.add(1_000 / 1_024, 1);
    expect(window.sum(1_000 + 998 / 1_024)).toBe(2);
    expect(window.sum(1_000 + 999 / 1_024)).toBe(0);
  });

  test("keeps what is added in different thousandths of the window apart", () => {
    const sums = (["early", "late"] as const).map((leaves) => {
      const window = new TrailingWindow(1_000, leaves);
      for (let i = 0; i < 1_000; i++) window.add(i / 2, 1);
      for (const nowMs of [500.25, 500.75, 501.25]) window.add(nowMs, 1);
      return [1_500, 1_500.25, 1_500.75, 1_501.25].map((nowMs) => window.sum(nowMs));
    });
    expect(sums).toEqual([
      [3, 1, 1, 0],
      [3, 3, 1, 0],
    ]);
  });

  test("does not count those that have left among the thousand", () => {
    const window = new TrailingWindow(1_000);
    for (let i = 0; i < 900; i++) window.add(i / 1_024, 1);
    expect(window.sum(1_000 + 99 / 1_024)).toBe(800);
    window.add(1_000.5, 1);
    window.add(1_000.75, 1);
    expect([2_000.25, 2_000.5, 2_000.75].map((nowMs) => window.sum(nowMs))).toEqual([2, 1, 0]);
  });

  test("is exact again once there is less in it", () => {
    const window = new TrailingWindow(1_000);
    for (let i = 0; i < 5_000; i++) window.add(i / 10, 1);
    expect(window.sum(1_499.95)).toBe(0);
    window.add(2_000, 1);
    window.add(2_000.1, 1);
    expect([2_999, 3_000, 3_000.1].map((nowMs) => window.sum(nowMs))).toEqual([2, 1, 0]);
  });

  test("counts what a clock that steps back adds, too", () => {
    const window = new TrailingWindow(1_000);
    for (let i = 0; i < 5_000; i++) window.add(i % 2 === 0 ? 500 : 10, 1);
    expect(window.sum(500)).toBe(5_000);
    expect(window.sum(1_500)).toBe(0);
  });
});

describe("a sliced window", () => {
  test("counts calls, failures and slow calls", () => {
    const window = new SlicedWindow(1_000);
    window.add(0, false, false);
    window.add(1, true, false);
    window.add(2, false, true);
    expect(window.add(3, true, true)).toMatchObject({ calls: 4, failed: 2, slow: 2 });
    expect(window.totals(3)).toMatchObject({ calls: 4, failed: 2, slow: 2 });
  });

  test("never counts what is as old as the window, and misses at most a hundredth of it that is younger", () => {
    for (let addedMs = 0; addedMs < 25; addedMs++) {
      const window = new SlicedWindow(1_000);
      window.add(addedMs, true, false);
      expect(window.totals(addedMs + 1_000).calls).toBe(0);
      expect(window.totals(addedMs + 1_000).failed).toBe(0);

      const other = new SlicedWindow(1_000);
      other.add(addedMs, true, false);
      expect(other.totals(addedMs + 989).calls).toBe(1);
    }
  });

  test("forgets a slice at a time", () => {
    const window = new SlicedWindow(1_000);
    for (let nowMs = 0; nowMs < 1_000; nowMs += 100) window.add(nowMs, nowMs % 200 === 0, false);
    expect(window.totals(999)).toMatchObject({ calls: 10, failed: 5 });
    expect(window.totals(1_450)).toMatchObject({ calls: 5, failed: 2 });
    expect(window.totals(5_000)).toMatchObject({ calls: 0, failed: 0, slow: 0 });
  });

  test("loses slow calls, too", () => {
    const window = new SlicedWindow(1_000);
    window.add(0, false, true);
    window.add(500, false, true);
    expect([999, 1_000, 1_500].map((nowMs) => window.totals(nowMs).slow)).toEqual([2, 1, 0]);
  });

  test("loses what was added after a clear", () => {
    const window = new SlicedWindow(1_000);
    window.add(0, true, true);
    window.clear();
    window.add(10, true, true);
    expect([10, 1_010].map((nowMs) => ({ ...window.totals(nowMs) }))).toEqual([
      { calls: 1, failed: 1, slow: 1 },
      { calls: 0, failed: 0, slow: 0 },
    ]);
  });

  test("keeps one slice for what is counted together, and a hundred at most", () => {
    class Watched extends SlicedWindow {
      get kept(): number {
        return this.slices.length;
      }
    }
    const window = new Watched(1_000);
    for (let i = 0; i < 10; i++) window.add(i, true, true);
    expect(window.kept).toBe(1);
    for (let nowMs = 10; nowMs < 3_000; nowMs += 2) window.add(nowMs, false, false);
    expect(window.kept).toBe(100);
  });

  test("starts over after a clear, and never forgets when it is endless", () => {
    const window = new SlicedWindow(Number.POSITIVE_INFINITY);
    window.add(0, true, true);
    window.add(1e12, false, false);
    expect(window.totals(1e15)).toMatchObject({ calls: 2, failed: 1, slow: 1 });
    window.clear();
    expect(window.totals(1e15)).toMatchObject({ calls: 0, failed: 0, slow: 0 });
  });
});

describe("a rolling count", () => {
  test("gives at most so many within any window, whole or not at all", () => {
    const count = new RollingCount(3, 100);
    expect([count.take(0, 2), count.take(10, 2), count.take(20, 1), count.take(30, 1)]).toEqual([true, false, true, false]);
    expect(count.remaining(99)).toBe(0);
    expect(count.remaining(100)).toBe(2);
    expect(count.take(100, 2)).toBe(true);
    expect(count.remaining(119)).toBe(0);
    expect(count.remaining(120)).toBe(1);
  });

  test("of none gives nothing, and of infinitely many everything", () => {
    expect(new RollingCount(0, 100).take(0, 1)).toBe(false);
    const endless = new RollingCount(Number.POSITIVE_INFINITY, 100);
    expect(endless.take(0, 1e9)).toBe(true);
    expect(endless.remaining(0)).toBe(Number.POSITIVE_INFINITY);
  });
});

test("budgets without a practical limit say what is left, not Infinity", () => {
  const count = new RollingCount(1e300, 100);
  expect(count.remaining(0)).toBe(1e300);
  expect([count.take(0, 1e299), count.remaining(0) < 1e300, count.take(0, 1e300)]).toEqual([true, true, false]);
  expect(count.remaining(100)).toBe(1e300);
  const bucket = new TokenBucket(1e300);
  bucket.give(1);
  expect([bucket.take(1), bucket.tokens]).toEqual([true, 1e300]);
});

test("a rolling count of many never gives more than it may within any window", () => {
  const count = new RollingCount(4_000, 100);
  const taken: number[] = [];
  for (let nowMs = 0; nowMs < 400; nowMs += 0.0078125) if (count.take(nowMs, 1)) taken.push(nowMs);
  for (let i = 4_000; i < taken.length; i++)
    expect((taken[i] as number) - (taken[i - 4_000] as number)).toBeGreaterThanOrEqual(100);
  expect(taken.length).toBeGreaterThan(15_500);
});

describe("a token bucket", () => {
  test("starts full, and is never below zero or above its capacity", () => {
    const bucket = new TokenBucket(3);
    expect(bucket.tokens).toBe(3);
    bucket.give(10);
    expect(bucket.tokens).toBe(3);
    expect([bucket.take(2), bucket.take(2), bucket.take(1), bucket.take(1)]).toEqual([true, false, true, false]);
    expect(bucket.tokens).toBe(0);
  });

  test("ten refunds of a tenth make exactly one", () => {
    const bucket = new TokenBucket(10);
    bucket.take(10);
    for (let i = 0; i < 10; i++) bucket.give(0.1);
    expect(bucket.tokens).toBe(1);
    expect(bucket.take(1)).toBe(true);
    expect(bucket.tokens).toBe(0);
  });

  test("does not drift over a million refunds and takes", () => {
    const bucket = new TokenBucket(100);
    for (let i = 0; i < 100_000; i++) {
      bucket.take(1);
      for (let j = 0; j < 10; j++) bucket.give(0.1);
    }
    expect(bucket.tokens).toBe(100);
  });
});
