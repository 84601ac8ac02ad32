import { objectWith, refuse } from "../../clients/options/index.ts";
import type { Hooks } from "../../index.ts";
import { increase } from "./projection.ts";
import type { PrometheusCounter } from "./prometheus-shapes.ts";

const isCounter = objectWith("a counter of prom-client", ["inc"]);

/**
 * Counts events in a counter of one's own, by those of the labels `event`, `operation`, `class`, `err`, `stop_reason`, `cause`, `state`, `limiter` and `reason`
 * that it declares. For a dashboard that Python redress has, too.
 *
 * @throws TypeError for what is no counter
 * @example
 * import { Counter } from "prom-client";
 * import { prometheusMetricHook } from "redress/prometheus";
 *
 * const events = new Counter({ name: "orders_events_total", help: "Events of redress.", labelNames: ["event", "operation"] });
 * const policy = new Policy({ retry: {}, hooks: prometheusMetricHook(events) });
 */
export function prometheusMetricHook(counter: PrometheusCounter): Pick<Required<Hooks>, "onMetric"> {
  if (typeof counter !== "object" || counter === null || !isCounter.ok(counter as never))
    refuse("prometheusMetricHook.counter", "a counter of prom-client", counter);
  return { onMetric: (event, _attempt, _sleepMs, tags) => increase(counter, { event, ...tags }, 1) };
}
