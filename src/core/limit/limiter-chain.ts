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
class Passage {
  kind: "admitted" | "queued" = "queued";
  readonly applicant: Applicant;
  readonly #limiters: readonly Limiter[];
  readonly #tell: Tell;
  readonly #permits: LimitPermit[] = [];
  /** Where it waits; `null` where it does not. */
  #stand: { readonly at: Stand; readonly ticket: LimitTicket } | null = null;

  constructor(limiters: readonly Limiter[], applicant: Applicant, tell: Tell) {
    this.#limiters = limiters;
    this.applicant = applicant;
    this.#tell = tell;
  }

  /** Asks those that have not admitted it yet. */
  next(): Admission {
    try {
      for (let index = this.#permits.length; index < this.#limiters.length; index++) {
        const at = new Stand(this, this.#limiters[index] as Limiter);
        const answer = answerOf(at.limiter, at);
        if (answer.kind === "admitted") {
          this.#permits.push(answer);
        } else if (answer.kind === "rejected") {
          this.giveBack("unused");
          return answer;
        } else {
          this.#stand = { at, ticket: answer };
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

  /** The limiter where it waits has answered. False where it does not wait there, or not any more. */
  leaves(at: Stand): boolean {
    if (this.#stand?.at !== at) return false;
    this.#stand = null;
    return true;
  }

  goesOn(permit: LimitPermit): void {
    this.#permits.push(permit);
    let answer: Admission;
    try {
      answer = this.next();
    } catch (fault) {
      // It is no affair of the limiter that admits it here.
      this.applicant.failed(fault);
      return;
    }
    if (answer.kind === "admitted") this.applicant.admitted(answer);
    else if (answer.kind === "rejected") this.applicant.rejected(answer);
  }

  cancel(): void {
    const stand = this.#stand;
    if (stand === null) return;
    this.#stand = null;
    try {
      stand.ticket.cancel();
    } finally {
      this.giveBack("unused");
    }
  }

  readyInMs(): number {
    for (let stand = this.#stand; stand !== null; stand = this.#stand) {
      const ms = stand.ticket.readyInMs();
      // Where it was admitted meanwhile, it may wait at the next one.
      if (stand === this.#stand) return ms;
    }
    return 0;
  }

  giveBack(end: AttemptEnd, value?: unknown): void {
    for (let index = this.#permits.length - 1; index >= 0; index--)
      this.release(this.#limiters[index] as Limiter, this.#permits[index] as LimitPermit, end, value);
    this.#permits.length = 0;
  }

  release(limiter: Limiter, permit: LimitPermit, end: AttemptEnd, value?: unknown): void {
    try {
      limiter.release(permit, end, value);
    } catch (error) {
      this.#tell(limiter, error);
    }
  }
}

/** The attempt, before one of the limiters. */
class Stand implements Applicant {
  readonly limiter: Limiter;
  readonly #passage: Passage;

  constructor(passage: Passage, limiter: Limiter) {
    this.#passage = passage;
    this.limiter = limiter;
  }

  get cost(): Applicant["cost"] {
    return this.#passage.applicant.cost;
  }

  get maxWaitMs(): number {
    return this.#passage.applicant.maxWaitMs;
  }

  admitted(permit: LimitPermit): void {
    // One that waits here no more has no use for it.
    if (this.#passage.leaves(this)) this.#passage.goesOn(permit);
    else this.#passage.release(this.limiter, permit, "unused");
  }

  rejected(rejection: Rejection): void {
    if (!this.#passage.leaves(this)) return;
    this.#passage.giveBack("unused");
    this.#passage.applicant.rejected(rejection);
  }

  failed(fault: unknown): void {
    if (!this.#passage.leaves(this)) return;
    this.#passage.giveBack("unused");
    this.#passage.applicant.failed(fault);
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
