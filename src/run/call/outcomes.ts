/* What a call gives in the end: its value, its outcome, or the error that it throws. */
import type { Failure, Success } from "../../core/failure/outcome.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { AbortRetryError, RetryExhaustedError } from "../../core/failure/verdicts.ts";
import type { CallSettings } from "./call-settings.ts";
import type { FailureFact } from "./observers.ts";
import { remembered } from "./outcome-of.ts";
import type { CallPlan } from "./plan.ts";
import type { RetryTimeline } from "./timeline.ts";

/** What of a call its ending is made of. */
export interface EndedCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  readonly bounds: { readonly startMs: number; elapsedMs(): number };
  readonly attempts: number;
  readonly last: FailureFact | null;
  readonly observers: { readonly timeline: RetryTimeline | null } | null;
  readonly failure: Failure<RetryTimeline> | null;
  /** A fallback gave the value. */
  readonly fellBack: boolean;
  readonly failures: { readonly abortError: unknown } | null;
  readonly give: "value" | "outcome";
  /** Whether it ended with a value, or with the error of code that decides; `null` while it goes on. */
  readonly ending: "value" | "failure" | "fault" | null;
  readonly output: unknown;
}

/** What the driver gives, once: the value, the outcome, or the error to throw. */
export function resultOf(call: EndedCall): unknown {
  const { failure, plan } = call;
  if (call.ending === "value") return call.give === "value" ? call.output : successOf(call, call.output);
  if (call.ending === "fault" || failure === null) return call.output;
  if (call.give === "outcome") return failure;
  const wasRejected = plan.gate !== null && failure.attempts === 0 && failure.stopReason === plan.gate.stopReason;
  // A rejection is made here and not further in: every frame on its stack makes it dearer.
  return remembered(wasRejected ? plan.gate.rejection() : errorOf(call, failure), failure);
}

function successOf<T>(call: EndedCall, value: T): Success<T, RetryTimeline> {
  const { attempts, fellBack } = call;
  const timeline = call.observers?.timeline;
  const elapsedMs = call.bounds.elapsedMs();
  return { ok: true, value, attempts, elapsedMs, fellBack, ...(timeline && { timeline }) };
}

export function failureOf(call: EndedCall, stopReason: StopReason, nextDelayMs: number | null): Failure<RetryTimeline> {
  const { attempts, last } = call;
  const timeline = call.observers?.timeline;
  return {
    ok: false,
    stopReason,
    attempts,
    elapsedMs: call.bounds.elapsedMs(),
    lastClass: last?.classification.errorClass ?? null,
    lastError: last?.cause === "exception" ? last.value : null,
    lastResult: last?.cause === "result" ? last.value : null,
    cause: last?.cause ?? null,
    nextDelayMs,
    ...(timeline && { timeline }),
  };
}

/** What `call` throws for a failure that was no rejection. */
function errorOf({ plan, settings, failures }: EndedCall, failure: Failure): unknown {
  const { stopReason, cause, lastError } = failure;
  if (stopReason === "ABORTED") {
    if (settings.signal?.aborted) return settings.signal.reason;
    return failures?.abortError ?? new AbortRetryError(undefined, cause === "exception" ? { cause: lastError } : undefined);
  }
  const wrap = cause !== "exception" || stopReason === "SCHEDULED" || plan.retry?.onExhausted === "wrap";
  return wrap ? new RetryExhaustedError(failure) : lastError;
}
