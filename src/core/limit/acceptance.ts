const SLICES = 100;

/** What began together: the permits of its requests point to it, so that what becomes of them is counted where they are. */
export interface AcceptanceSlice {
  readonly index: number;
  /** Requests of which is known what became of them, those that were not sent included. */
  requests: number;
  /** Requests that the dependency took. */
  accepts: number;
  /** Whether it has left the window. */
  gone: boolean;
}

/**
 * How adaptive throttling counts: the requests that began in the last `windowMs`, and how many of them the dependency took. While it takes at least
 * one of `multiplier`, all are sent; beyond that, as many are held back as keeps what is sent at `multiplier` times what it takes.
 *
 *   ratio of those held back = max(0, (requests - multiplier x accepts) / (requests + 1))
 *
 * A request counts when it is known what became of it, from the instant on at which it began. One that is still in flight says nothing yet:
 * counted as not accepted, the first requests of a process, which all begin before the first answer is there, would be held back by each other.
 *
 * In slices of one hundredth of the window: O(1), and never more than a hundred of them however much traffic passes. Nothing as old as the window
 * is ever counted; up to one slice that is younger may be missing.
 */
export class Acceptance {
  readonly multiplier: number;
  readonly windowMs: number;
  #slices: AcceptanceSlice[] = [];
  #requests = 0;
  #accepts = 0;

  constructor(multiplier: number, windowMs: number) {
    this.multiplier = multiplier;
    this.windowMs = windowMs;
  }

  /** How many of the next requests are to be held back. */
  rejectionRatio(nowMs: number): number {
    this.#forget(nowMs);
    return Math.max(0, (this.#requests - this.multiplier * this.#accepts) / (this.#requests + 1));
  }

  /** Where a request that begins now will be counted. */
  sliceAt(nowMs: number): AcceptanceSlice {
    const index = this.#indexAt(nowMs);
    const last = this.#slices.at(-1);
    // A clock that steps back goes on in the last slice.
    if (last !== undefined && index <= last.index) return last;
    const slice = { index, requests: 0, accepts: 0, gone: false };
    this.#slices.push(slice);
    return slice;
  }

  /** It is known what became of a request. */
  heard(slice: AcceptanceSlice, accepted: boolean): void {
    if (slice.gone) return;
    slice.requests++;
    this.#requests++;
    if (!accepted) return;
    slice.accepts++;
    this.#accepts++;
  }

  clear(): void {
    for (const slice of this.#slices) slice.gone = true;
    this.#slices = [];
    this.#requests = 0;
    this.#accepts = 0;
  }

  #forget(nowMs: number): void {
    // The oldest slice that may stay begins after the instant that is as old as the window.
    const first = this.#indexAt(nowMs) - SLICES + 1;
    while (this.#slices[0] !== undefined && this.#slices[0].index < first) {
      const slice = this.#slices.shift() as AcceptanceSlice;
      slice.gone = true;
      this.#requests -= slice.requests;
      this.#accepts -= slice.accepts;
    }
  }

  #indexAt(nowMs: number): number {
    return Math.floor((nowMs / this.windowMs) * SLICES);
  }
}
