import { TimeSlices } from "../core/window/time-slices.ts";

const SECONDS = 60;

/** The calls and attempts that began in the last minute, by the second: two numbers for each, however much traffic passes. */
export class LastMinute {
  readonly #slices = new TimeSlices(1_000, SECONDS);
  readonly #calls = new Array<number>(SECONDS).fill(0);
  readonly #attempts = new Array<number>(SECONDS).fill(0);
  #newest = 0;

  call(nowMs: number): void {
    this.#move(nowMs);
    (this.#calls[this.#newest] as number)++;
  }

  attempt(nowMs: number): void {
    this.#move(nowMs);
    (this.#attempts[this.#newest] as number)++;
  }

  /** Attempts for each call; `null` where no call began. */
  amplification(nowMs: number): number | null {
    this.#move(nowMs);
    const calls = sum(this.#calls);
    return calls === 0 ? null : sum(this.#attempts) / calls;
  }

  #move(nowMs: number): void {
    for (let begun = this.#slices.begun(nowMs); begun > 0; begun--) {
      this.#newest = (this.#newest + 1) % SECONDS;
      this.#calls[this.#newest] = 0;
      this.#attempts[this.#newest] = 0;
    }
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
