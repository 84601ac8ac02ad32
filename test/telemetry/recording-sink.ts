import { type Labels, METRICS, type MetricKey, type MetricSink, type Series } from "../../src/telemetry/index.ts";

/** A sink that sums up counters and keeps the values of histograms, by their labels in order. */
export class RecordingSink implements MetricSink {
  readonly counts: Record<string, number> = {};
  readonly values: Record<string, number[]> = {};
  /** The series that it was asked for. */
  readonly asked: string[] = [];

  series(metric: MetricKey, labels: Labels): Series {
    const key = [metric, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(" ");
    this.asked.push(key);
    if (METRICS[metric].kind === "counter")
      return (amount) => {
        this.counts[key] = (this.counts[key] ?? 0) + amount;
      };
    return (value) => {
      this.values[key] ??= [];
      this.values[key].push(value);
    };
  }

  /** The counters of one metric. */
  of(metric: MetricKey): Record<string, number> {
    const entries = Object.entries(this.counts).filter(([key]) => key.startsWith(`${metric} `));
    return Object.fromEntries(entries.map(([key, value]) => [key.slice(metric.length + 1), value]));
  }
}
