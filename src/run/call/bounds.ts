/*
 * What bounds one call, and how it is interrupted: by its deadline, the timeout of an attempt, the caller's signal, or the end of its scope.
 * A driver that waits is woken. While the operation runs synchronously, or code of ours does, what comes is noted, and acts when the
 * driver next waits: a value that has arrived meanwhile is returned.
 */
import { reasonOf } from "../time/abort-reason.ts";
import type { Alarms, Waiter } from "../time/alarms.ts";
import { AbortWatch, watchSoon } from "./abort-watch.ts";
import type { Attempt, AttemptOwner } from "./attempt.ts";
import type { CallSettings } from "./call-settings.ts";
import type { CallPlan } from "./plan.ts";
import { INTERRUPTED, type Wake } from "./step.ts";

/** What of a call its bounds need. */
export interface BoundedCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  /** What an attempt that takes too long is cut short with. */
  timeoutError(): Error;
  /** What an attempt is cut short with when the deadline passes. */
  deadlineError(): Error;
}

const SETTLED = Promise.resolve();

export class Bounds implements Waiter, AttemptOwner {
  /** When the call was admitted: what comes before takes no time. NaN until then. */
  startMs = Number.NaN;
  /** The attempt to make, or in flight. */
  attempt: Attempt | null = null;
  /** The deadline has rung. */
  isOverdue = false;

  // As one who waits for the deadline.
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;

  readonly #call: BoundedCall;
  #wake: Wake | null = null;
  #wasWoken = false;
  #isTimed = false;
  #hasEnded = false;
  #watch: AbortWatch | null = null;

  constructor(call: BoundedCall) {
    this.#call = call;
  }

  get operation(): string | undefined {
    return this.#call.settings.operation ?? this.#call.plan.operation;
  }

  get deadlineMs(): number {
    return Math.min(this.#policyDeadlineMs, this.#call.settings.deadlineMs);
  }

  get #policyDeadlineMs(): number {
    return this.#call.plan.retry?.deadlineMs ?? Infinity;
  }

  /** Where the call waits for its deadline; `null` where it has none. */
  get #deadlines(): Alarms | null {
    const { plan, settings } = this.#call;
    return settings.deadlineMs < this.#policyDeadlineMs ? plan.ownDeadlines : plan.deadlines;
  }

  /** The instant of the deadline. */
  get dueAtMs(): number {
    return this.startMs + this.deadlineMs;
  }

  /** Whether anything can end a wait of this call early. */
  get canInterrupt(): boolean {
    const { deadlines, timeouts } = this.#call.plan;
    const { signal, scope, deadlineMs } = this.#call.settings;
    return deadlines !== null || deadlineMs < Infinity || timeouts !== null || signal !== undefined || scope !== null;
  }

  get waitMs(): number {
    return this.deadlineMs;
  }

  get attemptTimeoutMs(): number {
    return this.#call.plan.retry?.attemptTimeoutMs ?? Infinity;
  }

  /** When an attempt that begins now has taken too long. The first begins with the call. */
  timeoutAtMs(attempt: number): number {
    const { timeouts, clock } = this.#call.plan;
    if (timeouts === null) return Infinity;
    return (attempt === 1 ? this.startMs : clock.now()) + this.attemptTimeoutMs;
  }

  /** Milliseconds since the call was admitted; 0 before. */
  elapsedMs(): number {
    return Number.isNaN(this.startMs) ? 0 : this.#call.plan.clock.now() - this.startMs;
  }

  /** Milliseconds left to the instant of the deadline. One that has rung has come, whatever the clock says. */
  remainingMs(): number {
    if (this.isOverdue) return 0;
    return Number.isNaN(this.startMs) ? this.deadlineMs : Math.max(0, this.dueAtMs - this.#call.plan.clock.now());
  }

  /** Whether the call was cancelled: by its signal, its `abortIf`, or the end of its scope. */
  isAborted(): boolean {
    return this.isCancelled() || this.#call.settings.abortIf?.() === true;
  }

  /** The same without asking `abortIf`. */
  isCancelled(): boolean {
    const { signal, scope } = this.#call.settings;
    return signal?.aborted === true || scope?.ended === true;
  }

  /** The driver waits from now on, and can be woken. */
  park(wake: Wake): void {
    this.#wake = wake;
    const { attempt } = this;
    const { timeouts } = this.#call.plan;
    const { signal, scope } = this.#call.settings;
    if (!this.#isTimed) {
      this.#isTimed = true;
      this.#deadlines?.add(this);
    }
    if (attempt === null) {
      scope?.waiting.add(this);
      this.watchSignal();
    } else {
      if (attempt.timeout !== null) timeouts?.add(attempt.timeout);
      // An attempt that ends at once costs no listener.
      if (signal !== undefined) watchSoon(this);
    }
    // Behind what has settled already.
    const isLate = this.isOverdue || attempt?.timeout?.hasRung || (attempt === null && scope?.ended);
    if (isLate) void SETTLED.then(() => this.interrupt());
  }

  /** The driver waits no more. */
  unpark(): void {
    this.#wake = null;
    this.#wasWoken = false;
    this.#call.settings.scope?.waiting.delete(this);
  }

  /** Ends the wait of the driver early. While the operation runs synchronously, its signal aborts, and the rest follows when it waits. */
  interrupt(): void {
    const wake = this.#wake;
    if (wake !== null) {
      this.#wake = null;
      this.#wasWoken = true;
      wake(INTERRUPTED);
    } else if (this.attempt !== null && !this.#wasWoken) {
      const { signal } = this.#call.settings;
      if (signal?.aborted) this.attempt.cutShort(reasonOf(signal));
      else this.attempt.cutShort(this.isOverdue ? this.#call.deadlineError() : this.#call.timeoutError());
    }
  }

  /** The deadline has passed. */
  ring(): void {
    this.isOverdue = true;
    this.interrupt();
  }

  /** From now on the caller's signal is heard at once. Until an attempt asks for it, or the call waits, there is nothing to abort. */
  watchSignal(): void {
    const { signal } = this.#call.settings;
    if (signal === undefined || this.#hasEnded) return;
    if (signal.aborted) this.interrupt();
    else this.#watch ??= new AbortWatch(signal, this);
  }

  /** The attempt is over: its timeout does not ring any more. */
  endAttempt(): void {
    const timeout = this.attempt?.timeout ?? null;
    if (timeout !== null) this.#call.plan.timeouts?.remove(timeout);
    this.attempt = null;
  }

  /** From now on nothing interrupts the call. */
  end(): void {
    this.#hasEnded = true;
    if (this.attempt !== null) this.endAttempt();
    if (this.#isTimed) this.#deadlines?.remove(this);
    this.#watch?.end();
  }
}
