/** Something asleep that an ending scope wakes. */
export interface Sleeping {
  abort(): void;
}

/**
 * The calls of one bound call that share an end. When it ends, those that sleep are aborted at once, those that run are at their next
 * decision, and later ones before their first attempt.
 */
export class Scope {
  ended = false;
  readonly asleep: Set<Sleeping> = new Set();

  end(): void {
    this.ended = true;
    for (const call of [...this.asleep]) call.abort();
  }
}
