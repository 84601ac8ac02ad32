/**
 * Runs work in the asynchronous context in which this module was loaded, soon. A timer keeps the context in which it was set, and with it
 * the `AsyncLocalStorage` store of a request: one that many calls share must be set in none of theirs. A promise reaction runs in the
 * context in which it was attached, so the next one is always attached in advance.
 */
let resolve: () => void;
let waiting: (() => void)[] = [];

export function runInNeutralContext(work: () => void): void {
  waiting.push(work);
  if (waiting.length === 1) resolve();
}

function attach(): void {
  void new Promise<void>((settle) => {
    resolve = settle;
  }).then(() => {
    const works = waiting;
    waiting = [];
    attach();
    for (const work of works) work();
  });
}

attach();
