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
import { isThenable, toNativePromise } from "../call/isolation.ts";
import type { Operation } from "../call/options.ts";
import { INTERRUPTED, type Step } from "../call/step.ts";
import { systemClock } from "../time/clock.ts";
import { beginSleep, endSleep, type Sleep } from "../time/sleep.ts";

/** Settles with what the call gives: the operation's value, or the whole outcome. */
export function performAsync(call: Call, operation: Operation): Promise<unknown> {
  try {
    const step = begin(call, operation);
    if (typeof step !== "string")
      return step.then(
        (value) => firstEnded(call, operation, "result", value),
        (error) => firstEnded(call, operation, "exception", error),
      );
    if (step !== "over") return proceed(call, operation, step);
    // A call that is rejected costs no throw.
    return call.throws ? Promise.reject(call.result()) : Promise.resolve(call.result());
  } catch (fault) {
    return Promise.reject(fault);
  }
}

/** Begins the call and its first attempt. Returns what comes next or, while the attempt is in flight, the promise to wait for. */
function begin(call: Call, operation: Operation): Promise<unknown> | Step {
  try {
    const step = call.begin();
    return step === "attempt" ? invoke(call, operation) : step;
  } catch (fault) {
    return call.crashed(fault);
  }
}

/** Most calls are over after one attempt: they do without the asynchronous function that makes the others. */
function firstEnded(call: Call, operation: Operation, cause: FailureCause, value: unknown): unknown {
  let step: Step;
  try {
    step = ended(call, cause, value);
  } catch (fault) {
    step = call.crashed(fault);
  }
  if (step !== "over") return proceed(call, operation, step);
  if (call.throws) throw call.result();
  return call.result();
}

/** Goes on from a step until the call is over. */
async function proceed(call: Call, operation: Operation, first: Step): Promise<unknown> {
  try {
    for (let step = first; step !== "over"; ) {
      if (step === "attempt") {
        const started = invoke(call, operation);
        step =
          typeof started === "string"
            ? started
            : await started.then(
                (value) => ended(call, "result", value),
                (error) => ended(call, "exception", error),
              );
      } else if (step === "sleep") {
        const pause = new Pause(call);
        step = (await pause.over) === INTERRUPTED ? pause.end(call) : call.woke();
      } else {
        step = await answer(call);
      }
    }
  } catch (fault) {
    call.crashed(fault);
  }
  if (call.throws) throw call.result();
  return call.result();
}

/** Invokes the operation. Returns what comes next or, while the attempt is in flight, the promise to wait for. */
function invoke(call: Call, operation: Operation): Promise<unknown> | Step {
  let cause: FailureCause = "result";
  let value: unknown;
  try {
    value = operation(call.bounds.attempt as Attempt);
    if (isThenable(value)) return interruptible(call, toNativePromise(value));
  } catch (error) {
    cause = "exception";
    value = error;
  }
  return call.ended(cause, value);
}

const ended = (call: Call, cause: FailureCause, value: unknown): Step =>
  value === INTERRUPTED ? call.interrupted() : call.ended(cause, value);

async function answer(call: Call): Promise<Step> {
  let answered: unknown;
  try {
    const promise = toNativePromise(call.question as PromiseLike<unknown>);
    // A fallback is asked after the call has ended: nothing interrupts it any more.
    answered = await (call.failure === null ? interruptible(call, promise) : promise);
  } catch (error) {
    return call.refused(error);
  }
  return answered === INTERRUPTED ? call.interrupted() : call.answered(answered);
}

/** A promise that settles as another one does or, where the call is interrupted before, resolves with INTERRUPTED. */
function interruptible(call: Call, promise: Promise<unknown>): Promise<unknown> {
  if (!call.bounds.canInterrupt) return promise;
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    call.bounds.park(resolve);
  });
}

/** A delay that is slept, and can be ended early. */
class Pause {
  readonly over: Promise<unknown>;
  #sleep: Sleep | null = null;

  constructor(call: Call) {
    const { delayMs, sleeper, plan } = call;
    // A delay of 0 that is slept gives the event loop a turn, which only the platform's timers can.
    const clock = delayMs === 0 && sleeper === undefined ? systemClock : plan.clock;
    this.over = new Promise((resolve, reject) => {
      call.bounds.park(resolve);
      this.#sleep = beginSleep(clock, sleeper, delayMs, resolve as () => void, reject);
    });
  }

  end(call: Call): Step {
    if (this.#sleep !== null) endSleep(this.#sleep);
    return call.interrupted();
  }
}
