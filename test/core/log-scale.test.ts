import { expect, test } from "vitest";
import { LogScale } from "../../src/core/window/log-scale.ts";

test("a bucket tells any of its values within half of its width, from its middle, and ends where the next one begins", () => {
  const scale = new LogScale(1, 1.02);
  for (const value of [1, 1.5, 7, 123.4, 1e6]) {
    const bucket = scale.bucketOf(value);
    expect(Math.abs(Math.log(scale.middleOf(bucket) / value))).toBeLessThanOrEqual(Math.log(1.02) / 2 + 1e-9);
    expect(scale.bucketOf(scale.topOf(bucket) * (1 + 1e-9))).toBe(bucket + 1);
    expect(scale.bucketOf(scale.topOf(bucket) * (1 - 1e-9))).toBe(bucket);
  }
});

test("what is below the least, and what is no number, is in the first bucket", () => {
  const scale = new LogScale(1, 1.02);
  expect([0, 0.5, -1, Number.NaN].map((value) => scale.bucketOf(value))).toEqual([0, 0, 0, 0]);
});

test("the first bucket begins at the least, whatever that is", () => {
  for (const least of [0.001, 10]) {
    const scale = new LogScale(least, 2);
    expect([0.9, 1.1, 1.9, 2.1, 4.1].map((times) => scale.bucketOf(least * times))).toEqual([0, 0, 0, 1, 2]);
    expect(scale.topOf(0)).toBeCloseTo(least * 2, 9);
  }
});
