import {
  aboveZero,
  arrayOf,
  type OptionRule,
  type OptionTable,
  objectWith,
  refuse,
  requireOptions,
} from "../../clients/options/index.ts";
import type { Hooks } from "../../index.ts";
import {
  DURATION_BUCKETS,
  GAUGE_KEYS,
  type GaugeSource,
  METRIC_KEYS,
  METRICS,
  type MetricKey,
  type MetricSink,
  meteredHooks,
  underscoredName,
} from "../../telemetry/index.ts";
import { isCounted, isOwnMetric, OwnCounter, OwnGauge, OwnHistogram } from "./own-metrics.ts";
import { increase, observe } from "./projection.ts";
import type { PrometheusClient, PrometheusCounter, PrometheusHistogram, PrometheusRegister } from "./prometheus-shapes.ts";

/** Metrics of one's own that take the place of those of the list: counters and histograms of prom-client, with whichever of the labels they declare. */
export interface PrometheusMetrics {
  readonly calls?: PrometheusCounter | undefined;
  readonly attempts?: PrometheusCounter | undefined;
  readonly retries?: PrometheusCounter | undefined;
  readonly hedges?: PrometheusCounter | undefined;
  readonly hedgeWins?: PrometheusCounter | undefined;
  readonly callDuration?: PrometheusHistogram | undefined;
  readonly attemptDuration?: PrometheusHistogram | undefined;
  readonly asleep?: PrometheusCounter | undefined;
  readonly circuitChanges?: PrometheusCounter | undefined;
  readonly limited?: PrometheusCounter | undefined;
}

/** Where the metrics stand. One of `client`, `register` and `metrics` at least. */
export interface PrometheusOptions {
  /** The module prom-client: the metrics stand in its default registry. */
  readonly client?: PrometheusClient | undefined;
  /** The registry in which the metrics stand. @default that of `client` */
  readonly register?: PrometheusRegister | undefined;
  /**
   * Metrics of one's own, in place of those of the list: labels that one does not declare are left out. Without `client` and `register`, no other metrics are
   * kept. @default none
   */
  readonly metrics?: PrometheusMetrics | undefined;
  /** What the gauges of circuits, budgets, limiters and amplification are read from: that of `redress/registry`. @default none: there are no gauges */
  readonly registry?: GaugeSource | undefined;
  /** The upper bounds of the buckets of durations, in seconds, ascending. @default from 1 ms to 60 s */
  readonly buckets?: readonly number[] | undefined;
}

const aRegister = objectWith("a registry of prom-client", ["registerMetric", "getSingleMetric"]);

const counted = METRIC_KEYS.filter((key) => METRICS[key].kind !== "gauge");

const ownMetric = (key: MetricKey): OptionRule =>
  METRICS[key].kind === "counter"
    ? objectWith("a counter of prom-client", ["inc"])
    : objectWith("a histogram of prom-client", ["observe"]);

const table: OptionTable<keyof PrometheusOptions> = {
  rules: {
    client: {
      text: "the module prom-client",
      type: "object",
      ok: ({ register }: { readonly register?: unknown }) => isRegister(register),
    },
    register: aRegister,
    metrics: { text: "an object of metrics", type: "object", ok: () => true },
    registry: objectWith("a registry, with snapshot()", ["snapshot"]),
    buckets: arrayOf("an array of numbers > 0", aboveZero),
  },
};

function isRegister(value: unknown): boolean {
  return typeof value === "object" && value !== null && aRegister.ok(value as never);
}

const metricsTable: OptionTable = { rules: Object.fromEntries(counted.map((key) => [key, ownMetric(key)])) };

/**
 * Counts calls for Prometheus: the metrics `redress_*` stand in a registry of prom-client. They can be shared by any number of policies; where they are asked
 * for again with the same registry, its metrics are used again.
 *
 * @throws TypeError or RangeError for wrong, unknown or missing options, and where the registry has another metric of one of the names
 * @example
 * // import * as client from "prom-client";
 * import { prometheusHooks } from "redress/prometheus";
 *
 * const policy = new Policy({ operation: "load_order", retry: {}, hooks: prometheusHooks({ client }) });
 */
export function prometheusHooks(options: PrometheusOptions): Hooks {
  const { client, registry, buckets, ...given } = requireOptions("prometheusHooks", options, table);
  const metrics: PrometheusMetrics = requireOptions("prometheusHooks.metrics", given.metrics ?? {}, metricsTable);
  const register = given.register ?? client?.register;
  if (register === undefined && given.metrics === undefined)
    refuse("prometheusHooks", "given client, register or metrics", options);
  if (register === undefined && registry !== undefined)
    refuse("prometheusHooks.registry", "given with client or register: its gauges stand there", registry);
  if (buckets?.some((bucket, index) => index > 0 && bucket <= (buckets[index - 1] as number)))
    refuse("prometheusHooks.buckets", "ascending", buckets, RangeError);
  const standing = register === undefined ? {} : countedIn(register, metrics, buckets);
  if (register !== undefined && registry !== undefined) readGaugesIn(register, registry);
  return meteredHooks(sinkOf({ ...standing, ...metrics }));
}

type Sinks = { [Key in MetricKey]?: OwnCounter | OwnHistogram | PrometheusCounter | PrometheusHistogram | undefined };

/** The counters and histograms of the list in a registry: those that stand there already, and new ones. */
function countedIn(register: PrometheusRegister, instead: PrometheusMetrics, buckets: readonly number[] | undefined): Sinks {
  const standing: Sinks = {};
  for (const key of counted) {
    if (instead[key as keyof PrometheusMetrics] !== undefined) continue;
    const isCounter = METRICS[key].kind === "counter";
    const make = () => (isCounter ? new OwnCounter(key) : new OwnHistogram(key, buckets ?? DURATION_BUCKETS));
    const metric = standingIn(register, key, make) as OwnCounter | OwnHistogram;
    if (isOwnMetric(metric) ? metric.type !== METRICS[key].kind : !ownMetric(key).ok(metric as never))
      refuse(`prometheusHooks.register ${underscoredName(key)}`, `a ${METRICS[key].kind}`, metric);
    const bounds = (metric as { readonly buckets?: unknown }).buckets;
    if (!isCounter && buckets !== undefined && String(bounds) !== String(buckets))
      refuse("prometheusHooks.buckets", `those with which ${underscoredName(key)} stands in the registry (${bounds})`, buckets);
    standing[key] = metric;
  }
  return standing;
}

function readGaugesIn(register: PrometheusRegister, registry: GaugeSource): void {
  for (const key of GAUGE_KEYS) {
    const gauge = standingIn(register, key, () => new OwnGauge(key));
    if (!isOwnMetric(gauge)) refuse(`prometheusHooks.register ${underscoredName(key)}`, "no metric of somebody else's", gauge);
    (gauge as unknown as OwnGauge).readFrom(registry);
  }
}

function standingIn(register: PrometheusRegister, key: MetricKey, make: () => object): unknown {
  const standing = register.getSingleMetric(underscoredName(key));
  if (standing !== undefined) return standing;
  const made = make();
  register.registerMetric(made as never);
  return made;
}

function sinkOf(metrics: Sinks): MetricSink {
  return {
    series(key, labels) {
      const metric = metrics[key];
      if (metric === undefined) return () => {};
      if (isCounted(metric)) return metric.series(labels);
      return METRICS[key].kind === "counter"
        ? (amount) => increase(metric as PrometheusCounter, labels, amount)
        : (value) => observe(metric as PrometheusHistogram, labels, value);
    },
  };
}
