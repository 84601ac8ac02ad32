/*
 * Those who wait for a limiter: first come, first served. Joining, leaving and being served cost O(1), and who has left leaves nothing behind.
 *
 * What an applicant does when it is told may ask the limiter again, or give something back to it. So nobody is told within `admit`, and whoever is
 * served while another one is being told waits until that is done: one loop serves them all, however deep they are nested.
 */
import { type Link, LinkedList } from "../linked-list.ts";
import type { Applicant, LimitPermit, LimitTicket, Rejection } from "./limiter.ts";

/** The limiter that a line belongs to. */
export interface LineOwner<Waiter extends Waiting> {
  /** It does not wait any more: it was served, turned away, or has left. */
  left(waiter: Waiter): void;
  /** It has left by itself: now those behind it may be served. */
  cancelled(): void;
  /** Admits those whose turn has come, and says after how many milliseconds to ask again: more than 0. */
  readyInMs(): number;
}

/** What a ticket asks of the line that it stands in. */
interface OwnLine {
  cancel(waiter: Waiting): void;
  readyInMs(waiter: Waiting): number;
}

/** One who waits. It is its own ticket, and its own place in the line. */
export class Waiting implements LimitTicket, Link<Waiting> {
  readonly kind = "queued";
  prev: Waiting | null = null;
  next: Waiting | null = null;
  readonly applicant: Applicant;
  readonly #line: OwnLine;

  constructor(applicant: Applicant, line: OwnLine) {
    this.applicant = applicant;
    this.#line = line;
  }

  cancel(): void {
    this.#line.cancel(this);
  }

  readyInMs(): number {
    return this.#line.readyInMs(this);
  }
}

/** The first thing that somebody who was told has thrown: the others are told all the same. */
type Fault = { readonly error: unknown } | null;

export class WaitingLine<Waiter extends Waiting> {
  readonly #owner: LineOwner<Waiter>;
  readonly #list = new LinkedList<Waiting>();
  #length = 0;
  #isServing = false;

  constructor(owner: LineOwner<Waiter>) {
    this.#owner = owner;
  }

  get length(): number {
    return this.#length;
  }

  get first(): Waiter | null {
    return this.#list.first as Waiter | null;
  }

  /** Joins at the end. */
  join(waiter: Waiter): void {
    this.#list.add(waiter);
    this.#length++;
  }

  /** Whether it stood in the line. */
  leave(waiter: Waiter): boolean {
    if (!this.#list.remove(waiter)) return false;
    this.#length--;
    this.#owner.left(waiter);
    return true;
  }

  cancel(waiter: Waiter): void {
    if (this.leave(waiter)) this.#owner.cancelled();
  }

  readyInMs(waiter: Waiter): number {
    if (!this.holds(waiter)) return 0;
    const ms = this.#owner.readyInMs();
    return this.holds(waiter) ? ms : 0;
  }

  /** Whether it waits. */
  holds(waiter: Waiter): boolean {
    return waiter.prev !== null || this.#list.first === waiter;
  }

  /**
   * Admits from the head on, for as long as there is a permit for it.
   *
   * @throws what an applicant throws: the first of it, when all have been served
   */
  serve(permitFor: (waiter: Waiter) => LimitPermit | null): void {
    if (this.#isServing) return;
    this.#isServing = true;
    let fault: Fault = null;
    try {
      for (let waiter = this.first; waiter !== null; waiter = this.first) {
        const permit = permitFor(waiter);
        if (permit === null) break;
        this.leave(waiter);
        try {
          waiter.applicant.admitted(permit);
        } catch (error) {
          fault ??= { error };
        }
      }
    } finally {
      this.#isServing = false;
    }
    if (fault !== null) throw fault.error;
  }

  /**
   * Turns away all who wait now.
   *
   * @throws what an applicant throws: the first of it, when all have been told
   */
  turnAway(rejection: Rejection): void {
    const all: Waiting[] = [];
    for (let waiter = this.#list.first; waiter !== null; waiter = waiter.next) all.push(waiter);
    let fault: Fault = null;
    for (const waiter of all) {
      // Whoever has left while another one was told is told nothing.
      if (!this.leave(waiter as Waiter)) continue;
      try {
        waiter.applicant.rejected(rejection);
      } catch (error) {
        fault ??= { error };
      }
    }
    if (fault !== null) throw fault.error;
  }
}
