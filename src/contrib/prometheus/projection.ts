import type { PrometheusCounter, PrometheusHistogram } from "./prometheus-shapes.ts";

type Projected = Readonly<Record<string, string>>;

/**
 * Labels as a metric has declared them: prom-client throws for one that is not declared, and prints "undefined" for one that has no value. What is not declared
 * is left out, what has no value is an empty string.
 */
function projectOnto(metric: object, labels: object): Projected {
  const { labelNames } = metric as { readonly labelNames?: unknown };
  const declared = Array.isArray(labelNames) ? (labelNames as readonly string[]) : [];
  const given = labels as Readonly<Record<string, string | undefined>>;
  return Object.fromEntries(declared.map((name) => [name, given[name] ?? ""]));
}

/** Adds to a counter of somebody's own: one with exemplars takes an object. */
export function increase(counter: PrometheusCounter, labels: object, amount: number): void {
  const projected = projectOnto(counter, labels);
  if (hasExemplars(counter)) counter.inc({ labels: projected, value: amount } as never);
  else counter.inc(projected as never, amount);
}

/** Records a value of a histogram of somebody's own. */
export function observe(histogram: PrometheusHistogram, labels: object, value: number): void {
  const projected = projectOnto(histogram, labels);
  if (hasExemplars(histogram)) (histogram as unknown as PrometheusExemplary).observe({ labels: projected, value });
  else histogram.observe(projected as never, value);
}

interface PrometheusExemplary {
  observe(observation: { readonly labels: Projected; readonly value: number }): void;
}

const hasExemplars = (metric: object): boolean => (metric as { readonly enableExemplars?: unknown }).enableExemplars === true;
