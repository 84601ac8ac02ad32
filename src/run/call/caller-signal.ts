/*
 * After an attempt has given a value, such as a response, its signal still follows the caller's: whoever leaves stops the stream. For how long
 * that matters, nothing says but the signal itself: what still reads the value holds it. So it is held weakly here, and one listener on the
 * caller's signal serves all that follow it. `AbortSignal.any` would do the same, but on Node 20 each keeps 54 bytes for ever.
 *
 * Where the platform has no weak references (Workers before 2025), a signal ends with its attempt: following it would hold it for ever.
 */
import { reasonOf } from "../time/abort-reason.ts";

const canFollow = typeof WeakRef === "function" && typeof FinalizationRegistry === "function";

// A controller lives as long as its signal does.
const controllers = new WeakMap<AbortSignal, AbortController>();
// One per signal of a caller that is followed.
const followings = new WeakMap<AbortSignal, Following>();

/** Lets a controller abort with the signal of a caller, for as long as the controller's own signal is in use. */
export function followCaller(signal: AbortSignal, controller: AbortController): void {
  if (signal.aborted) controller.abort(reasonOf(signal));
  else if (canFollow) followingOf(signal).add(controller);
}

function followingOf(signal: AbortSignal): Following {
  let following = followings.get(signal);
  if (following === undefined) {
    following = new Following(signal);
    followings.set(signal, following);
  }
  return following;
}

/** What follows one caller's signal. */
class Following {
  readonly #caller: AbortSignal;
  readonly #followers = new Set<WeakRef<AbortSignal>>();
  readonly #gone = new FinalizationRegistry<WeakRef<AbortSignal>>((follower) => this.#remove(follower));
  readonly #onAbort = (): void => {
    const followers = [...this.#followers];
    this.#followers.clear();
    this.#caller.removeEventListener("abort", this.#onAbort);
    for (const follower of followers) {
      const signal = follower.deref();
      if (signal !== undefined) controllers.get(signal)?.abort(reasonOf(this.#caller));
    }
  };

  constructor(caller: AbortSignal) {
    this.#caller = caller;
  }

  add(controller: AbortController): void {
    const { signal } = controller;
    controllers.set(signal, controller);
    const follower = new WeakRef(signal);
    this.#followers.add(follower);
    this.#gone.register(signal, follower);
    if (this.#followers.size === 1) this.#caller.addEventListener("abort", this.#onAbort);
  }

  #remove(follower: WeakRef<AbortSignal>): void {
    if (this.#followers.delete(follower) && this.#followers.size === 0) this.#caller.removeEventListener("abort", this.#onAbort);
  }
}
