/**
 * The sum of what was added in the last `windowMs`, exactly: an entry as old as the window is gone. Adding and asking cost O(1)
 * amortised. It holds one entry per addition that is still inside; its owners stop adding at a limit, which bounds it.
 */
export class TrailingWindow {
  readonly #windowMs: number;
  // Pairs of instant and weight, the oldest at #head.
  #entries: number[] = [];
  #head = 0;
  #sum = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(nowMs: number, weight: number): void {
    this.#entries.push(nowMs, weight);
    this.#sum += weight;
  }

  sum(nowMs: number): number {
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
