/* Hedges in the tail of The Tail at Scale: what they add, and what is left of the tail. */
import { describe, expect, test } from "vitest";
import { hedgedAt, hedgedTail, unhedgedTail } from "../../figures/experiments/hedging.ts";

describe("a tail of one answer in a hundred", { timeout: 120_000 }, () => {
  test("takes a second at the 99.9th percentile, without hedges", () => {
    expect(unhedgedTail(1).p999Ms).toBeCloseTo(1_000, 6);
  });

  test.each(hedgedAt.filter(({ loadRatio }) => loadRatio === 1))(
    "hedged at the quantile $quantile, costs 1 - q within half a point, and falls to the delay and one more answer",
    (hedged) => {
      const { addedRatio, refusedRatio, delayMs, p999Ms } = hedgedTail(hedged, 1);

      expect(Math.abs(addedRatio - (1 - hedged.quantile))).toBeLessThan(0.005);
      expect(refusedRatio).toBe(0);
      // An answer that is not slow takes 20 ms at its 99th percentile.
      expect(p999Ms).toBeGreaterThan(delayMs);
      expect(p999Ms).toBeLessThan(delayMs + 20);
    },
  );

  test("is hedged by no more than the cap on the load", () => {
    for (const loadRatio of [0.01, 0.05]) {
      const { addedRatio } = hedgedTail({ quantile: 0.9, loadRatio }, 1);

      expect(addedRatio).toBeLessThanOrEqual(loadRatio);
      expect(addedRatio).toBeGreaterThan(loadRatio * 0.9);
    }
  });

  test("is gone in small processes, too, where the cap leaves room for chance", () => {
    expect(hedgedTail({ quantile: 0.95, loadRatio: 0.1, small: true }, 1).p999Ms).toBeLessThan(50);
  });
});
