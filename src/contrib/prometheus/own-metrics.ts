/*
 * Metrics that a registry of prom-client prints, without its classes: a registry asks each for its values by `get()`, and for nothing else. A series is found by
 * the object of its labels, and counting is an addition: prom-client's own counters sort and join the labels each time.
 */
import {
  type GAUGE_KEYS,
  type GaugeSource,
  type Labels,
  METRICS,
  type MetricKey,
  readGauges,
  underscoredName,
} from "../../telemetry/index.ts";
import type { PrintedMetric, PrintedValue } from "./prometheus-shapes.ts";

/** Known from other metrics in a registry, whichever copy of this package has made it. */
const OWN = Symbol.for("redress.prometheus.metric");

/** What all of them are to a registry. The name can be set: a registry that prints OpenMetrics takes `_total` away. */
abstract class OwnMetric {
  readonly [OWN] = true;
  name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  /** How the workers of a cluster are put together. */
  readonly aggregator: string = "sum";

  constructor(key: MetricKey) {
    const { kind, help, labels } = METRICS[key];
    this.name = underscoredName(key);
    this.help = help;
    this.type = kind;
    this.labelNames = labels;
  }

  async get(): Promise<PrintedMetric> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.values() };
  }

  abstract reset(): void;
  protected abstract values(): PrintedValue[];
}

/** The series of a metric, by their labels. */
class Series<Cell> {
  readonly #make: () => Cell;
  #cells = new Map<string, { readonly labels: Labels; readonly cell: Cell }>();
  #known = new WeakMap<Labels, Cell>();

  constructor(make: () => Cell) {
    this.#make = make;
  }

  of(labels: Labels): Cell {
    return this.#known.get(labels) ?? this.#find(labels);
  }

  /** The same labels may be another object. */
  #find(labels: Labels): Cell {
    const key = JSON.stringify(labels);
    const { cell } = this.#cells.get(key) ?? { cell: this.#make() };
    this.#cells.set(key, { labels, cell });
    this.#known.set(labels, cell);
    return cell;
  }

  all() {
    return [...this.#cells.values()];
  }

  clear(): void {
    this.#cells = new Map();
    this.#known = new WeakMap();
  }
}

export class OwnCounter extends OwnMetric {
  readonly #series = new Series(() => ({ value: 0 }));

  inc(labels: Labels, amount = 1): void {
    this.#series.of(labels).value += amount;
  }

  reset(): void {
    this.#series.clear();
  }

  protected values(): PrintedValue[] {
    return this.#series.all().map(({ labels, cell }) => ({ labels: { ...labels }, value: cell.value }));
  }
}

export class OwnHistogram extends OwnMetric {
  readonly buckets: readonly number[];
  readonly #series = new Series(() => ({ sum: 0, counts: this.buckets.map(() => 0), beyond: 0 }));

  constructor(key: MetricKey, buckets: readonly number[]) {
    super(key);
    this.buckets = buckets;
  }

  observe(labels: Labels, value: number): void {
    const { buckets } = this;
    const cell = this.#series.of(labels);
    cell.sum += value;
    let bucket = 0;
    while (bucket < buckets.length && value > (buckets[bucket] as number)) bucket += 1;
    if (bucket === buckets.length) cell.beyond += 1;
    else (cell.counts[bucket] as number) += 1;
  }

  reset(): void {
    this.#series.clear();
  }

  protected values(): PrintedValue[] {
    const { name, buckets } = this;
    return this.#series.all().flatMap(({ labels, cell: { sum, counts, beyond } }) => {
      let below = 0;
      const upTo = buckets.map((bucket, index) => {
        below += counts[index] as number;
        return { metricName: `${name}_bucket`, labels: { le: bucket, ...labels }, value: below };
      });
      const count = below + beyond;
      return [
        ...upTo,
        { metricName: `${name}_bucket`, labels: { le: "+Inf", ...labels }, value: count },
        { metricName: `${name}_sum`, labels: { ...labels }, value: sum },
        { metricName: `${name}_count`, labels: { ...labels }, value: count },
      ];
    });
  }
}

/** A gauge is read when it is printed. */
export class OwnGauge extends OwnMetric {
  readonly #key: MetricKey;
  readonly #sources = new Set<GaugeSource>();
  override readonly aggregator: string;

  constructor(key: (typeof GAUGE_KEYS)[number]) {
    super(key);
    this.#key = key;
    // The worst state of a circuit, the mean of a ratio, and the sum of what is counted.
    this.aggregator = key === "circuitState" ? "max" : key === "amplification" ? "average" : "sum";
  }

  readFrom(source: GaugeSource): void {
    this.#sources.add(source);
  }

  reset(): void {}

  protected values(): PrintedValue[] {
    const readings = [...this.#sources].flatMap((source) => readGauges(source));
    return readings.flatMap(({ metric, value, labels }) => (metric === this.#key ? [{ labels: { ...labels }, value }] : []));
  }
}

export function isOwnMetric(metric: unknown): metric is OwnMetric {
  return typeof metric === "object" && metric !== null && OWN in metric;
}
