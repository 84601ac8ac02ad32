const SLICES = 100;

/** What is counted together. */
export interface Tally {
  calls: number;
  failed: number;
  slow: number;
}

interface Slice extends Tally {
  readonly index: number;
}

/**
 * Counts of calls in the last `windowMs`, in slices of one hundredth of it: O(1) amortised, and never more than a hundred slices however
 * much traffic passes. Nothing as old as the window is ever counted; up to one slice that is younger may be missing.
 */
export class SlicedWindow {
  readonly #sliceMs: number;
  protected slices: Slice[] = [];
  #total: Tally = { calls: 0, failed: 0, slow: 0 };

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  add(nowMs: number, failed: boolean, slow: boolean): Readonly<Tally> {
    const total = this.totals(nowMs);
    const index = Math.floor(nowMs / this.#sliceMs);
    if (this.slices.at(-1)?.index !== index) this.slices.push({ index, calls: 0, failed: 0, slow: 0 });
    for (const tally of [this.slices.at(-1) as Slice, total]) {
      tally.calls++;
      if (failed) tally.failed++;
      if (slow) tally.slow++;
    }
    return total;
  }

  totals(nowMs: number): Tally {
    // The oldest slice that may stay begins after the cutoff.
    const first = Math.floor(nowMs / this.#sliceMs) - SLICES + 1;
    const total = this.#total;
    while (this.slices[0] !== undefined && this.slices[0].index < first) {
      const gone = this.slices.shift() as Slice;
      total.calls -= gone.calls;
      total.failed -= gone.failed;
      total.slow -= gone.slow;
    }
    return total;
  }

  clear(): void {
    this.slices = [];
    this.#total = { calls: 0, failed: 0, slow: 0 };
  }
}
