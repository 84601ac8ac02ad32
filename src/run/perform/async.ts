/*
 * Performs a call without blocking. While it waits, a promise of its own stands between the call and what it waits for, so that the wait
 * can be ended early. What follows an interruption runs as a reaction of that promise, and so in the asynchronous context of the call,
 * whatever context the timer or signal rang in.
 *
 * The chain of promises from the operation to the caller stays whole, so that the stack of an error names the caller: V8 follows `then`
 * with a promise's own resolve function, the promise that `then` returns, and `await`. https://v8.dev/docs/stack-trace-api#async-stack-traces
 */
import type { FailureCause } from "../../core/failure/classification.ts";
import type { Attempt } from "../call/attempt.ts";
import type { Call } from "../call/call.ts";
import type { Failures } from "../call/failures.ts";
import { isThenable, toNativePromise } from "../call/isolation.ts";
import type { Operation } from "../call/options.ts";
import type { Round } from "../call/round.ts";
import { ENDED, INTERRUPTED, type Step } from "../call/step.ts";
import type { Turn } from "../call/turn.ts";
import { systemClock } from "../time/clock.ts";
import { beginSleep, endSleep } from "../time/sleep.ts";

/** Settles with what the call gives: the operation's value, or the whole outcome. */
export function performAsync(call: Call, operation: Operation): Promise<unknown> {
  try {
    const begun = begin(call);
    // A call that is rejected costs no throw.
    if (call.throws) return Promise.reject(call.result());
    const started = begun === "attempt" ? take(call, operation, begun) : begun;
    if (typeof started !== "string") return follow(started, call, operation);
    return started === "over" ? Promise.resolve(finish(call)) : proceed(call, operation, started);
  } catch (error) {
    return Promise.reject(error);
  }
}

function begin(call: Call): Step {
  try {
    return call.begin();
  } catch (fault) {
    return call.crashed(fault);
  }
}

/** Goes on when the first attempt has ended. Most calls are over then: they do without the asynchronous function that makes the others. */
function follow(attempt: Promise<unknown>, call: Call, operation: Operation): Promise<unknown> {
  const goOn = (step: Step): unknown => (step === "over" ? finish(call) : proceed(call, operation, step));
  return attempt.then(
    (value) => goOn(resume(call, "attempt", "result", value)),
    (error) => goOn(resume(call, "attempt", "exception", error)),
  );
}

/** Goes on from a step until the call is over. */
async function proceed(call: Call, operation: Operation, first: Step): Promise<unknown> {
  // Until the promise of the first attempt waits for this one: else an operation that fails at once would not find the caller.
  if (first === "attempt") await undefined;
  for (let step = first === "attempt" ? call.unlessBarred() : first; step !== "over"; ) {
    const next = take(call, operation, step);
    if (typeof next === "string") step = next;
    else {
      let cause: FailureCause = "result";
      let value: unknown;
      try {
        value = await next;
      } catch (error) {
        cause = "exception";
        value = error;
      }
      step = resume(call, step, cause, value);
    }
  }
  return finish(call);
}

function finish(call: Call): unknown {
  if (call.throws) throw call.result();
  return call.result();
}

/** Takes a step. Returns what comes next or, where the step has to be waited for, a promise of how it went. */
function take(call: Call, operation: Operation, step: Step): Step | Promise<unknown> {
  try {
    if (step === "attempt") return invoke(call, operation);
    if (step === "sleep") return sleep(call);
    if (step === "ask") return ask(call);
    return step === "watch" ? watch(call) : queue(call);
  } catch (fault) {
    return call.crashed(fault);
  }
}

/** A step that was waited for has been taken: what comes next. */
function resume(call: Call, step: Step, cause: FailureCause, value: unknown): Step {
  try {
    if (value === INTERRUPTED) {
      if (step === "sleep") stopSleeping(call);
      return call.interrupted();
    }
    if (value === ENDED) {
      const ended = (call.bounds.round as Round).takeEnded();
      return ended === undefined ? "watch" : call.ended(ended.cause, ended.value, ended.attempt);
    }
    if (step === "attempt") {
      call.pending = null;
      return call.ended(cause, value);
    }
    if (step === "ask") return cause === "result" ? call.answered(value) : call.refused(value);
    return cause === "result" ? call.woke() : call.crashed(value);
  } catch (fault) {
    return call.crashed(fault);
  }
}

function invoke(call: Call, operation: Operation): Step | Promise<unknown> {
  const attempt = call.bounds.attempt as Attempt;
  let cause: FailureCause = "result";
  let value: unknown;
  try {
    value = call.invoke(operation);
    if (isThenable(value)) {
      const promise = toNativePromise(value);
      const { flight } = attempt;
      if (flight === null) call.pending = promise;
      else flight.pending = promise;
      return flight !== null && call.bounds.inFlight.length > 1 ? watch(call) : interruptible(call, promise);
    }
  } catch (error) {
    cause = "exception";
    value = error;
  }
  return call.ended(cause, value);
}

/** Waits for whichever attempt in flight ends first. */
function watch(call: Call): Promise<unknown> {
  return new Promise((resolve) => {
    call.bounds.park(resolve);
    (call.bounds.round as Round).watch(() => resolve(ENDED));
  });
}

/** Waits for the limiter. Whoever is woken otherwise leaves the queue at once. */
function queue(call: Call): Promise<unknown> {
  const turn = call.flight?.turn as Turn;
  return new Promise((resolve) => {
    call.bounds.park((interrupted) => {
      turn.stopWaiting();
      resolve(interrupted);
    });
  });
}

/** What the call has asked for. A fallback is asked after the call has ended: nothing interrupts it any more. */
function ask(call: Call): Promise<unknown> {
  const promise = toNativePromise(call.question as PromiseLike<unknown>);
  return call.failure === null ? interruptible(call, promise) : promise;
}

/** A promise that settles as another one does or, where the call is interrupted before, resolves with INTERRUPTED. */
function interruptible(call: Call, promise: Promise<unknown>): Promise<unknown> {
  if (!call.bounds.canInterrupt) return promise;
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    call.bounds.park(resolve);
  });
}

function sleep(call: Call): Promise<unknown> {
  const { delayMs, sleeper, plan } = call;
  const failures = call.failures as Failures;
  failures.sleep = null;
  // A delay of 0 that is slept gives the event loop a turn, which only the platform's timers can.
  const clock = delayMs === 0 ? systemClock : plan.clock;
  return new Promise((resolve, reject) => {
    call.bounds.park(resolve);
    failures.sleep = beginSleep(clock, sleeper, delayMs, resolve as () => void, reject);
  });
}

function stopSleeping({ failures }: Call): void {
  const { sleep } = failures as Failures;
  // A sleeper may have aborted the call, and thrown.
  if (sleep !== null) endSleep(sleep);
}
