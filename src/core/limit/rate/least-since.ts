/** So many values are kept. Of more, neighbours are taken together, and the lesser stands for both. */
const MOST = 256;

/**
 * The least of the values that were noted since any one of them. Noting costs O(1) amortised, asking O(log n): a value that is followed by a lesser one
 * is never the least, so the values that are kept rise.
 */
export class LeastSince {
  // When a value was noted, by its number, and the value.
  #numbers: number[] = [];
  #values: number[] = [];
  #last = 0;

  /** @returns its number */
  note(value: number): number {
    const number = ++this.#last;
    this.#dropFrom(value, this.#values.length);
    this.#numbers.push(number);
    this.#values.push(value);
    if (this.#values.length > MOST) this.#halve();
    return number;
  }

  /** The least of what was noted after a value; `Infinity` where nothing was. */
  leastSince(number: number): number {
    return this.#values[this.#indexAfter(number)] ?? Infinity;
  }

  /** Lowers all values that were noted after one of them. */
  lowerSince(number: number, by: number): void {
    const from = this.#indexAfter(number);
    if (from === this.#values.length) return;
    for (let index = from; index < this.#values.length; index++) (this.#values[index] as number) -= by;
    this.#dropFrom(this.#values[from] as number, from);
  }

  /** Drops values before an index that are not less than the one that follows. */
  #dropFrom(value: number, before: number): void {
    let keep = before;
    while (keep > 0 && (this.#values[keep - 1] as number) >= value) keep--;
    if (keep === before) return;
    this.#numbers.splice(keep, before - keep);
    this.#values.splice(keep, before - keep);
  }

  #indexAfter(number: number): number {
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] as number) > number) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #halve(): void {
    const { length } = this.#values;
    // Of a pair the later number, so that the lesser value stands for both; the last may be left without another.
    this.#numbers = this.#numbers.filter((_, index) => index % 2 === 1 || index === length - 1);
    this.#values = this.#values.filter((_, index) => index % 2 === 0);
  }
}
