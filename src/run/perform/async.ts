/*
 * Performs a call without blocking. While it waits, a promise of its own stands between the call and what it waits for, so that the wait
 * can be ended early. What follows an interruption runs as a reaction of that promise, and so in the asynchronous context of the call,
 * whatever context the timer or signal rang in; and the chain of promises from the operation to the caller stays whole, so that
 * the stack of an error names the caller. V8 follows `then` with a promise's own resolve function, and `await`.
 * https://v8.dev/docs/stack-trace-api#async-stack-traces
 */
import type { FailureCause } from "../../core/failure/classification.ts";
import type { Attempt } from "../call/attempt.ts";
import type { Call } from "../call/call.ts";
import { isThenable, toNativePromise } from "../call/isolation.ts";
import type { Operation } from "../call/options.ts";
import { INTERRUPTED } from "../call/step.ts";
import { systemClock } from "../time/clock.ts";
import { beginSleep, endSleep, type Sleep } from "../time/sleep.ts";

/** Settles with what the call gives: the operation's value, or the whole outcome. */
export async function performAsync(call: Call, operation: Operation): Promise<unknown> {
  try {
    for (let step = call.begin(); step !== "over"; ) {
      if (step === "attempt") {
        let cause: FailureCause = "result";
        let value: unknown;
        try {
          value = operation(call.bounds.attempt as Attempt);
          if (isThenable(value)) value = await interruptible(call, toNativePromise(value));
        } catch (error) {
          cause = "exception";
          value = error;
        }
        step = value === INTERRUPTED ? call.interrupted() : call.ended(cause, value);
      } else if (step === "sleep") {
        step = (await sleeping(call)) === INTERRUPTED ? call.interrupted() : call.woke();
      } else {
        step = await asking(call);
      }
    }
  } catch (fault) {
    call.crashed(fault);
  }
  return call.result();
}

const nothing = (): void => {};
let resolveLatest: (value: unknown) => void = nothing;
let rejectLatest: (error: unknown) => void = nothing;
// One function for all promises: a closure for each would be the larger part of a wait.
const capture = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
  resolveLatest = resolve;
  rejectLatest = reject;
};

/** A promise that settles as another one does or, where the call is interrupted before, resolves with INTERRUPTED. */
function interruptible(call: Call, promise: Promise<unknown>): Promise<unknown> {
  if (!call.bounds.canInterrupt) return promise;
  const wait = new Promise(capture);
  const wake = resolveLatest;
  promise.then(wake, rejectLatest);
  // They hold the promise, and with it its value and the context of the call.
  resolveLatest = rejectLatest = nothing;
  call.bounds.park(wake);
  return wait;
}

async function sleeping(call: Call): Promise<unknown> {
  const { delayMs, sleeper, plan } = call;
  // A delay of 0 that is slept gives the event loop a turn, which only the platform's timers can.
  const clock = delayMs === 0 && sleeper === undefined ? systemClock : plan.clock;
  let sleep: Sleep | null = null;
  const woken = await new Promise((resolve, reject) => {
    call.bounds.park(resolve);
    sleep = beginSleep(clock, sleeper, delayMs, resolve as () => void, reject);
  });
  if (woken === INTERRUPTED && sleep !== null) endSleep(sleep);
  return woken;
}

async function asking(call: Call): Promise<ReturnType<Call["answered"]>> {
  let answer: unknown;
  try {
    const promise = toNativePromise(call.question as PromiseLike<unknown>);
    // A fallback is asked after the call has ended: nothing interrupts it any more.
    answer = await (call.failure === null ? interruptible(call, promise) : promise);
  } catch (error) {
    return call.refused(error);
  }
  return answer === INTERRUPTED ? call.interrupted() : call.answered(answer);
}
