/** True for promises and what behaves like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

const ignore = (): void => {};

/** Marks a promise as looked after: should it reject, nobody needs to hear of it. */
export function abandon(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).then(ignore, ignore);
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
