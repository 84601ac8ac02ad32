import type { RetryOptions } from "redress";
import { budget, durationMs, fn, NO_TEXTS, perClass, strategy, type Table, wholeFrom0, wholeFrom1 } from "./option-table.ts";

export const retryTable: Table<Required<RetryOptions>> = {
  classifier: fn,
  resultClassifier: fn,
  strategy,
  strategies: perClass(strategy),
  deadlineMs: durationMs,
  attemptTimeoutMs: durationMs,
  maxAttempts: wholeFrom1,
  maxUnknownRetries: wholeFrom0,
  maxRetriesPerClass: perClass(wholeFrom0),
  nested: { good: ["stop", "retry"], wrongType: NO_TEXTS, outOfRange: ["", "always", "STOP"] },
  budget,
  sleep: fn,
  beforeSleep: fn,
  sleeper: fn,
  onExhausted: { good: ["rethrow", "wrap"], wrongType: NO_TEXTS, outOfRange: ["", "throw", "WRAP"] },
};
