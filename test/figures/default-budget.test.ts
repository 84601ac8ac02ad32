/* What docs/evidence.md says of the budget that a policy should have, on fewer seeds than there. */
import { describe, expect, test } from "vitest";
import { calmWith, recoveryWith } from "../../figures/experiments/default-budget.ts";

const recommended = "TokenBudget: 10, 0.1 per success";

describe("a plain policy in a metastable overload", { timeout: 120_000 }, () => {
  test("never recovers without a budget", () => {
    expect(recoveryWith("no budget", 1, 2).recovered).toBe(0);
  });

  test("recovers, with the recommended budget, within five seconds of a run without retries on average", () => {
    const { recovered, meanLaterS } = recoveryWith(recommended, 1, 10);

    expect(recovered).toBe(10);
    expect(meanLaterS).toBeLessThan(5);
  });

  test("recovers, with a throttle that counts failures, within five seconds of it on every seed", () => {
    expect(recoveryWith("throttle: 10, 0.1 per success", 1, 10).inTime).toBe(10);
  });

  test("recovers later the larger the budget is", () => {
    const later = [10, 50, 100].map(
      (capacity) => recoveryWith(`TokenBudget: ${capacity}, 0.1 per success`, 1, 10).meanLaterS ?? Infinity,
    );

    expect(later).toEqual([...later].sort((a, b) => a - b));
  });
});

test.each([
  [recommended, 1, 0.05],
  [recommended, 10, 0.05],
  ["throttle: 10, 0.1 per success", 10, 0.02],
])(
  "calm traffic does not notice %s: %s calls per second, of which a share of %s fails",
  (candidate, callsPerSecond, failureRatio) => {
    expect(calmWith(candidate, callsPerSecond, failureRatio).refusedRatio).toBe(0);
  },
);
