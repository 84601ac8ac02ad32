/* What delays a strategy gives: called as a call would call it, and as new, so that one in use notices nothing. */
import type { BackoffContext, Strategy } from "../../core/backoff/strategy.ts";
import { freshStrategy } from "../../core/backoff/strategy.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { Clock } from "../../run/time/clock.ts";

/** The least chance, the greatest number below 1, and what lies between them. */
const CHANCES: readonly (() => number)[] = [() => 0, () => 1 - 2 ** -53, () => 0.5];
/** What a dependency may ask for, in milliseconds: nothing, something, and more than any call waits for. */
const ASKED_FOR: readonly number[] = [0, 1, 50, 1_000, 5_000, 30_000, 60_000, 300_000, 3_600_000, Number.MAX_VALUE];
/** No delay beyond this is meant as one: some hundred years. */
const BEYOND_MS = 1e13;

/** What a strategy is told about the failure. */
export interface DelayQuestion {
  readonly errorClass: ErrorClass;
  readonly attempt: number;
  readonly prevSleepMs: number | null;
  readonly remainingMs: number;
  /** How long the dependency asked to wait, if it did. */
  readonly retryAfterMs?: number;
}

/** The shortest and the longest delay that a strategy may give. */
export interface DelayRange {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** The delays of a strategy that cannot be known. */
export const ANY_DELAY: DelayRange = { leastMs: 0, mostMs: Infinity };

/** No time passes while a strategy is asked. */
const standstill: Clock = { now: () => 0, sleep: () => Promise.resolve(), alarm: () => () => {} };

/** Gives the delays of a strategy and tells it nothing of what happens: it cannot be made again, and may be in use. */
const withoutListening =
  (strategy: Strategy): Strategy =>
  (context) =>
    strategy(context);

/**
 * A strategy to ask: as new, so that one in use does not notice. With `heard` it has heard of one failure of that class and of nothing else,
 * which is the worst that it can hear; without it, of nothing.
 */
export function strategyToAsk(strategy: Strategy, heard: ErrorClass | null): Strategy {
  try {
    const fresh = freshStrategy(strategy, standstill, withoutListening);
    if (heard !== null && fresh !== strategy) fresh.recordFailure?.(heard);
    return fresh;
  } catch {
    return strategy;
  }
}

/**
 * The delays that a strategy gives, whatever its chance, counted as a call counts them. `null` where it cannot be asked: it throws, returns
 * no number, or gives different delays for the same question, because it takes its chance, or its state, from elsewhere; or the delays for
 * the least and for the greatest chance say nothing of those between them.
 */
export function delayRange(strategy: Strategy, question: DelayQuestion): DelayRange | null {
  const [one, other, between] = CHANCES.map((random) => sameDelayTwice(strategy, question, random));
  if (one == null || other == null || between == null) return null;
  const leastMs = Math.min(one, other);
  const mostMs = Math.max(one, other);
  return between < leastMs || between > mostMs ? null : { leastMs, mostMs };
}

/**
 * The same, whatever the dependency asks for: to come back at once, or after any time. Where the dependency asks for more and the delay gets
 * shorter, the strategy listens up to a limit that is not known: its delays may be as long as any.
 */
export function delayRangeWhenAsked(strategy: Strategy, question: DelayQuestion): DelayRange | null {
  const own = delayRange(strategy, question);
  if (own === null) return null;
  let { leastMs, mostMs } = own;
  let beforeMs = 0;
  for (const retryAfterMs of ASKED_FOR) {
    const delays = CHANCES.map((random) => delayFor(strategy, { ...question, retryAfterMs }, random));
    if (delays.includes(null)) return ANY_DELAY;
    const longestMs = Math.max(...(delays as number[]));
    leastMs = Math.min(leastMs, ...(delays as number[]));
    mostMs = longestMs < beforeMs || longestMs > BEYOND_MS ? Infinity : Math.max(mostMs, longestMs);
    beforeMs = longestMs;
    if (mostMs === Infinity && leastMs === 0) break;
  }
  return { leastMs, mostMs };
}

function sameDelayTwice(strategy: Strategy, question: DelayQuestion, random: () => number): number | null {
  const first = delayFor(strategy, question, random);
  return first === delayFor(strategy, question, random) ? first : null;
}

function delayFor(
  strategy: Strategy,
  { errorClass, attempt, prevSleepMs, remainingMs, retryAfterMs }: DelayQuestion,
  random: () => number,
): number | null {
  const classification = retryAfterMs === undefined ? { errorClass } : { errorClass, retryAfterMs };
  const context: BackoffContext = { attempt, classification, errorClass, prevSleepMs, remainingMs, cause: "exception", random };
  try {
    const delay: unknown = strategy(context);
    if (typeof delay === "number") return delay > 0 ? roundMs(delay) : 0;
    // A promise is no delay. Nothing will wait for this one, so its rejection is handled here.
    Promise.resolve(delay).catch(() => {});
    return null;
  } catch {
    return null;
  }
}

/** To a thousandth: the greatest chance is a little less than one, and so are the delays that it gives. */
export const roundMs = (ms: number): number => (ms < BEYOND_MS ? Math.round(ms * 1000) / 1000 : ms);
