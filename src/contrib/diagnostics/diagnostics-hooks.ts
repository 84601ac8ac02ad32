/*
 * While a channel has no subscribers, the hooks that would publish on it are not there: each member is a getter, and a call none of whose hooks is there when it
 * begins is not observed at all. Who subscribes while a call is under way hears of the next one. An end whose beginning was not published is not published either.
 */
import type { AttemptContext, CallContext, CallEnd, Hooks } from "../../index.ts";
import { attempts, calls, events, isHeard, type Trace } from "./channels.ts";
import { AttemptMessage, CallMessage, type EventMessage } from "./messages.ts";

/** By this, and not by five getters, a call asks whether anybody listens. It stands on the prototype: copies of the hooks are no more than functions. */
const IS_HEARD = Symbol.for("redress.hooks.isHeard/1");

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
  // An end is there where a beginning was published. A number is asked quicker than five channels.
  let callsUnderWay = 0;
  let attemptsUnderWay = 0;
  // As they were when the hooks of beginnings were asked for, which are read first where hooks are copied into the options of one call.
  let areCallsHeard = false;
  let areAttemptsHeard = false;

  const onCallStart = (call: CallContext): void => {
    const message = new CallMessage(call);
    messages.set(call, message);
    callsUnderWay++;
    calls.start.publish(message);
    calls.end.publish(message);
  };
  const onCallEnd = (call: CallContext, end: CallEnd): void => {
    const message = messages.get(call);
    if (message === undefined) return;
    callsUnderWay--;
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
    attemptsUnderWay++;
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
    attemptsUnderWay--;
    message.decision = context.decision;
    message.stopReason = context.stopReason;
    message.sleepMs = context.sleepMs;
    message.ended = context;
    publishEnd(attempts, message, context.cause === "exception");
  };

  return Object.freeze({
    __proto__: {
      [IS_HEARD]: () => callsUnderWay > 0 || attemptsUnderWay > 0 || events.hasSubscribers || isHeard(calls) || isHeard(attempts),
    },
    get onMetric() {
      return events.hasSubscribers ? onMetric : undefined;
    },
    get onCallStart() {
      areCallsHeard = isHeard(calls);
      return areCallsHeard ? onCallStart : undefined;
    },
    get onCallEnd() {
      return callsUnderWay > 0 || areCallsHeard ? onCallEnd : undefined;
    },
    get aroundAttempt() {
      areAttemptsHeard = isHeard(attempts);
      return areAttemptsHeard ? aroundAttempt : undefined;
    },
    get onAttemptEnd() {
      return attemptsUnderWay > 0 || areAttemptsHeard ? onAttemptEnd : undefined;
    },
  });
}

/** In the order of the platform's own `tracePromise`. */
function publishEnd({ error, asyncStart, asyncEnd }: Trace, message: object, hasFailed: boolean): void {
  if (hasFailed) error.publish(message);
  asyncStart.publish(message);
  asyncEnd.publish(message);
}
