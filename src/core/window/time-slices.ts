/**
 * A moving window that is kept in slices of equal length: how many of them have begun since it was asked last. A clock that steps back stays in the
 * newest slice until it has caught up; one that steps back by more than the window begins a new one.
 */
export class TimeSlices {
  readonly #sliceMs: number;
  readonly #slices: number;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(sliceMs: number, slices: number) {
    this.#sliceMs = sliceMs;
    this.#slices = slices;
  }

  /** From 0 to the number of slices: then nothing of what was counted is inside any more. */
  begun(nowMs: number): number {
    const slice = Math.floor(nowMs / this.#sliceMs);
    const newest = this.#newest;
    const more = slice - newest;
    if (more > 0) {
      this.#newest = slice;
      return Math.min(more, this.#slices);
    }
    if (more < -this.#slices) {
      this.#newest = slice;
      return this.#slices;
    }
    return 0;
  }
}
