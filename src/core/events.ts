/*
 * The one list of what can be observed: hooks, metrics, logs, timelines and docs all read their names from here.
 * The strings are those of Python redress, so that one dashboard serves both.
 */
import type { Classification, FailureCause } from "./failure/classification.ts";
import type { ErrorClass } from "./failure/error-class.ts";
import type { Failure, Success } from "./failure/outcome.ts";
import type { StopReason } from "./failure/stop-reason.ts";
import type { LimitReason } from "./limit/limiter.ts";
import type { Progress } from "./retry/progress.ts";

/** Every event a call can emit. Breaker events carry attempt 0; the others the attempt they follow, 1-based. */
export const EventName = {
  SUCCESS: "success",
  RETRY: "retry",
  PERMANENT_FAIL: "permanent_fail",
  DEADLINE_EXCEEDED: "deadline_exceeded",
  MAX_ATTEMPTS_EXCEEDED: "max_attempts_exceeded",
  MAX_UNKNOWN_ATTEMPTS_EXCEEDED: "max_unknown_attempts_exceeded",
  NO_STRATEGY_CONFIGURED: "no_strategy_configured",
  BUDGET_EXHAUSTED: "budget_exhausted",
  SCHEDULED: "scheduled",
  ABORTED: "aborted",
  CIRCUIT_OPENED: "circuit_opened",
  CIRCUIT_HALF_OPEN: "circuit_half_open",
  CIRCUIT_CLOSED: "circuit_closed",
  CIRCUIT_REJECTED: "circuit_rejected",
  /** The only attempt failed and there is no retry: stop reason NO_RETRY. */
  FAILED: "failed",
  /** The dependency, or the caller by `refuseRepeat`, said not to retry: stop reason RETRY_REFUSED. */
  RETRY_REFUSED: "retry_refused",
  /** A policy further in has retried this failure: stop reason ALREADY_RETRIED. */
  ALREADY_RETRIED: "already_retried",
  /** A limiter turned an attempt away: stop reason LIMITED. */
  LIMITED: "limited",
  /** A hedge was started: a further attempt while an earlier one is in flight. It carries the number of the hedge. */
  HEDGE: "hedge",
  /** A fallback gave the value. */
  FELL_BACK: "fell_back",
} as const;

export type EventName = (typeof EventName)[keyof typeof EventName];

/**
 * What was decided after an attempt. `raise`: the call ends with the failure. `retry`: another attempt follows or, of a hedged call, is in flight
 * already. `cut`: another attempt of the call won or ended it.
 */
export const AttemptDecision = {
  SUCCESS: "success",
  RETRY: "retry",
  RAISE: "raise",
  SCHEDULED: "scheduled",
  ABORTED: "aborted",
  CUT: "cut",
} as const;

export type AttemptDecision = (typeof AttemptDecision)[keyof typeof AttemptDecision];

/** What a sleep handler returns: sleep here, let another process make the retry later, or give up. */
export const SleepDecision = { SLEEP: "sleep", DEFER: "defer", ABORT: "abort" } as const;

export type SleepDecision = (typeof SleepDecision)[keyof typeof SleepDecision];

/** The low-cardinality labels of an event. No message, URL or id is ever among them. */
export interface Tags {
  readonly operation?: string;
  readonly class?: ErrorClass;
  /** The name of the error's class: an identifier of at most 64 characters. Of what has none, its type, such as `object` or `string`. */
  readonly err?: string;
  readonly stop_reason?: StopReason;
  readonly cause?: FailureCause;
  /** The circuit's state, on `circuit_*` events. */
  readonly state?: string;
  /** The name of the limiter that turned an attempt away, and why, on `limited`. */
  readonly limiter?: string;
  readonly reason?: LimitReason;
}

/** The fields of a log line: the tags, and the numbers that are no labels. */
export interface LogFields extends Tags {
  readonly attempt: number;
  readonly sleep_ms: number;
  /** What the dependency asked for, on `retry`, where known. */
  readonly retry_after_ms?: number;
}

/** What a call is made in: another call or, in a server, the handling of a request. */
export interface CallerContext {
  readonly operation: string | null;
  /** The call in whose operation it was made; `null` for others, and where `redress/scope` is not imported, which knows. */
  readonly parent: CallerContext | null;
}

/**
 * One call, as its hooks know it. All hooks of a call are given the same object, and no other call's: a key, in a `Map` or `WeakMap`, for what
 * an observer keeps of a call.
 */
export interface CallContext extends CallerContext {
  /** How far earlier deliveries of the call had come; `null` where it begins. */
  readonly resumed: Progress | null;
  /**
   * Lets a short text travel with the progress of the call, should it be gone on with later: the context of a trace, such as a `traceparent`. Later deliveries find it
   * in `resumed.carried`. It takes the place of an earlier text of the same name.
   *
   * @param name lower case letters, digits, `.`, `_` and `-`, beginning with a letter, at most 64; at most 8 of them
   * @param text at most 1,024 characters
   * @throws RangeError for what is too long, or too much
   */
  carry(name: string, text: string): void;
}

/**
 * A call that was ended by code that decides and threw (a strategy, sleep handler, budget, `abortIf`, result classifier or fallback): a mistake in
 * the policy, which `call` and `execute` throw alike.
 */
export interface CallFault {
  readonly ok: false;
  /** None: the call was not stopped. */
  readonly stopReason: null;
  /** What was thrown. */
  readonly fault: unknown;
  /** Invocations of the operation. */
  readonly attempts: number;
  /** Milliseconds from the beginning of the call to its end. */
  readonly elapsedMs: number;
}

/** How a call ended: what `execute` returns, without its timeline, or the mistake in the policy that it throws. `stopReason` tells the failures apart. */
export type CallEnd = Success<unknown, never> | Failure<never> | CallFault;

/** What the attempt hooks see. Fields that do not apply are `null`. */
export interface AttemptContext {
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether it was started while an earlier attempt was in flight. */
  readonly hedge: boolean;
  /** The call that the attempt belongs to. */
  readonly call: CallContext;
  readonly operation: string | null;
  /** Milliseconds since the call began. */
  readonly elapsedMs: number;
  /** How long the attempt took, in milliseconds; `null` at its start. */
  readonly durationMs: number | null;
  readonly classification: Classification | null;
  readonly cause: FailureCause | null;
  /** The thrown error, where `cause` is `"exception"`. */
  readonly error: unknown;
  /** The returned value that was classified as a failure, where `cause` is `"result"`. */
  readonly result: unknown;
  /** `null` at the start of an attempt. */
  readonly decision: AttemptDecision | null;
  readonly stopReason: StopReason | null;
  /** The delay before the next attempt, in milliseconds; 0 where none follows. */
  readonly sleepMs: number;
}

/**
 * Observers. A hook that throws, or whose promise rejects, changes nothing; its result is not waited for. The first time that it fails, the policy's
 * `onHookError` hears of it.
 */
export interface Hooks {
  readonly onMetric?: ((event: EventName, attempt: number, sleepMs: number, tags: Tags) => void) | undefined;
  readonly onLog?: ((event: EventName, fields: LogFields) => void) | undefined;
  readonly onAttemptStart?: ((context: AttemptContext) => void) | undefined;
  /** Fires once it is decided what follows the attempt, before any sleep. */
  readonly onAttemptEnd?: ((context: AttemptContext) => void) | undefined;
  /** Fires once for every call, before all else: also for one that is aborted already, or that the breaker is going to reject. */
  readonly onCallStart?: ((call: CallContext) => void) | undefined;
  /** Fires once for every call, after all else, with how it ended: a fallback's value included. */
  readonly onCallEnd?: ((call: CallContext, end: CallEnd) => void) | undefined;
  /**
   * Runs each attempt inside of something, such as an active span: calls `next`, which invokes the operation and returns what that returns, before it
   * returns itself. It cannot change the result: whatever it returns or throws, the call goes on with what the operation did.
   *
   * @example
   * import { AsyncLocalStorage } from "node:async_hooks";
   * const attempts = new AsyncLocalStorage<number>();
   * const hooks: Hooks = { aroundAttempt: ({ attempt }, next) => attempts.run(attempt, next) };
   */
  readonly aroundAttempt?: ((context: AttemptContext, next: () => unknown) => unknown) | undefined;
}

export const HOOK_NAMES: readonly (keyof Hooks)[] = [
  "onMetric",
  "onLog",
  "onAttemptStart",
  "onAttemptEnd",
  "onCallStart",
  "onCallEnd",
  "aroundAttempt",
];
