// ---- OpenTelemetry: spans and metrics of calls

export type { GaugeSource } from "../../telemetry/index.ts";
export { type OtelOptions, otelHooks } from "./otel-hooks.ts";
export { otelMetricHook } from "./otel-metric-hook.ts";
export type {
  AttributeValue,
  OtelApi,
  OtelContext,
  OtelCounter,
  OtelHistogram,
  OtelMeter,
  OtelMetricOptions,
  OtelObservable,
  OtelSpan,
  OtelTracer,
  SpanAttributes,
} from "./otel-shapes.ts";
