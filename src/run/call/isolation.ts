import { isObject } from "../../core/is-object.ts";

/** True for promises and what behaves like one. Throws where reading `then` throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof (value as { then?: unknown }).then === "function";
}

/**
 * A promise of the platform's own for whatever behaves like one: it settles once, and calls back later. One that is the platform's already,
 * with its own `then`, stays as it is.
 */
export function toNativePromise(thenable: PromiseLike<unknown>): Promise<unknown> {
  return thenable instanceof Promise && thenable.then === Promise.prototype.then
    ? thenable
    : new Promise((resolve) => resolve(thenable));
}

const ignore = (): void => {};

/** Where a value is a promise, marks it as handled: its rejection is no concern of the call. */
export function abandonPromise(value: unknown): void {
  if (isThenable(value)) toNativePromise(value).then(ignore, ignore);
}

/**
 * What code that decides has answered, where the answer is needed at once.
 *
 * @param who "abortIf"
 * @throws TypeError for a promise, which is marked as handled
 */
export function atOnce<Answer>(who: string, answer: Answer): Answer {
  if (!isThenable(answer)) return answer;
  abandonPromise(answer);
  throw new TypeError(`${who} must answer at once, got a promise.`);
}
