/*
 * Metrics that a registry of prom-client prints, without its classes: a registry asks each for its values by `get()`, and for nothing else. A series is
 * found once for its labels, and counting is an addition: prom-client's own counters sort and join the labels each time.
 */
import {
  type GAUGE_KEYS,
  type GaugeSource,
  type Labels,
  METRICS,
  type MetricKey,
  readGauges,
  type Series,
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

/** What is kept of one combination of labels, until the metric is reset. */
interface Cell {
  readonly labels: Labels;
  isGone: boolean;
}

/** A metric that is counted in cells. */
abstract class CountedMetric<Kept extends Cell> extends OwnMetric {
  #cells = new Map<string, Kept>();

  /** What is told here is counted in the cell of these labels, which is printed once there is something in it. */
  series(labels: Labels): Series {
    const key = JSON.stringify(Object.entries(labels).sort());
    let cell: Kept | null = null;
    return (amount) => {
      if (cell === null || cell.isGone) cell = this.#cellOf(key, labels);
      this.count(cell, amount);
    };
  }

  #cellOf(key: string, labels: Labels): Kept {
    const cell = this.#cells.get(key) ?? this.make(labels);
    this.#cells.set(key, cell);
    return cell;
  }

  reset(): void {
    for (const cell of this.#cells.values()) cell.isGone = true;
    this.#cells = new Map();
  }

  protected values(): PrintedValue[] {
    return [...this.#cells.values()].flatMap((cell) => this.printed(cell));
  }

  protected abstract make(labels: Labels): Kept;
  protected abstract count(cell: Kept, amount: number): void;
  protected abstract printed(cell: Kept): PrintedValue[];
}

interface CounterCell extends Cell {
  value: number;
}

export class OwnCounter extends CountedMetric<CounterCell> {
  protected make(labels: Labels): CounterCell {
    return { labels, isGone: false, value: 0 };
  }

  protected count(cell: CounterCell, amount: number): void {
    cell.value += amount;
  }

  protected printed({ labels, value }: CounterCell): PrintedValue[] {
    return [{ labels: { ...labels }, value }];
  }
}

interface HistogramCell extends Cell {
  sum: number;
  /** For each bucket, what is in it and in none before. */
  readonly counts: number[];
  beyond: number;
}

export class OwnHistogram extends CountedMetric<HistogramCell> {
  readonly buckets: readonly number[];

  constructor(key: MetricKey, buckets: readonly number[]) {
    super(key);
    this.buckets = buckets;
  }

  protected make(labels: Labels): HistogramCell {
    return { labels, isGone: false, sum: 0, counts: this.buckets.map(() => 0), beyond: 0 };
  }

  protected count(cell: HistogramCell, value: number): void {
    const { buckets } = this;
    cell.sum += value;
    let bucket = 0;
    while (bucket < buckets.length && value > (buckets[bucket] as number)) bucket += 1;
    if (bucket === buckets.length) cell.beyond += 1;
    else (cell.counts[bucket] as number) += 1;
  }

  protected printed({ labels, sum, counts, beyond }: HistogramCell): PrintedValue[] {
    const { name } = this;
    let below = 0;
    const upTo = this.buckets.map((bucket, index) => {
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

export function isCounted(metric: unknown): metric is OwnCounter | OwnHistogram {
  return isOwnMetric(metric) && metric.type !== "gauge";
}
