import * as redress from "redress";
import { expect, test } from "vitest";
import { buildLibrary } from "../build-library.ts";
import { Chance } from "../chance.ts";
import type { Library } from "../library.ts";
import { useBudget } from "./budget-history.ts";
import {
  type BudgetInput,
  type BudgetOutput,
  rollingModel,
  type ThrottlePlan,
  type TokenPlan,
  throttleModel,
  tokenModel,
} from "./budget-models.ts";
import { linearize, type Model } from "./linearize.ts";
import { TimedClock } from "./timed-clock.ts";

type Budgets = Pick<Library, "Budget" | "Policy" | "RetryThrottle" | "TokenBudget">;
type Kind = "rolling" | "tokens" | "throttle";

interface Lived {
  readonly overlaps: number;
  readonly unexplained: string;
}

async function live(lib: Budgets, kind: Kind, seed: number): Promise<Lived> {
  const chance = new Chance(seed);
  const clock = new TimedClock(chance.flip(0.5));
  const use = async <State>(
    budget: redress.RetryBudget,
    model: Model<State, BudgetInput, BudgetOutput>,
    plan: object,
  ): Promise<Lived> => {
    const history = await useBudget(lib, budget, clock, chance, 22);
    const isExplained = linearize(history.operations, model) !== null;
    return { overlaps: history.overlaps, unexplained: isExplained ? "" : `seed ${seed} ${JSON.stringify(plan)}\n${history}` };
  };
  if (kind === "rolling") {
    const plan = { maxRetries: chance.below(4), windowMs: chance.pick([4, 20]) };
    return use(new lib.Budget({ ...plan, clock }), rollingModel(plan.maxRetries, plan.windowMs), plan);
  }
  if (kind === "tokens") {
    const plan: TokenPlan = {
      capacity: 1 + chance.below(4),
      retryCost: chance.pick([0.5, 1]),
      successRefund: chance.pick([0, 0.5, 1]),
      classCosts: { RATE_LIMIT: chance.pick([0, 2]) },
    };
    return use(new lib.TokenBudget(plan), tokenModel(plan), plan);
  }
  const plan: ThrottlePlan = {
    capacity: chance.pick([2.5, 5]),
    timeoutCapacity: chance.pick([0, 1, 2]),
    successRefund: chance.pick([0.5, 1]),
  };
  return use(new lib.RetryThrottle(plan), throttleModel(plan), plan);
}

test.each<[string, Kind]>([
  ["a budget over a window", "rolling"],
  ["a budget of tokens", "tokens"],
  ["a throttle of retries", "throttle"],
])("%s is linearizable, for calls that fail, succeed and are aborted at the same time", async (_what, kind) => {
  const runs = 1_500;
  let overlaps = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const lived = await live(redress, kind, seed);
    expect(lived.unexplained).toBe("");
    overlaps += lived.overlaps;
  }
  expect(overlaps).toBeGreaterThan(3 * runs);
});

test.each<[string, Kind, string, string, string]>([
  [
    "counts what it has allowed a turn later",
    "rolling",
    "core/budget/rolling-count.ts",
    "if (this.maxRetries < Infinity) this.#window.add(nowMs, cost);",
    "queueMicrotask(() => this.#window.add(nowMs, cost));",
  ],
  ["counts each retry as one, whatever it costs", "rolling", "core/budget/rolling-count.ts", "add(nowMs, cost)", "add(nowMs, 1)"],
  [
    "loses a success that comes together with something else",
    "tokens",
    "core/budget/token-bucket.ts",
    "    this.#tokens = Math.min(this.capacity, exact(this.#tokens + tokens));",
    "    const before = this.#tokens;\n    queueMicrotask(() => { this.#tokens = Math.min(this.capacity, exact(before + tokens)); });",
  ],
  ["asks the same of every class", "tokens", "policy/token-budget.ts", "cost ?? classCost ?? this", "cost ?? this"],
  [
    "does not count the failure of a retry that it refuses",
    "throttle",
    "core/budget/throttle.ts",
    "    this.#count = Math.min(this.#most, count);\n",
    "    if (count <= this.limit) this.#count = count;\n",
  ],
  ["forgives no timeout", "throttle", "core/budget/throttle.ts", "    this.timeouts.subtract(amount);\n", ""],
])("one that %s is not, and that is found", async (fault, kind, file, find, replace) => {
  const lib = await buildLibrary(fault.replaceAll(/\W+/g, "-"), { file, find, replace });
  let found = 0;
  for (let seed = 1; seed <= 300; seed++) if ((await live(lib, kind, seed)).unexplained !== "") found++;
  expect(found).toBeGreaterThan(3);
});
