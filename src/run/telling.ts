import type { AttemptContext, AttemptDecision, EventName, Hooks, Tags } from "../core/events.ts";
import type { Classification, FailureCause } from "../core/failure/classification.ts";
import type { StopReason } from "../core/failure/stop-reason.ts";
import { observe } from "./isolation.ts";
import type { RetryTimeline } from "./timeline.ts";

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
  readonly operation: string | undefined;
  /** The latest failure that was classified. */
  readonly last: FailureFact | null;
  elapsedMs(): number;
}

/** Tells the observers of one call what happens to it. A call that nobody observes has none. */
export class Telling {
  readonly timeline: RetryTimeline | null;
  readonly #call: CallFacts;
  readonly #hooks: readonly Hooks[];
  #attemptOpen = false;

  constructor(call: CallFacts, hooks: readonly Hooks[], timeline: RetryTimeline | null) {
    this.#call = call;
    this.#hooks = hooks;
    this.timeline = timeline;
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
    const { operation, last } = this.#call;
    const known = Object.entries({ ...given, operation }).filter(([, value]) => value !== undefined);
    const tags: Tags = Object.freeze(Object.fromEntries(known));
    this.timeline?.events.push({
      attempt,
      event,
      elapsedMs: this.#call.elapsedMs(),
      sleepMs,
      errorClass: tags.class ?? null,
      stopReason: tags.stop_reason ?? (event === "circuit_rejected" ? "CIRCUIT_OPEN" : null),
      cause: tags.cause ?? null,
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

  attemptBegins(): void {
    this.#attemptOpen = true;
    this.#attempt("onAttemptStart", null, null, 0);
  }

  /** Once per attempt, when it is decided what follows. */
  attemptEnds(decision: AttemptDecision, stopReason: StopReason | null, sleepMs: number): void {
    if (!this.#attemptOpen) return;
    this.#attemptOpen = false;
    this.#attempt("onAttemptEnd", decision, stopReason, sleepMs);
  }

  #attempt(
    hook: "onAttemptStart" | "onAttemptEnd",
    decision: AttemptDecision | null,
    stopReason: StopReason | null,
    sleepMs: number,
  ): void {
    const { attempts, operation, last } = this.#call;
    const failed = last?.attempt === attempts ? last : null;
    const context: AttemptContext = Object.freeze({
      attempt: attempts,
      operation: operation ?? null,
      elapsedMs: this.#call.elapsedMs(),
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

/** The constructor name of an error; of what is no object, its type. */
function errorName(error: unknown): string {
  try {
    const name: unknown = typeof error === "object" && error?.constructor?.name;
    return typeof name === "string" && name !== "" ? name : typeof error;
  } catch {
    return "object";
  }
}
