/** A call that an ending group interrupts. */
export interface GroupedCall {
  interrupt(): void;
}

/**
 * The calls of one bound call that share an end. When it ends, those that sleep, or wait for their sleep handler, are aborted at once,
 * those that run are at their next decision, and later ones before their first attempt.
 */
export class CallGroup {
  ended = false;
  /** The calls that sleep, or wait for their sleep handler. */
  readonly waiting: Set<GroupedCall> = new Set();

  end(): void {
    this.ended = true;
    for (const call of [...this.waiting]) call.interrupt();
  }
}
