import { RateLimiter } from "redress";
import { expect, test } from "vitest";
import { buildLibrary } from "../build-library.ts";
import { Chance } from "../chance.ts";
import type { Library } from "../library.ts";
import { linearize } from "./linearize.ts";
import { type Uses, useRateLimiter } from "./rate-history.ts";
import { type RatePlan, rateModel } from "./rate-model.ts";
import { TimedClock } from "./timed-clock.ts";

function live(lib: Pick<Library, "RateLimiter">, seed: number): { readonly overlaps: number; readonly unexplained: string } {
  const chance = new Chance(seed);
  const limit = chance.pick([1, 2, 3]);
  const plan: RatePlan = {
    limit,
    // Of a bucket, each millisecond brings back a half or a quarter: what has no rounding.
    intervalMs: limit * chance.pick([2, 4]),
    burst: chance.pick([null, null, 1, 3]),
    maxQueue: chance.below(5),
  };
  const clock = new TimedClock(chance.flip(0.5));
  const uses: Uses = { used: () => undefined };
  const { burst, ...options } = plan;
  const limiter = new lib.RateLimiter({
    ...options,
    burst: burst ?? undefined,
    used: (value: unknown) => uses.used(value),
    clock,
  });
  const history = useRateLimiter(limiter, uses, clock, chance, 22);
  const isExplained = linearize(history.operations, rateModel(plan)) !== null;
  return { overlaps: history.overlaps, unexplained: isExplained ? "" : `seed ${seed} ${JSON.stringify(plan)}\n${history}` };
}

test("a rate limiter is linearizable, with refunds, pauses, late alarms, and code of the user's that asks, spends or gives back within", () => {
  const runs = 3_000;
  let overlaps = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const lived = live({ RateLimiter }, seed);
    expect(lived.unexplained).toBe("");
    overlaps += lived.overlaps;
  }
  expect(overlaps).toBeGreaterThan(3 * runs);
});

test.each([
  [
    "lets who comes last overtake those who wait",
    "policy/limit/rate-limiter.ts",
    "this.#line.length === 0 && this.#rates",
    "this.#rates",
  ],
  [
    "serves nobody when one at the head has left",
    "policy/limit/rate-line.ts",
    "cancelled: () => this.serve(),",
    "cancelled: () => {},",
  ],
  [
    "gives back to what counts now what was taken before a reset",
    "policy/limit/rate-limiter.ts",
    "taken.rates.giveBack(this.clock.now(), taken)",
    "this.#rates.giveBack(this.clock.now(), taken)",
  ],
  [
    "counts who is told of its turn among those who wait",
    "core/limit/waiting-line.ts",
    "        this.leave(waiter);\n        try {\n          waiter.applicant.admitted(permit);",
    "        try {\n          waiter.applicant.admitted(permit);\n          this.leave(waiter);",
  ],
  ["forgets a pause at the next one that is shorter", "core/limit/rate/rates.ts", "Math.max(this.#pausedUntilMs, atMs)", "atMs"],
])("one that %s is not, and that is found", async (fault, file, find, replace) => {
  const lib = await buildLibrary(fault.replaceAll(" ", "-"), { file, find, replace });
  let found = 0;
  for (let seed = 1; seed <= 1_000; seed++) if (live(lib, seed).unexplained !== "") found++;
  expect(found).toBeGreaterThan(3);
});
