/** Why a call ended without a value. Every failed call has exactly one. */
export const StopReason = {
  /** The last attempt that `maxAttempts` allows has failed. */
  MAX_ATTEMPTS_GLOBAL: "MAX_ATTEMPTS_GLOBAL",
  /** This class failed more often than `maxRetriesPerClass` allows it to be retried. */
  MAX_ATTEMPTS_PER_CLASS: "MAX_ATTEMPTS_PER_CLASS",
  /** The deadline has passed, cut an attempt short, or would pass during the next delay. */
  DEADLINE_EXCEEDED: "DEADLINE_EXCEEDED",
  /** More failures that no classifier knows than `maxUnknownRetries` allows to be retried. */
  MAX_UNKNOWN_ATTEMPTS: "MAX_UNKNOWN_ATTEMPTS",
  /** The failure is AUTH, PERMISSION or PERMANENT: repeating the call cannot help. */
  NON_RETRYABLE_CLASS: "NON_RETRYABLE_CLASS",
  /** The dependency said that retrying is pointless. */
  RETRY_REFUSED: "RETRY_REFUSED",
  /** There is no strategy for this class and no default one. */
  NO_STRATEGY: "NO_STRATEGY",
  /** A policy further in has retried this failure already, for at least as long as the delay would have been. */
  ALREADY_RETRIED: "ALREADY_RETRIED",
  /** The shared retry budget is spent. */
  BUDGET_EXHAUSTED: "BUDGET_EXHAUSTED",
  /** The sleep handler deferred the retry: another process makes it, after `nextDelayMs`. */
  SCHEDULED: "SCHEDULED",
  /** The caller, the operation or a sleep handler cancelled the call. */
  ABORTED: "ABORTED",
  /** The circuit breaker rejected the call before its first attempt, or has opened since: then there is no further attempt. */
  CIRCUIT_OPEN: "CIRCUIT_OPEN",
  /** A limiter turned an attempt away: it was full, or the attempts came faster than it allows. */
  LIMITED: "LIMITED",
  /** The only attempt failed, and the policy has no retry. */
  NO_RETRY: "NO_RETRY",
} as const;

export type StopReason = keyof typeof StopReason;
