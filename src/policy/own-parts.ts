/*
 * The parts that a policy has made by itself, of options or by default. Whoever makes a policy anew after another one (`keyed`) makes those anew, too,
 * and shares the parts that the user has made, and so meant to be shared.
 */
import type { Breaker } from "../core/breaker/breaker.ts";
import type { RetryBudget } from "../core/budget/retry-budget.ts";
import type { CircuitBreakerOptions } from "./circuit-breaker-options.ts";
import { RetryThrottle } from "./retry-throttle.ts";

const optionsOf = new WeakMap<Breaker, CircuitBreakerOptions>();
const defaultBudgets = new WeakSet<RetryBudget>();

/** Remembers the options that a policy has made a breaker of. Returns the breaker. */
export function madeOf<Made extends Breaker>(breaker: Made, options: CircuitBreakerOptions): Made {
  optionsOf.set(breaker, options);
  return breaker;
}

/** The checked options that a policy has made its breaker of; `undefined` for one that it was given. */
export const optionsOfOwnBreaker = (breaker: Breaker): CircuitBreakerOptions | undefined => optionsOf.get(breaker);

/** The budget of a retry that was given none. */
export function defaultBudget(): RetryBudget {
  const budget = new RetryThrottle();
  defaultBudgets.add(budget);
  return budget;
}

export const isDefaultBudget = (budget: RetryBudget): boolean => defaultBudgets.has(budget);
