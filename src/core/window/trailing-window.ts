/** So many additions are kept each by itself. More of them are kept by slices of this fraction of the window. */
const EXACT = 1_000;

/**
 * The sum of what was added in the last `windowMs`: an entry as old as the window is gone. It is exact while no more than a thousand
 * additions are inside. What is added beyond them is counted together, a thousandth of the window at a time, so that the memory stays bounded however
 * much is added: what was added together goes together, when the first of it is as old as the window, or the last.
 *
 * Adding and asking cost O(1) amortised. A window without an end keeps the sum alone.
 */
export class TrailingWindow {
  readonly #windowMs: number;
  readonly #leaves: "early" | "late";
  // Pairs of instant and weight, the oldest at #head.
  #entries: number[] = [];
  #head = 0;
  #sum = 0;
  // The slice of the last entry.
  #slice = 0;

  /** @param leaves when what was added together goes: `early`, so that nothing as old as the window counts, or `late`, so that nothing younger is missing */
  constructor(windowMs: number, leaves: "early" | "late" = "early") {
    this.#windowMs = windowMs;
    this.#leaves = leaves;
  }

  add(nowMs: number, weight: number): void {
    this.#sum += weight;
    if (this.#windowMs === Infinity) return;
    const entries = this.#entries;
    const last = entries.length - 2;
    const slice = Math.floor((nowMs / this.#windowMs) * EXACT);
    // A clock that steps back adds to the last slice.
    if (entries.length - this.#head >= 2 * EXACT && slice <= this.#slice) {
      entries[last + 1] = (entries[last + 1] as number) + weight;
      if (this.#leaves === "late") entries[last] = Math.max(nowMs, entries[last] as number);
    } else {
      entries.push(nowMs, weight);
      this.#slice = slice;
    }
  }

  sum(nowMs: number): number {
    if (this.#windowMs === Infinity) return this.#sum;
    const cutoff = nowMs - this.#windowMs;
    const entries = this.#entries;
    let head = this.#head;
    while (head < entries.length && (entries[head] as number) <= cutoff) {
      this.#sum -= entries[head + 1] as number;
      head += 2;
    }
    if (head === entries.length) {
      // Starting over also sheds what rounding left of fractional weights.
      this.clear();
    } else {
      this.#head = head;
      if (head > 64 && head * 2 > entries.length) {
        entries.splice(0, head);
        this.#head = 0;
      }
    }
    return this.#sum;
  }

  clear(): void {
    if (this.#entries.length > 0) this.#entries = [];
    this.#head = 0;
    this.#sum = 0;
  }
}
