import type { BackoffContext, Strategy } from "../backoff/strategy.ts";
import type { RetryBudget } from "../budget/retry-budget.ts";
import type { SleepDecision } from "../events.ts";
import type { Classifier, ResultClassifier } from "../failure/classification.ts";
import type { ErrorClass } from "../failure/error-class.ts";

/** Decides, before a sleep, whether to sleep here, to leave the retry to somebody else, or to give up. */
export type SleepHandler = (context: BackoffContext, sleepMs: number) => SleepDecision | PromiseLike<SleepDecision>;

/** Sees every sleep before it begins. A hook: what it throws changes nothing, and it is not waited for. */
export type BeforeSleep = (context: BackoffContext, sleepMs: number) => unknown;

/** Sleeps in place of the clock. Synchronous calls need one that blocks; asynchronous ones wait for its promise. */
export type Sleeper = (sleepMs: number, signal?: AbortSignal) => unknown;

/** What a retry does, complete and checked. */
export interface RetrySettings<T = never> {
  readonly classifier: Classifier;
  readonly resultClassifier: ResultClassifier<T> | undefined;
  /** For the classes that `strategies` does not name; without it they are not retried. */
  readonly strategy: Strategy | undefined;
  readonly strategies: Readonly<Partial<Record<ErrorClass, Strategy>>>;
  readonly deadlineMs: number;
  readonly attemptTimeoutMs: number;
  readonly maxAttempts: number;
  readonly maxUnknownAttempts: number;
  readonly perClassMaxAttempts: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly budget: RetryBudget | undefined;
  readonly sleep: SleepHandler | undefined;
  readonly beforeSleep: BeforeSleep | undefined;
  readonly sleeper: Sleeper | undefined;
  readonly onExhausted: "rethrow" | "wrap";
}
