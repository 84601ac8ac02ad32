/* Metastable overload: which clients recover, and when. The expected values come from another simulator of the same example, over 20 seeds. */
import { describe, expect, test } from "vitest";
import { recoveries } from "../../figures/experiments/metastable.ts";

const SEEDS = 20;
/** A mean needs many; these have nothing to average. */
const SEEDS_OF_NEVER = 5;
const mean = (seconds: readonly (number | null)[]): number =>
  seconds.reduce<number>((sum, second) => sum + (second ?? 0), 0) / seconds.length;

describe("metastable overload", { timeout: 300_000 }, () => {
  test.each([
    ["no retry", 196],
    ["three, 0.1 per success, 10", 200],
    ["three, 0.1 per success, 100", 200],
  ])("with %s it ends at about %s s, within 4 %%", (reaction, aboutS) => {
    const seconds = recoveries(reaction, SEEDS);

    expect(seconds).not.toContain(null);
    expect(Math.abs(mean(seconds) / aboutS - 1)).toBeLessThan(0.04);
  });

  test.each(["one retry", "three retries", "three, 10 % of requests", "three, 20 % of requests", "three, 20 % of concurrency"])(
    "with %s it does not end within 300 s",
    (reaction) => {
      expect(recoveries(reaction, SEEDS_OF_NEVER)).toEqual(new Array(SEEDS_OF_NEVER).fill(null));
    },
  );
});
