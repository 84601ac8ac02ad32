// The public list of "redress", by room. A heading stands apart by blank lines: exports are sorted below each heading, and not across them.

// ---- failure: what went wrong, and why a call stopped

export type { Classification, Classifier, FailureCause, ResultClassifier } from "./core/failure/classification.ts";
export { ErrorClass } from "./core/failure/error-class.ts";
export type { HttpAnswer } from "./core/failure/http-answer.ts";
export { InvalidProgressError, isInvalidProgressError } from "./core/failure/invalid-progress-error.ts";
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
  isLimitedError,
  isRetryExhaustedError,
  LimitedError,
  RetryExhaustedError,
  rejectionBehind,
} from "./core/failure/verdicts.ts";
export { byType, firstKnown } from "./policy/combinators.ts";
export { hasRetried, toHttpAnswer } from "./policy/to-http-answer.ts";
export { outcomeOf } from "./run/call/outcome-of.ts";
export { defaultClassifier, defaultResultClassifier, strictClassifier } from "./run/default-classifiers.ts";

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
export { type AdaptiveOptions, adaptive } from "./policy/adaptive.ts";

// ---- breaker: whether to call at all

export type { Breaker, BreakerDecision } from "./core/breaker/breaker.ts";
export { CircuitState, type Permit, type RateThreshold } from "./core/breaker/circuit.ts";
export type { BreakerStats } from "./policy/breaker-stats.ts";
export { CircuitBreaker } from "./policy/circuit-breaker.ts";
export type { CircuitBreakerOptions, StateChange } from "./policy/circuit-breaker-options.ts";
export type { Protect } from "./policy/protect.ts";

// ---- retry and budgets: how often to call again

export type { FailedBefore, RetryBudget } from "./core/budget/retry-budget.ts";
export type { Progress } from "./core/retry/progress.ts";
export { Budget, type BudgetOptions } from "./policy/budget.ts";
export {
  type RetryDecorator,
  type RetrySyncDecorator,
  type RetrySyncWithAttempt,
  type RetryWithAttempt,
  retry,
  retrySync,
} from "./policy/decorator.ts";
export { deferFrom } from "./policy/defer-from.ts";
export type { RetryFunctionOptions } from "./policy/function-options.ts";
export { Retry, type RetryConfig, type RetryOptions } from "./policy/retry.ts";
export { RetryThrottle, type RetryThrottleOptions, unlimited } from "./policy/retry-throttle.ts";
export { TokenBudget, type TokenBudgetOptions } from "./policy/token-budget.ts";
export type { BeforeSleep, RetrySettings, SleepHandler } from "./run/call/retry-settings.ts";
export type { Sleeper } from "./run/time/sleep.ts";

// ---- limits and hedges: how much at a time, and what beside it

export type { Hedging } from "./core/hedge/hedging.ts";
export type {
  Admission,
  Applicant,
  AttemptEnd,
  Cost,
  Limiter,
  LimitPermit,
  LimitReason,
  LimitTicket,
  Rejection,
} from "./core/limit/limiter.ts";
export { Hedge, type HedgeDescription, type HedgeOptions, type HedgeStats } from "./policy/hedge.ts";
export {
  AdaptiveConcurrency,
  type AdaptiveConcurrencyOptions,
  type AdaptiveConcurrencyStats,
} from "./policy/limit/adaptive-concurrency.ts";
export { AdaptiveThrottle, type AdaptiveThrottleOptions, type AdaptiveThrottleStats } from "./policy/limit/adaptive-throttle.ts";
export { Bulkhead, type BulkheadDescription, type BulkheadOptions, type BulkheadStats } from "./policy/limit/bulkhead.ts";
export {
  type PerDimension,
  RateLimiter,
  type RateLimiterDescription,
  type RateLimiterStats,
} from "./policy/limit/rate-limiter.ts";
export type { RateDimension, RateLimit, RateLimiterOptions } from "./policy/limit/rate-limiter-options.ts";

// ---- policy: all of it around one call

export type { Description } from "./core/part.ts";
export type {
  BoundCall,
  BoundCallSync,
  BoundCallSyncWithAttempt,
  BoundCallWithAttempt,
} from "./policy/bound-call.ts";
export type { PolicyDescription, RetryDescription } from "./policy/describe.ts";
export type { Fallback } from "./policy/fallback.ts";
export type { FirstOfCandidate } from "./policy/first-of/candidates.ts";
export {
  type CandidateAnswered,
  type CandidateFailed,
  type FirstOf,
  type FirstOfOptions,
  firstOf,
} from "./policy/first-of/first-of.ts";
export { keyed } from "./policy/keyed/keyed.ts";
export type { KeyedOptions, KeyedSubject } from "./policy/keyed/keyed-options.ts";
export type { KeyedDescription, KeyedPolicies } from "./policy/keyed/keyed-policies.ts";
export type { Failure, Outcome, Success } from "./policy/outcome.ts";
export { Policy } from "./policy/policy.ts";
export type { PolicyOptions } from "./policy/policy-options.ts";
export { RetryPolicy, type RetryPolicyOptions } from "./policy/retry-policy.ts";
export type { AttemptFailure } from "./run/call/attempt-failure.ts";
export type { Chaos, ChaosPlace } from "./run/call/chaos.ts";
export type { AttemptInfo, CallOptions, ExecuteOptions, ResumeOptions, WrapOptions } from "./run/call/options.ts";

// ---- hooks and time

export {
  type AttemptContext,
  AttemptDecision,
  type CallContext,
  type CallEnd,
  type CallerContext,
  type CallFault,
  EventName,
  type Hooks,
  type LogFields,
  SleepDecision,
  type Tags,
} from "./core/events.ts";
export type { FailedHook, OnHookError } from "./run/call/hook-errors.ts";
export { RetryTimeline, type TimelineEvent } from "./run/call/timeline.ts";
export type { Clock } from "./run/time/clock.ts";
