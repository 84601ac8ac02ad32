/* A limiter as a user might write one: so many places, and a queue for everybody, also for who does not wait. */
import type { Admission, Applicant, Limiter, LimitPermit, LimitTicket } from "redress";

interface Waiting extends LimitTicket {
  readonly applicant: Applicant;
}

export class OwnLimiter implements Limiter {
  readonly name = "own";
  readonly #places: number;
  readonly #soon: (then: () => void) => void;
  readonly #queue: Waiting[] = [];
  #taken = 0;

  /** @param soon when those who wait are admitted to a place that has come free */
  constructor(places: number, soon: (then: () => void) => void) {
    this.#places = places;
    this.#soon = soon;
  }

  get inUse(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  admit(applicant: Applicant): Admission {
    if (this.#taken < this.#places && this.#queue.length === 0) {
      this.#taken++;
      return { kind: "admitted" };
    }
    const ticket: Waiting = {
      kind: "queued",
      applicant,
      cancel: () => {
        const index = this.#queue.indexOf(ticket);
        if (index !== -1) this.#queue.splice(index, 1);
      },
      readyInMs: () => Infinity,
    };
    this.#queue.push(ticket);
    return ticket;
  }

  release(_permit: LimitPermit): void {
    this.#taken--;
    if (this.#queue.length > 0) this.#soon(() => this.#admitNext());
  }

  #admitNext(): void {
    while (this.#taken < this.#places) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#taken++;
      next.applicant.admitted({ kind: "admitted" });
    }
  }
}
