/*
 * The channels. Two of them are what `node:diagnostics_channel` calls a tracing channel: five channels whose names begin with `tracing:`. They are taken one by
 * one, since `TracingChannel.hasSubscribers` is younger than Node 20.
 */
import { type Channel, channel } from "node:diagnostics_channel";

/** The five channels of what has a beginning and an end. */
export interface Trace {
  readonly start: Channel;
  readonly end: Channel;
  readonly asyncStart: Channel;
  readonly asyncEnd: Channel;
  readonly error: Channel;
}

const traceOf = (name: string): Trace => ({
  start: channel(`tracing:${name}:start`),
  end: channel(`tracing:${name}:end`),
  asyncStart: channel(`tracing:${name}:asyncStart`),
  asyncEnd: channel(`tracing:${name}:asyncEnd`),
  error: channel(`tracing:${name}:error`),
});

export const calls: Trace = traceOf("redress:call");
export const attempts: Trace = traceOf("redress:attempt");
export const events: Channel = channel("redress:event");

export const isHeard = ({ start, end, asyncStart, asyncEnd, error }: Trace): boolean =>
  start.hasSubscribers || end.hasSubscribers || asyncStart.hasSubscribers || asyncEnd.hasSubscribers || error.hasSubscribers;
