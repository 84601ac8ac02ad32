/* What docs/evidence.md says of the default budget, on fewer seeds than there. */
import { Policy } from "redress";
import { simulate } from "redress/simulate";
import { describe, expect, test } from "vitest";
import { refusedInCalm, restartWith } from "../../figures/experiments/calm.ts";
import { DEFAULT, NONE, policyWith } from "../../figures/experiments/candidates.ts";
import { recoveryWith, storms } from "../../figures/experiments/storms.ts";

const [plain = ""] = Object.keys(storms);

describe("a plain policy in an overload", { timeout: 120_000 }, () => {
  test("has the budget that the figures are about", () => {
    const scenario = storms[plain]?.scenario as Parameters<typeof simulate>[1];
    const [asIs, named] = [new Policy({ retry: {} }), policyWith(DEFAULT)].map((policy) =>
      simulate(policy, scenario, { durationMs: 90_000 }),
    );
    expect(asIs).toEqual(named);
  });

  test("would never recover without a budget", () => {
    expect(recoveryWith(NONE, plain, 1, 2).recovered).toBe(0);
  });

  // Ten processes that restart at once have ten new budgets.
  const restarting = "and the clients restart";
  test.each(
    Object.keys(storms).flatMap((storm) =>
      (storm === restarting ? [1] : [1, 10]).map((processes) => [storm, processes] as const),
    ),
  )("recovers within five seconds of a run without retries: %s, %s processes", (storm, processes) => {
    expect(recoveryWith(DEFAULT, storm, processes, 2).inTime).toBe(2);
  });

  test("recovers later, the larger a budget is that counts retries", () => {
    const later = ["TokenBudget: 10", "TokenBudget: 100"].map((name) => recoveryWith(name, plain, 1, 5).meanLaterS ?? Infinity);
    expect(later).toEqual([...later].sort((a, b) => a - b));
  });
});

test.each([
  [0.08, 0, 1],
  [0.08, 0, 10],
  [0, 0.02, 1],
  [0, 0.02, 10],
  [0.08, 0.02, 10],
])(
  "calm traffic does not notice the default budget: shares of %s fail at once and %s by timeouts, of %s calls per second",
  (atOnce, timeouts, callsPerSecond) => {
    expect(refusedInCalm(DEFAULT, callsPerSecond, { atOnce, timeouts })).toBe(0);
  },
);

test.each([10, 100])("a restart of one second loses no call of %s per second", (callsPerSecond) => {
  expect(restartWith(DEFAULT, callsPerSecond, 1).failed).toBe(0);
});
