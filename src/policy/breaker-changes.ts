import type { StateChange } from "./circuit-breaker-options.ts";

/** It must not throw. */
export type ChangeListener = (change: StateChange) => void;

/** Under this key a breaker keeps who hears of all changes of its state, by whatever cause: also for another copy of this package. */
export const CHANGE_LISTENERS: unique symbol = Symbol.for("redress.change-listeners/1");

/** Hears of every change of a breaker's state from now on. Returns what ends it; `null` for a breaker of the user's own, which tells nothing. */
export function listenToChanges(breaker: object, listener: ChangeListener): (() => void) | null {
  const listened = breaker as { [CHANGE_LISTENERS]: readonly ChangeListener[] };
  if (!(CHANGE_LISTENERS in listened)) return null;
  listened[CHANGE_LISTENERS] = [...listened[CHANGE_LISTENERS], listener];
  return () => {
    listened[CHANGE_LISTENERS] = listened[CHANGE_LISTENERS].filter((other) => other !== listener);
  };
}
