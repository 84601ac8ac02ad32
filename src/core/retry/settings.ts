import type { Strategy } from "../backoff/strategy.ts";
import type { RetryBudget } from "../budget/retry-budget.ts";
import type { ErrorClass } from "../failure/error-class.ts";

/** What the decision goes by, complete and checked. */
export interface DecisionSettings {
  /** For the classes that `strategies` does not name; without it they are not retried. */
  readonly strategy: Strategy | undefined;
  readonly strategies: Readonly<Partial<Record<ErrorClass, Strategy>>>;
  readonly deadlineMs: number;
  readonly maxAttempts: number;
  readonly maxUnknownRetries: number;
  readonly maxRetriesPerClass: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly budget: RetryBudget | undefined;
}
