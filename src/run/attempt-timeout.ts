import type { Waiter } from "./alarms.ts";

/** Waits for the timeout of one attempt. */
export class AttemptTimeout implements Waiter {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  readonly startMs: number;
  rung = false;
  readonly #call: { timedOut(): void };

  constructor(call: { timedOut(): void }, startMs: number) {
    this.startMs = startMs;
    this.#call = call;
  }

  ring(): void {
    this.rung = true;
    this.#call.timedOut();
  }
}
