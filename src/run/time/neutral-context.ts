/**
 * The asynchronous context in which this module was loaded. A timer keeps the context in which it was set, and with it the
 * `AsyncLocalStorage` store of a request: one that many calls share must be set in none of theirs. A promise reaction runs in the context in
 * which it was attached, so the next one is always attached in advance.
 */
class NeutralContext {
  #enter: (() => void) | null = null;
  #waiting: (() => void)[] = [];

  constructor() {
    this.#attach();
  }

  /** Runs work in this context, soon. */
  run(work: () => void): void {
    this.#waiting.push(work);
    (this.#enter as () => void)();
  }

  #attach(): void {
    void new Promise<void>((resolve) => {
      this.#enter = resolve;
    }).then(() => {
      const works = this.#waiting;
      this.#waiting = [];
      this.#attach();
      for (const work of works) work();
    });
  }
}

export const neutralContext: NeutralContext = new NeutralContext();
