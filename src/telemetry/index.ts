// ---- metrics of calls, for whichever backend

export { GAUGE_KEYS, type GaugeSource, readGauges } from "./gauges.ts";
export { ByLabels, LABELS, type LabelKey, type Labels } from "./labels.ts";
export { type MetricSink, meteredHooks, type Series } from "./metered-hooks.ts";
export {
  attributeOf,
  DURATION_BUCKETS,
  METRIC_KEYS,
  METRICS,
  type MetricKey,
  underscoredName,
} from "./metrics.ts";

// ---- the end of a call in one line, for logs and reports of errors

export { type CallKind, EXPECTED_STOPS, FallbackTags, fieldsOf, kindOf } from "./call-summary.ts";
