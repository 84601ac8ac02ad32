import { objectWith, refuse } from "../../clients/options/index.ts";
import type { Hooks } from "../../index.ts";
import type { OtelMeter } from "./otel-shapes.ts";

const isMeter = objectWith("a meter of OpenTelemetry", ["createCounter"]);

/**
 * Counts events, with their tags and nothing else, in one counter: the attribute `event` says which. For a dashboard that Python redress has, too.
 *
 * @param name of the counter @default "redress.events"
 * @throws TypeError for what is no meter
 * @example
 * import { metrics } from "@opentelemetry/api";
 * import { otelMetricHook } from "redress/otel";
 *
 * const policy = new Policy({ retry: {}, hooks: otelMetricHook(metrics.getMeter("orders")) });
 */
export function otelMetricHook(
  meter: Pick<OtelMeter, "createCounter">,
  name = "redress.events",
): Pick<Required<Hooks>, "onMetric"> {
  if (typeof meter !== "object" || meter === null || !isMeter.ok(meter as never))
    refuse("otelMetricHook.meter", "a meter of OpenTelemetry", meter);
  const counter = meter.createCounter(name, { description: "Events of redress.", unit: "{event}" });
  return { onMetric: (event, _attempt, _sleepMs, tags) => counter.add(1, { event, ...tags }) };
}
