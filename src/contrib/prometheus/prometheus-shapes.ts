/* What of prom-client 15 is met, by shape. */

/** A registry of prom-client. */
export interface PrometheusRegister {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
}

/** A counter of prom-client. */
export interface PrometheusCounter {
  inc(labels: never, value?: number): void;
}

/** A histogram of prom-client. */
export interface PrometheusHistogram {
  observe(labels: never, value: number): void;
}

/** The module prom-client: what of it is used is its default registry. */
export interface PrometheusClient {
  readonly register: PrometheusRegister;
}

/** One line of what a registry prints. */
export interface PrintedValue {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A metric, as a registry asks for it: when it is scraped, or when the workers of a cluster are put together. */
export interface PrintedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: PrintedValue[];
}
