import type { Classification, FailureCause } from "../failure/classification.ts";
import type { ErrorClass } from "../failure/error-class.ts";
import { aFunction, demand, type OptionRule, report } from "../option-rules.ts";
import { asPart, type Part, partOf, type StandIn } from "../part.ts";
import type { Demand } from "../refusal.ts";

/** What a strategy may look at. */
export interface BackoffContext {
  /** The attempt that failed, 1 for the first. */
  readonly attempt: number;
  readonly classification: Classification;
  readonly errorClass: ErrorClass;
  /** The delay before this attempt in milliseconds, `null` before the second attempt. */
  readonly prevSleepMs: number | null;
  /** Milliseconds left to the deadline. */
  readonly remainingMs: number;
  readonly cause: FailureCause;
  /** The policy's source of chance, 0 <= n < 1. */
  readonly random: () => number;
}

/**
 * Returns the delay before the next attempt in milliseconds. NaN and negative delays count as 0; `Infinity` never fits the deadline.
 * A strategy that throws ends the call with that error. It may listen to how calls fare, as `adaptive` does.
 */
export interface Strategy {
  (context: BackoffContext): number;
  /** A call that this strategy delayed has succeeded. */
  readonly recordSuccess?: () => void;
  /** An attempt has failed with a class whose delays this strategy gives. */
  readonly recordFailure?: (errorClass: ErrorClass) => void;
}

const oneContext: Demand = {
  ...demand("a function of one BackoffContext"),
  advice: "Wrap it: legacyStrategy((attempt, errorClass, prevSleepMs) => ms).",
};

/** A strategy takes one context: with more parameters it was written for another interface, and would receive `undefined` for them. */
export const aStrategy: OptionRule = {
  ...aFunction,
  inside: (strategy: Strategy, place) => {
    if (strategy.length > 1) report(place, strategy, oneContext);
  },
};

/** What a strategy of this package says of itself. */
export interface StrategyPart extends Part<Strategy> {
  readonly kind: "strategy";
  /** Whether its delays depend on what the dependency asks for; `undefined` where a function of the user's decides that. */
  readonly readsRetryAfter: boolean | undefined;
  /** Whether its delays have a limit of their own, whatever the number of the attempt. */
  readonly bounded: boolean;
}

/** Lets a strategy without a state say what it is. */
export function asStrategy(strategy: Strategy, part: Omit<StrategyPart, "kind">): Strategy {
  return asPart(strategy, { kind: "strategy", ...part } satisfies StrategyPart);
}

/** What a strategy says of itself; nothing for a function of the user's own. */
export function strategyPartOf(strategy: Strategy): StrategyPart | undefined {
  return partOf(strategy) as StrategyPart | undefined;
}

/**
 * A strategy as new on another clock; one without a state serves as it is. For one that listens and cannot be made again, `standIn` says
 * what takes its place.
 */
export function freshStrategy(strategy: Strategy, clock: object, standIn: StandIn<Strategy>): Strategy {
  const another = strategyPartOf(strategy)?.another;
  if (another !== undefined) return another(clock, standIn);
  return strategy.recordSuccess === undefined && strategy.recordFailure === undefined ? strategy : standIn(strategy);
}

/** A strategy that asks another one: what it hears, the other one hears too. */
export function relayed(strategy: (context: BackoffContext) => number, inner: Strategy): Strategy {
  return Object.assign(strategy, {
    ...(inner.recordSuccess && { recordSuccess: () => inner.recordSuccess?.() }),
    ...(inner.recordFailure && { recordFailure: (errorClass: ErrorClass) => inner.recordFailure?.(errorClass) }),
  });
}
