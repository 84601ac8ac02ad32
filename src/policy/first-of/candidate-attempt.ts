import type { AttemptInfo } from "../../run/call/options.ts";

/** What `firstOf` was called with: the attempt of a call, or a signal alone, or nothing. */
export type Told = Partial<AttemptInfo>;

/** How far a candidate has come, by all its attempts. */
export interface Progress {
  /** Whether the caller gets part of what it gives already. */
  answered: boolean;
}

const isWhole = (told: Told): told is AttemptInfo => told.attempt !== undefined;

/**
 * What a candidate is told. Where its own policy has not more to say (`retries`), what the call around the list tells of its attempt holds. Once its answer
 * has begun, all around it has to know: its own call, the list, and the call around that.
 */
export class CandidateAttempt implements AttemptInfo {
  readonly #own: AttemptInfo;
  readonly #around: Told;
  readonly #told: AttemptInfo;
  readonly #progress: Progress;

  /** @param retries whether the candidate has a policy of its own, which may make several attempts */
  constructor(own: AttemptInfo, around: Told, progress: Progress, retries: boolean) {
    this.#progress = progress;
    this.#own = own;
    this.#around = around;
    this.#told = !retries && isWhole(around) ? around : own;
  }

  get attempt(): number {
    return this.#told.attempt;
  }

  get hedge(): boolean {
    return this.#told.hedge;
  }

  get signal(): AbortSignal {
    return this.#told.signal;
  }

  get remainingMs(): number {
    return this.#told.remainingMs;
  }

  get operation(): string | undefined {
    return this.#told.operation;
  }

  answerBegins(): boolean {
    if (!this.#own.answerBegins() || this.#around.answerBegins?.() === false) return false;
    this.#progress.answered = true;
    return true;
  }
}
