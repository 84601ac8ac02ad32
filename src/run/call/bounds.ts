/*
 * What bounds one call, and how it is interrupted: by its deadline, the timeout of an attempt, the caller's signal, or the end of its group.
 * A driver that waits is woken. While the operation runs synchronously, or code of ours does, what comes is noted, and acts when the
 * driver next waits: a value that has arrived meanwhile is returned. Once its answer has begun, nothing but the caller ends a call. A part of the file is
 * what an attempt asks of its call, which hands it on.
 */
import type { CallContext } from "../../core/events.ts";
import type { DeadlineOf } from "../../core/failure/outcome.ts";
import type { RetriesAround } from "../../core/retry/settings.ts";
import { reasonOf } from "../time/abort-reason.ts";
import type { Alarms, Waiter } from "../time/waiter.ts";
import { AbortWatch, watchSoon } from "./abort-watch.ts";
import type { Attempt, AttemptOwner } from "./attempt.ts";
import type { CallSettings } from "./call-settings.ts";
import type { CallPlan } from "./plan.ts";
import type { RetrySettings } from "./retry-settings.ts";
import type { Round } from "./round.ts";
import type { Scope, Surroundings } from "./scope.ts";
import { INTERRUPTED, type Wake } from "./step.ts";

/** What of a call its bounds need. */
export interface BoundedCall {
  readonly plan: CallPlan;
  readonly settings: CallSettings;
  /** The attempts of a hedged call that are in flight beside each other. */
  readonly flight: { round: Round | null } | null;
  readonly context: CallContext;
  /** What an attempt that takes too long is cut short with. */
  timeoutError(attempt: Attempt): Error;
  /** What an attempt is cut short with when the deadline passes. */
  deadlineError(attempt: Attempt): Error;
  /** The caller begins to get the answer of an attempt. */
  answerBegan(attempt: Attempt): void;
}

const SETTLED = Promise.resolve();

export class Bounds implements Waiter, AttemptOwner {
  /** When the call was admitted: what comes before takes no time. Of a resumed call, so much earlier as it has taken before. NaN until then. */
  startMs = Number.NaN;
  /** The attempt to make, or in flight; of several, the latest. */
  attempt: Attempt | null = null;
  /** The deadline has rung. */
  isOverdue = false;
  /** The caller has begun to get the answer. */
  hasBegun = false;

  // As one who waits for the deadline.
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;

  readonly #call: BoundedCall;
  #wake: Wake | null = null;
  #wasWoken = false;
  #isTimed = false;
  #hasEnded = false;
  /** What it took, where its time stands still. */
  #tookMs: number | null = null;
  #watch: AbortWatch | null = null;

  constructor(call: BoundedCall) {
    this.#call = call;
  }

  /** The attempts of a hedged call that are in flight beside each other; `null` for a call that is not hedged. */
  get round(): Round | null {
    const { flight } = this.#call;
    return flight === null ? null : flight.round;
  }

  get operation(): string | undefined {
    return this.#call.settings.operation ?? this.#call.plan.operation;
  }

  get scope(): Scope | null {
    return (this.#call.settings.around as Surroundings).scope;
  }

  get retries(): RetriesAround | null {
    return this.#call.settings.retriesAround;
  }

  get context(): CallContext {
    return this.#call.context;
  }

  get deadlineMs(): number {
    return Math.min(this.#policyDeadlineMs, this.#call.settings.deadlineMs);
  }

  /** Whose that deadline is. */
  get deadlineOf(): DeadlineOf {
    const { deadlineMs, deadlineOf } = this.#call.settings;
    return deadlineMs < this.#policyDeadlineMs ? deadlineOf : "policy";
  }

  /** What the call has taken in earlier deliveries, with the delays between them, in milliseconds. */
  get #takenMs(): number {
    return this.#call.settings.resume?.elapsedMs ?? 0;
  }

  get #policyDeadlineMs(): number {
    return this.#call.plan.retry?.deadlineMs ?? Infinity;
  }

  /** Where the call waits for its deadline; `null` where it has none. */
  get #deadlines(): Alarms | null {
    const { plan, settings } = this.#call;
    return settings.deadlineMs < this.#policyDeadlineMs || (settings.resume !== null && plan.deadlines !== null)
      ? plan.ownDeadlines
      : plan.deadlines;
  }

  /** The instant of the deadline. */
  get dueAtMs(): number {
    return this.startMs + this.deadlineMs;
  }

  /** Whether anything can end a wait of this call early. */
  get canInterrupt(): boolean {
    const { deadlines, timeouts } = this.#call.plan;
    const { signal, group, deadlineMs } = this.#call.settings;
    if (deadlines !== null || timeouts !== null || this.round !== null) return true;
    return deadlineMs < Infinity || signal !== undefined || group !== null;
  }

  get waitMs(): number {
    return this.deadlineMs - this.#takenMs;
  }

  /** Asked only where attempts have a timeout. */
  get attemptTimeoutMs(): number {
    return (this.#call.plan.retry as RetrySettings).attemptTimeoutMs;
  }

  /** When an attempt that begins now has begun: the first begins with the call, where it waits for no limiter. */
  beginsAtMs(attempt: number): number {
    const { plan, settings } = this.#call;
    return attempt === 1 && plan.limiter === null && settings.resume === null ? this.startMs : plan.clock.now();
  }

  /** When an attempt that begins now has taken too long. */
  timeoutAtMs(attempt: number): number {
    return this.#call.plan.timeouts === null ? Infinity : this.beginsAtMs(attempt) + this.attemptTimeoutMs;
  }

  /** The call is admitted: its time begins. */
  begin(): void {
    this.startMs = this.#call.plan.clock.now() - this.#takenMs;
  }

  /** Milliseconds since the call was admitted; before, what it has taken in earlier deliveries. */
  elapsedMs(): number {
    if (this.#tookMs !== null) return this.#tookMs;
    return Number.isNaN(this.startMs) ? this.#takenMs : this.#call.plan.clock.now() - this.startMs;
  }

  /** From now on its time stands still, so that all that is told of its end says the same. */
  stand(): void {
    this.#tookMs = this.elapsedMs();
  }

  /** Milliseconds left to the instant of the deadline. One that has rung has come, whatever the clock says. */
  remainingMs(): number {
    if (this.isOverdue) return 0;
    if (this.hasBegun) return Infinity;
    return Math.max(0, Number.isNaN(this.startMs) ? this.deadlineMs - this.#takenMs : this.dueAtMs - this.#call.plan.clock.now());
  }

  /** Whether the call was cancelled: by its signal, its `abortIf`, or the end of its group. */
  isAborted(): boolean {
    return this.isCancelled() || this.#call.settings.abortIf?.() === true;
  }

  /** The same without asking `abortIf`. */
  isCancelled(): boolean {
    const { signal, group } = this.#call.settings;
    return signal?.aborted === true || group?.ended === true;
  }

  /** The driver waits from now on, and can be woken. */
  park(wake: Wake): void {
    this.#wake = wake;
    const { attempt, round } = this;
    const { timeouts } = this.#call.plan;
    const { signal, group } = this.#call.settings;
    if (!this.#isTimed && !this.hasBegun) {
      this.#isTimed = true;
      this.#deadlines?.add(this);
    }
    if (attempt === null) {
      group?.waiting.add(this);
      this.watchSignal();
    } else {
      const isTimed = round !== null && attempt.attempt <= round.timed;
      if (attempt.timeout !== null && !isTimed && !this.hasBegun) (timeouts as Alarms).add(attempt.timeout);
      round?.park(attempt, this.#call.plan.hedges);
      // An attempt that ends at once costs no listener.
      if (signal !== undefined) watchSoon(this);
    }
    // Behind what has settled already.
    const isLate = this.isOverdue || this.timedOut() !== null || round?.hasRung || (attempt === null && group?.ended);
    if (isLate) void SETTLED.then(() => this.interrupt());
  }

  /** The attempt in flight whose timeout has rung; `null` where none has. */
  timedOut(): Attempt | null {
    const { attempt, round } = this;
    if (attempt?.timeout?.hasRung) return attempt;
    if (round !== null) for (const other of round.inFlight) if (other.timeout?.hasRung) return other;
    return null;
  }

  /** The attempts in flight. */
  get inFlight(): readonly Attempt[] {
    const { attempt, round } = this;
    return round !== null ? round.inFlight : attempt !== null ? [attempt] : [];
  }

  /** The round is over: the next attempt begins another one. */
  endRound(): void {
    const { round } = this;
    if (round === null) return;
    this.stopHedging();
    if (round.inFlight.length === 0) (this.#call.flight as NonNullable<BoundedCall["flight"]>).round = null;
  }

  /** No hedge is due any more, until the next attempt begins. */
  stopHedging(): void {
    this.round?.stop(this.#call.plan.hedges);
  }

  /** The driver waits no more. */
  unpark(): void {
    this.#wake = null;
    this.#wasWoken = false;
    this.#call.settings.group?.waiting.delete(this);
  }

  /** Ends the wait of the driver early. While the operation runs synchronously, its signal aborts, and the rest follows when it waits. */
  interrupt(): void {
    const wake = this.#wake;
    if (wake !== null) {
      this.#wake = null;
      this.#wasWoken = true;
      wake(INTERRUPTED);
    } else if (!this.#wasWoken) {
      for (const attempt of this.inFlight) this.#cutShort(attempt);
    }
  }

  /** While the operation runs: its signal aborts by what has come. */
  #cutShort(attempt: Attempt): void {
    const call = this.#call;
    const { signal } = call.settings;
    if (signal?.aborted) attempt.cutShort(reasonOf(signal));
    else if (this.isOverdue) attempt.cutShort(call.deadlineError(attempt));
    else if (attempt.timeout?.hasRung) attempt.cutShort(call.timeoutError(attempt));
  }

  /** The deadline has passed. */
  ring(): void {
    this.isOverdue = true;
    this.interrupt();
  }

  answerBegins(attempt: Attempt): boolean {
    if (this.hasBegun) return this.attempt === attempt;
    if (this.isCancelled() || this.isOverdue || attempt.timeout?.hasRung || !this.inFlight.includes(attempt)) return false;
    this.hasBegun = true;
    if (attempt.timeout !== null) (this.#call.plan.timeouts as Alarms).remove(attempt.timeout);
    if (this.#isTimed) this.#deadlines?.remove(this);
    this.#call.answerBegan(attempt);
    return true;
  }

  /** From now on the caller's signal is heard at once. Until an attempt asks for it, or the call waits, there is nothing to abort. */
  watchSignal(): void {
    const { signal } = this.#call.settings;
    if (signal === undefined || this.#hasEnded) return;
    if (signal.aborted) this.interrupt();
    else this.#watch ??= new AbortWatch(signal, this);
  }

  /** The attempt is over: its timeout does not ring any more. */
  endAttempt(attempt: Attempt): void {
    const { round } = this;
    if (attempt.timeout !== null) (this.#call.plan.timeouts as Alarms).remove(attempt.timeout);
    this.attempt = null;
    if (round === null) return;
    round.ends(attempt);
    this.attempt = round.inFlight.at(-1) ?? null;
  }

  /** From now on nothing interrupts the call. */
  end(): void {
    this.#hasEnded = true;
    this.stopHedging();
    if (this.attempt !== null) this.endAttempt(this.attempt);
    if (this.#isTimed) this.#deadlines?.remove(this);
    this.#watch?.end();
  }
}
