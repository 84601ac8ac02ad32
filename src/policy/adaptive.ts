import { aStrategy, asStrategy, freshStrategy, relayed, type Strategy, strategyPartOf } from "../core/backoff/strategy.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import { aboveZero, checkOptions, checkValue, finiteFrom, notBelow, ratio } from "../core/option-rules.ts";
import { descriptionOf } from "../core/part.ts";
import { SlicedWindow } from "../core/window/sliced-window.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import { clockRule } from "./clock-rule.ts";

const MIN_MULTIPLIER = 1;

export interface AdaptiveOptions {
  /** How long what was heard counts, in milliseconds, > 0. @default 60_000 */
  readonly windowMs?: number | undefined;
  /** At this share of successes and above, delays are not stretched: > 0 to 1. @default 0.9 */
  readonly targetSuccessRatio?: number | undefined;
  /** The factor when all is well, >= 0. @default 1 */
  readonly minMultiplier?: number | undefined;
  /** The factor when nothing succeeds, >= `minMultiplier`. @default 5 */
  readonly maxMultiplier?: number | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

/**
 * Stretches another strategy's delays while things go badly: between `minMultiplier` and `maxMultiplier`, in proportion to how far the
 * share of successes it has heard of lies below the target. It hears of every failed attempt of its classes, and of every success of a
 * call that it delayed. Shared by all calls of the policies that use it, on purpose.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * const strategy = adaptive(fullJitter({ maxMs: 5_000 }), { maxMultiplier: 10 });
 */
export function adaptive(fallback: Strategy, options: AdaptiveOptions = {}): Strategy {
  checkValue("adaptive.fallback", fallback, aStrategy);
  const {
    windowMs = 60_000,
    targetSuccessRatio = 0.9,
    minMultiplier = MIN_MULTIPLIER,
    maxMultiplier = Math.max(5, minMultiplier),
    clock = systemClock,
  } = checkOptions("adaptive", options, {
    windowMs: aboveZero,
    targetSuccessRatio: ratio,
    minMultiplier: finiteFrom(0),
    maxMultiplier: notBelow(finiteFrom(0), "minMultiplier", MIN_MULTIPLIER),
    clock: clockRule,
  });

  const heard = new SlicedWindow(windowMs);
  const multiplier = (): number => {
    const { calls, failed } = heard.totals(clock.now());
    const shortfall = calls === 0 ? 0 : Math.max(0, 1 - (calls - failed) / calls / targetSuccessRatio);
    return minMultiplier + shortfall * (maxMultiplier - minMultiplier);
  };
  const inner = relayed((context) => fallback(context) * multiplier(), fallback);
  const strategy: Strategy = Object.assign((context: Parameters<Strategy>[0]) => inner(context), {
    recordSuccess: () => {
      heard.add(clock.now(), false, false);
      inner.recordSuccess?.();
    },
    recordFailure: (errorClass: ErrorClass) => {
      heard.add(clock.now(), true, false);
      inner.recordFailure?.(errorClass);
    },
  });
  return asStrategy(strategy, {
    name: "adaptive",
    settings: { fallback: descriptionOf(fallback), windowMs, targetSuccessRatio, minMultiplier, maxMultiplier },
    readsRetryAfter: strategyPartOf(fallback)?.readsRetryAfter,
    bounded: strategyPartOf(fallback)?.bounded ?? false,
    clock,
    another: (otherClock, standIn) =>
      adaptive(freshStrategy(fallback, otherClock, standIn), { ...options, clock: otherClock as Clock }),
  });
}
