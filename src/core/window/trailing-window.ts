/** So many additions are kept each by itself. More of them are kept by slices of this fraction of the window. */
const EXACT = 1_000;

/**
 * The sum of what was added in the last `windowMs`: an entry as old as the window is gone. It is exact while no more than a thousand
 * additions are inside. What is added beyond them is counted together, a thousandth of the window at a time, so that the memory stays bounded however
 * much is added: what was added together goes together, when the first of it is as old as the window, or the last.
 *
 * Adding and asking cost O(1) amortised. In a window without an end, all is counted together.
 */
export class TrailingWindow {
  protected readonly windowMs: number;
  readonly #leaves: "early" | "late";
  /** Pairs: the instant at which an entry leaves, and the sum of all that was added up to it. The oldest that is inside is at `head`. */
  protected entries: number[] = [];
  protected head = 0;
  /** The sum of all that was added, and of what has left. */
  protected added = 0;
  protected left = 0;
  // The slice of the last entry.
  #slice = 0;

  /** @param leaves when what was added together goes: `early`, so that nothing as old as the window counts, or `late`, so that nothing younger is missing */
  constructor(windowMs: number, leaves: "early" | "late" = "early") {
    this.windowMs = windowMs;
    this.#leaves = leaves;
  }

  add(nowMs: number, weight: number): void {
    this.added += weight;
    const entries = this.entries;
    const last = entries.length - 2;
    // An addition leaves with those of the same instant or, on a clock that steps back, with the one before it.
    const lastLeavesAtMs = last < 0 ? -Infinity : (entries[last] as number);
    const leavesAtMs = Math.max(nowMs + this.windowMs, lastLeavesAtMs);
    const slice = Math.floor((nowMs / this.windowMs) * EXACT);
    if (leavesAtMs === lastLeavesAtMs) {
      entries[last + 1] = this.added;
    } else if (entries.length - this.head >= 2 * EXACT && slice <= this.#slice) {
      entries[last + 1] = this.added;
      if (this.#leaves === "late") entries[last] = leavesAtMs;
    } else {
      entries.push(leavesAtMs, this.added);
      this.#slice = slice;
    }
  }

  sum(nowMs: number): number {
    const entries = this.entries;
    let head = this.head;
    while (head < entries.length && (entries[head] as number) <= nowMs) {
      this.left = entries[head + 1] as number;
      head += 2;
    }
    if (head > this.head) {
      this.head = head;
      // Starting over also sheds what rounding left of fractional weights.
      if (head === entries.length) this.clear();
      else if (head > 64 && head * 2 > entries.length) this.#shed();
    }
    return this.added - this.left;
  }

  clear(): void {
    if (this.entries.length > 0) this.entries = [];
    this.head = 0;
    this.added = this.left = 0;
  }

  /** Lets go of the entries that have left, and of their part in the sums. */
  #shed(): void {
    const kept = this.entries.slice(this.head);
    for (let index = 1; index < kept.length; index += 2) (kept[index] as number) -= this.left;
    this.entries = kept;
    this.head = 0;
    this.added -= this.left;
    this.left = 0;
  }
}
