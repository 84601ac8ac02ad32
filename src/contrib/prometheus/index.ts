// ---- Prometheus: metrics of calls, in a registry of prom-client

export type { GaugeSource } from "../../telemetry/index.ts";
export { type PrometheusMetrics, type PrometheusOptions, prometheusHooks } from "./prometheus-hooks.ts";
export { prometheusMetricHook } from "./prometheus-metric-hook.ts";
export type {
  PrometheusClient,
  PrometheusCounter,
  PrometheusHistogram,
  PrometheusRegister,
} from "./prometheus-shapes.ts";
