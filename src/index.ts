// ---- failure: what went wrong, and why a call stopped

// ---- backoff: how long to wait
export { constant, legacyStrategy, retryAfterOr } from "./core/backoff/fixed.ts";
export {
  type BackoffRange,
  decorrelatedJitter,
  type ExponentialOptions,
  equalJitter,
  exponential,
  fullJitter,
  tokenBackoff,
} from "./core/backoff/jitter.ts";
export type { BackoffContext, Strategy } from "./core/backoff/strategy.ts";
// ---- breaker
export type { Breaker, BreakerDecision } from "./core/breaker/breaker.ts";
export { CircuitState, type Permit, type RateThreshold } from "./core/breaker/circuit.ts";
// ---- retry and its budgets
export type { RetryBudget } from "./core/budget/retry-budget.ts";
// ---- hooks and time
export {
  type AttemptContext,
  AttemptDecision,
  EventName,
  type Hooks,
  type LogFields,
  SleepDecision,
  type Tags,
} from "./core/events.ts";
export type { Classification, Classifier, FailureCause, ResultClassifier } from "./core/failure/classification.ts";
export { byType, firstKnown } from "./core/failure/combinators.ts";
export { defaultClassifier, strictClassifier } from "./core/failure/default-classifier.ts";
export { ErrorClass } from "./core/failure/error-class.ts";
export {
  AuthError,
  ConcurrencyError,
  isAuthError,
  isConcurrencyError,
  isPermanentError,
  isPermissionError,
  isRateLimitError,
  isServerError,
  isTransientError,
  PermanentError,
  PermissionError,
  RateLimitError,
  ServerError,
  TransientError,
} from "./core/failure/markers.ts";
export { isRedressError, RedressError, type RedressErrorCode } from "./core/failure/redress-error.ts";
export { StopReason } from "./core/failure/stop-reason.ts";
export {
  AbortRetryError,
  AbortRetryError as AbortRetry,
  AttemptTimeoutError,
  CircuitOpenError,
  DeadlineExceededError,
  isAbortRetryError,
  isAttemptTimeoutError,
  isCircuitOpenError,
  isDeadlineExceededError,
  isRetryExhaustedError,
  RetryExhaustedError,
} from "./core/failure/verdicts.ts";
export type { Description } from "./core/part.ts";
export { type AdaptiveOptions, adaptive } from "./policy/adaptive.ts";
// ---- policy
export type { BoundCall, BoundCallSync } from "./policy/bound-call.ts";
export { Budget, type BudgetOptions } from "./policy/budget.ts";
export { type BreakerStats, CircuitBreaker } from "./policy/circuit-breaker.ts";
export type { CircuitBreakerOptions, StateChange } from "./policy/circuit-breaker-options.ts";
export { type RetryDecorator, type RetrySyncDecorator, retry, retrySync } from "./policy/decorator.ts";
export type { PolicyDescription, RetryDescription } from "./policy/describe.ts";
export type { Fallback } from "./policy/fallback.ts";
export type { Failure, Outcome, Success } from "./policy/outcome.ts";
export { Policy } from "./policy/policy.ts";
export type { PolicyOptions } from "./policy/policy-options.ts";
export { Retry, type RetryConfig, type RetryOptions } from "./policy/retry.ts";
export { RetryPolicy, type RetryPolicyOptions } from "./policy/retry-policy.ts";
export { TokenBudget, type TokenBudgetOptions } from "./policy/token-budget.ts";
export type { Clock } from "./run/clock.ts";
export { outcomeOf } from "./run/outcome-of.ts";
export type { AttemptInfo, CallOptions, ExecuteOptions } from "./run/plan.ts";
export type { BeforeSleep, RetrySettings, Sleeper, SleepHandler } from "./run/retry-settings.ts";
export { RetryTimeline, type TimelineEvent } from "./run/timeline.ts";
