/**
 * A moving window that is kept in slices of equal length: how many of them have begun since it was asked last. A clock that steps back stays in the
 * newest slice until it has caught up; one that steps back by more than the window begins a new one.
 */
export class TimeSlices {
  readonly #sliceMs: number;
  readonly #slices: number;
  #newest = Number.NEGATIVE_INFINITY;
  /** The time of the newest slice. */
  #fromMs = Infinity;
  #toMs = Infinity;

  constructor(sliceMs: number, slices: number) {
    this.#sliceMs = sliceMs;
    this.#slices = slices;
  }

  /** From 0 to the number of slices: then nothing of what was counted is inside any more. */
  begun(nowMs: number): number {
    // Most of the time nothing has begun, which costs no division.
    if (nowMs >= this.#fromMs && nowMs < this.#toMs) return 0;
    const slice = Math.floor(nowMs / this.#sliceMs);
    const more = slice - this.#newest;
    const begun = more < -this.#slices ? this.#slices : Math.min(Math.max(0, more), this.#slices);
    if (begun > 0) {
      this.#newest = slice;
      this.#fromMs = slice * this.#sliceMs;
      this.#toMs = this.#fromMs + this.#sliceMs;
    }
    return begun;
  }
}
