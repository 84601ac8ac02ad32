import type { ErrorClass } from "../failure/error-class.ts";
import { aFunction, checkOptions, checkValue, finiteFrom } from "../option-rules.ts";
import { descriptionOf, partOf } from "../part.ts";
import { aStrategy, asStrategy, freshStrategy, relayed, type Strategy, strategyPartOf } from "./strategy.ts";

/**
 * The same delay every time. Callers that failed together return together: prefer a jittered strategy for shared dependencies.
 *
 * @param ms milliseconds, >= 0
 */
export function constant(ms: number): Strategy {
  checkValue("constant.ms", ms, finiteFrom(0));
  return asStrategy(() => ms, { name: "constant", settings: { ms }, readsRetryAfter: false, bounded: true });
}

/**
 * Waits as long as the dependency asked (the classification's `retryAfterMs`), plus up to `jitterMs` so that its callers do not all
 * return at once; asks `fallback` where it did not say, or said 0: a dependency may say when to come back, but not take the backoff away.
 * What it asked for is never shortened: where it does not fit the deadline, the call stops.
 *
 * @param options.jitterMs milliseconds, >= 0 @default 250
 * @example retryAfterOr(fullJitter({ maxMs: 5_000 }))
 */
export function retryAfterOr(fallback: Strategy, options: { readonly jitterMs?: number | undefined } = {}): Strategy {
  checkValue("retryAfterOr.fallback", fallback, aStrategy);
  const { jitterMs = 250 } = checkOptions("retryAfterOr", options, { jitterMs: finiteFrom(0) });
  const strategy = relayed((context) => {
    const { retryAfterMs } = context.classification;
    return retryAfterMs ? retryAfterMs + context.random() * jitterMs : fallback(context);
  }, fallback);
  return asStrategy(strategy, {
    name: "retryAfterOr",
    settings: { fallback: descriptionOf(fallback), jitterMs },
    readsRetryAfter: true,
    bounded: strategyPartOf(fallback)?.bounded ?? false,
    clock: partOf(fallback)?.clock,
    another: (clock, standIn) => retryAfterOr(freshStrategy(fallback, clock, standIn), { jitterMs }),
  });
}

/** Makes a strategy of a function with the three positional parameters of older retry code. */
export function legacyStrategy(delay: (attempt: number, errorClass: ErrorClass, prevSleepMs: number | null) => number): Strategy {
  checkValue("legacyStrategy.delay", delay, aFunction);
  return asStrategy(({ attempt, errorClass, prevSleepMs }) => delay(attempt, errorClass, prevSleepMs), {
    name: "legacyStrategy",
    settings: { delay: delay.name || "anonymous" },
    readsRetryAfter: false,
    bounded: false,
  });
}
