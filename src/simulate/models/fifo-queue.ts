/** A first-in, first-out queue. Its memory, and the time that an operation takes, do not grow with the number of items that have passed through. */
export class FifoQueue<T> {
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

  /** Removes every item for which `isKept` returns false. Takes time for each item in the queue. */
  filter(isKept: (item: T) => boolean): void {
    this.#items = (this.#items.slice(this.#head) as T[]).filter(isKept);
    this.#head = 0;
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
