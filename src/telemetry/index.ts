// ---- metrics of calls, for whichever backend

export { GAUGE_KEYS, type GaugeKey, type GaugeSource, type Reading, readGauges } from "./gauges.ts";
export { LABELS, type Label, type LabelKey, LabelSets, type Labels } from "./labels.ts";
export { type MetricSink, meteredHooks } from "./metered-hooks.ts";
export {
  attributeOf,
  CALL_OUTCOMES,
  DURATION_BUCKETS,
  METRIC_KEYS,
  METRICS,
  type Metric,
  type MetricKey,
  type MetricKind,
  underscoredName,
} from "./metrics.ts";

// ---- the end of a call in one line, for logs and reports of errors

export { type CallFields, type CallKind, EXPECTED_STOPS, FallbackTags, fieldsOf, kindOf } from "./call-summary.ts";
