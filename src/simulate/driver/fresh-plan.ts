import { freshStrategy, type Strategy } from "../../core/backoff/strategy.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { isPlain } from "../../core/is-object.ts";
import type { Limiter } from "../../core/limit/limiter.ts";
import { LimiterChain, limitersOf } from "../../core/limit/limiter-chain.ts";
import { anotherOf } from "../../core/part.ts";
import { type CallPlan, makePlan } from "../../run/call/plan.ts";
import type { Clock } from "../../run/time/clock.ts";

/**
 * The plan of a policy as new, for one simulated client: the same settings and classifiers, with a circuit, a budget and adaptive
 * strategies of its own on the simulated clock. Its observers are left out: they observe real calls only.
 *
 * @throws TypeError for a circuit, budget or listening strategy of the user's own kind: only the user's code can make another one.
 */
export function freshPlan(plan: CallPlan, clock: Clock, random: () => number): CallPlan {
  const { retry, breaker, limiter, hedge } = plan;
  const copies = new Map<Strategy, Strategy>();
  const standIn = (own: Strategy): never => cannotMake("strategy", own);
  const strategyLike = (strategy: Strategy): Strategy => {
    const copy = copies.get(strategy) ?? freshStrategy(strategy, clock, standIn);
    copies.set(strategy, copy);
    return copy;
  };
  return makePlan({
    ...plan,
    // There are no values: a modelled failure is classified already.
    resultClassifier: null,
    retry: retry && {
      ...retry,
      strategy: retry.strategy && strategyLike(retry.strategy),
      strategies: Object.fromEntries(
        Object.entries(retry.strategies).map(([errorClass, strategy]) => [errorClass, strategy && strategyLike(strategy)]),
      ) as Partial<Record<ErrorClass, Strategy>>,
      budget: retry.budget && (anotherOf(retry.budget, clock) ?? cannotMake("budget", retry.budget)),
      beforeSleep: undefined,
    },
    breaker: breaker && (anotherOf(breaker, clock, standIn, random) ?? cannotMake("circuit breaker", breaker)),
    limiter: limiter && another(limiter, clock, random),
    hedge: hedge && (anotherOf(hedge, clock) ?? cannotMake("hedge", hedge)),
    // A scenario says what fails: nothing is made up beside it.
    chaos: null,
    hooks: [],
    onHookError: undefined,
    answers: null,
    clock,
    random,
  });
}

/** Limiters as new, in the same order. */
function another(limiter: Limiter, clock: Clock, random: () => number): Limiter {
  const made = limitersOf(limiter).map((each) => anotherOf(each, clock, undefined, random) ?? cannotMake("limiter", each));
  return made.length === 1 ? (made[0] as Limiter) : new LimiterChain(made);
}

function cannotMake(what: string, part: object): never {
  throw new TypeError(
    `A simulation needs a ${what} of its own for every client, and cannot make another of this kind (${classNameOf(part)}). ` +
      "Give it a function that makes the policy: ({ clock, random }) => new Policy({ ..., clock, random }).",
  );
}

/** By its class, which a subclass of ours has too. */
function classNameOf(part: object): string {
  if (typeof part === "function") return "a function that listens";
  return isPlain(part) ? "a plain object" : (part as object).constructor?.name || "without a name";
}
