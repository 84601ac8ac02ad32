import type { BackoffContext } from "../../core/backoff/strategy.ts";
import type { RetryBudget } from "../../core/budget/retry-budget.ts";
import type { SleepDecision } from "../../core/events.ts";
import type { Classifier, ResultClassifier } from "../../core/failure/classification.ts";
import type { DecisionSettings } from "../../core/retry/settings.ts";
import type { Sleeper } from "../time/sleep.ts";

/** Decides, before a sleep, whether to sleep here, to leave the retry to somebody else, or to give up. */
export type SleepHandler = (context: BackoffContext, sleepMs: number) => SleepDecision | PromiseLike<SleepDecision>;

/** Sees every sleep before it begins. A hook: what it throws changes nothing but is told to `onHookError`, and it is not waited for. */
export type BeforeSleep = (context: BackoffContext, sleepMs: number) => unknown;

/** What a retry does, complete and checked. */
export interface RetrySettings<T = never> extends DecisionSettings {
  readonly budget: RetryBudget;
  readonly classifier: Classifier;
  readonly resultClassifier: ResultClassifier<T> | undefined;
  readonly deadlineMs: number;
  readonly attemptTimeoutMs: number;
  readonly sleep: SleepHandler | undefined;
  readonly beforeSleep: BeforeSleep | undefined;
  readonly sleeper: Sleeper | undefined;
  readonly onExhausted: "rethrow" | "wrap";
}
