/* What a call gives in the end: its value, its outcome, or the error that it throws. */
import type { DeadlineOf, Failure, Success } from "../../core/failure/outcome.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { AbortRetryError, DeadlineExceededError, LimitedError, RetryExhaustedError } from "../../core/failure/verdicts.ts";
import type { Rejection } from "../../core/limit/limiter.ts";
import type { RetryHistory } from "../../core/retry/decision.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import type { KnownCall } from "./call-context.ts";
import type { CallSettings } from "./call-settings.ts";
import type { Gate } from "./gate.ts";
import type { CallPlan } from "./plan.ts";
import type { RetryTimeline } from "./timeline.ts";

/** A failure, and the error that is thrown for it. */
export interface ThrownFailure extends Failure<RetryTimeline> {
  /** The error was made already. */
  readonly hasError: boolean;
  /** Takes the error that is thrown for it. Returns it. */
  throwing(error: unknown): unknown;
}

/** What of a call its ending is made of. */
export interface EndedCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  readonly bounds: {
    readonly startMs: number;
    readonly deadlineMs: number;
    readonly deadlineOf: DeadlineOf;
    readonly operation: string | undefined;
    elapsedMs(): number;
  };
  readonly attempts: number;
  readonly last: AttemptFailure | null;
  readonly observers: { readonly timeline: RetryTimeline | null } | null;
  readonly failure: ThrownFailure | null;
  /** Why a limiter turned it away. */
  readonly rejection: Rejection | null;
  /** A fallback gave the value. */
  readonly fellBack: boolean;
  readonly failures: {
    readonly failures: RetryHistory["failures"];
    readonly prevSleepMs: number | null;
    readonly abortError: unknown;
    readonly retriedForMs: number | null;
    readonly refusal: string | null;
  } | null;
  /** Whom observers tell what is to travel with its progress; `null` where nobody does. */
  readonly known: KnownCall | null;
  readonly give: "value" | "outcome";
  /** Whether it ended with a value, or with the error of code that decides; `null` while it goes on. */
  readonly ending: "value" | "failure" | "fault" | null;
  readonly output: unknown;
}

/** What the driver gives, once: the value, the outcome, or the error to throw. */
export function resultOf(call: EndedCall): unknown {
  if (call.ending === "value") return call.give === "value" ? call.output : successOf(call, call.output);
  if (call.ending === "fault") return call.output;
  const failure = call.failure as ThrownFailure;
  if (call.give === "outcome") return failure;
  if (failure.hasError) return failure.error;
  // A rejection is made here and not further in: every frame on its stack makes it dearer.
  return failure.throwing(wasRejected(call, failure) ? (call.plan.gate as Gate).rejection() : errorOf(call, failure));
}

function successOf<T>(call: EndedCall, value: T): Success<T, RetryTimeline> {
  const { attempts, fellBack } = call;
  const timeline = call.observers?.timeline;
  const elapsedMs = call.bounds.elapsedMs();
  return { ok: true, value, attempts, elapsedMs, fellBack, ...(timeline && { timeline }) };
}

/** Whether a gate kept the call from its first attempt here. */
const wasRejected = ({ plan: { gate }, last }: EndedCall, { stopReason }: Failure): boolean =>
  gate !== null && last === null && stopReason === gate.stopReason;

/** Stops at which no retry was given up: the operation's error says all there is to say. */
const NEVER_WRAPPED: ReadonlySet<StopReason> = new Set(["NON_RETRYABLE_CLASS", "RETRY_REFUSED", "ALREADY_RETRIED"]);

/** What `call` throws for a failure. */
export function errorOf(call: EndedCall, failure: Failure): unknown {
  const { plan, settings, failures, bounds } = call;
  const { stopReason, cause, lastError } = failure;
  if (stopReason === "ABORTED") {
    const reason = settings.signal?.aborted ? settings.signal.reason : undefined;
    if (reason !== undefined) return reason;
    return failures?.abortError ?? new AbortRetryError(undefined, cause === "exception" ? { cause: lastError } : undefined);
  }
  if (wasRejected(call, failure)) return (plan.gate as Gate).rejection();
  if (cause === null && call.rejection !== null) return new LimitedError(call.rejection, bounds.operation);
  if (stopReason === "DEADLINE_EXCEEDED" && cause === null) {
    const { deadlineMs, deadlineOf, operation } = bounds;
    const cut = { operation, limiter: plan.limiter?.name };
    return new DeadlineExceededError({ attempt: 0, deadlineMs, deadlineOf }, undefined, cut);
  }
  const wrap = plan.retry?.onExhausted === "wrap" && !NEVER_WRAPPED.has(stopReason);
  return wrap || cause !== "exception" || stopReason === "SCHEDULED"
    ? new RetryExhaustedError(failure, bounds.operation)
    : lastError;
}
