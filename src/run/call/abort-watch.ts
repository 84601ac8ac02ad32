import { type Link, LinkedList } from "../../core/linked-list.ts";
import { reasonOf } from "../time/abort-reason.ts";

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
    this.#hub = hubOf(signal);
    this.#hub.add(this);
  }

  tell(): void {
    this.#call.interrupt();
  }

  end(): void {
    this.#hub.remove(this);
  }
}

function hubOf(signal: AbortSignal): AbortHub {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    hub = new AbortHub(signal);
    hubs.set(signal, hub);
  }
  return hub;
}

// Where the platform has no weak references (Workers before 2025), a signal ends with its attempt: following would hold it for ever.
const canFollow = typeof WeakRef === "function";
/** Under this key a signal that follows holds its controller, with which it lives and dies, and what it follows, which may follow others itself. */
const FOLLOWS = Symbol("follows");

/**
 * Lets the signal of an attempt that has given a value, such as a response, abort with the caller's: whoever leaves stops the stream. For how
 * long that matters, nothing says but the signal itself: what still reads the value holds it. So it is held weakly. `AbortSignal.any` would do
 * the same, but on Node 20 each keeps 54 bytes for ever.
 */
export function followCaller(caller: AbortSignal, controller: AbortController): void {
  if (caller.aborted) controller.abort(reasonOf(caller));
  else if (canFollow) {
    const { signal } = controller as { signal: AbortSignal & { [FOLLOWS]?: readonly unknown[] } };
    Object.defineProperty(signal, FOLLOWS, { value: [controller, caller, signal[FOLLOWS]], configurable: true });
    hubOf(caller).follow(controller);
  }
}

/** A signal that aborts with whichever of two aborts first: one of them, where the other is none. */
export function joinedSignal(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other;
  if (!canFollow) return AbortSignal.any([one, other]);
  const controller = new AbortController();
  for (const signal of [one, other]) if (!controller.signal.aborted) followCaller(signal, controller);
  return controller.signal;
}

/** So many signals follow a caller before those that are gone are looked for the first time. */
const FEW_FOLLOWERS = 16;

/** Many watches, one listener: a signal shared by thousands of calls carries a single one of ours, and none once nothing hears it. */
class AbortHub {
  readonly #signal: AbortSignal;
  readonly #watching = new LinkedList<AbortWatch>();
  #followers: Set<WeakRef<AbortController>> | null = null;
  #sweepAt = FEW_FOLLOWERS;
  // A function of its own: listeners that are objects cost the platform twice as much.
  readonly #onAbort = (): void => {
    for (let watch = this.#watching.first; watch !== null; watch = this.#watching.first) {
      this.remove(watch);
      watch.tell();
    }
    const followers = this.#followers;
    this.#followers = null;
    for (const follower of followers ?? []) follower.deref()?.abort(reasonOf(this.#signal));
    this.#unlistenIfUnheard();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(watch: AbortWatch): void {
    this.#listenIfUnheard();
    this.#watching.add(watch);
  }

  remove(watch: AbortWatch): void {
    if (this.#watching.remove(watch)) this.#unlistenIfUnheard();
  }

  follow(controller: AbortController): void {
    this.#listenIfUnheard();
    this.#followers ??= new Set();
    if (this.#followers.size >= this.#sweepAt) this.#sweep(this.#followers);
    this.#followers.add(new WeakRef(controller));
  }

  /** Forgets the signals that are gone. Each is looked at about once, however many follow. */
  #sweep(followers: Set<WeakRef<AbortController>>): void {
    for (const follower of followers) if (follower.deref() === undefined) followers.delete(follower);
    this.#sweepAt = Math.max(FEW_FOLLOWERS, 2 * followers.size);
  }

  get #isHeard(): boolean {
    return this.#watching.first !== null || this.#followers !== null;
  }

  #listenIfUnheard(): void {
    if (!this.#isHeard) this.#signal.addEventListener("abort", this.#onAbort);
  }

  #unlistenIfUnheard(): void {
    if (!this.#isHeard) this.#signal.removeEventListener("abort", this.#onAbort);
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
