import type { AttemptContext, AttemptDecision, EventName, Hooks, Tags } from "../../core/events.ts";
import type { Classification, FailureCause } from "../../core/failure/classification.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { STOPS } from "../../core/failure/stops.ts";
import { isAttemptTimeoutError, isDeadlineExceededError } from "../../core/failure/verdicts.ts";
import type { CallSettings } from "./call-settings.ts";
import type { GateChange, GateWatcher } from "./gate.ts";
import { observe } from "./isolation.ts";
import { RetryTimeline } from "./timeline.ts";

/** A classified failure: the thrown error or the returned value, and what it was classified as. */
export interface FailureFact {
  /** Which attempt failed. */
  readonly attempt: number;
  readonly classification: Classification;
  readonly cause: FailureCause;
  readonly value: unknown;
}

/** What there is to know of a call while it goes on. */
export interface CallFacts {
  readonly attempts: number;
  /** The latest failure that was classified. */
  readonly last: FailureFact | null;
  readonly bounds: { readonly operation: string | undefined; elapsedMs(): number };
}

/** The observers of one call: its hooks, the policy's, and its timeline. A call that is not observed has none. */
export class Observers implements GateWatcher {
  readonly timeline: RetryTimeline | null;
  readonly #call: CallFacts;
  readonly #hooks: readonly Hooks[];
  /** The attempt whose end is to be told; 0 for none. */
  #openAttempt = 0;

  constructor(call: CallFacts, hooks: readonly Hooks[], timeline: RetryTimeline | null) {
    this.#call = call;
    this.#hooks = hooks;
    this.timeline = timeline;
  }

  /** `null` where nothing observes the call. */
  static of(call: CallFacts, ofPolicy: readonly Hooks[], { hooks, captureTimeline }: CallSettings): Observers | null {
    if (ofPolicy.length === 0 && hooks === null && captureTimeline === false) return null;
    const timeline = captureTimeline === true ? new RetryTimeline() : captureTimeline || null;
    return new Observers(call, hooks === null ? ofPolicy : [...ofPolicy, hooks], timeline);
  }

  /** The state of the circuit has changed because of this call. */
  changed({ to, errorClass }: GateChange): void {
    const event = to === "open" ? "circuit_opened" : to === "closed" ? "circuit_closed" : "circuit_half_open";
    this.event(event, 0, 0, { state: to, class: errorClass ?? undefined });
  }

  succeeded(): void {
    this.event("success", this.#call.attempts, 0, {});
    this.attemptEnds("success", null, 0);
  }

  /** The call ends for this reason. */
  stopped(stopReason: StopReason, sleepMs: number, state: string | undefined): void {
    const { attempts } = this.#call;
    const { event } = STOPS[stopReason];
    if (stopReason === "CIRCUIT_OPEN") this.event(event, attempts, 0, { state });
    else if (stopReason === "ABORTED") this.event(event, attempts, 0, { stop_reason: stopReason });
    else this.failure(event, sleepMs, stopReason);
    const decision = stopReason === "SCHEDULED" ? "scheduled" : stopReason === "ABORTED" ? "aborted" : "raise";
    this.attemptEnds(decision, stopReason, sleepMs);
  }

  /** An event with the tags of the latest failure. */
  failure(event: EventName, sleepMs: number, stopReason: StopReason | undefined): void {
    const { attempts, last } = this.#call;
    this.event(event, attempts, sleepMs, {
      class: last?.classification.errorClass,
      err: last?.cause === "exception" ? errorName(last.value) : undefined,
      stop_reason: stopReason,
      cause: last?.cause,
    });
  }

  event(
    event: EventName,
    attempt: number,
    sleepMs: number,
    given: { readonly [Tag in keyof Tags]: Tags[Tag] | undefined },
  ): void {
    const { last, bounds } = this.#call;
    const { operation } = bounds;
    const known = Object.entries({ ...given, operation }).filter(([, value]) => value !== undefined);
    const tags: Tags = Object.freeze(Object.fromEntries(known));
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
    for (const hooks of this.#hooks) {
      observe(() => hooks.onMetric?.(event, attempt, sleepMs, tags));
      observe(() => {
        const asked = retryAfterMs !== undefined && { retry_after_ms: retryAfterMs };
        return hooks.onLog?.(event, { attempt, sleep_ms: sleepMs, ...tags, ...asked });
      });
    }
  }

  attemptBegins(attempt: number): void {
    this.#openAttempt = attempt;
    this.#attempt("onAttemptStart", attempt, null, null, 0);
  }

  /** Once per attempt, when it is decided what follows. */
  attemptEnds(decision: AttemptDecision, stopReason: StopReason | null, sleepMs: number): void {
    const attempt = this.#openAttempt;
    if (attempt === 0) return;
    this.#openAttempt = 0;
    this.#attempt("onAttemptEnd", attempt, decision, stopReason, sleepMs);
  }

  #attempt(
    hook: "onAttemptStart" | "onAttemptEnd",
    attempt: number,
    decision: AttemptDecision | null,
    stopReason: StopReason | null,
    sleepMs: number,
  ): void {
    const { last, bounds } = this.#call;
    const { operation } = bounds;
    const failed = last?.attempt === attempt ? last : null;
    const context: AttemptContext = Object.freeze({
      attempt,
      operation: operation ?? null,
      elapsedMs: bounds.elapsedMs(),
      classification: failed?.classification ?? null,
      cause: failed?.cause ?? null,
      error: failed?.cause === "exception" ? failed.value : null,
      result: failed?.cause === "result" ? failed.value : null,
      decision,
      stopReason,
      sleepMs,
    });
    for (const hooks of this.#hooks) observe(() => hooks[hook]?.(context));
  }
}

/** Whether a wait was given up: by this package, or, as the classifier says, by somebody else. */
function isTimeout(failure: FailureFact | null): boolean {
  const { classification, value } = failure ?? {};
  return classification?.timeout === true || isAttemptTimeoutError(value) || isDeadlineExceededError(value);
}

/** The constructor name of an error; of what is no object, its type. */
function errorName(error: unknown): string {
  try {
    const name: unknown = typeof error === "object" && error?.constructor?.name;
    return typeof name === "string" && name !== "" ? name : typeof error;
  } catch {
    return "object";
  }
}
