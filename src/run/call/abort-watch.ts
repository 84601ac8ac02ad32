import { type Link, LinkedList } from "../time/linked-list.ts";

// One per signal that calls have watched.
const hubs = new WeakMap<AbortSignal, AbortHub>();

/** Tells one call when a signal aborts, until it ends. */
export class AbortWatch implements Link<AbortWatch> {
  prev: AbortWatch | null = null;
  next: AbortWatch | null = null;
  readonly #hub: AbortHub;
  readonly #call: { interrupt(): void };

  constructor(signal: AbortSignal, call: { interrupt(): void }) {
    this.#call = call;
    let hub = hubs.get(signal);
    if (hub === undefined) {
      hub = new AbortHub(signal);
      hubs.set(signal, hub);
    }
    this.#hub = hub;
    hub.add(this);
  }

  tell(): void {
    this.#call.interrupt();
  }

  end(): void {
    this.#hub.remove(this);
  }
}

/** Many watches, one listener: a signal shared by thousands of calls carries a single one of ours, and none once they have ended. */
class AbortHub {
  readonly #signal: AbortSignal;
  readonly #watching = new LinkedList<AbortWatch>();
  // A function of its own: listeners that are objects cost the platform twice as much.
  readonly #onAbort = (): void => {
    for (let watch = this.#watching.first; watch !== null; watch = this.#watching.first) {
      this.remove(watch);
      watch.tell();
    }
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(watch: AbortWatch): void {
    if (this.#watching.first === null) this.#signal.addEventListener("abort", this.#onAbort);
    this.#watching.add(watch);
  }

  remove(watch: AbortWatch): void {
    if (this.#watching.remove(watch) && this.#watching.first === null) this.#signal.removeEventListener("abort", this.#onAbort);
  }
}

/** A call that wants to hear of its caller's signal. */
interface Watcher {
  watchSignal(): void;
}

const SETTLED = Promise.resolve();
let soon: Watcher[] = [];

/** Lets a call watch its signal, unless it ends at once: in line behind the reactions by which an operation that has settled ends it. */
export function watchSoon(call: Watcher): void {
  if (soon.push(call) === 1) void SETTLED.then(inLine);
}

function inLine(): void {
  void SETTLED.then(watchAll);
}

function watchAll(): void {
  const calls = soon;
  soon = [];
  for (const call of calls) call.watchSignal();
}
