/** A call that an ending scope aborts. */
export interface Waiting {
  abort(): void;
}

/**
 * The calls of one bound call that share an end. When it ends, those that sleep, or wait for their sleep handler, are aborted at once,
 * those that run are at their next decision, and later ones before their first attempt.
 */
export class Scope {
  ended = false;
  readonly waiting: Set<Waiting> = new Set();

  end(): void {
    this.ended = true;
    for (const call of [...this.waiting]) call.abort();
  }
}
