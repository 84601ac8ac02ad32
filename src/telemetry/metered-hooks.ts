/*
 * From what hooks are told to metrics. A call is counted once, when it ends, whatever its end; an attempt when it is decided what follows it.
 *
 *   onAttemptEnd    -> the attempt, as a retry or a hedge too, and its duration; the sleep before it
 *   onMetric        -> changes of circuits, rejections of limiters: they have no call to be kept with
 *   onCallEnd       -> the call, its duration
 *
 * Only of a call that retries is anything kept, which is known by its context: no other call has the same, so that calls in flight at once never mix.
 */
import type { AttemptContext, CallContext, CallEnd, EventName, Hooks } from "../index.ts";
import { FallbackTags } from "./call-summary.ts";
import { ByLabels, type Labels, labelsOf } from "./labels.ts";
import type { MetricKey } from "./metrics.ts";

/** A metric with its labels. It is told how much to add, of a counter, or what to record, of a histogram. */
export type Series = (amount: number) => void;

/** Where metrics go. */
export interface MetricSink {
  /** Asked once for each combination of labels, but for what was forgotten in between. */
  series(metric: MetricKey, labels: Labels): Series;
}

/** What is kept of a call that retries: the latest failure's class, and the sleep that follows it. */
interface Kept {
  readonly lastClass: string | undefined;
  readonly sleepsFromMs: number;
  sleepMs: number;
}

type CountingHooks = Required<Pick<Hooks, "onMetric" | "onAttemptEnd" | "onCallEnd">>;

/**
 * Hooks that turn all that calls tell into the metrics of the one list, for a backend. They can be shared by any number of policies. What the backend throws is
 * a failure of the hook, once the other metrics of the same moment have been told.
 */
export function meteredHooks(sink: MetricSink): CountingHooks {
  const telling = new Telling(sink);
  const { tell } = telling;
  const kept = new WeakMap<CallContext, Kept>();
  const fallbacks = new FallbackTags();
  const calls = new ByLabels((operation, outcome, stop_reason, errorClass) => ({
    count: telling.series("calls", { operation, outcome, stop_reason, class: errorClass }),
    duration: telling.series("callDuration", { operation, outcome }),
  }));
  const attempts = new ByLabels((operation, outcome, errorClass, hedge) => ({
    count: telling.series("attempts", { operation, outcome, class: errorClass, hedge }),
    duration: telling.series("attemptDuration", { operation, outcome }),
  }));
  const retries = new ByLabels((operation, errorClass) => ({
    count: telling.series("retries", { operation, class: errorClass }),
    asleep: telling.series("asleep", { operation, class: errorClass }),
  }));
  const hedges = new ByLabels((operation) => ({
    count: telling.series("hedges", { operation }),
    wins: telling.series("hedgeWins", { operation }),
  }));
  const changes = new ByLabels((operation, state) => telling.series("circuitChanges", { operation, state }));
  const rejections = new ByLabels((operation, limiter, reason) => telling.series("limited", { operation, limiter, reason }));

  const wake = (state: Kept, operation: string | undefined, elapsedMs: number): void => {
    if (state.sleepMs === 0) return;
    // Whoever wakes early has slept less, and a wait in a limiter's queue is no sleep.
    const sleptMs = Math.min(state.sleepMs, elapsedMs - state.sleepsFromMs);
    state.sleepMs = 0;
    if (sleptMs > 0) tell(retries.of(operation, state.lastClass).asleep, sleptMs / 1_000);
  };

  return {
    onMetric(event: EventName, _attempt, _sleepMs, tags) {
      if (event === "success" || event === "retry") return;
      fallbacks.heard(event, tags);
      const { operation, state, limiter, reason } = tags;
      if (event === "limited") tell(rejections.of(operation, limiter, reason), 1);
      else if (event === "circuit_opened" || event === "circuit_half_open" || event === "circuit_closed")
        tell(changes.of(operation, state), 1);
      telling.over();
    },

    onAttemptEnd({ call, attempt, hedge, elapsedMs, durationMs, classification, decision, sleepMs }: AttemptContext) {
      const operation = call.operation ?? undefined;
      const outcome = decision ?? undefined;
      const errorClass = classification?.errorClass;
      const tookMs = durationMs ?? 0;
      if (hedge) {
        const { count, wins } = hedges.of(operation);
        tell(count, 1);
        if (decision === "success") tell(wins, 1);
      } else if (attempt > 1) {
        const state = kept.get(call);
        if (state !== undefined) wake(state, operation, elapsedMs - tookMs);
        tell(retries.of(operation, state?.lastClass).count, 1);
      }
      if (decision === "retry") kept.set(call, { lastClass: errorClass, sleepMs, sleepsFromMs: elapsedMs });
      const { count, duration } = attempts.of(operation, outcome, errorClass, hedge ? "true" : "false");
      tell(count, 1);
      tell(duration, tookMs / 1_000);
      telling.over();
    },

    onCallEnd(call: CallContext, end: CallEnd) {
      const operation = call.operation ?? undefined;
      // Most calls succeed at once, and were not kept.
      const outcome = outcomeOf(end);
      const state = outcome === "success" && end.attempts === 1 ? undefined : kept.get(call);
      if (state !== undefined) wake(state, operation, end.elapsedMs);
      const stopReason =
        outcome === "fell_back" ? fallbacks.take(call)?.stop_reason : end.ok ? undefined : (end.stopReason ?? undefined);
      const errorClass = !end.ok && "lastClass" in end ? (end.lastClass ?? undefined) : undefined;
      const { count, duration } = calls.of(operation, outcome, stopReason, errorClass);
      tell(count, 1);
      // Earlier deliveries have told their own.
      tell(duration, (end.elapsedMs - (call.resumed?.elapsedMs ?? 0)) / 1_000);
      telling.over();
    },
  };
}

/** How a call has ended: `deferred` is one whose retry was left to another process, or to a later delivery, which is counted as a call of its own. */
type CallOutcome = "success" | "fell_back" | "deferred" | "failure" | "fault";

function outcomeOf(end: CallEnd): CallOutcome {
  if (end.ok) return end.fellBack ? "fell_back" : "success";
  if (end.stopReason === null) return "fault";
  return end.stopReason === "SCHEDULED" ? "deferred" : "failure";
}

/** Tells a sink so that one metric that fails does not keep the next from being told. */
class Telling {
  readonly #sink: MetricSink;
  #failure: { readonly error: unknown } | null = null;

  constructor(sink: MetricSink) {
    this.#sink = sink;
  }

  /** A series of the sink, asked for when it is first told something: that may fail, too. */
  series(metric: MetricKey, labels: { readonly [Label in keyof Labels]?: string | undefined }): Series {
    let series: Series | null = null;
    return (amount) => {
      series ??= this.#sink.series(metric, labelsOf(labels));
      series(amount);
    };
  }

  readonly tell = (series: Series, amount: number): void => {
    try {
      series(amount);
    } catch (error) {
      this.#failure ??= { error };
    }
  };

  /** Throws the first failure since it was asked. */
  over(): void {
    const failure = this.#failure;
    if (failure === null) return;
    this.#failure = null;
    throw failure.error;
  }
}
