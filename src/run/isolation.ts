import { isObject } from "../core/is-object.ts";

/** True for promises and what behaves like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof (value as { then?: unknown }).then === "function";
}

/**
 * A promise of the platform's own for whatever behaves like one: it settles once, and calls back later. One that is the platform's already,
 * with its own `then`, stays as it is.
 */
export function adopt(thenable: PromiseLike<unknown>): Promise<unknown> {
  return thenable instanceof Promise && thenable.then === Promise.prototype.then
    ? thenable
    : new Promise((resolve) => resolve(thenable));
}

const ignore = (): void => {};

/** Marks a promise as looked after: should it reject, nobody needs to hear of it. */
export function abandon(promise: PromiseLike<unknown>): void {
  adopt(promise).then(ignore, ignore);
}

/** Lets an observer observe: what it throws, or rejects with, changes nothing. */
export function observe(observation: () => unknown): void {
  try {
    const answer = observation();
    if (isThenable(answer)) abandon(answer);
  } catch {
    // Observers have no say.
  }
}
