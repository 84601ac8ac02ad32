/* What a strategy would answer: asked as a call would ask it, and as new, so that one in use notices nothing. */
import type { BackoffContext, Strategy } from "../core/backoff/strategy.ts";
import { freshStrategy } from "../core/backoff/strategy.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import type { Clock } from "../run/time/clock.ts";

/** The least chance, the greatest number below 1, and what lies between them. */
const CHANCES: readonly (() => number)[] = [() => 0, () => 1 - 2 ** -53, () => 0.5];
/** What a dependency may ask for, in milliseconds: nothing, something, and more than anybody waits for. */
const ASKED_FOR: readonly number[] = [0, 1, 50, 1_000, 5_000, 30_000, 60_000, 300_000, 3_600_000, Number.MAX_VALUE];
/** A delay beyond this is none that anybody means: some hundred years. */
const BEYOND_MS = 1e13;

/** What a strategy is asked about. */
export interface Question {
  readonly errorClass: ErrorClass;
  readonly attempt: number;
  readonly prevSleepMs: number | null;
  readonly remainingMs: number;
  /** How long the dependency asked to wait, if it did. */
  readonly retryAfterMs?: number;
}

/** The shortest and the longest delay that a strategy may answer. */
export interface Range {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** What may be answered where nobody knows. */
export const ANYTHING: Range = { leastMs: 0, mostMs: Infinity };

/** No time passes while a strategy is asked. */
const standstill: Clock = { now: () => 0, sleep: () => Promise.resolve(), alarm: () => () => {} };

/** Answers as the strategy does, and does not tell it what it hears: nobody can make another one like it, and this one may be in use. */
const deaf =
  (strategy: Strategy): Strategy =>
  (context) =>
    strategy(context);

/**
 * A strategy to ask: as new, so that one in use does not notice. With `heard` it has heard of a failure and of nothing else, which is the
 * worst that can be heard; without it, of nothing.
 */
export function toAsk(strategy: Strategy, heard: ErrorClass | null): Strategy {
  try {
    const fresh = freshStrategy(strategy, standstill, deaf);
    if (heard !== null && fresh !== strategy) fresh.recordFailure?.(heard);
    return fresh;
  } catch {
    return strategy;
  }
}

/**
 * What a strategy answers, whatever its chance, counted as a call counts it. `null` where it cannot be asked: it throws, answers no number,
 * or the same question differently, because it takes its chance, or its state, from elsewhere; or what it answers to the least and to the
 * greatest chance says nothing of those between them.
 */
export function rangeOf(strategy: Strategy, question: Question): Range | null {
  const [one, other, between] = CHANCES.map((random) => ask(strategy, question, random));
  if (one == null || other == null || between == null) return null;
  const leastMs = Math.min(one, other);
  const mostMs = Math.max(one, other);
  return between < leastMs || between > mostMs ? null : { leastMs, mostMs };
}

/**
 * The same, whatever the dependency asks for: to come back at once, or after any time. Where more is asked for and less is answered, a
 * strategy listens up to a limit that nobody knows: its delays may be as long as any.
 */
export function rangeWhenAsked(strategy: Strategy, question: Question): Range | null {
  const own = rangeOf(strategy, question);
  if (own === null) return null;
  let { leastMs, mostMs } = own;
  let beforeMs = 0;
  for (const retryAfterMs of ASKED_FOR) {
    const delays = CHANCES.map((random) => answer(strategy, { ...question, retryAfterMs }, random));
    if (delays.includes(null)) return ANYTHING;
    const longestMs = Math.max(...(delays as number[]));
    leastMs = Math.min(leastMs, ...(delays as number[]));
    mostMs = longestMs < beforeMs || longestMs > BEYOND_MS ? Infinity : Math.max(mostMs, longestMs);
    beforeMs = longestMs;
    if (mostMs === Infinity && leastMs === 0) break;
  }
  return { leastMs, mostMs };
}

function ask(strategy: Strategy, question: Question, random: () => number): number | null {
  const first = answer(strategy, question, random);
  return first === answer(strategy, question, random) ? first : null;
}

function answer(
  strategy: Strategy,
  { errorClass, attempt, prevSleepMs, remainingMs, retryAfterMs }: Question,
  random: () => number,
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
export const roundMs = (ms: number): number => (ms < BEYOND_MS ? Math.round(ms * 1000) / 1000 : ms);
