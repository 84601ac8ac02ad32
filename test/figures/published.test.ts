/* Figures that others have published, reproduced by the simulator within stated tolerances. */
import { describe, expect, test } from "vitest";
import { bucketFigures, publishedBuckets } from "../../figures/experiments/buckets.ts";
import { layers, oneLayer } from "../../figures/experiments/closed-forms.ts";
import { jitterFigures, publishedJitter } from "../../figures/experiments/jitter.ts";

describe("exponential backoff and jitter", { timeout: 120_000 }, () => {
  const simulated = jitterFigures();

  test.each(publishedJitter.map((published, index) => [published.strategy, published, simulated[index]] as const))(
    "%s: calls within 3 %%, times within 10 %%",
    (_strategy, published, figure) => {
      expect(figure?.strategy).toBe(published.strategy);
      expect(Math.abs((figure?.calls ?? 0) / published.calls - 1)).toBeLessThan(0.03);
      expect(Math.abs((figure?.completionMs ?? 0) / published.completionMs - 1)).toBeLessThan(0.1);
    },
  );

  test("full < equal < decorrelated < exponential < none, by calls", () => {
    const calls = simulated.map((figure) => figure.calls);

    expect(calls).toEqual([...calls].sort((a, b) => a - b));
    expect(new Set(calls).size).toBe(5);
  });
});

describe("retries and token buckets", { timeout: 120_000 }, () => {
  const simulated = bucketFigures();

  test.each(
    publishedBuckets.map((published, index) => [published.policy, published.failureRatio, published, simulated[index]] as const),
  )("%s at f = %s: within 1 %%", (_policy, _ratio, published, figure) => {
    expect(Math.abs((figure?.amplification ?? 0) / published.amplification - 1)).toBeLessThan(0.01);
    if (published.successRatio !== null)
      expect(Math.abs((figure?.successRatio ?? 0) / published.successRatio - 1)).toBeLessThan(0.01);
  });
});

describe("what can be calculated", () => {
  test.each([
    [0.1, 2],
    [0.1, 4],
    [0.5, 4],
    [0.5, 6],
    [0.9, 6],
  ])("at f = %s, %s attempts make (1 - f^N) / (1 - f) requests per call, within 1 %%", (failureRatio, maxAttempts) => {
    const { calculated, simulated } = oneLayer(failureRatio, maxAttempts, 50_000);

    expect(calculated).toBeCloseTo((1 - failureRatio ** maxAttempts) / (1 - failureRatio), 12);
    expect(Math.abs(simulated / calculated - 1)).toBeLessThan(0.01);
  });

  test.each([
    [3, 4, 64],
    [5, 3, 243],
    [1, 4, 4],
  ])("%s layers of %s attempts make %s requests per call when the last one always fails", (count, attempts, requests) => {
    expect(layers(count, attempts)).toBe(requests);
  });
});
