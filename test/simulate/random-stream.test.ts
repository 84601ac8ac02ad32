import { latency } from "redress/simulate";
import { describe, expect, test } from "vitest";
import { randomStream } from "../../src/simulate/driver/random-stream.ts";

const draws = (random: () => number, count: number): number[] => Array.from({ length: count }, random);
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

test("the same seed and name give the same chance", () => {
  expect(draws(randomStream(7, "arrivals"), 20)).toEqual(draws(randomStream(7, "arrivals"), 20));
});

test("another seed or another name gives another chance", () => {
  const first = draws(randomStream(7, "arrivals"), 20);

  for (const [seed, name] of [
    [8, "arrivals"],
    [7, "policy"],
    [7.5, "arrivals"],
    [-7, "arrivals"],
  ] as const)
    expect(draws(randomStream(seed, name), 20)).not.toEqual(first);
});

test("chance is spread evenly between 0 and 1", () => {
  const drawn = draws(randomStream(1, "even"), 100_000);
  const tenths = new Array<number>(10).fill(0);
  for (const draw of drawn) tenths[Math.floor(draw * 10)] = (tenths[Math.floor(draw * 10)] ?? 0) + 1;

  expect(drawn.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  expect(tenths).toHaveLength(10);
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test("streams of neighbouring seeds have nothing to do with each other", () => {
  const [one, two] = [draws(randomStream(1, "a"), 10_000), draws(randomStream(2, "a"), 10_000)];
  const product = mean(one.map((value, index) => (value - 0.5) * ((two[index] ?? 0) - 0.5)));

  expect(Math.abs(product * 12)).toBeLessThan(0.05);
});

describe("latencies", () => {
  const random = randomStream(1, "latency");
  const sample = (drawn: (random: () => number) => number): number[] =>
    Array.from({ length: 50_000 }, () => drawn(random)).sort((a, b) => a - b);
  const share = (sorted: readonly number[], at: number): number => sorted[Math.floor(at * sorted.length)] ?? Number.NaN;

  test("a constant is always the same", () => {
    expect(new Set(sample(latency.constant(80)))).toEqual(new Set([80]));
  });

  test("uniform ones lie between their bounds, with the mean in the middle", () => {
    const drawn = sample(latency.uniform({ fromMs: 10, toMs: 30 }));

    expect(drawn[0]).toBeGreaterThanOrEqual(10);
    expect(drawn.at(-1)).toBeLessThan(30);
    expect(mean(drawn)).toBeCloseTo(20, 0);
  });

  test("exponential ones have their mean, and a median of ln 2 times it", () => {
    const drawn = sample(latency.exponential({ meanMs: 10 }));

    expect(mean(drawn) / 10).toBeCloseTo(1, 1);
    expect(share(drawn, 0.5) / (10 * Math.LN2)).toBeCloseTo(1, 1);
  });

  test("normal ones have mean and deviation, and are never negative", () => {
    const drawn = sample(latency.normal({ meanMs: 10, deviationMs: 2 }));

    expect(mean(drawn)).toBeCloseTo(10, 1);
    expect(Math.sqrt(mean(drawn.map((ms) => (ms - 10) ** 2)))).toBeCloseTo(2, 1);
    expect(sample(latency.normal({ meanMs: 0, deviationMs: 5 }))[0]).toBeGreaterThanOrEqual(0);
  });

  test("log-normal ones have their median and their 99th percentile", () => {
    const drawn = sample(latency.logNormal({ medianMs: 20, p99Ms: 200 }));

    expect(share(drawn, 0.5) / 20).toBeCloseTo(1, 1);
    expect(share(drawn, 0.99) / 200).toBeCloseTo(1, 0);
  });

  test("measured ones are those that were measured", () => {
    expect(new Set(sample(latency.measured([3, 5, 5, 8])))).toEqual(new Set([3, 5, 8]));
  });

  test("mixtures are drawn from each part as often as its share says", () => {
    const fast = latency.uniform({ fromMs: 5, toMs: 10 });
    const drawn = sample(
      latency.mixture([
        { share: 0.9, latencyMs: fast },
        { share: 0.07, latencyMs: latency.constant(100) },
        { share: 0.03, latencyMs: latency.constant(1_000) },
      ]),
    );
    const count = (from: number, to: number) => drawn.filter((ms) => ms >= from && ms < to).length / drawn.length;

    expect(count(5, 10)).toBeCloseTo(0.9, 2);
    expect(count(100, 101)).toBeCloseTo(0.07, 2);
    expect(count(5, 10) + count(100, 101) + count(1_000, 1_001)).toBeCloseTo(1, 9);
    expect(mean(drawn.filter((ms) => ms < 10))).toBeCloseTo(7.5, 1);
  });

  test("a mixture is drawn from its parts as they were when it was made, also at the end of its shares", () => {
    const parts = [0.1, 0.2, 0.7].map((share) => ({ share, latencyMs: latency.constant(share) }));
    const mixed = latency.mixture(parts);
    parts.length = 0;

    expect(mixed(() => 1 - 2 ** -53)).toBe(0.7);
    expect(mixed(() => 0)).toBe(0.1);
  });

  test.each<[string, () => unknown, string]>([
    ["a negative constant", () => latency.constant(-1), "latency.constant.ms must be a finite number >= 0, got -1."],
    [
      "bounds in the wrong order",
      () => latency.uniform({ fromMs: 5, toMs: 1 }),
      "latency.uniform.toMs must be a number >= fromMs (5), got 1.",
    ],
    ["no mean", () => latency.exponential({} as never), "latency.exponential.meanMs must be a finite number > 0, got undefined."],
    [
      "no deviation",
      () => latency.normal({ meanMs: 5 } as never),
      "latency.normal.deviationMs must be a finite number >= 0, got undefined.",
    ],
    [
      "a 99th percentile below the median",
      () => latency.logNormal({ medianMs: 5, p99Ms: 1 }),
      "latency.logNormal.p99Ms must be a number >= medianMs (5), got 1.",
    ],
    [
      "nothing measured",
      () => latency.measured([]),
      "latency.measured.durationsMs must be a non-empty array of numbers >= 0, got an array of 0 elements.",
    ],
    [
      "NaN measured",
      () => latency.measured([1, Number.NaN]),
      "latency.measured.durationsMs[1] must be a finite number >= 0, got NaN.",
    ],
    [
      "nothing mixed",
      () => latency.mixture([]),
      "latency.mixture.parts must be a non-empty array of parts, got an array of 0 elements.",
    ],
    [
      "a part without a share",
      () => latency.mixture([{ latencyMs: latency.constant(1) } as never]),
      "latency.mixture.parts[0].share must be a number > 0 and <= 1, got undefined.",
    ],
    [
      "a part of the wrong kind",
      () => latency.mixture([{ share: 1, latencyMs: 10 as never }]),
      "latency.mixture.parts[0].latencyMs must be a function, got 10.",
    ],
    [
      "shares that are not 1 together",
      () =>
        latency.mixture([
          { share: 0.5, latencyMs: latency.constant(1) },
          { share: 0.4, latencyMs: latency.constant(2) },
        ]),
      "latency.mixture.parts must be parts whose shares are 1 together, got 0.9.",
    ],
  ])("%s is refused", (_what, make, message) => {
    expect(make).toThrow(message);
  });
});
