/*
 * The spans of a call that goes on from earlier deliveries are linked to theirs: each leaves the context of its own span, in the form of a `traceparent`, with the progress of
 * the call. What comes back is anybody's data: only what has that form is read, and no more than a few.
 *
 * Source of the form: W3C Trace Context, https://www.w3.org/TR/trace-context/#traceparent-header
 */
import type { CallContext } from "../../index.ts";
import type { OtelSpan, SpanLink } from "./otel-shapes.ts";

/** Under this name they travel with the progress: one after the other, the latest last. */
const CARRIED_AS = "redress.otel";
const MOST_LINKS = 16;
/** Ids that are all zero are none. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE = "0".repeat(32);

const carriedBy = ({ resumed }: CallContext): readonly string[] => {
  const carried = resumed?.carried?.[CARRIED_AS];
  return carried === undefined
    ? []
    : carried
        .split(" ")
        .filter((text) => TRACEPARENT.test(text))
        .slice(-MOST_LINKS);
};

/** Links to the spans of the earlier deliveries of a call; `undefined` where there were none. */
export function linksOf(call: CallContext): SpanLink[] | undefined {
  if (call.resumed === null) return undefined;
  return carriedBy(call).map((text) => {
    const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(text) ?? [];
    return { context: { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true } };
  });
}

/** Leaves the context of a call's span for later deliveries, should there be any. */
export function leaveFor(call: CallContext, span: OtelSpan): void {
  const context = span.spanContext?.();
  if (context === undefined || context.traceId === NO_TRACE) return;
  const own = `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, "0")}`;
  call.carry(CARRIED_AS, call.resumed === null ? own : [...carriedBy(call).slice(1 - MOST_LINKS), own].join(" "));
}
