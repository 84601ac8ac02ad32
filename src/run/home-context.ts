/**
 * The way back into the asynchronous context of a call. Timers and signals ring in whatever context set them, so what a call does
 * because of them would run with somebody else's `AsyncLocalStorage`: its next attempt under another request's tenant or trace.
 * A promise reaction runs in the context in which it was attached; this one is attached when the call begins.
 */
export class HomeContext {
  #work: (() => void) | null = null;
  #resolve!: () => void;

  constructor() {
    this.#settle();
  }

  /** Does the work in the context of the call, soon. */
  run(work: () => void): void {
    this.#work = work;
    this.#resolve();
  }

  #settle(): void {
    void new Promise<void>((resolve) => {
      this.#resolve = resolve;
    }).then(() => {
      // From here the next way back leads to the same place.
      this.#settle();
      this.#work?.();
    });
  }
}
