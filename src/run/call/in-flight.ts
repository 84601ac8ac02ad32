/** Counts the calls of one policy that have begun and not ended. */
export class InFlight {
  count = 0;
  readonly #within: readonly InFlight[] | null;
  #waiting: (() => void)[] | null = null;

  /** @param within where its calls count, too; `null` for nowhere */
  constructor(within: readonly InFlight[] | null = null) {
    this.#within = within;
  }

  enter(): void {
    this.count++;
    if (this.#within !== null) for (const outer of this.#within) outer.enter();
  }

  leave(): void {
    this.count--;
    if (this.count === 0 && this.#waiting !== null) {
      const waiting = this.#waiting;
      this.#waiting = null;
      for (const resolve of waiting) resolve();
    }
    if (this.#within !== null) for (const outer of this.#within) outer.leave();
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
