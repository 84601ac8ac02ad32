import type { BackoffContext, Strategy } from "../core/backoff/strategy.ts";
import { freshStrategy } from "../core/backoff/strategy.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import type { Clock } from "../run/clock.ts";

/** The chance that gives the shortest delay. */
export const LEAST = (): number => 0;
/** The chance that gives the longest: the greatest number below 1. */
export const MOST = (): number => 1 - 2 ** -53;

/** What a strategy is asked about. */
interface Question {
  readonly errorClass: ErrorClass;
  readonly attempt: number;
  readonly prevSleepMs: number | null;
  readonly remainingMs: number;
  readonly random: () => number;
  /** How long the dependency asked to wait, if it did. */
  readonly retryAfterMs?: number;
}

/** No time passes while a strategy is asked. */
const standstill: Clock = { now: () => 0, sleep: () => Promise.resolve(), alarm: () => () => {} };

/**
 * A strategy to ask: as new, so that one in use does not notice. With `heard` it has heard of a failure and of nothing else, which is the
 * worst that can be heard; without it, of nothing.
 */
export function toAsk(strategy: Strategy, heard: ErrorClass | null): Strategy {
  try {
    const fresh = freshStrategy(strategy, standstill);
    // One that has no copy may be in use, and must not be told what did not happen.
    if (heard !== null && fresh !== strategy) fresh.recordFailure?.(heard);
    return fresh;
  } catch {
    return strategy;
  }
}

/**
 * The delay that a strategy answers, counted as a call counts it. `null` where it cannot be asked: it throws, answers no number, or the
 * same question differently, because it takes its chance, or its state, from elsewhere.
 */
export function ask(strategy: Strategy, question: Question): number | null {
  const first = answer(strategy, question);
  return first === answer(strategy, question) ? first : null;
}

function answer(
  strategy: Strategy,
  { errorClass, attempt, prevSleepMs, remainingMs, random, retryAfterMs }: Question,
): number | null {
  const classification = retryAfterMs === undefined ? { errorClass } : { errorClass, retryAfterMs };
  const context: BackoffContext = { attempt, classification, errorClass, prevSleepMs, remainingMs, cause: "exception", random };
  try {
    const delay: unknown = strategy(context);
    if (typeof delay === "number") return delay > 0 ? roundMs(delay) : 0;
    // A promise is no delay, and nobody will wait for this one.
    Promise.resolve(delay).catch(() => {});
    return null;
  } catch {
    return null;
  }
}

/** To a thousandth: the greatest chance is a little less than one, and so are the delays that it gives. */
export const roundMs = (ms: number): number => (Number.isFinite(ms) ? Math.round(ms * 1000) / 1000 : ms);
