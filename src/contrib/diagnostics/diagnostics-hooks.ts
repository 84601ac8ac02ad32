/*
 * While a channel has no subscribers, the hooks that would publish on it are not there: a call none of whose hooks is there when it begins is not observed at all. Who
 * subscribes while a call is under way hears of the next one.
 */
import type { AttemptContext, CallContext, CallEnd, Hooks } from "../../index.ts";
import { attempts, calls, events, isHeard, type Trace } from "./channels.ts";
import { AttemptMessage, CallMessage, type EventMessage } from "./messages.ts";

/** A call reads this when it begins, and no more where it is 0: a bit for each hook that is there. */
const HEARD = Symbol.for("redress.hooks.heard/1");

/** The bits, as calls know them. */
const BITS = { onMetric: 1, onCallStart: 4, aroundAttempt: 16, onAttemptEnd: 32, onCallEnd: 64 } as const;
const OF_CALLS = BITS.onCallStart | BITS.onCallEnd;
const OF_ATTEMPTS = BITS.aroundAttempt | BITS.onAttemptEnd;

/**
 * Publishes calls, attempts and events on channels of `node:diagnostics_channel`, for whoever subscribes: a monitoring agent, a test, a debugger. While nobody
 * does, a call costs as much as without hooks.
 *
 * What a subscriber throws becomes an uncaught exception, as on all channels of the platform: it changes no call, but ends a process that does not handle it.
 *
 * @throws TypeError where it is given anything: it has no options
 * @example
 * import { subscribe } from "node:diagnostics_channel";
 * import { diagnosticsHooks, type EventMessage } from "redress/diagnostics";
 *
 * subscribe("redress:event", (message) => {
 *   const { event, tags } = message as EventMessage;
 *   log.info(event, tags);
 * });
 * const policy = new Policy({ operation: "read_order", retry: {}, hooks: diagnosticsHooks() });
 */
export function diagnosticsHooks(): Hooks {
  // biome-ignore lint/complexity/noArguments: a parameter would say that there is something to give
  if (arguments.length > 0) throw new TypeError("diagnosticsHooks has no options: the channels have fixed names.");
  const messages = new WeakMap<CallContext, CallMessage>();
  const running = new WeakMap<CallContext, Map<number, AttemptMessage>>();

  const onCallStart = (call: CallContext): void => {
    const message = new CallMessage(call);
    messages.set(call, message);
    calls.start.publish(message);
    calls.end.publish(message);
  };
  const onCallEnd = (call: CallContext, end: CallEnd): void => {
    const message = messages.get(call);
    if (message === undefined) return;
    message.end = end;
    publishEnd(calls, message, !end.ok);
  };
  const onMetric: Hooks["onMetric"] = (event, attempt, sleepMs, tags) => {
    const message: EventMessage = { event, attempt, sleepMs, tags };
    events.publish(message);
  };
  const aroundAttempt = (context: AttemptContext, next: () => unknown): unknown => {
    const message = new AttemptMessage(context);
    const others = running.get(context.call);
    if (others === undefined) running.set(context.call, new Map([[context.attempt, message]]));
    else others.set(context.attempt, message);
    try {
      // Stores that are bound to the channel are current in the operation, and in all that it begins.
      return attempts.start.runStores(message, next);
    } finally {
      attempts.end.publish(message);
    }
  };
  const onAttemptEnd = (context: AttemptContext): void => {
    const message = running.get(context.call)?.get(context.attempt);
    if (message === undefined) return;
    running.get(context.call)?.delete(context.attempt);
    message.decision = context.decision;
    message.stopReason = context.stopReason;
    message.sleepMs = context.sleepMs;
    message.ended = context;
    publishEnd(attempts, message, context.cause === "exception");
  };

  return Object.freeze(new ListenedHooks({ onMetric, onCallStart, onCallEnd, aroundAttempt, onAttemptEnd }));
}

/** Its members are its own, so that hooks that are spread into the options of one call are there, whoever listens. */
class ListenedHooks implements Hooks {
  readonly onMetric: Hooks["onMetric"];
  readonly onCallStart: Hooks["onCallStart"];
  readonly onCallEnd: Hooks["onCallEnd"];
  readonly aroundAttempt: Hooks["aroundAttempt"];
  readonly onAttemptEnd: Hooks["onAttemptEnd"];

  constructor({ onMetric, onCallStart, onCallEnd, aroundAttempt, onAttemptEnd }: Hooks) {
    this.onMetric = onMetric;
    this.onCallStart = onCallStart;
    this.onCallEnd = onCallEnd;
    this.aroundAttempt = aroundAttempt;
    this.onAttemptEnd = onAttemptEnd;
  }

  get [HEARD](): number {
    return (events.hasSubscribers ? BITS.onMetric : 0) | (isHeard(calls) ? OF_CALLS : 0) | (isHeard(attempts) ? OF_ATTEMPTS : 0);
  }
}

/** In the order of the platform's own `tracePromise`. */
function publishEnd({ error, asyncStart, asyncEnd }: Trace, message: object, hasFailed: boolean): void {
  if (hasFailed) error.publish(message);
  asyncStart.publish(message);
  asyncEnd.publish(message);
}
