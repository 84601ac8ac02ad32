/*
 * From what hooks are told to metrics. What is kept of a call is known by its context, which no other call has; so calls in flight at once never
 * mix. A call is counted once, when it ends, whatever its end.
 *
 *   onAttemptStart  -> a retry (an attempt after the first that is no hedge) or a hedge; the sleep before it is over
 *   onAttemptEnd    -> the attempt, its duration; what it sleeps now, at most
 *   onMetric        -> changes of circuits, rejections of limiters: they have no call to be kept with
 *   onCallEnd       -> the call, its duration
 */
import type { AttemptContext, CallContext, CallEnd, EventName, Hooks, Tags } from "../index.ts";
import { LabelSets, type Labels } from "./labels.ts";
import type { MetricKey } from "./metrics.ts";

/** Where metrics go. What it throws is a failure of the hook, once the other metrics of the same moment have been told. */
export interface MetricSink {
  /** Adds to a counter. */
  add(metric: MetricKey, amount: number, labels: Labels): void;
  /** Records a value of a histogram. */
  record(metric: MetricKey, value: number, labels: Labels): void;
}

/** A sink of which one metric that fails does not keep the next from being told. */
class Telling implements MetricSink {
  readonly #sink: MetricSink;
  #failure: { readonly error: unknown } | null = null;

  constructor(sink: MetricSink) {
    this.#sink = sink;
  }

  add(metric: MetricKey, amount: number, labels: Labels): void {
    try {
      this.#sink.add(metric, amount, labels);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  record(metric: MetricKey, value: number, labels: Labels): void {
    try {
      this.#sink.record(metric, value, labels);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  /** Throws the first failure since it was asked. */
  over(): void {
    const failure = this.#failure;
    if (failure === null) return;
    this.#failure = null;
    throw failure.error;
  }
}

/** What is kept of a call while it goes on. */
interface Kept {
  /** The latest attempt and when it began; the others in flight, of a call that hedges. */
  attempt: number;
  startMs: number;
  others: Map<number, number> | null;
  /** The latest failure's class, and the sleep that follows it. */
  lastClass: string | undefined;
  sleepMs: number;
  sleepsFromMs: number;
}

type CountingHooks = Required<Pick<Hooks, "onMetric" | "onAttemptStart" | "onAttemptEnd" | "onCallEnd">>;

/** Hooks that turn all that calls tell into the metrics of the one list, for a backend. They can be shared by any number of policies. */
export function meteredHooks(given: MetricSink): CountingHooks {
  const sink = new Telling(given);
  const kept = new WeakMap<CallContext, Kept>();
  const sets = {
    calls: new LabelSets(["operation", "outcome", "stop_reason", "class"]),
    attempts: new LabelSets(["operation", "outcome", "class", "hedge"]),
    durations: new LabelSets(["operation", "outcome"]),
    retries: new LabelSets(["operation", "class"]),
    hedges: new LabelSets(["operation"]),
    changes: new LabelSets(["operation", "state"]),
    limited: new LabelSets(["operation", "limiter", "reason"]),
  };
  // Why the call that ends next fell back: it is told right before the end, in the same turn. Of calls that other hooks make in between, one may take it.
  let fellBack: Tags | null = null;

  const wake = (state: Kept, operation: string | undefined, elapsedMs: number): void => {
    const { sleepMs, lastClass } = state;
    if (sleepMs === 0) return;
    state.sleepMs = 0;
    // Whoever wakes early has slept less, and a wait in a limiter's queue is no sleep.
    const sleptMs = Math.min(sleepMs, elapsedMs - state.sleepsFromMs);
    if (sleptMs > 0) sink.add("asleep", sleptMs / 1_000, sets.retries.of(operation, lastClass));
  };

  return {
    onMetric(event: EventName, _attempt, _sleepMs, tags) {
      if (event === "success" || event === "retry") return;
      if (event === "fell_back") fellBack = tags;
      else if (event === "limited") sink.add("limited", 1, sets.limited.of(tags.operation, tags.limiter, tags.reason));
      else if (event === "circuit_opened" || event === "circuit_half_open" || event === "circuit_closed")
        sink.add("circuitChanges", 1, sets.changes.of(tags.operation, tags.state));
      sink.over();
    },

    onAttemptStart({ call, attempt, hedge, elapsedMs }: AttemptContext) {
      const operation = call.operation ?? undefined;
      const state = kept.get(call);
      if (state === undefined) {
        kept.set(call, {
          attempt,
          startMs: elapsedMs,
          others: null,
          lastClass: undefined,
          sleepMs: 0,
          sleepsFromMs: 0,
        });
      } else {
        if (state.attempt !== 0) {
          state.others ??= new Map();
          state.others.set(state.attempt, state.startMs);
        }
        state.attempt = attempt;
        state.startMs = elapsedMs;
        wake(state, operation, elapsedMs);
      }
      if (hedge) sink.add("hedges", 1, sets.hedges.of(operation));
      else if (attempt > 1) sink.add("retries", 1, sets.retries.of(operation, state?.lastClass));
      sink.over();
    },

    onAttemptEnd({ call, attempt, hedge, elapsedMs, classification, decision, sleepMs }: AttemptContext) {
      const operation = call.operation ?? undefined;
      const outcome = decision ?? undefined;
      const errorClass = classification?.errorClass;
      const state = kept.get(call);
      let startMs = 0;
      if (state !== undefined) {
        if (state.attempt === attempt) {
          startMs = state.startMs;
          state.attempt = 0;
        } else {
          startMs = state.others?.get(attempt) ?? elapsedMs;
          state.others?.delete(attempt);
        }
        if (decision === "retry") {
          state.lastClass = errorClass;
          state.sleepMs = sleepMs;
          state.sleepsFromMs = elapsedMs;
        }
      }
      if (hedge && decision === "success") sink.add("hedgeWins", 1, sets.hedges.of(operation));
      sink.add("attempts", 1, sets.attempts.of(operation, outcome, errorClass, hedge ? "true" : "false"));
      sink.record("attemptDuration", (elapsedMs - startMs) / 1_000, sets.durations.of(operation, outcome));
      sink.over();
    },

    onCallEnd(call: CallContext, end: CallEnd) {
      const operation = call.operation ?? undefined;
      const state = kept.get(call);
      if (state !== undefined) {
        kept.delete(call);
        wake(state, operation, end.elapsedMs);
      }
      const outcome = outcomeOf(end);
      const stopReason = outcome === "fell_back" ? fellBack?.stop_reason : end.ok ? undefined : (end.stopReason ?? undefined);
      if (outcome === "fell_back") fellBack = null;
      const errorClass = outcome === "failure" && "lastClass" in end ? (end.lastClass ?? undefined) : undefined;
      sink.add("calls", 1, sets.calls.of(operation, outcome, stopReason, errorClass));
      sink.record("callDuration", end.elapsedMs / 1_000, sets.durations.of(operation, outcome));
      sink.over();
    },
  };
}

function outcomeOf(end: CallEnd): "success" | "fell_back" | "failure" | "fault" {
  if (end.ok) return end.fellBack ? "fell_back" : "success";
  return end.stopReason === null ? "fault" : "failure";
}
