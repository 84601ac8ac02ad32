import {
  attributeOf,
  GAUGE_KEYS,
  type GaugeSource,
  type LabelKey,
  type Labels,
  METRIC_KEYS,
  METRICS,
  type MetricKey,
  type MetricSink,
  readGauges,
} from "../../telemetry/index.ts";
import type { OtelCounter, OtelHistogram, OtelMeter, SpanAttributes } from "./otel-shapes.ts";

/** The metrics of the one list, made by a meter. */
export function otelSink(meter: OtelMeter, buckets: readonly number[]): MetricSink {
  const counters: { [Key in MetricKey]?: OtelCounter } = {};
  const histograms: { [Key in MetricKey]?: OtelHistogram } = {};
  for (const key of METRIC_KEYS) {
    const { name, unit, kind, help } = METRICS[key];
    if (kind === "counter") counters[key] = meter.createCounter(name, { description: help, unit });
    if (kind === "histogram")
      histograms[key] = meter.createHistogram(name, {
        description: help,
        unit,
        advice: { explicitBucketBoundaries: [...buckets] },
      });
  }
  return {
    series(metric, labels) {
      const attributes = attributesOf(labels);
      const counter = counters[metric];
      if (counter !== undefined) return (amount) => counter.add(amount, attributes);
      const histogram = histograms[metric];
      return (value) => histogram?.record(value, attributes);
    },
  };
}

/** The gauges of a registry: they are read when the metrics are collected. */
export function observeGauges(meter: OtelMeter, registry: GaugeSource): void {
  for (const key of GAUGE_KEYS) {
    const { name, unit, help } = METRICS[key];
    meter.createObservableGauge(name, { description: help, unit }).addCallback((result) => {
      for (const { metric, value, labels } of readGauges(registry))
        if (metric === key) result.observe(value, attributesOf(labels));
    });
  }
}

function attributesOf(labels: Labels): SpanAttributes {
  const entries = Object.entries(labels).map(([label, value]) => [attributeOf(label as LabelKey), value]);
  return Object.fromEntries(entries) as SpanAttributes;
}
