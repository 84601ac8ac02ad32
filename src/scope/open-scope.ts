import { DeadlineExceededError } from "../core/failure/verdicts.ts";
import { joinedSignal } from "../run/call/abort-watch.ts";
import type { Scope } from "../run/call/scope.ts";
import type { Clock } from "../run/time/clock.ts";
import { LONGEST_TIMER_MS } from "../run/time/platform-timers.ts";
import { quietAlarm } from "../run/time/quiet-alarm.ts";

/** What code in a scope may know of it. */
export interface CurrentScope {
  /** Milliseconds left to its deadline, at the moment of asking; 0 once it has passed, Infinity where there is none. */
  readonly remainingMs: number;
  /** The instant of its deadline, in milliseconds since the epoch, as of `Date.now()`; Infinity where there is none. */
  readonly deadlineAtMs: number;
  /**
   * Aborts with the signal of the scope, and when its deadline has passed, with a `DeadlineExceededError` then: for code that no policy bounds, such as a bare
   * `fetch`. Once the scope is over, no deadline aborts it.
   */
  readonly signal: AbortSignal;
}

/** What a scope is opened with, checked. */
export interface ScopeBounds {
  /** Milliseconds from now; Infinity for none. */
  readonly leftMs: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

/** One scope, and those around it. */
export class OpenScope implements CurrentScope, Scope {
  readonly #outer: OpenScope | null;
  readonly #clock: Clock;
  readonly #dueAtMs: number;
  /** Aborts by what was given; without the deadline, which calls count for themselves. */
  readonly givenSignal: AbortSignal | undefined;
  #signal: AbortSignal | null = null;
  #cancelAlarm: (() => void) | null = null;
  #hasEnded = false;

  constructor(outer: OpenScope | null, { leftMs, signal, clock }: ScopeBounds) {
    this.#outer = outer;
    this.#clock = clock;
    this.#dueAtMs = leftMs === Infinity ? Infinity : clock.now() + leftMs;
    this.givenSignal = joinedSignal(signal, outer?.givenSignal);
  }

  /** One that was aborted stays so for whatever still runs in it. */
  get isOver(): boolean {
    return this.#hasEnded && this.givenSignal?.aborted !== true;
  }

  end(): void {
    this.#hasEnded = true;
    this.#cancelAlarm?.();
  }

  get remainingMs(): number {
    const ownMs = this.#dueAtMs === Infinity ? Infinity : Math.max(0, this.#dueAtMs - this.#clock.now());
    return this.#outer === null ? ownMs : Math.min(ownMs, this.#outer.remainingMs);
  }

  get deadlineAtMs(): number {
    return Date.now() + this.remainingMs;
  }

  get signal(): AbortSignal {
    this.#signal ??= joinedSignal(this.givenSignal, this.#deadlineSignal()) ?? new AbortController().signal;
    return this.#signal;
  }

  /** Made where somebody asks for it, and until the scope is over. */
  #deadlineSignal(): AbortSignal | undefined {
    const leftMs = this.remainingMs;
    if (this.#hasEnded || leftMs > LONGEST_TIMER_MS) return undefined;
    const controller = new AbortController();
    const passed = (): void => {
      const facts = { attempt: 0, deadlineMs: leftMs, deadlineOf: "scope" } as const;
      controller.abort(new DeadlineExceededError(facts, undefined, { isNoCall: true }));
    };
    if (leftMs === 0) passed();
    else this.#cancelAlarm = quietAlarm(this.#clock, leftMs, passed);
    return controller.signal;
  }
}
