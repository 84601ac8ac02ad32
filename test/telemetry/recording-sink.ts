import type { Labels, MetricKey, MetricSink } from "../../src/telemetry/index.ts";

/** A sink that sums up counters and keeps the values of histograms, by their labels in order. */
export class RecordingSink implements MetricSink {
  readonly counts: Record<string, number> = {};
  readonly values: Record<string, number[]> = {};
  /** The label objects that it was given. */
  readonly labels = new Set<Labels>();

  add(metric: MetricKey, amount: number, labels: Labels): void {
    const key = keyOf(metric, labels);
    this.counts[key] = (this.counts[key] ?? 0) + amount;
    this.labels.add(labels);
  }

  record(metric: MetricKey, value: number, labels: Labels): void {
    const key = keyOf(metric, labels);
    this.values[key] ??= [];
    this.values[key].push(value);
    this.labels.add(labels);
  }

  /** The counters of one metric. */
  of(metric: MetricKey): Record<string, number> {
    const entries = Object.entries(this.counts).filter(([key]) => key.startsWith(`${metric} `));
    return Object.fromEntries(entries.map(([key, value]) => [key.slice(metric.length + 1), value]));
  }
}

const keyOf = (metric: MetricKey, labels: Labels): string =>
  [metric, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(" ");
