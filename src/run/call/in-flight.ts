/** Counts the calls of one policy that have begun and not ended. */
export class InFlight {
  count = 0;
  #waiting: (() => void)[] | null = null;

  enter(): void {
    this.count++;
  }

  leave(): void {
    if (--this.count > 0 || this.#waiting === null) return;
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const resolve of waiting) resolve();
  }

  /** Resolves when no call is in flight. */
  idle(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting ??= [];
      this.#waiting.push(resolve);
    });
  }
}
