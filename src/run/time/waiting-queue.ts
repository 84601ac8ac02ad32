import { LinkedList } from "../../core/linked-list.ts";
import type { Waiter } from "./waiter.ts";

/** Waiters in the order in which they are due. */
export class WaitingQueue extends LinkedList<Waiter> {
  addByInstant(waiter: Waiter): void {
    let { last } = this;
    // All wait about as long, so whoever comes last is nearly always due last.
    while (last !== null && last.dueAtMs > waiter.dueAtMs) last = last.prev;
    this.add(waiter, last);
  }

  /** Rings those that are due at or before an instant. A waiter that joins meanwhile waits for the next time, even if time stands still. */
  ringUntil(atMs: number): void {
    let due = 0;
    for (let waiter = this.first; waiter !== null && waiter.dueAtMs <= atMs; waiter = waiter.next) due++;
    for (let waiter = this.first; due > 0 && waiter !== null && waiter.dueAtMs <= atMs; waiter = this.first) {
      due--;
      this.remove(waiter);
      waiter.ring();
    }
  }
}
