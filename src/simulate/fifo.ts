/** A queue that takes no longer, and no more memory, the more has passed through it. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** How many of those in it are of a kind: all are asked. */
  count(is: (item: T) => boolean): number {
    let count = 0;
    for (let index = this.#head; index < this.#items.length; index++) if (is(this.#items[index] as T)) count++;
    return count;
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
