import type { Breaker, BreakerDecision } from "../../core/breaker/breaker.ts";
import type { CircuitState, Permit } from "../../core/breaker/circuit.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { CircuitOpenError } from "../../core/failure/verdicts.ts";
import { WrongAnswer } from "../../core/retry/wrong-answer.ts";
import type { HookErrors } from "./hook-errors.ts";
import { abandonPromise } from "./isolation.ts";
import type { Step } from "./step.ts";

/** How a call ended, as a gate hears it: with a failure of a class, or without a word about the dependency. */
export type Heard = "success" | "cancel" | ErrorClass;

/** A change of a gate's state, and the class of the failure that caused it; `null` where it was none. */
export interface GateChange {
  readonly to: CircuitState;
  readonly errorClass: ErrorClass | null;
}

/** Hears of the changes of state that one call causes, while it asks a gate or tells it how the call ended. */
export interface GateWatcher {
  changed(change: GateChange): void;
}

/** What admits or rejects before work is done. */
export interface Gate {
  readonly state: CircuitState;
  /** How a call ends that is rejected. */
  readonly stopReason: StopReason;
  /** A permit, or `null` for a rejection. */
  admit(watcher: GateWatcher | null): Permit | null;
  /** Ends a call (an EndingCall) that it has not admitted, where it does so otherwise than by its rejection: with an answer in place of the operation's. */
  readonly answer?: ((call: object) => Step) | undefined;
  /** Takes the permit back, once, and hears how the call ended. Never throws: the call has its value or error already. */
  release(permit: Permit, heard: Heard, watcher: GateWatcher | null): void;
  /** Whether it rejects now, though it may have admitted a call before. */
  hasOpened(): boolean;
  /** What a rejected call throws. */
  rejection(): Error;
}

/** Under this key a breaker that announces its changes of state itself keeps who hears of them. */
export const WATCHER: unique symbol = Symbol.for("redress.watcher/1");

/** A circuit breaker as the gate of a call. */
export class BreakerGate implements Gate {
  readonly stopReason = "CIRCUIT_OPEN";
  readonly #breaker: Breaker & { [WATCHER]?: GateWatcher | null };
  readonly #announces: boolean;
  readonly #hookErrors: HookErrors;

  constructor(breaker: Breaker, hookErrors: HookErrors) {
    this.#breaker = breaker;
    this.#hookErrors = hookErrors;
    this.#announces = WATCHER in breaker;
  }

  get state(): CircuitState {
    return this.#breaker.state;
  }

  admit(watcher: GateWatcher | null): Permit | null {
    if (watcher === null) return permitOf(this.#breaker.allow());
    const before = this.#watch(watcher);
    try {
      return permitOf(this.#breaker.allow());
    } finally {
      this.#watched(before, watcher, null);
    }
  }

  release(permit: Permit, heard: Heard, watcher: GateWatcher | null): void {
    if (watcher === null) {
      this.#release(permit, heard);
      return;
    }
    const before = this.#watch(watcher);
    this.#release(permit, heard);
    this.#watched(before, watcher, heard === "success" || heard === "cancel" ? null : heard);
  }

  #release(permit: Permit, heard: Heard): void {
    const breaker = this.#breaker;
    try {
      const answer: unknown =
        heard === "success"
          ? breaker.recordSuccess(permit)
          : heard === "cancel"
            ? breaker.recordCancel(permit)
            : breaker.recordFailure(heard, permit);
      this.#hookErrors.follow(listenerOf(heard), breaker, undefined, answer);
    } catch (error) {
      // A breaker of the user's own that throws hides neither the value nor the error of the call.
      this.#hookErrors.tell(listenerOf(heard), breaker, undefined, error);
    }
  }

  hasOpened(): boolean {
    return this.#stateOrNull() === "open";
  }

  rejection(): Error {
    const { name, state, retryAfterMs, isHeld } = this.#breaker;
    return new CircuitOpenError({ breaker: name, state: state === "half_open" ? state : "open", retryAfterMs, held: isHeld });
  }

  /** Returns what `#watched` needs: who listened before or, of a breaker that announces nothing, its state. */
  #watch(watcher: GateWatcher): GateWatcher | CircuitState | null {
    const breaker = this.#breaker;
    if (!this.#announces) return this.#stateOrNull();
    const before = breaker[WATCHER] ?? null;
    breaker[WATCHER] = watcher;
    return before;
  }

  #watched(before: GateWatcher | CircuitState | null, watcher: GateWatcher, errorClass: ErrorClass | null): void {
    const breaker = this.#breaker;
    if (this.#announces) {
      breaker[WATCHER] = before as GateWatcher | null;
      return;
    }
    const to = this.#stateOrNull();
    if (before !== null && to !== null && to !== before) watcher.changed({ to, errorClass: to === "open" ? errorClass : null });
  }

  /** `null` where a breaker of the user's own throws: then no change of state is told. */
  #stateOrNull(): CircuitState | null {
    try {
      return this.#breaker.state;
    } catch {
      return null;
    }
  }
}

/**
 * The permit in a decision, which a breaker of the user's own may have made.
 *
 * @throws TypeError for what is no decision, such as a promise of one: a call that goes on by it would be admitted, or rejected, by accident
 */
function permitOf(decision: BreakerDecision | null | undefined): Permit | null {
  const permit = decision?.permit;
  if (permit !== undefined && (permit !== null) === (decision as BreakerDecision).admitted) return permit;
  abandonPromise(decision);
  throw new WrongAnswer("The allow() of a circuit breaker", "{ admitted, state, permit }", decision);
}

/** The method by which a breaker hears it, as `onHookError` is told of it. */
const listenerOf = (heard: Heard): string =>
  heard === "success"
    ? "circuitBreaker.recordSuccess"
    : heard === "cancel"
      ? "circuitBreaker.recordCancel"
      : "circuitBreaker.recordFailure";
