import { aStrategy, type Strategy } from "../core/backoff/strategy.ts";
import type { RetryBudget } from "../core/budget/retry-budget.ts";
import type { Classifier, ResultClassifier } from "../core/failure/classification.ts";
import { aClassifier, aResultClassifier } from "../core/failure/classifier-rules.ts";
import { type ErrorClass, tablePerClass } from "../core/failure/error-class.ts";
import {
  aboveZero,
  aFunction,
  type OptionRule,
  type OptionTable,
  objectWith,
  oneOf,
  requireOptions,
  wholeFrom,
} from "../core/option-rules.ts";
import { defaultStrategy, RETRY_DEFAULTS } from "../core/retry/defaults.ts";
import type { BeforeSleep, RetrySettings, SleepHandler } from "../run/call/retry-settings.ts";
import { defaultClassifier, defaultResultClassifier } from "../run/default-classifiers.ts";
import type { Sleeper } from "../run/time/sleep.ts";
import { alreadyChecked, checkedOnce } from "./checked-options.ts";
import { defaultBudget } from "./own-parts.ts";

/** How a policy retries. Everything has a default; everything is bounded by default. */
export interface RetryOptions<T = unknown> {
  /** Says what kind of failure a thrown error is. @default defaultClassifier */
  readonly classifier?: Classifier | undefined;
  /**
   * Says which returned values are failures; `() => null`: none. Not a classifier of errors: that is a TypeError.
   *
   * @default defaultResultClassifier: a `Response` with 408, 425, 429 or 5xx
   */
  readonly resultClassifier?: ResultClassifier<T> | undefined;
  /**
   * The backoff of classes that `strategies` does not name.
   *
   * @default retryAfterOr(decorrelatedJitter({ maxMs: 5_000 })), where `strategies` is not given either
   */
  readonly strategy?: Strategy | undefined;
  /** The backoff per class. Given without `strategy`, the other classes are not retried. */
  readonly strategies?: Readonly<Partial<Record<ErrorClass, Strategy>>> | undefined;
  /** Bounds the whole call, in milliseconds, > 0: no attempt begins at or after it, and the one in flight is cut short. @default 60_000 */
  readonly deadlineMs?: number | undefined;
  /** Bounds one attempt, in milliseconds, > 0. Not the deadline of the call. @default Infinity */
  readonly attemptTimeoutMs?: number | undefined;
  /** Attempts of one call in total, the first included: an integer >= 1. Not the number of retries. @default 6 */
  readonly maxAttempts?: number | undefined;
  /** Retries after failures that no classifier knows: an integer >= 0. @default 2 */
  readonly maxUnknownRetries?: number | undefined;
  /** Retries after failures of one class: integers >= 0; 0 means none. @default {} */
  readonly maxRetriesPerClass?: Readonly<Partial<Record<ErrorClass, number>>> | undefined;
  /**
   * What becomes of a failure that a policy further in has retried already, or was kept from retrying: `"stop"` retries it again only where the
   * delay is longer than that policy took, so that layers do not multiply; `"retry"` retries it like any other. @default "stop"
   */
  readonly nested?: "stop" | "retry" | undefined;
  /**
   * Limits the retries of all calls that share it. The same as the policy's `budget`: give one of them. `unlimited` is none.
   *
   * @default new RetryThrottle(), of its own: calls share it where they share the policy or the `Retry`
   */
  readonly budget?: RetryBudget | undefined;
  /** Decides before each sleep: sleep here, defer the retry to another process, or abort. */
  readonly sleep?: SleepHandler | undefined;
  /** Observes each sleep before it begins. */
  readonly beforeSleep?: BeforeSleep | undefined;
  /** Sleeps instead of the clock: for asynchronous calls it returns a promise, for synchronous ones it blocks. */
  readonly sleeper?: Sleeper | undefined;
  /**
   * What `call` throws when it gives up: the operation's own last error as it was, or a `RetryExhaustedError` around it.
   * Aborted calls and open circuits throw their own errors either way. @default "rethrow"
   */
  readonly onExhausted?: "rethrow" | "wrap" | undefined;
}

/** A plain object of options, to be shared between policies: `Retry.from`, `RetryPolicy.from` and `redress doctor` take it. */
export type RetryConfig<T = unknown> = RetryOptions<T>;

export const budgetRule: OptionRule = objectWith("a RetryBudget with the methods consume and remaining", [
  "consume",
  "remaining",
]);

export const retryRules: Readonly<Record<keyof RetryOptions, OptionRule>> = {
  classifier: aClassifier,
  resultClassifier: aResultClassifier,
  strategy: aStrategy,
  strategies: tablePerClass(aStrategy),
  deadlineMs: aboveZero,
  attemptTimeoutMs: aboveZero,
  maxAttempts: wholeFrom(1),
  maxUnknownRetries: wholeFrom(0),
  maxRetriesPerClass: tablePerClass(wholeFrom(0)),
  nested: oneOf(["stop", "retry"]),
  budget: budgetRule,
  sleep: aFunction,
  beforeSleep: aFunction,
  sleeper: aFunction,
  onExhausted: oneOf(["rethrow", "wrap"]),
};

export const retryTable: OptionTable<keyof RetryOptions> = { rules: retryRules };

/**
 * When and how often to try again. Share it between policies freely: it holds settings, and a budget, which is then one for all of them.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * const retry = new Retry({ maxAttempts: 4, strategy: fullJitter({ baseMs: 100 }) });
 */
export class Retry<T = unknown> {
  readonly settings: RetrySettings<T>;
  /** @internal The budget is the default one: a policy may have another, and `Retry.from` makes a new one. */
  readonly hasDefaultBudget: boolean;

  constructor(options: RetryOptions<T> = {}) {
    const given = checkedOnce(options, readRetryOptions);
    this.hasDefaultBudget = given.budget === undefined;
    this.settings = toRetrySettings(given);
  }

  /**
   * A retry from a shared config, with some options replaced. A budget that the config holds is shared; a default budget is not: each
   * retry has one of its own.
   *
   * @example
   * const retry = Retry.from(config, { maxAttempts: 2 });
   */
  static from<T = unknown>(config: RetryConfig<T> | Retry<T>, overrides: RetryOptions<T> = {}): Retry<T> {
    const settings = config instanceof Retry ? givenSettings(config) : readRetryOptions(config);
    return new Retry<T>(alreadyChecked(settings, readRetryOptions(overrides)));
  }
}

/** Whether a retry, or the options of one, were given a budget: then there can be no other beside it. */
export const hasOwnBudget = (retry: Retry<never> | RetryOptions<never> | undefined): boolean =>
  retry instanceof Retry ? !retry.hasDefaultBudget : retry?.budget !== undefined;

/** The settings of a retry without the default budget, which belongs to it alone. */
function givenSettings<T>({ settings, hasDefaultBudget }: Retry<T>): RetryOptions<T> {
  return hasDefaultBudget ? { ...settings, budget: undefined } : settings;
}

function readRetryOptions<T>(options: RetryOptions<T>): RetryOptions<T> {
  return requireOptions("retry", options, retryTable);
}

/** Completes options that were checked. */
export function toRetrySettings<T>(options: RetryOptions<T>): RetrySettings<T> {
  const { strategies, maxRetriesPerClass } = options;
  return Object.freeze({
    classifier: options.classifier ?? defaultClassifier,
    resultClassifier: options.resultClassifier ?? defaultResultClassifier,
    strategy: options.strategy ?? (strategies === undefined ? defaultStrategy() : undefined),
    strategies: Object.freeze({ ...strategies }),
    deadlineMs: options.deadlineMs ?? RETRY_DEFAULTS.deadlineMs,
    attemptTimeoutMs: options.attemptTimeoutMs ?? RETRY_DEFAULTS.attemptTimeoutMs,
    maxAttempts: options.maxAttempts ?? RETRY_DEFAULTS.maxAttempts,
    maxUnknownRetries: options.maxUnknownRetries ?? RETRY_DEFAULTS.maxUnknownRetries,
    maxRetriesPerClass: Object.freeze({ ...maxRetriesPerClass }),
    nested: options.nested ?? RETRY_DEFAULTS.nested,
    budget: options.budget ?? defaultBudget(),
    sleep: options.sleep,
    beforeSleep: options.beforeSleep,
    sleeper: options.sleeper,
    onExhausted: options.onExhausted ?? RETRY_DEFAULTS.onExhausted,
  });
}
