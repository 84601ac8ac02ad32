/*
 * Performs a call on the calling thread. It cannot be interrupted: the operation runs to its end, so the attempt timeout does not apply, and
 * the deadline and the signal are looked at between attempts. It sleeps by blocking.
 */
import type { FailureCause } from "../../core/failure/classification.ts";
import type { Call } from "../call/call.ts";
import { abandonPromise, isThenable } from "../call/isolation.ts";
import type { Operation } from "../call/options.ts";
import type { Step } from "../call/step.ts";
import type { Turn } from "../call/turn.ts";
import { systemClock } from "../time/clock.ts";

/** Returns what the call gives: the operation's value, or the whole outcome. */
export function performSync(call: Call, operation: Operation): unknown {
  // One thread makes one attempt at a time.
  if (call.flight !== null) call.flight.rounds = null;
  try {
    for (let step = call.begin(); step !== "over"; ) {
      if (step === "attempt") step = attempt(call, operation);
      else if (step === "sleep") step = sleep(call);
      else if (step === "queue") step = queue(call);
      else step = refuseAnswer(call);
    }
  } catch (fault) {
    call.crashed(fault);
  }
  if (call.throws) throw call.result();
  return call.result();
}

function attempt(call: Call, operation: Operation): Step {
  let cause: FailureCause = "result";
  let value: unknown;
  let isPromise = false;
  try {
    value = call.invoke(operation, true);
    isPromise = isThenable(value);
  } catch (error) {
    cause = "exception";
    value = error;
  }
  if (isPromise) refusePromise(value, "The operation");
  return call.ended(cause, value);
}

/** Blocks until the limiter admits the call, where it knows when it will. */
function queue(call: Call): Step {
  const turn = call.flight?.turn as Turn;
  for (let ms = turn.readyInMs(); ms > 0; ms = turn.readyInMs()) {
    const leftMs = call.bounds.remainingMs();
    if (leftMs === 0 || call.bounds.isCancelled()) break;
    const nowMs = call.plan.clock.now();
    if (ms < leftMs) block(call, ms);
    // A clock that does not move would keep the thread for ever.
    if (ms >= leftMs || call.plan.clock.now() <= nowMs) turn.turnAway(ms);
  }
  return call.interrupted();
}

function sleep(call: Call): Step {
  const { delayMs, sleeper, settings } = call;
  if (sleeper !== undefined) {
    let slept: unknown;
    try {
      slept = sleeper(delayMs, settings.signal);
    } catch (error) {
      // The abort came first, and ends the call.
      if (call.bounds.isCancelled()) return call.woke();
      throw error;
    }
    refusePromise(slept, "The sleeper");
  } else if (delayMs > 0) {
    // A delay of 0 would give the event loop a turn, which a blocked thread has not.
    block(call, delayMs);
  }
  return call.woke();
}

function block({ plan: { clock } }: Call, ms: number): void {
  (clock.sleepSync ?? systemClock.sleepSync).call(clock, ms);
}

/** An answer that is a promise cannot be waited for. */
function refuseAnswer(call: Call): Step {
  abandonPromise(call.question);
  return call.refused(promiseError(call.failure === null ? "The sleep handler" : "The fallback"));
}

function refusePromise(value: unknown, whose: string): void {
  if (!isThenable(value)) return;
  abandonPromise(value);
  throw promiseError(whose);
}

const promiseError = (whose: string): TypeError =>
  new TypeError(`${whose} of a synchronous call must not return a promise: use the asynchronous call instead.`);
