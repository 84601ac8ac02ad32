// ---- DogStatsD: metrics of calls for Datadog, by hot-shots or dd-trace

export { type DatadogHooks, type DatadogOptions, datadogHooks } from "./datadog-hooks.ts";
export type { DogStatsD } from "./dog-statsd.ts";

// ---- what it shares with the other backends

export type { GAUGE_KEYS, GaugeSource, METRICS, MetricKey } from "../../telemetry/index.ts";
