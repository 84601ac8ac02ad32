import type { AttemptContext, AttemptDecision, CallContext, EventName, Hooks } from "../../core/events.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { STOPS } from "../../core/failure/stops.ts";
import { isAttemptTimeoutError, isDeadlineExceededError } from "../../core/failure/verdicts.ts";
import type { Rejection } from "../../core/limit/limiter.ts";
import { areObserving } from "./are-observing.ts";
import { runAround } from "./around-attempt.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import { endOf, type ObservedEnd } from "./call-end.ts";
import type { CallSettings } from "./call-settings.ts";
import { errorName } from "./error-name.ts";
import type { GateChange, GateWatcher } from "./gate.ts";
import type { HookErrors } from "./hook-errors.ts";
import { type GivenTags, tagsOf } from "./tags.ts";
import { RetryTimeline } from "./timeline.ts";

/** What there is to know of a call while it goes on. */
export interface CallFacts {
  readonly plan: { readonly observers: readonly Hooks[]; readonly hookErrors: HookErrors };
  readonly attempts: number;
  /** The number of the attempt that events are about. */
  readonly current: number;
  /** The latest failure that was classified. */
  readonly last: AttemptFailure | null;
  /** What its hooks know it by. */
  readonly context: CallContext;
  /** Why a limiter turned the call away. */
  readonly rejection: Rejection | null;
  readonly bounds: { readonly operation: string | undefined; elapsedMs(): number };
}

const NO_TAGS: GivenTags = {};

/** The observers of one call: its hooks, the policy's, and its timeline. A call that is not observed has none. */
export class Observers implements GateWatcher {
  readonly timeline: RetryTimeline | null;
  readonly #call: CallFacts;
  readonly #hooks: readonly Hooks[];
  /** The hooks that were given with the call, which are the last. */
  readonly #ofCall: Hooks | null;
  /** The attempt whose end is told next; 0 for none. */
  #openAttempt = 0;
  /** Of a hedged call: the others whose ends are to be told, and which attempts are hedges. */
  #otherOpen: readonly number[] = [];
  #hedges: readonly number[] = [];
  /** What was told at the start of that attempt, where it was. */
  #start: AttemptContext | null = null;

  constructor(call: CallFacts, ofCall: Hooks | null, timeline: RetryTimeline | null) {
    const ofPolicy = call.plan.observers;
    this.#call = call;
    this.#hooks = ofCall === null ? ofPolicy : [...ofPolicy, ofCall];
    this.#ofCall = ofCall;
    this.timeline = timeline;
  }

  /** `null` where nothing observes the call. */
  static of(call: CallFacts, { hooks, captureTimeline }: CallSettings): Observers | null {
    if (hooks === null && captureTimeline === false && !areObserving(call.plan.observers)) return null;
    const timeline = captureTimeline === true ? new RetryTimeline() : captureTimeline || null;
    return new Observers(call, hooks, timeline);
  }

  callBegins(): void {
    if (this.#hears("onCallStart")) this.#tell("onCallStart", 1, this.#call.context);
  }

  /** The call has its value or error: nothing follows. */
  callEnds(call: ObservedEnd): void {
    if (this.#hears("onCallEnd")) this.#tell("onCallEnd", 2, this.#call.context, endOf(call));
  }

  /** The state of the circuit has changed because of this call. */
  changed({ to, errorClass }: GateChange): void {
    const event = to === "open" ? "circuit_opened" : to === "closed" ? "circuit_closed" : "circuit_half_open";
    this.event(event, 0, 0, { state: to, class: errorClass ?? undefined });
  }

  succeeded(): void {
    this.event("success", this.#call.current, 0, NO_TAGS);
    this.attemptEnds("success", null, 0);
  }

  /** The call ends for this reason. */
  stopped(stopReason: StopReason, sleepMs: number, state: string | undefined): void {
    const { attempts, current, rejection } = this.#call;
    const { event } = STOPS[stopReason];
    if (stopReason === "CIRCUIT_OPEN") this.event(event, 0, 0, { ...(attempts > 0 && this.#failureTags(stopReason)), state });
    else if (stopReason === "ABORTED") this.event(event, current, 0, { stop_reason: stopReason });
    else if (stopReason === "LIMITED")
      this.event(event, attempts, 0, {
        ...this.#failureTags(stopReason),
        limiter: rejection?.limiter,
        reason: rejection?.reason,
      });
    else this.failure(event, sleepMs, stopReason);
    const decision = stopReason === "SCHEDULED" ? "scheduled" : stopReason === "ABORTED" ? "aborted" : "raise";
    this.attemptEnds(decision, stopReason, sleepMs);
  }

  /** An event with the tags of the latest failure. */
  failure(event: EventName, sleepMs: number, stopReason: StopReason | undefined): void {
    this.event(event, this.#call.current, sleepMs, this.#failureTags(stopReason));
  }

  /** A hedge of this number is started: at once, after the latest failure, or because an attempt takes long. */
  hedges(attempt: number, why: "slow" | "failed"): void {
    this.event("hedge", attempt, 0, why === "failed" ? this.#failureTags(undefined) : {});
  }

  #failureTags(stopReason: StopReason | undefined): GivenTags {
    const { last } = this.#call;
    return {
      class: last?.classification.errorClass,
      err: last?.cause === "exception" ? errorName(last.value) : undefined,
      stop_reason: stopReason,
      cause: last?.cause,
    };
  }

  event(event: EventName, attempt: number, sleepMs: number, given: GivenTags): void {
    // The tags cost more than all else that is told of a call.
    const hearsLogs = this.#hears("onLog");
    if (this.timeline === null && !hearsLogs && !this.#hears("onMetric")) return;
    const { last, bounds } = this.#call;
    const tags = tagsOf(given, bounds.operation);
    this.timeline?.events.push({
      attempt,
      event,
      elapsedMs: bounds.elapsedMs(),
      sleepMs,
      errorClass: tags.class ?? null,
      stopReason: tags.stop_reason ?? (event === "circuit_rejected" ? "CIRCUIT_OPEN" : null),
      cause: tags.cause ?? null,
      ...(tags.cause !== undefined && isTimeout(last) && { timedOut: true }),
    });
    const retryAfterMs = event === "retry" ? last?.classification.retryAfterMs : undefined;
    const asked = retryAfterMs !== undefined && { retry_after_ms: retryAfterMs };
    for (const hooks of this.#hooks) {
      this.#tellOne(hooks, "onMetric", 4, event, attempt, sleepMs, tags);
      if (hearsLogs) this.#tellOne(hooks, "onLog", 2, event, { attempt, sleep_ms: sleepMs, ...tags, ...asked });
    }
  }

  attemptBegins(attempt: number, isHedge: boolean): void {
    if (isHedge) this.#hedges = [...this.#hedges, attempt];
    if (this.#openAttempt !== 0) this.#otherOpen = [...this.#otherOpen, this.#openAttempt];
    this.#openAttempt = attempt;
    this.#start = null;
    if (this.#hears("onAttemptStart")) this.#tell("onAttemptStart", 1, this.#startContext());
  }

  /** Invokes the operation, inside of the hooks that run around an attempt. */
  invoke(operation: () => unknown): unknown {
    if (!this.#hears("aroundAttempt")) return operation();
    const around = this.#having("aroundAttempt");
    const context = this.#startContext();
    const surroundings = around.map((hooks) => ({
      run: (next: () => unknown) => hooks.aroundAttempt?.(context, next),
      tell: (error: unknown) => this.#failed(hooks, "aroundAttempt", error),
    }));
    return runAround(surroundings, operation);
  }

  /** What follows is about this attempt, of those whose ends are to be told. */
  concerns(attempt: number): void {
    const before = this.#openAttempt;
    if (attempt === before) return;
    const others = this.#otherOpen.filter((other) => other !== attempt);
    this.#openAttempt = others.length < this.#otherOpen.length ? attempt : 0;
    this.#otherOpen = before === 0 ? others : [...others, before];
  }

  /** Once per attempt, when it is decided what follows. */
  attemptEnds(decision: AttemptDecision, stopReason: StopReason | null, sleepMs: number): void {
    const attempt = this.#openAttempt;
    if (attempt === 0) return;
    this.#openAttempt = 0;
    this.#tellEnd(attempt, decision, stopReason, sleepMs);
  }

  /** Another attempt has won or ended the call. */
  attemptIsCut(attempt: number): void {
    const isOpen = attempt === this.#openAttempt || this.#otherOpen.includes(attempt);
    if (attempt === this.#openAttempt) this.#openAttempt = 0;
    else this.#otherOpen = this.#otherOpen.filter((other) => other !== attempt);
    if (isOpen) this.#tellEnd(attempt, "cut", null, 0);
  }

  #tellEnd(attempt: number, decision: AttemptDecision, stopReason: StopReason | null, sleepMs: number): void {
    if (this.#hears("onAttemptEnd")) this.#tell("onAttemptEnd", 1, this.#attemptContext(attempt, decision, stopReason, sleepMs));
  }

  #startContext(): AttemptContext {
    this.#start ??= this.#attemptContext(this.#openAttempt, null, null, 0);
    return this.#start;
  }

  #attemptContext(
    attempt: number,
    decision: AttemptDecision | null,
    stopReason: StopReason | null,
    sleepMs: number,
  ): AttemptContext {
    const { last, bounds } = this.#call;
    const failed = last?.attempt === attempt ? last : null;
    return Object.freeze({
      attempt,
      hedge: this.#hedges.includes(attempt),
      call: this.#call.context,
      operation: bounds.operation ?? null,
      elapsedMs: bounds.elapsedMs(),
      classification: failed?.classification ?? null,
      cause: failed?.cause ?? null,
      error: failed?.cause === "exception" ? failed.value : null,
      result: failed?.cause === "result" ? failed.value : null,
      decision,
      stopReason,
      sleepMs,
    });
  }

  /** Whether one of the observers has a hook of this name. One whose getter throws is taken to have it, and heard of when it is told. */
  #hears(name: keyof Hooks): boolean {
    for (const hooks of this.#hooks) {
      try {
        if (hooks[name] !== undefined) return true;
      } catch {
        return true;
      }
    }
    return false;
  }

  /** The observers that have a hook of this name. */
  #having(name: keyof Hooks): readonly Hooks[] {
    return this.#hooks.filter((hooks) => {
      try {
        return hooks[name] !== undefined;
      } catch (error) {
        this.#failed(hooks, name, error);
        return false;
      }
    });
  }

  /** Lets the observers observe. */
  #tell(name: keyof Hooks, count: 1 | 2, a: unknown, b?: unknown): void {
    for (const hooks of this.#hooks) this.#tellOne(hooks, name, count, a, b);
  }

  /** Without a function for each observation: what is told of a call would cost several times as much. */
  #tellOne(hooks: Hooks, name: keyof Hooks, count: 1 | 2 | 4, a: unknown, b?: unknown, c?: unknown, d?: unknown): void {
    try {
      const hook = hooks[name] as ((...told: unknown[]) => unknown) | undefined;
      if (hook === undefined) return;
      const answer = count === 1 ? hook.call(hooks, a) : count === 2 ? hook.call(hooks, a, b) : hook.call(hooks, a, b, c, d);
      if (answer !== undefined) this.#call.plan.hookErrors.follow(name, this.#ownerOf(hooks), this.#call.bounds, answer);
    } catch (error) {
      this.#failed(hooks, name, error);
    }
  }

  #failed(hooks: Hooks, name: keyof Hooks, error: unknown): void {
    const { plan, bounds } = this.#call;
    plan.hookErrors.tell(name, this.#ownerOf(hooks), bounds, error);
  }

  /** The hooks of a call may be others for every call: what they fail with is told once for all calls of the policy. */
  #ownerOf(hooks: Hooks): object {
    return hooks === this.#ofCall ? this.#call.plan.hookErrors : hooks;
  }
}

/** Whether a wait was given up: by this package or, as the classifier says, further away. */
function isTimeout(failure: AttemptFailure | null): boolean {
  const { classification, value } = failure ?? {};
  return classification?.timeout === true || isAttemptTimeoutError(value) || isDeadlineExceededError(value);
}
