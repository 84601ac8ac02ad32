/*
 * The one list of metrics: every backend, and the docs, read their names, units, help and labels here. Durations are seconds, units those of UCUM.
 *
 * How many attempts a call takes (amplification) stands in the counters, too: attempts / calls that were not deferred, each as a rate over the same time.
 */
import { LABELS, type LabelKey } from "./labels.ts";

type MetricKind = "counter" | "histogram" | "gauge";

/** What a metric is. */
export interface Metric {
  /** In OpenTelemetry. */
  readonly name: string;
  readonly unit: string;
  readonly kind: MetricKind;
  /** What it counts or measures, in a sentence. */
  readonly help: string;
  /** The labels that it may have. */
  readonly labels: readonly LabelKey[];
}

export const METRICS = {
  calls: {
    name: "redress.calls",
    unit: "{call}",
    kind: "counter",
    help: "Calls that have ended: with a value, by a fallback, without a value, put off to a later delivery, or by a mistake in the policy.",
    labels: ["operation", "outcome", "stop_reason", "class"],
  },
  attempts: {
    name: "redress.attempts",
    unit: "{attempt}",
    kind: "counter",
    help: "Attempts that have ended, by what was decided after them.",
    labels: ["operation", "outcome", "class", "hedge"],
  },
  retries: {
    name: "redress.retries",
    unit: "{retry}",
    kind: "counter",
    help: "Attempts that were retries, by the class of the failure before them.",
    labels: ["operation", "class"],
  },
  hedges: {
    name: "redress.hedges",
    unit: "{hedge}",
    kind: "counter",
    help: "Attempts that were hedges: started beside one in flight.",
    labels: ["operation"],
  },
  hedgeWins: {
    name: "redress.hedge.wins",
    unit: "{hedge}",
    kind: "counter",
    help: "Hedges that gave their call its value.",
    labels: ["operation"],
  },
  callDuration: {
    name: "redress.call.duration",
    unit: "s",
    kind: "histogram",
    help: "How long calls took, their attempts, delays and queues together: of a call in several deliveries, each of them.",
    labels: ["operation", "outcome"],
  },
  attemptDuration: {
    name: "redress.attempt.duration",
    unit: "s",
    kind: "histogram",
    help: "How long attempts took.",
    labels: ["operation", "outcome"],
  },
  asleep: {
    name: "redress.asleep",
    unit: "s",
    kind: "counter",
    help: "Time that calls have slept before retries, by the class of the failure before them.",
    labels: ["operation", "class"],
  },
  circuitChanges: {
    name: "redress.circuit.changes",
    unit: "{change}",
    kind: "counter",
    help: "Changes of state of circuits, by the operation whose call caused them and the new state.",
    labels: ["operation", "state"],
  },
  limited: {
    name: "redress.limited",
    unit: "{rejection}",
    kind: "counter",
    help: "Attempts that a limiter has turned away.",
    labels: ["operation", "limiter", "reason"],
  },
  circuitState: {
    name: "redress.circuit.state",
    unit: "1",
    kind: "gauge",
    help: "The state of a circuit: 0 closed, 1 half-open, 2 open.",
    labels: ["circuit"],
  },
  budgetLevel: {
    name: "redress.budget.level",
    unit: "{token}",
    kind: "gauge",
    help: "What is left of a retry budget.",
    labels: ["budget"],
  },
  limiterInUse: {
    name: "redress.limiter.in_use",
    unit: "{attempt}",
    kind: "gauge",
    help: "Attempts that hold a place of a limiter.",
    labels: ["limiter"],
  },
  limiterQueued: {
    name: "redress.limiter.queued",
    unit: "{attempt}",
    kind: "gauge",
    help: "Attempts that wait in the queue of a limiter.",
    labels: ["limiter"],
  },
  amplification: {
    name: "redress.amplification",
    unit: "1",
    kind: "gauge",
    help: "Attempts per call of a policy in the last minute.",
    labels: ["policy"],
  },
} as const satisfies Record<string, Metric>;

export type MetricKey = keyof typeof METRICS;

/** All of them, in order. */
export const METRIC_KEYS: readonly MetricKey[] = /* @__PURE__ */ Object.keys(METRICS) as MetricKey[];

/** The upper bounds of the buckets of durations, in seconds: from a cache's answer to a call that has slept several times. */
export const DURATION_BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The name where names have no dots and tell their unit, as Prometheus has them: `redress_call_duration_seconds`, `redress_calls_total`. */
export function underscoredName(key: MetricKey): string {
  const { name, unit, kind } = METRICS[key];
  return [name.replaceAll(".", "_"), unit === "s" ? "_seconds" : "", kind === "counter" ? "_total" : ""].join("");
}

/** The name of a label in OpenTelemetry. */
export function attributeOf(label: LabelKey): string {
  return LABELS[label].attribute;
}
