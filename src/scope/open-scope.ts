import { joinedSignal } from "../run/call/abort-watch.ts";
import type { Scope } from "../run/call/scope.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import { LONGEST_TIMER_MS } from "../run/time/platform-timers.ts";

/** What code in a scope may know of it. */
export interface CurrentScope {
  /** Milliseconds left to its deadline, at the moment of asking; 0 once it has passed, Infinity where there is none. */
  readonly remainingMs: number;
  /** The instant of its deadline, in milliseconds since the epoch, as of `Date.now()`; Infinity where there is none. */
  readonly deadlineAtMs: number;
  /** Aborts with the signal of the scope, and when its deadline has passed: for code that no policy bounds, such as a bare `fetch`. */
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

  /** Made where somebody asks for it: the platform lets go of one that nobody hears any more. */
  #deadlineSignal(): AbortSignal | undefined {
    const leftMs = this.remainingMs;
    if (leftMs > LONGEST_TIMER_MS) return undefined;
    if (this.#clock === systemClock) return AbortSignal.timeout(Math.ceil(leftMs));
    const controller = new AbortController();
    const passed = (): void => controller.abort(new DOMException("The deadline of the scope has passed.", "TimeoutError"));
    if (leftMs === 0) passed();
    else this.#clock.alarm(leftMs, passed);
    return controller.signal;
  }
}
