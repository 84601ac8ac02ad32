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

/**
 * Refuses what an operation has returned where it is a generator: nothing of it has run yet, so the call would be a success, and its failures would
 * come while it is consumed, after the call is over.
 *
 * @throws TypeError
 */
export function refuseGenerator(value: unknown): void {
  if (typeof value === "object" && value !== null && isGenerator(value))
    throw new TypeError(
      "The operation returned a generator: what fails while it is consumed fails after the call is over, and is not retried. " +
        "Consume it inside the operation, and return what it gave.",
    );
}

function isGenerator(value: object): boolean {
  try {
    const tag: unknown = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
    return tag === "Generator" || tag === "AsyncGenerator";
  } catch {
    // A proxy that refuses to be asked is a value like any other.
    return false;
  }
}
