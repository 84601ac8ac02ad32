/*
 * Counters are increments, durations distributions in seconds: DogStatsD knows no units, OpenTelemetry and Prometheus have seconds, and the same metric must
 * have the same number everywhere. `timing`, whose numbers are milliseconds, is not used. Distributions are aggregated by Datadog over all hosts; a histogram
 * would give the percentile of each host. Gauges are read at an interval, on a timer that keeps no process alive.
 */
import { aFunction, type OptionTable, objectWith, requireOptions } from "../../clients/options/index.ts";
import type { Hooks } from "../../index.ts";
import { type GaugeSource, METRICS, meteredHooks, readGauges } from "../../telemetry/index.ts";
import { type DogStatsD, tagsOf } from "./dog-statsd.ts";

/** Where metrics go. */
export interface DatadogOptions {
  /** hot-shots' `StatsD`, or dd-trace's `tracer.dogstatsd`. */
  readonly statsd: DogStatsD;
  /** What gauges are read from, such as a registry of `redress/registry`. @default none: there are no gauges */
  readonly registry?: GaugeSource | undefined;
  /** How often they are read, in milliseconds, at least 1000. Needs `registry`. @default 10_000, the interval at which the agent sends */
  readonly gaugeIntervalMs?: number | undefined;
  /** Called with what reading or sending gauges throws, each time. @default the next call's `onCallEnd` fails with it, so that `onHookError` hears of it */
  readonly onGaugeError?: ((error: unknown) => void) | undefined;
}

/** Hooks, and the timer of their gauges. */
export interface DatadogHooks extends Hooks {
  /** Ends the reading of gauges. What is counted after that is sent all the same. */
  stop(): void;
}

const table: OptionTable<keyof DatadogOptions> = {
  rules: {
    statsd: objectWith("a DogStatsD client with increment, distribution and gauge", ["increment", "distribution", "gauge"]),
    registry: objectWith("a registry, with a snapshot", ["snapshot"]),
    gaugeIntervalMs: {
      text: "a number from 1000 to 2147483647, with a registry",
      type: "number",
      ok: (ms: number) => ms >= 1_000 && ms <= 0x7f_ff_ff_ff,
    },
    onGaugeError: aFunction,
  },
  required: ["statsd"],
};

/**
 * Counts calls, attempts, retries and what else the list of metrics has, and sends it to Datadog's agent by a DogStatsD client. With a registry, the states of
 * circuits, budgets and limiters too.
 *
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { datadogHooks } from "redress/datadog";
 *
 * const hooks = datadogHooks({ statsd: new StatsD() });
 * const policy = new Policy({ operation: "read_order", retry: {}, hooks });
 */
export function datadogHooks(options: DatadogOptions): DatadogHooks {
  const { statsd, registry, gaugeIntervalMs, onGaugeError } = requireOptions("datadogHooks", options, table);
  for (const [name, value] of Object.entries({ gaugeIntervalMs, onGaugeError }))
    if (value !== undefined && registry === undefined)
      throw new TypeError(`datadogHooks.${name} says how gauges are read, which needs datadogHooks.registry.`);
  let failure: { readonly error: unknown } | null = null;
  const keep = (error: unknown): void => {
    failure = { error };
  };
  const fails = onGaugeError ?? keep;

  // None of the clients answers. One that does, with a promise, may reject.
  const follow = (answer: unknown): void => {
    if (answer instanceof Promise) answer.catch(fails);
  };

  const readAll = (): void => {
    try {
      for (const { metric, value, labels } of readGauges(registry as GaugeSource))
        follow(statsd.gauge(METRICS[metric].name, value, tagsOf(labels)));
    } catch (error) {
      fails(error);
    }
  };
  const timer = registry === undefined ? undefined : setInterval(readAll, gaugeIntervalMs ?? 10_000);
  // Node's timers are objects, and those of others do not keep a process.
  (timer as { unref?(): void } | undefined)?.unref?.();

  const counting = meteredHooks({
    series(metric, labels) {
      const { name, kind } = METRICS[metric];
      const tags = tagsOf(labels);
      if (kind === "counter") return (amount) => follow(statsd.increment(name, amount, tags));
      return (value) => follow(statsd.distribution(name, value, tags));
    },
  });
  return {
    ...counting,
    onCallEnd(call, end) {
      counting.onCallEnd?.(call, end);
      if (failure === null) return;
      const { error } = failure;
      failure = null;
      throw error;
    },
    stop: () => clearInterval(timer),
  };
}
