import { describe, expect, test } from "vitest";
import { MovingQuantile } from "../../src/core/hedge/moving-quantile.ts";

describe("a moving quantile", () => {
  test("of nothing is no delay, however few durations are asked for", () => {
    expect(new MovingQuantile(0.5, 4_000).valueMs(0, 0)).toBe(Infinity);
  });

  test("is the top of the bucket, of the second one too", () => {
    const quantile = new MovingQuantile(0.5, 4_000);
    quantile.add(0, 1.015);
    expect(quantile.valueMs(0, 1)).toBeCloseTo(1.01 ** 2, 9);
  });

  test("forgets a duration beyond those that there was room for, with its quarter", () => {
    const quantile = new MovingQuantile(0.9, 4_000);
    // The first bucket for which there is no room begins at 1.01 ** 512 ms.
    for (const durationMs of [1, 1.01 ** 512.5, 1.01 ** 1024.5]) quantile.add(0, durationMs);
    expect(quantile.valueMs(0, 3)).toBeCloseTo(1.01 ** 1025, 0);
    for (const nowMs of [1_000, 2_000, 3_000]) expect(quantile.valueMs(nowMs, 3)).toBeLessThan(Infinity);
    expect(quantile.valueMs(4_000, 1)).toBe(Infinity);
    quantile.add(4_000, 1);
    expect(quantile.valueMs(4_000, 1)).toBeCloseTo(1.01, 9);
  });

  test("is that of the last four quarters, whichever of them asks", () => {
    const quantile = new MovingQuantile(0.99, 4_000);
    const tops = [2, 8, 4, 16, 32, 1, 1, 1, 1].map((durationMs, second) => {
      quantile.add(second * 1_000, durationMs);
      return quantile.valueMs(second * 1_000, 1);
    });
    for (const [second, longestMs] of [2, 8, 8, 16, 32, 32, 32, 32, 1].entries()) {
      expect(tops[second]).toBeGreaterThanOrEqual(longestMs);
      expect(tops[second]).toBeLessThanOrEqual(longestMs * 1.0101);
    }
  });

  test("starts over after a window in which nothing came", () => {
    const quantile = new MovingQuantile(0.5, 4_000);
    quantile.add(0, 500);
    quantile.add(1_000, 500);
    expect(quantile.valueMs(9_000, 1)).toBe(Infinity);
    quantile.add(9_000, 2);
    expect(quantile.valueMs(9_000, 1)).toBeLessThan(2.1);
    expect(quantile.valueMs(9_000, 2)).toBe(Infinity);
  });
});
