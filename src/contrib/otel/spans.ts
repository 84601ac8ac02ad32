/*
 * A span per call, child of the one that is current where the call is made, and a span per attempt, child of the call's and current while the operation runs.
 *
 *   onCallStart    -> the call's span begins, with links to those of its earlier deliveries
 *   aroundAttempt  -> an attempt's span begins, and is current inside; of a hedge, an event of the call's span tells
 *   onAttemptEnd   -> the attempt's span ends; a retry, or a retry that is left to another process, is an event of the call's span
 *   onCallEnd      -> rejections and the fallback are events of the call's span, which ends
 *
 * No message, payload or URL stands in a span, nor does a status have a description.
 */
import type { AttemptContext, CallContext, CallEnd, Hooks, StopReason } from "../../index.ts";
import { leaveFor, linksOf } from "./delivery-links.ts";
import type { OtelContext, OtelSpan, OtelTracer, SpanAttributes } from "./otel-shapes.ts";
import type { SpanContexts } from "./span-contexts.ts";

const INTERNAL = 0;
const ERROR = { code: 2 };

/** What the conventions say for an error that has no name of its own. */
const OTHER = "_OTHER";

interface CallSpan {
  readonly span: OtelSpan;
  /** The context in which the call was made, with its span. */
  readonly context: OtelContext;
  /** The attempts that are in flight: one, but for calls that hedge. */
  attempt: number;
  attemptSpan: OtelSpan | null;
  others: Map<number, OtelSpan> | null;
  /** Why the call was stopped, as far as it was told: a fallback may follow. */
  stopReason: StopReason | null;
}

interface SpanOptions {
  readonly tracer: OtelTracer;
  readonly contexts: SpanContexts;
  readonly recordExceptions: boolean;
}

type SpanHooks = Required<Pick<Hooks, "onCallStart" | "onCallEnd" | "onAttemptEnd" | "aroundAttempt">>;

export function spanHooks({ tracer, contexts, recordExceptions }: SpanOptions): SpanHooks {
  const calls = new WeakMap<CallContext, CallSpan>();

  return {
    onCallStart(call) {
      const around = contexts.active();
      const span = startCallSpan(tracer, call, around);
      const context = contexts.withSpan(around, span);
      calls.set(call, { span, context, attempt: 0, attemptSpan: null, others: null, stopReason: null });
    },

    aroundAttempt({ call, attempt, hedge }, next) {
      const state = calls.get(call);
      if (state === undefined) return next();
      if (hedge) state.span.addEvent("redress.hedge", { "redress.attempt": attempt });
      const span = tracer.startSpan(
        "redress attempt",
        { kind: INTERNAL, attributes: attemptAttributes(attempt, hedge) },
        state.context,
      );
      if (state.attemptSpan !== null) {
        state.others ??= new Map();
        state.others.set(state.attempt, state.attemptSpan);
      }
      state.attempt = attempt;
      state.attemptSpan = span;
      // What the code around the call, or another hook around the attempt, has put into the context stays in it.
      return contexts.run(contexts.withSpan(contexts.active(), span), next);
    },

    onAttemptEnd(context) {
      const state = calls.get(context.call);
      if (state === undefined) return;
      state.stopReason = context.stopReason;
      tellDecision(state.span, context);
      const span = takeAttempt(state, context.attempt);
      if (span === undefined) return;
      if (recordExceptions && context.cause === "exception") span.recordException(context.error as Error);
      endAttempt(span, context);
    },

    onCallEnd(call, end) {
      const state = calls.get(call);
      if (state === undefined) return;
      // Of a failure, somebody may go on with the call.
      if (!end.ok) leaveFor(call, state.span);
      endCall(state, end);
    },
  };
}

/** The place where a call's span is started. */
function startCallSpan(tracer: OtelTracer, call: CallContext, around: OtelContext): OtelSpan {
  const { operation, resumed } = call;
  const attributes: SpanAttributes = operation === null ? {} : { "redress.operation": operation };
  if (resumed !== null) attributes["redress.delivery"] = resumed.deliveries + 1;
  const links = linksOf(call);
  return tracer.startSpan(operation ?? "redress call", { kind: INTERNAL, attributes, ...(links && { links }) }, around);
}

function attemptAttributes(attempt: number, hedge: boolean): SpanAttributes {
  const attributes: SpanAttributes = { "redress.attempt": attempt };
  if (attempt > 1) attributes["http.request.resend_count"] = attempt - 1;
  if (hedge) attributes["redress.hedge"] = true;
  return attributes;
}

function takeAttempt(state: CallSpan, attempt: number): OtelSpan | undefined {
  const { attemptSpan, others } = state;
  if (state.attempt === attempt && attemptSpan !== null) {
    state.attemptSpan = null;
    return attemptSpan;
  }
  const span = others?.get(attempt);
  others?.delete(attempt);
  return span;
}

/** What follows an attempt that failed, on the span of the call. */
function tellDecision(span: OtelSpan, { attempt, decision, sleepMs, classification }: AttemptContext): void {
  if (decision !== "retry" && decision !== "scheduled") return;
  const attributes: SpanAttributes = { "redress.attempt": attempt, "redress.delay": sleepMs / 1_000 };
  if (classification !== null) attributes["error.type"] = classification.errorClass;
  span.addEvent(decision === "retry" ? "redress.retry" : "redress.scheduled", attributes);
}

function endAttempt(span: OtelSpan, { decision, classification }: AttemptContext): void {
  if (decision !== null) span.setAttribute("redress.decision", decision);
  // What was cut or cancelled has not failed by itself. A raise without a class is a mistake in the policy.
  const errorType = classification?.errorClass ?? (decision === "raise" ? OTHER : null);
  if (errorType !== null) {
    span.setAttribute("error.type", errorType);
    span.setStatus(ERROR);
  }
  span.end();
}

function endCall({ span, stopReason, attemptSpan, others }: CallSpan, end: CallEnd): void {
  attemptSpan?.end();
  for (const other of others?.values() ?? []) other.end();
  span.setAttribute("redress.attempts", end.attempts);
  if (end.ok) {
    if (end.fellBack) {
      const why = stopReason === null ? {} : { "redress.stop_reason": stopReason };
      span.addEvent("redress.fell_back", why);
      span.setAttributes({ ...why, "redress.outcome": "fell_back" });
    } else span.setAttribute("redress.outcome", "success");
  } else if (end.stopReason === null) {
    span.setAttributes({ "redress.outcome": "fault", "error.type": OTHER });
    span.setStatus(ERROR);
  } else {
    tellRejection(span, end);
    span.setAttributes({
      "redress.outcome": end.stopReason === "SCHEDULED" ? "deferred" : "failure",
      "redress.stop_reason": end.stopReason,
      "error.type": end.lastClass ?? end.stopReason,
    });
    // Whoever left a retry to another process has not failed yet.
    if (end.stopReason !== "SCHEDULED") span.setStatus(ERROR);
  }
  span.end();
}

function tellRejection(
  span: OtelSpan,
  { stopReason, limitedBy }: Exclude<CallEnd, { readonly ok: true } | { readonly fault: unknown }>,
): void {
  if (stopReason === "CIRCUIT_OPEN") span.addEvent("redress.circuit_rejected");
  if (stopReason === "LIMITED" && limitedBy !== undefined)
    span.addEvent("redress.limited", { "redress.limiter.name": limitedBy.limiter, "redress.limiter.reason": limitedBy.reason });
}
