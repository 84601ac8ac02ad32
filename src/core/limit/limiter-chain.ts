/* Several limiters as one: an attempt asks them in order, waits for each in turn, and is made where all of them admit it. */
import { WrongAnswer } from "../retry/wrong-answer.ts";
import type { Admission, Applicant, AttemptEnd, Limiter, LimitPermit, LimitTicket, Rejection } from "./limiter.ts";

export class LimiterChain implements Limiter {
  readonly limiters: readonly Limiter[];

  constructor(limiters: readonly Limiter[]) {
    this.limiters = limiters;
  }

  get name(): string {
    return this.limiters.map(({ name }) => name).join(", ");
  }

  admit(applicant: Applicant): Admission {
    return new Passage(this.limiters, applicant).next();
  }

  /** In the opposite order, and each of them even where another one throws. */
  release(permit: LimitPermit, end: AttemptEnd, value?: unknown): void {
    if (permit instanceof Passage) permit.giveBack(end, value);
  }
}

/** The limiters that are asked, in order. */
export const limitersOf = (limiter: Limiter): readonly Limiter[] =>
  limiter instanceof LimiterChain ? limiter.limiters : [limiter];

/** The way of one attempt through the limiters: a ticket while it waits, and the permit when it is through. */
class Passage implements Applicant {
  kind: "admitted" | "queued" = "queued";
  readonly #limiters: readonly Limiter[];
  readonly #applicant: Applicant;
  readonly #permits: LimitPermit[] = [];
  /** Of the limiter at which it waits. */
  #ticket: LimitTicket | null = null;

  constructor(limiters: readonly Limiter[], applicant: Applicant) {
    this.#limiters = limiters;
    this.#applicant = applicant;
  }

  get cost(): Applicant["cost"] {
    return this.#applicant.cost;
  }

  get maxWaitMs(): number {
    return this.#applicant.maxWaitMs;
  }

  /** Asks those that have not admitted it yet. */
  next(): Admission {
    try {
      for (let index = this.#permits.length; index < this.#limiters.length; index++) {
        const answer = answerOf(this.#limiters[index] as Limiter, this);
        if (answer.kind === "admitted") {
          this.#permits.push(answer);
        } else if (answer.kind === "rejected") {
          this.giveBack("unused");
          return answer;
        } else {
          this.#ticket = answer;
          return this as Admission;
        }
      }
    } catch (fault) {
      this.giveBack("unused");
      throw fault;
    }
    this.kind = "admitted";
    return this as Admission;
  }

  admitted(permit: LimitPermit): void {
    this.#ticket = null;
    this.#permits.push(permit);
    let answer: Admission;
    try {
      answer = this.next();
    } catch (fault) {
      // It is no affair of the limiter that admits it here.
      this.#applicant.failed(fault);
      return;
    }
    if (answer.kind === "admitted") this.#applicant.admitted(answer);
    else if (answer.kind === "rejected") this.#applicant.rejected(answer);
  }

  rejected(rejection: Rejection): void {
    this.#ticket = null;
    this.giveBack("unused");
    this.#applicant.rejected(rejection);
  }

  failed(fault: unknown): void {
    this.#ticket = null;
    this.giveBack("unused");
    this.#applicant.failed(fault);
  }

  cancel(): void {
    const ticket = this.#ticket;
    if (ticket === null) return;
    this.#ticket = null;
    ticket.cancel();
    this.giveBack("unused");
  }

  readyInMs(): number {
    return this.#ticket === null ? 0 : this.#ticket.readyInMs();
  }

  giveBack(end: AttemptEnd, value?: unknown): void {
    let fault: { readonly error: unknown } | null = null;
    for (let index = this.#permits.length - 1; index >= 0; index--) {
      try {
        this.#limiters[index]?.release(this.#permits[index] as LimitPermit, end, value);
      } catch (error) {
        fault ??= { error };
      }
    }
    this.#permits.length = 0;
    if (fault !== null) throw fault.error;
  }
}

/**
 * What a limiter answers, which may be one of the user's own.
 *
 * @throws TypeError for what is no answer, such as a promise of one: a call that goes on by it would be admitted, or turned away, by accident
 */
export function answerOf(limiter: Limiter, applicant: Applicant): Admission {
  const answer: unknown = limiter.admit(applicant);
  const kind = typeof answer === "object" && answer !== null ? (answer as Admission).kind : undefined;
  if (kind === "admitted" || kind === "rejected" || kind === "queued") return answer as Admission;
  throw new WrongAnswer("The admit() of a limiter", "a permit, a rejection or a ticket", answer);
}
