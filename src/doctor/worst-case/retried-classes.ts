import type { Strategy } from "../../core/backoff/strategy.ts";
import { ERROR_CLASSES, type ErrorClass, NEVER_RETRIED } from "../../core/failure/error-class.ts";
import type { DecisionSettings } from "../../core/retry/settings.ts";

/** A class of failure that a retry retries. */
export interface Retried {
  readonly errorClass: ErrorClass;
  readonly strategy: Strategy;
  /** The option in which the strategy stands. */
  readonly option: string;
  /** Retries of this class that one call may make; Infinity where only `maxAttempts` bounds them. */
  readonly cap: number;
}

/** The classes that are retried: none, where a call makes one attempt. */
export function retriedClasses(retry: DecisionSettings | null): readonly Retried[] {
  if (retry === null || retry.maxAttempts <= 1) return [];
  const { strategies, maxRetriesPerClass, maxUnknownRetries } = retry;
  return ERROR_CLASSES.flatMap((errorClass) => {
    const own = strategies[errorClass];
    const strategy = own ?? retry.strategy;
    const unknownCap = errorClass === "UNKNOWN" ? maxUnknownRetries : Infinity;
    const cap = Math.min(maxRetriesPerClass[errorClass] ?? Infinity, unknownCap);
    if (NEVER_RETRIED.has(errorClass) || strategy === undefined || cap === 0) return [];
    return [{ errorClass, strategy, option: own === undefined ? "retry.strategy" : `retry.strategies.${errorClass}`, cap }];
  });
}

/** The strategies in use, each with one of the classes whose delays it gives. */
export function strategiesInUse(retried: readonly Retried[]): readonly Retried[] {
  return retried.filter(({ option }, index) => retried.findIndex((other) => other.option === option) === index);
}
