import type { Breaker } from "../core/breaker/breaker.ts";
import { listenToChanges } from "../policy/breaker-changes.ts";
import type { BreakerStats } from "../policy/breaker-stats.ts";
import { wallClock } from "../run/time/wall-clock.ts";
import { asked, finite } from "./asked.ts";
import { Labels } from "./labels.ts";
import type { CircuitChange, CircuitSnapshot } from "./snapshot.ts";

/** How many changes of a circuit are kept. */
const KEPT = 50;

/** What a breaker may have beyond what a policy needs of it. */
type Watchable = Breaker & {
  readonly failureCount?: unknown;
  readonly stats?: BreakerStats;
  trip?(): void;
  reset?(): void;
};

interface Listening {
  readonly history: readonly CircuitChange[];
  readonly end: (() => void) | null;
}

/** The circuits of a registry: their names and what they went through. It keeps none alive. */
export class Circuits {
  readonly labels = new Labels();
  readonly #listening = new WeakMap<Breaker, Listening>();

  /** Keeps what a circuit goes through from now on. */
  listen(breaker: Breaker): void {
    if (this.#listening.has(breaker)) return;
    const history: CircuitChange[] = [];
    const end = listenToChanges(breaker, ({ from, to, errorClass }) => {
      if (history.length === KEPT) history.shift();
      history.push({ atMs: wallClock.now(), from, to, errorClass });
    });
    this.#listening.set(breaker, { history, end });
  }

  unlisten(breaker: Breaker): void {
    this.#listening.get(breaker)?.end?.();
    this.#listening.delete(breaker);
  }

  /** `null` where a breaker of the user's own does not say its state. */
  read(breaker: Watchable, policies: readonly string[]): CircuitSnapshot | null {
    const state = asked(breaker, "circuitBreaker.state", () => breaker.state);
    if (state === undefined) return null;
    const failureCount = finite(asked(breaker, "circuitBreaker.failureCount", () => breaker.failureCount));
    return {
      name: this.labels.of(breaker, breaker.name),
      state,
      failureCount,
      retryAfterMs: finite(asked(breaker, "circuitBreaker.retryAfterMs", () => breaker.retryAfterMs)),
      held: breaker.isHeld === true,
      stats: asked(breaker, "circuitBreaker.stats", () => breaker.stats) ?? null,
      history: [...(this.#listening.get(breaker)?.history ?? [])],
      canTrip: typeof breaker.trip === "function" && typeof breaker.reset === "function",
      policies,
    };
  }

  /** Opens or closes a circuit by hand. */
  move(breaker: Watchable, how: "trip" | "reset"): void {
    if (typeof breaker[how] !== "function")
      throw new TypeError(`registry.${how}: the circuit "${breaker.name}" is a breaker of your own without ${how}().`);
    breaker[how]();
  }
}
