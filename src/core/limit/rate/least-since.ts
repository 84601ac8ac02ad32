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
    const values = this.#values;
    // Nothing is no value that is greater.
    while ((values.at(-1) as number) >= value) {
      values.pop();
      this.#numbers.pop();
    }
    values.push(value);
    this.#numbers.push(++this.#last);
    if (values.length > MOST) this.#halve();
    return this.#last;
  }

  /** The least of what was noted after a value; `Infinity` where nothing was. */
  leastSince(number: number): number {
    return this.#values[this.#indexAfter(number)] ?? Infinity;
  }

  /** Lowers all values that were noted after one of them. */
  lowerSince(number: number, by: number): void {
    const from = this.#indexAfter(number);
    for (let index = from; index < this.#values.length; index++) (this.#values[index] as number) -= by;
    const least = this.#values[from] as number;
    let keep = from;
    while ((this.#values[keep - 1] as number) >= least) keep--;
    this.#numbers.splice(keep, from - keep);
    this.#values.splice(keep, from - keep);
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
