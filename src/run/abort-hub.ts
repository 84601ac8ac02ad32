import { type Link, LinkedList } from "./linked-list.ts";

/** Something that wants to know when a signal aborts. */
export interface AbortWatch extends Link<AbortWatch> {
  abort(): void;
}

// One per signal that calls have listened to.
const hubs = new WeakMap<AbortSignal, AbortHub>();

/** Many calls, one listener: a signal shared by thousands of calls carries a single listener of ours, and none once they have ended. */
export class AbortHub {
  readonly #signal: AbortSignal;
  readonly #watching = new LinkedList<AbortWatch>();
  // A function of its own: listeners that are objects cost the platform twice as much.
  readonly #onAbort = (): void => {
    for (let watch = this.#watching.first; watch !== null; watch = this.#watching.first) {
      this.remove(watch);
      watch.abort();
    }
  };

  private constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  static of(signal: AbortSignal): AbortHub {
    let hub = hubs.get(signal);
    if (hub === undefined) {
      hub = new AbortHub(signal);
      hubs.set(signal, hub);
    }
    return hub;
  }

  add(watch: AbortWatch): void {
    if (this.#watching.first === null) this.#signal.addEventListener("abort", this.#onAbort);
    this.#watching.add(watch);
  }

  remove(watch: AbortWatch): void {
    if (this.#watching.remove(watch) && this.#watching.first === null) this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
