/* Several limiters as one: an attempt asks them in order, waits for each in turn, and is made where all of them admit it. */
import { WrongAnswer } from "../retry/wrong-answer.ts";
import type { Admission, Applicant, AttemptEnd, Limiter, LimitPermit, LimitTicket, Rejection } from "./limiter.ts";

/** Under this key a chain names its limiters, also to another copy of this package. */
const LIMITERS: unique symbol = Symbol.for("redress.limiters/1");

type Tell = (limiter: Limiter, error: unknown) => void;

export class LimiterChain implements Limiter {
  readonly limiters: readonly Limiter[];
  readonly #tell: Tell;

  /** @param tell hears of a limiter that throws when it is given back what it has admitted: that is no end of a call */
  constructor(limiters: readonly Limiter[], tell: Tell = () => {}) {
    this.limiters = limiters;
    this.#tell = tell;
  }

  /** @internal */
  get [LIMITERS](): readonly Limiter[] {
    return this.limiters;
  }

  get name(): string {
    return this.limiters.map(({ name }) => name).join(", ");
  }

  admit(applicant: Applicant): Admission {
    return new Passage(this.limiters, applicant, this.#tell).next();
  }

  /** In the opposite order. */
  release(permit: LimitPermit, end: AttemptEnd, value?: unknown): void {
    if (permit instanceof Passage) permit.giveBack(end, value);
  }
}

/** The limiters that are asked, in order. */
export const limitersOf = (limiter: Limiter): readonly Limiter[] =>
  (limiter as { readonly [LIMITERS]?: readonly Limiter[] })[LIMITERS] ?? [limiter];

/** The way of one attempt through the limiters: a ticket while it waits, and the permit when it is through. */
class Passage implements Applicant {
  kind: "admitted" | "queued" = "queued";
  readonly #limiters: readonly Limiter[];
  readonly #applicant: Applicant;
  readonly #tell: Tell;
  readonly #permits: LimitPermit[] = [];
  /** Of the limiter at which it waits. */
  #ticket: LimitTicket | null = null;

  constructor(limiters: readonly Limiter[], applicant: Applicant, tell: Tell) {
    this.#limiters = limiters;
    this.#applicant = applicant;
    this.#tell = tell;
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
    for (let index = this.#permits.length - 1; index >= 0; index--) {
      const limiter = this.#limiters[index] as Limiter;
      try {
        limiter.release(this.#permits[index] as LimitPermit, end, value);
      } catch (error) {
        this.#tell(limiter, error);
      }
    }
    this.#permits.length = 0;
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
