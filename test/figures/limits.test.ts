/* What limits find out by themselves: a capacity, and how much a dependency takes. */
import { describe, expect, test } from "vitest";
import { found, limitsOf, search, searches } from "../../figures/experiments/concurrency.ts";
import { throttled, throttledFigure } from "../../figures/experiments/throttling.ts";

describe("AdaptiveConcurrency at one and a half times what 100 workers can do", { timeout: 120_000 }, () => {
  test.each(searches)("finds 100 within 20 %, of $service times, from $initial", (one) => {
    const { median, afterS, goodputRatio } = found(one, 2);
    const settled = limitsOf(search(one, 1)).slice(10, 60);

    expect(median).toBeGreaterThanOrEqual(95);
    expect(median).toBeLessThanOrEqual(115);
    expect(afterS).toBeLessThanOrEqual(5);
    expect(settled.filter((limit) => Math.abs(limit / 100 - 1) <= 0.2).length / settled.length).toBeGreaterThan(0.95);
    expect(goodputRatio).toBeGreaterThan(0.97);
  });
});

describe("AdaptiveThrottle", { timeout: 120_000 }, () => {
  test.each(throttled)("of K = $multiplier at $load times what is accepted: within 2 %% of what is calculated", (one) => {
    const { calculated, reaching, goodputRatio } = throttledFigure(one, 1);

    expect(Math.abs(reaching / calculated - 1)).toBeLessThan(0.02);
    expect(goodputRatio).toBeGreaterThan(0.98);
  });
});
