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

/** Lets an observer observe: what it throws, or rejects with, changes nothing. */
export function observe(observation: () => unknown): void {
  try {
    abandonPromise(observation());
  } catch {
    // Observers have no say.
  }
}
