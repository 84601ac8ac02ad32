/*
 * What a call and its driver say to each other. The call says what comes next, by a word; the driver does it and tells the call how it
 * went, by the method beside the word:
 *
 *   attempt   invoke the operation with `call.bounds.attempt`       -> call.ended(cause, value, attempt)
 *   watch     wait for whichever attempt in flight ends first       -> call.ended(cause, value, attempt)
 *   queue     wait until it is interrupted                          -> call.interrupted()
 *   ask       wait for `call.question`, an answer that is a promise -> call.answered(answer) or call.refused(error)
 *   sleep     let `call.delayMs` pass                               -> call.woke()
 *   over      give `call.result()`
 *
 * While a driver waits, the call may be interrupted: by its deadline, the timeout of an attempt, the caller's signal, the end of its
 * group, an answer of its limiter, or a hedge that is due. A driver that can be woken hands over a way to (`call.park`), and tells the call that it was woken by it -> call.interrupted()
 */
export type Step = "attempt" | "watch" | "queue" | "ask" | "sleep" | "over";

/** What a parked driver is woken with, so that it can be told from every value of an operation. */
export const INTERRUPTED: unique symbol = Symbol("interrupted");

/** What a driver that watches several attempts is woken with, when one of them has ended. */
export const ENDED: unique symbol = Symbol("ended");

/** Wakes a parked driver. */
export type Wake = (interrupted: typeof INTERRUPTED) => void;
