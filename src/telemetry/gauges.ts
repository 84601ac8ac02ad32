import type { Labels } from "./labels.ts";
import { METRICS, type MetricKey } from "./metrics.ts";

/** What the gauges are read from: `redress/registry` has it, or whatever looks like it. */
export interface GaugeSource {
  snapshot(): {
    readonly policies: readonly {
      readonly name: string;
      /** Attempts per call in the last minute; `null` where there was no call. */
      readonly amplification: number | null;
    }[];
    readonly circuits: readonly { readonly name: string; readonly state: "closed" | "open" | "half_open" }[];
    readonly budgets: readonly { readonly name: string; readonly remaining: number }[];
    readonly limiters: readonly { readonly name: string; readonly inUse: number; readonly queued: number }[];
  };
}

/** The keys of the metrics that are read, not counted. */
export type GaugeKey = { [Key in MetricKey]: (typeof METRICS)[Key]["kind"] extends "gauge" ? Key : never }[MetricKey];

export const GAUGE_KEYS = /* @__PURE__ */ (Object.keys(METRICS) as MetricKey[]).filter(
  (key): key is GaugeKey => METRICS[key].kind === "gauge",
);

/** The value of one gauge, now. */
export interface Reading {
  readonly metric: GaugeKey;
  readonly value: number;
  readonly labels: Labels;
}

const STATES = { closed: 0, half_open: 1, open: 2 } as const;

/** Reads all gauges. A number that is not finite, such as what is left where there is no limit, is no reading. */
export function readGauges(source: GaugeSource): readonly Reading[] {
  const { policies, circuits, budgets, limiters } = source.snapshot();
  const readings: Reading[] = [
    ...circuits.map(({ name, state }) => ({
      metric: "circuitState" as const,
      value: STATES[state],
      labels: { circuit: name },
    })),
    ...budgets.map(({ name, remaining }) => ({
      metric: "budgetLevel" as const,
      value: remaining,
      labels: { budget: name },
    })),
    ...limiters.flatMap(({ name, inUse, queued }) => [
      { metric: "limiterInUse" as const, value: inUse, labels: { limiter: name } },
      { metric: "limiterQueued" as const, value: queued, labels: { limiter: name } },
    ]),
    ...policies.flatMap(({ name, amplification }) =>
      amplification === null ? [] : [{ metric: "amplification" as const, value: amplification, labels: { policy: name } }],
    ),
  ];
  return readings.filter(({ value }) => Number.isFinite(value));
}
