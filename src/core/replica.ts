/** Under this key a part that keeps a state says how to make another one with the same settings and none of the state. */
export const REPLICA: unique symbol = Symbol.for("redress.replica");

/** Under this key a part that keeps time shows its clock. */
export const CLOCK: unique symbol = Symbol.for("redress.clock");

/** What can be made again. */
export interface Replicable<T> {
  /** @param ofOthers for parts within it that do not say how to make another one */
  [REPLICA](clock: object, ofOthers?: (part: T) => T): T;
}

/**
 * Another one of the same kind with the same settings, as new, on another clock. `null` for what does not say how to make one; a subclass
 * must say so itself, since nobody else knows what it adds.
 */
export function replicaOf<T extends object>(thing: T, clock: object): T | null {
  const owns = Object.hasOwn(thing, REPLICA) || Object.hasOwn(Object.getPrototypeOf(thing), REPLICA);
  return owns ? (thing as T & Replicable<T>)[REPLICA](clock) : null;
}
