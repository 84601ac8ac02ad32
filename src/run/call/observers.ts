import type { AttemptContext, AttemptDecision, CallContext, EventName, Hooks } from "../../core/events.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { STOPS } from "../../core/failure/stops.ts";
import { isAttemptTimeoutError, isDeadlineExceededError } from "../../core/failure/verdicts.ts";
import type { Rejection } from "../../core/limit/limiter.ts";
import { runAround } from "./around-attempt.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import type { Bounds } from "./bounds.ts";
import { endOf, type ObservedEnd } from "./call-end.ts";
import type { CallSettings } from "./call-settings.ts";
import { errorName } from "./error-name.ts";
import type { GateChange, GateWatcher } from "./gate.ts";
import { HEARS, heardHooks } from "./heard-hooks.ts";
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
  readonly bounds: Pick<Bounds, "operation" | "startMs" | "elapsedMs" | "beginsAtMs">;
}

/** An attempt whose end is to be told. */
interface OpenAttempt {
  readonly attempt: number;
  readonly hedge: boolean;
  /** When it began, in milliseconds since the call did. */
  readonly beganMs: number;
}

const NO_TAGS: GivenTags = {};
const NONE: readonly OpenAttempt[] = [];

/** The observers of one call: its hooks, the policy's, and its timeline. A call that is not observed has none. */
export class Observers implements GateWatcher {
  readonly timeline: RetryTimeline | null;
  readonly #call: CallFacts;
  readonly #hooks: readonly Hooks[];
  /** The hooks that were given with the call, which are the last. */
  readonly #ofCall: Hooks | null;
  /** Which hooks they have. */
  readonly #heard: number;
  /** The attempt whose end is told next. */
  #open: OpenAttempt | null = null;
  /** Of a hedged call: the others whose ends are to be told. */
  #others: readonly OpenAttempt[] = NONE;

  private constructor(
    call: CallFacts,
    hooks: readonly Hooks[],
    ofCall: Hooks | null,
    heard: number,
    timeline: RetryTimeline | null,
  ) {
    this.#call = call;
    this.#hooks = hooks;
    this.#ofCall = ofCall;
    this.#heard = heard;
    this.timeline = timeline;
  }

  /** `null` where nothing observes the call. */
  static of(call: CallFacts, { hooks, captureTimeline }: CallSettings): Observers | null {
    const { observers } = call.plan;
    if (observers.length === 0 && hooks === null && captureTimeline === false) return null;
    const all = hooks === null ? observers : [...observers, hooks];
    const heard = heardHooks(all);
    if (heard === 0 && captureTimeline === false) return null;
    const timeline = captureTimeline === true ? new RetryTimeline() : captureTimeline || null;
    return new Observers(call, all, hooks, heard, timeline);
  }

  callBegins(): void {
    if (this.#hears(HEARS.onCallStart))
      for (const hooks of this.#hooks) this.#tellOne(hooks, "onCallStart", 1, this.#call.context);
  }

  /** The call has its value or error: nothing follows. */
  callEnds(call: ObservedEnd): void {
    if (!this.#hears(HEARS.onCallEnd)) return;
    for (const hooks of this.#hooks) this.#tellOne(hooks, "onCallEnd", 2, this.#call.context, endOf(call));
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
        limiter: (rejection as Rejection).limiter,
        reason: (rejection as Rejection).reason,
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
    const { last, bounds } = this.#call;
    const { operation } = bounds;
    this.timeline?.events.push({
      attempt,
      event,
      elapsedMs: bounds.elapsedMs(),
      sleepMs,
      errorClass: given.class ?? null,
      stopReason: given.stop_reason ?? (event === "circuit_rejected" ? "CIRCUIT_OPEN" : null),
      cause: given.cause ?? null,
      ...(given.cause !== undefined && isTimeout(last as AttemptFailure) && { timedOut: true }),
    });
    if (this.#hears(HEARS.onMetric))
      for (const hooks of this.#hooks) this.#tellOne(hooks, "onMetric", 4, event, attempt, sleepMs, tagsOf(given, operation));
    if (!this.#hears(HEARS.onLog)) return;
    const retryAfterMs = event === "retry" ? (last as AttemptFailure).classification.retryAfterMs : undefined;
    const asked = retryAfterMs !== undefined && { retry_after_ms: retryAfterMs };
    for (const hooks of this.#hooks)
      this.#tellOne(hooks, "onLog", 2, event, { attempt, sleep_ms: sleepMs, ...tagsOf(given, operation), ...asked });
  }

  attemptBegins(attempt: number, hedge: boolean): void {
    if (this.#open !== null) this.#others = [...this.#others, this.#open];
    const { bounds } = this.#call;
    this.#open = { attempt, hedge, beganMs: bounds.beginsAtMs(attempt) - bounds.startMs };
    if (this.#hears(HEARS.onAttemptStart))
      for (const hooks of this.#hooks) this.#tellOne(hooks, "onAttemptStart", 1, this.#startContext(this.#open));
  }

  /** Invokes the operation, inside of the hooks that run around an attempt. */
  invoke(operation: () => unknown): unknown {
    const open = this.#open;
    if (open === null || !this.#hears(HEARS.aroundAttempt)) return operation();
    const surroundings = this.#having("aroundAttempt").map((hooks) => ({
      run: (next: () => unknown) => hooks.aroundAttempt?.(this.#startContext(open), next),
      tell: (error: unknown) => this.#failed(hooks, "aroundAttempt", error),
    }));
    return runAround(surroundings, operation);
  }

  /** What follows is about this attempt, of those whose ends are to be told. */
  concerns(attempt: number): void {
    const before = this.#open;
    if (before?.attempt === attempt) return;
    this.#open = null;
    const others: OpenAttempt[] = [];
    for (const other of this.#others) {
      if (other.attempt === attempt) this.#open = other;
      else others.push(other);
    }
    this.#others = before === null ? others : [...others, before];
  }

  /** Once per attempt, when it is decided what follows. */
  attemptEnds(decision: AttemptDecision, stopReason: StopReason | null, sleepMs: number): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#tellEnd(open, decision, stopReason, sleepMs);
  }

  /** Another attempt has won or ended the call. */
  attemptIsCut(attempt: number): void {
    const before = this.#open;
    this.concerns(attempt);
    this.attemptEnds("cut", null, 0);
    if (before !== null) this.concerns(before.attempt);
  }

  #tellEnd(open: OpenAttempt, decision: AttemptDecision, stopReason: StopReason | null, sleepMs: number): void {
    if (!this.#hears(HEARS.onAttemptEnd)) return;
    const elapsedMs = this.#call.bounds.elapsedMs();
    for (const hooks of this.#hooks)
      this.#tellOne(hooks, "onAttemptEnd", 1, this.#attemptContext(open, elapsedMs, decision, stopReason, sleepMs));
  }

  #startContext(open: OpenAttempt): AttemptContext {
    return this.#attemptContext(open, open.beganMs, null, null, 0);
  }

  /** One for each observer, which may do with it what it likes: to freeze one for all of them takes longer. */
  #attemptContext(
    { attempt, hedge, beganMs }: OpenAttempt,
    elapsedMs: number,
    decision: AttemptDecision | null,
    stopReason: StopReason | null,
    sleepMs: number,
  ): AttemptContext {
    const { last, bounds } = this.#call;
    const failed = last?.attempt === attempt ? last : null;
    return {
      attempt,
      hedge,
      call: this.#call.context,
      operation: bounds.operation ?? null,
      elapsedMs,
      durationMs: decision === null ? null : elapsedMs - beganMs,
      classification: failed?.classification ?? null,
      cause: failed?.cause ?? null,
      error: failed?.cause === "exception" ? failed.value : null,
      result: failed?.cause === "result" ? failed.value : null,
      decision,
      stopReason,
      sleepMs,
    };
  }

  /** Whether one of the observers has a hook of this name. */
  #hears(hook: number): boolean {
    return (this.#heard & hook) !== 0;
  }

  /** The observers that have a hook of this name. */
  #having(name: keyof Hooks): readonly Hooks[] {
    return this.#hooks.filter((hooks) => {
      try {
        return Boolean(hooks[name]);
      } catch (error) {
        this.#failed(hooks, name, error);
        return false;
      }
    });
  }

  /** Lets one of them observe. Without a function for each observation: what is told of a call would cost several times as much. */
  #tellOne(hooks: Hooks, name: keyof Hooks, count: 1 | 2 | 4, a: unknown, b?: unknown, c?: unknown, d?: unknown): void {
    try {
      const hook = hooks[name] as ((...told: unknown[]) => unknown) | undefined;
      if (!hook) return;
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
function isTimeout({ classification, value }: AttemptFailure): boolean {
  return classification.timeout === true || isAttemptTimeoutError(value) || isDeadlineExceededError(value);
}
