/** Something that wants to know when a signal aborts. */
export interface Abortable {
  abort(): void;
}

// One per signal that calls are listening to.
const hubs = new WeakMap<AbortSignal, AbortHub>();

/**
 * Many calls, one listener: a signal shared by thousands of calls carries a single listener of ours, and none once they have ended.
 */
export class AbortHub {
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<Abortable>();

  private constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  static of(signal: AbortSignal): AbortHub {
    let hub = hubs.get(signal);
    if (hub === undefined) hubs.set(signal, (hub = new AbortHub(signal)));
    return hub;
  }

  add(call: Abortable): void {
    if (this.#waiting.size === 0) this.#signal.addEventListener("abort", this);
    this.#waiting.add(call);
  }

  remove(call: Abortable): void {
    if (this.#waiting.delete(call) && this.#waiting.size === 0) this.#signal.removeEventListener("abort", this);
  }

  handleEvent(): void {
    for (const call of [...this.#waiting]) call.abort();
  }
}
