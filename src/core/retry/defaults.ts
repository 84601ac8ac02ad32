/* The defaults of a retry. The doctor reads them here; the tables in the docs and the `@default`s are held to them by tests. */
import { retryAfterOr } from "../backoff/fixed.ts";
import { decorrelatedJitter } from "../backoff/jitter.ts";
import type { Strategy } from "../backoff/strategy.ts";

export const RETRY_DEFAULTS = {
  deadlineMs: 60_000,
  attemptTimeoutMs: Infinity,
  maxAttempts: 6,
  maxUnknownRetries: 2,
  nested: "stop",
  onExhausted: "rethrow",
} as const;

/** The backoff where neither `strategy` nor `strategies` is given. */
export const defaultStrategy = (): Strategy => retryAfterOr(decorrelatedJitter({ maxMs: 5_000 }));
