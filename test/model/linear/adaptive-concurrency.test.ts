import { AdaptiveConcurrency } from "redress";
import { expect, test } from "vitest";
import { buildLibrary } from "../build-library.ts";
import { Chance } from "../chance.ts";
import type { Library } from "../library.ts";
import { useConcurrency } from "./concurrency-history.ts";
import { type ConcurrencyPlan, concurrencyModel } from "./concurrency-model.ts";
import { linearize } from "./linearize.ts";
import { TimedClock } from "./timed-clock.ts";

interface Lived {
  readonly overlaps: number;
  readonly hasLearnt: boolean;
  readonly unexplained: string;
}

async function live(lib: Pick<Library, "AdaptiveConcurrency">, seed: number, most: number): Promise<Lived> {
  const chance = new Chance(seed);
  const plan: ConcurrencyPlan = { min: 1, max: 8, initial: chance.pick([1, 2, 4]) };
  const clock = new TimedClock(false);
  const limiter = new lib.AdaptiveConcurrency({ ...plan, clock });
  const history = await useConcurrency(limiter, clock, chance, most);
  const isExplained = linearize(history.operations, concurrencyModel(plan)) !== null;
  return {
    overlaps: history.overlaps,
    hasLearnt: history.operations.some(({ input }) => input.does === "learn" && input.limit !== plan.initial),
    unexplained: isExplained ? "" : `seed ${seed} ${JSON.stringify(plan)}\n${history}`,
  };
}

test("an adaptive limit on concurrency is linearizable, with callers that go, functions that ask within, and a limit that changes", async () => {
  const runs = 2_000;
  let overlaps = 0;
  let learnt = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const lived = await live({ AdaptiveConcurrency }, seed, seed % 10 === 0 ? 120 : 16);
    expect(lived.unexplained).toBe("");
    overlaps += lived.overlaps;
    if (lived.hasLearnt) learnt++;
  }
  expect(overlaps).toBeGreaterThan(3 * runs);
  expect(learnt).toBeGreaterThan(runs / 200);
});

const file = "policy/limit/adaptive-concurrency.ts";

test.each([
  [
    "counts a place a turn after it has given it",
    file,
    "    this.#inUse++;\n",
    "    queueMicrotask(() => void this.#inUse++);\n",
  ],
  [
    "takes from the new counts what was counted before a reset",
    file,
    'if (end === "unused") counts.admitted--;',
    'if (end === "unused") this.#counts.admitted--;',
  ],
  ["gives all its places to what matters less", file, "partOf(limit, share)", "partOf(limit, 1)"],
  ["keeps the place of a call whose caller has gone", file, "    this.#inUse--;\n", '    if (end !== "cancel") this.#inUse--;\n'],
  [
    "learns from two answers what takes ten",
    "core/limit/concurrency-limit.ts",
    "if (heard < FEW || ageMs < WINDOW_MS || ageMs < 2 * window.meanMs || (heard < ENOUGH && ageMs < LONG_MS)) return;",
    "if (heard < 2) return;",
  ],
])("one that %s is not, and that is found", async (fault, file, find, replace) => {
  const lib = await buildLibrary(fault.replaceAll(" ", "-"), { file, find, replace });
  let found = 0;
  for (let seed = 1; seed <= 500; seed++) if ((await live(lib, seed, 16)).unexplained !== "") found++;
  expect(found).toBeGreaterThan(3);
});
