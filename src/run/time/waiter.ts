import type { Link } from "../../core/linked-list.ts";

/** Something that waits for an instant. */
export interface Waiter extends Link<Waiter> {
  readonly dueAtMs: number;
  /** How long it waits at the most, also on a clock that is set back meanwhile. Left out where the clock cannot be. */
  readonly waitMs?: number;
  /** Cancels the waiter's own alarm, where it has one. */
  cancelAlarm: (() => void) | null;
  /** The instant has come. Called in any asynchronous context: what follows must find its own way home. */
  ring(): void;
}

/** Waiters, all of about the same wait. */
export interface Alarms {
  add(waiter: Waiter): void;
  /** Does nothing for a waiter that does not wait, or waits no more. */
  remove(waiter: Waiter): void;
}
