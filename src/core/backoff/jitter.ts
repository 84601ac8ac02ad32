/*
 * Strategies that spread their delays, so that callers who failed together do not return together.
 * AWS Architecture Blog, "Exponential Backoff And Jitter" (2015), compares the first three.
 */

import { aboveZero, checkOptions, finiteAboveZero, finiteFrom, notBelow, ratioOrZero } from "../option-rules.ts";
import { asStrategy, type Strategy } from "./strategy.ts";

/** The range of a jittered strategy, in milliseconds. */
export interface BackoffRange {
  /** The scale of the first delay, > 0. @default 250 */
  readonly baseMs?: number | undefined;
  /** No delay is longer, >= `baseMs`; Infinity means no limit. @default 30_000 (`tokenBackoff`: 20_000) */
  readonly maxMs?: number | undefined;
}

const JITTER_BASE_MS = 250;
const EXPONENTIAL_BASE_MS = 100;

type Formula = (attempt: number, random: () => number, prevSleepMs: number | null) => number;

function jitter(
  name: string,
  range: BackoffRange,
  defaultMaxMs: number,
  make: (baseMs: number, maxMs: number) => Formula,
): Strategy {
  const { baseMs = JITTER_BASE_MS, maxMs = Math.max(defaultMaxMs, baseMs) } = checkOptions(name, range, {
    baseMs: finiteAboveZero,
    maxMs: notBelow(aboveZero, "baseMs", JITTER_BASE_MS),
  });
  const formula = make(baseMs, maxMs);
  return asStrategy(({ attempt, random, prevSleepMs }) => formula(attempt, random, prevSleepMs), {
    name,
    settings: { baseMs, maxMs },
    readsRetryAfter: false,
    bounded: maxMs < Infinity,
  });
}

/**
 * Grows from the delay before it: uniform between `baseMs` and three times the previous delay, at most `maxMs`.
 *
 * @example decorrelatedJitter({ baseMs: 100, maxMs: 5_000 })
 */
export function decorrelatedJitter(range: BackoffRange = {}): Strategy {
  return jitter("decorrelatedJitter", range, 30_000, (baseMs, maxMs) => (_attempt, random, prevSleepMs) => {
    const top = Math.min(Number.MAX_VALUE, Math.max(baseMs, (prevSleepMs ?? baseMs) * 3));
    return Math.min(maxMs, baseMs + random() * (top - baseMs));
  });
}

/**
 * Doubles with every attempt up to `maxMs`, then picks from the upper half: never less than half the full delay.
 *
 * @example equalJitter({ baseMs: 100 })
 */
export function equalJitter(range: BackoffRange = {}): Strategy {
  return jitter(
    "equalJitter",
    range,
    30_000,
    (baseMs, maxMs) => (attempt, random) => upperHalf(growth(baseMs, 2, attempt, maxMs), random),
  );
}

/**
 * Doubles with every attempt up to `maxMs`, then picks anywhere below: the least load on a struggling dependency.
 *
 * @example fullJitter({ baseMs: 100 })
 */
export function fullJitter(range: BackoffRange = {}): Strategy {
  return jitter(
    "fullJitter",
    range,
    30_000,
    (baseMs, maxMs) => (attempt, random) => random() * growth(baseMs, 2, attempt, maxMs),
  );
}

/**
 * Grows by half with every attempt up to `maxMs`, then picks from the upper half: a gentle start for rate limited APIs such as LLMs.
 *
 * @example tokenBackoff({ baseMs: 500 })
 */
export function tokenBackoff(range: BackoffRange = {}): Strategy {
  return jitter(
    "tokenBackoff",
    range,
    20_000,
    (baseMs, maxMs) => (attempt, random) => upperHalf(growth(baseMs, 1.5, attempt, maxMs), random),
  );
}

/** Finite at any attempt, where there is no limit too: `Infinity - Infinity` would make a delay of nothing. */
const growth = (baseMs: number, factor: number, attempt: number, maxMs: number): number =>
  Math.min(maxMs, Number.MAX_VALUE, baseMs * factor ** attempt);

const upperHalf = (capMs: number, random: () => number): number => capMs / 2 + (random() * capMs) / 2;

/** The growth of `exponential`. */
export interface ExponentialOptions {
  /** The first delay in milliseconds, > 0. @default 100 */
  readonly baseMs?: number | undefined;
  /** What each delay is multiplied by to make the next, >= 1. @default 2 */
  readonly factor?: number | undefined;
  /** No delay is longer, in milliseconds, >= `baseMs`; Infinity means no limit. @default 60_000 */
  readonly maxMs?: number | undefined;
  /** How far delays are spread to both sides, from 0 to 1. @default 0.1 */
  readonly jitterRatio?: number | undefined;
}

/**
 * Grows by `factor` from `baseMs`, capped at `maxMs` first and then spread by `jitterRatio` to both sides; near the cap the
 * spread shrinks to the side below it, so that delays neither exceed the cap nor pile up on it.
 *
 * @example exponential({ baseMs: 100, factor: 3, maxMs: 10_000 })
 */
export function exponential(options: ExponentialOptions = {}): Strategy {
  const {
    baseMs = EXPONENTIAL_BASE_MS,
    factor = 2,
    maxMs = Math.max(60_000, baseMs),
    jitterRatio = 0.1,
  } = checkOptions("exponential", options, {
    baseMs: finiteAboveZero,
    factor: finiteFrom(1),
    maxMs: notBelow(aboveZero, "baseMs", EXPONENTIAL_BASE_MS),
    jitterRatio: ratioOrZero,
  });
  return asStrategy(
    ({ attempt, random }) => {
      const capped = growth(baseMs, factor, attempt - 1, maxMs);
      const low = capped * (1 - jitterRatio);
      return low + random() * (Math.min(maxMs, Number.MAX_VALUE, capped * (1 + jitterRatio)) - low);
    },
    {
      name: "exponential",
      settings: { baseMs, factor, maxMs, jitterRatio },
      readsRetryAfter: false,
      bounded: maxMs < Infinity,
    },
  );
}
