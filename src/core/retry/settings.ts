import type { Strategy } from "../backoff/strategy.ts";
import type { RetryBudget } from "../budget/retry-budget.ts";
import type { ErrorClass } from "../failure/error-class.ts";

/** What the code around a call makes of its retries: there are none, or none is waited for. */
export type RetriesAround = "none" | "instant";

/** What the decision goes by, complete and checked. */
export interface DecisionSettings {
  /** For the classes that `strategies` does not name; without it they are not retried. */
  readonly strategy: Strategy | undefined;
  readonly strategies: Readonly<Partial<Record<ErrorClass, Strategy>>>;
  readonly maxAttempts: number;
  readonly maxUnknownRetries: number;
  readonly maxRetriesPerClass: Readonly<Partial<Record<ErrorClass, number>>>;
  /** Whether a failure that a policy further in has retried already is retried again on the same time scale. */
  readonly nested: "stop" | "retry";
  readonly budget: RetryBudget | undefined;
}
