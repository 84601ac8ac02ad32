/* What of the library a world is made of. A world is given it, so that one with a planted fault can take its place. */
import type * as redress from "redress";
import type * as scope from "redress/scope";

export type Library = Pick<
  typeof redress,
  | "AdaptiveConcurrency"
  | "AdaptiveThrottle"
  | "AttemptTimeoutError"
  | "Budget"
  | "Bulkhead"
  | "CircuitBreaker"
  | "DeadlineExceededError"
  | "defaultClassifier"
  | "Hedge"
  | "outcomeOf"
  | "Policy"
  | "RateLimiter"
  | "RetryThrottle"
  | "TokenBudget"
> &
  Pick<typeof scope, "currentScope" | "runInScope">;
