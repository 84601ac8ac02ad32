/* What a strategy would answer: asked as a call would ask it, and as new, so that one in use notices nothing. */
import type { BackoffContext, Strategy } from "../core/backoff/strategy.ts";
import { freshStrategy } from "../core/backoff/strategy.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import type { Clock } from "../run/clock.ts";

/** The least chance, the greatest number below 1, and what lies between them. */
const CHANCES: readonly (() => number)[] = [() => 0, () => 1 - 2 ** -53, () => 0.5];
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

/** The same, whatever the dependency asks for: to come back at once, or after any time. */
export function rangeWhenAsked(strategy: Strategy, question: Question): Range | null {
  const own = rangeOf(strategy, question);
  if (own === null) return null;
  const atOnce = rangeOf(strategy, { ...question, retryAfterMs: 0 }) ?? ANYTHING;
  const anyTime = rangeOf(strategy, { ...question, retryAfterMs: Number.MAX_VALUE }) ?? ANYTHING;
  const mostMs = Math.max(own.mostMs, anyTime.mostMs);
  return { leastMs: Math.min(own.leastMs, atOnce.leastMs), mostMs: mostMs > BEYOND_MS ? Infinity : mostMs };
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
