/*
 * Each way in which a call ends without a value: the event that tells of it, what a gate (the circuit breaker) hears of it, and what it means
 * in a few words. The run, the docs and the report page read them here. The meanings stand apart, so that they are bundled only where
 * they are shown.
 */
import type { EventName } from "../events.ts";
import type { StopReason } from "./stop-reason.ts";

/** How a stop is told. */
export interface Stop {
  readonly event: EventName;
  /**
   * `failure`: the class of the last failure. Where the call has no classified failure, or the last one is the rejection of a breaker or limiter further in,
   * a gate hears a cancel instead: that says nothing about the dependency. `cancel`: the call ended without a word about the dependency.
   * Of a call that it never admitted, a gate hears nothing.
   */
  readonly gateHears: "failure" | "cancel";
  /** A limit kept the call from retrying what could have been retried: a policy around it must not do so in its place. */
  readonly isLimit?: true;
  /** It is not the last word: the call may be gone on with later. */
  readonly canResume?: true;
}

export const STOPS: Readonly<Record<StopReason, Stop>> = {
  MAX_ATTEMPTS_GLOBAL: { event: "max_attempts_exceeded", gateHears: "failure" },
  MAX_ATTEMPTS_PER_CLASS: { event: "max_attempts_exceeded", gateHears: "failure", isLimit: true },
  DEADLINE_EXCEEDED: { event: "deadline_exceeded", gateHears: "failure", isLimit: true },
  MAX_UNKNOWN_ATTEMPTS: { event: "max_unknown_attempts_exceeded", gateHears: "failure", isLimit: true },
  NON_RETRYABLE_CLASS: { event: "permanent_fail", gateHears: "failure" },
  RETRY_REFUSED: { event: "retry_refused", gateHears: "failure" },
  NO_STRATEGY: { event: "no_strategy_configured", gateHears: "failure" },
  ALREADY_RETRIED: { event: "already_retried", gateHears: "failure", isLimit: true },
  BUDGET_EXHAUSTED: { event: "budget_exhausted", gateHears: "failure", isLimit: true, canResume: true },
  SCHEDULED: { event: "scheduled", gateHears: "failure", canResume: true },
  ABORTED: { event: "aborted", gateHears: "cancel", canResume: true },
  CIRCUIT_OPEN: { event: "circuit_rejected", gateHears: "failure", isLimit: true, canResume: true },
  LIMITED: { event: "limited", gateHears: "cancel", isLimit: true, canResume: true },
  NO_RETRY: { event: "failed", gateHears: "failure" },
};

export const STOP_MEANINGS: Readonly<Record<StopReason, string>> = {
  MAX_ATTEMPTS_GLOBAL: "the last attempt failed",
  MAX_ATTEMPTS_PER_CLASS: "this class may not be retried more often",
  DEADLINE_EXCEEDED: "the deadline passed, or would have",
  MAX_UNKNOWN_ATTEMPTS: "too many failures of no known class",
  NON_RETRYABLE_CLASS: "repeating the call could not help",
  RETRY_REFUSED: "the dependency, or the caller, said not to retry",
  NO_STRATEGY: "no strategy for this class",
  ALREADY_RETRIED: "a policy further in has retried it already",
  BUDGET_EXHAUSTED: "the retry budget was spent",
  SCHEDULED: "the retry was left to another process",
  ABORTED: "cancelled",
  CIRCUIT_OPEN: "the circuit was open",
  LIMITED: "a limiter turned the attempt away",
  NO_RETRY: "the policy has no retry",
};
