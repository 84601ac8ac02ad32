import type { Breaker } from "../core/breaker/breaker.ts";
import type { Hooks } from "../core/events.ts";
import type { Classifier } from "../core/failure/classification.ts";
import type { FallbackRule } from "../core/failure/fallback.ts";
import { AlarmQueue } from "./alarms.ts";
import type { Clock } from "./clock.ts";
import type { BeforeSleep, RetrySettings, Sleeper, SleepHandler } from "./retry-settings.ts";
import type { RetryTimeline } from "./timeline.ts";

/** What a driver performs: a policy, complete and checked. Shared by all its calls, so nothing of a call lives here. */
export interface CallPlan {
  readonly retry: RetrySettings | null;
  readonly classifier: Classifier;
  readonly breaker: Breaker | null;
  readonly fallback: FallbackRule | null;
  readonly operation: string | undefined;
  readonly hooks: readonly Hooks[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly deadlines: AlarmQueue | null;
  readonly timeouts: AlarmQueue | null;
}

/** Under this key a policy shows its plan to whoever performs it otherwise, or judges it: also to another copy of this package. */
export const PLAN: unique symbol = Symbol.for("redress.plan/1");

/** Completes a plan with the queues in which its calls wait for their deadlines. */
export function makePlan(parts: Omit<CallPlan, "deadlines" | "timeouts">): CallPlan {
  const queue = (ms: number | undefined): AlarmQueue | null =>
    ms === undefined || ms === Infinity ? null : new AlarmQueue(parts.clock, ms);
  return { ...parts, deadlines: queue(parts.retry?.deadlineMs), timeouts: queue(parts.retry?.attemptTimeoutMs) };
}

/** What one call may set for itself. */
export interface CallOptions extends Hooks {
  /** The low-cardinality name of the operation in telemetry; instead of the policy's. */
  readonly operation?: string | undefined;
  /** Aborts the call: an attempt in flight, or a sleep, ends at once. */
  readonly signal?: AbortSignal | undefined;
  /** Asked before the call, before each retry and after each failure; true ends the call as ABORTED. */
  readonly abortIf?: (() => boolean) | undefined;
  /** Instead of the policy's sleep handler. */
  readonly sleep?: SleepHandler | undefined;
  /** Instead of the policy's. */
  readonly beforeSleep?: BeforeSleep | undefined;
  /** Instead of the policy's. */
  readonly sleeper?: Sleeper | undefined;
}

export interface ExecuteOptions extends CallOptions {
  /** `true` captures a timeline into the outcome; a timeline of your own is filled. */
  readonly captureTimeline?: boolean | RetryTimeline | undefined;
}

/** What the operation is told about its attempt. */
export interface AttemptInfo {
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborts when this attempt is cut short, by its timeout, the deadline or the caller. Never after the attempt has ended. */
  readonly signal: AbortSignal;
  /** Milliseconds left to the deadline of the call, at the moment of asking. */
  readonly remainingMs: number;
  readonly operation?: string | undefined;
}

export type Operation = (attempt: AttemptInfo) => unknown;
