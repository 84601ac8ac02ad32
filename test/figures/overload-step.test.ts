/* A minute at 1.5 times the capacity: what limits hold, and what is lost without them. */
import { describe, expect, test } from "vitest";
import { clients, stepFigure } from "../../figures/experiments/overload-step.ts";

const SEEDS = 2;

describe("a minute at one and a half times the capacity", { timeout: 300_000 }, () => {
  test.each(clients.filter(({ isLimited }) => !isLimited))(
    "falls below half of it, and stays so after the minute: $name",
    (subject) => {
      const { goodputRatio, worstRatio, recoveryS } = stepFigure(subject, SEEDS);

      expect(goodputRatio).toBeLessThan(0.5);
      expect(worstRatio).toBe(0);
      expect(recoveryS ?? Infinity).toBeGreaterThan(60);
    },
  );

  test.each(clients.filter(({ isLimited }) => isLimited))(
    "leaves more than 90 % of it, and more than half in every second: $name",
    (subject) => {
      const { goodputRatio, worstRatio, recoveryS } = stepFigure(subject, SEEDS);

      expect(goodputRatio).toBeGreaterThan(0.9);
      expect(worstRatio).toBeGreaterThan(0.5);
      expect(recoveryS).toBeLessThan(10);
    },
  );
});
