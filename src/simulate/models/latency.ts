import { checkOptions, checkValue, finiteAboveZero, finiteFrom, refuse } from "../../core/option-rules.ts";

/** A duration in milliseconds, drawn again for each use. */
export type Latency = (random: () => number) => number;

/** Two draws make one of a normal distribution (Box and Muller, 1958). */
const standardNormal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * Durations to compose models of. A function of a source of random numbers can be used instead.
 *
 * @example
 * import { latency, server } from "redress/simulate";
 *
 * const database = server({ workers: 20, serviceMs: latency.logNormal({ medianMs: 8, p99Ms: 60 }) });
 */
export const latency = {
  /** Always the same, >= 0. */
  constant(ms: number): Latency {
    checkValue("latency.constant.ms", ms, finiteFrom(0));
    return () => ms;
  },

  /** Anywhere between two durations, both >= 0. */
  uniform(options: { readonly fromMs: number; readonly toMs: number }): Latency {
    const { fromMs, toMs } = checkOptions("latency.uniform", options, { fromMs: finiteFrom(0), toMs: finiteFrom(0) }, [
      "fromMs",
      "toMs",
    ]);
    if (toMs < fromMs) refuse("latency.uniform.toMs", `a number >= fromMs (${fromMs})`, toMs, RangeError);
    return (random) => fromMs + random() * (toMs - fromMs);
  },

  /** Memoryless, by its mean > 0. */
  exponential(options: { readonly meanMs: number }): Latency {
    const { meanMs } = checkOptions("latency.exponential", options, { meanMs: finiteAboveZero }, ["meanMs"]);
    return (random) => -Math.log(1 - random()) * meanMs;
  },

  /** The bell curve, mirrored at zero: |N(mean, deviation)|. */
  normal(options: { readonly meanMs: number; readonly deviationMs: number }): Latency {
    const { meanMs, deviationMs } = checkOptions(
      "latency.normal",
      options,
      { meanMs: finiteFrom(0), deviationMs: finiteFrom(0) },
      ["meanMs", "deviationMs"],
    );
    return (random) => Math.abs(meanMs + deviationMs * standardNormal(random));
  },

  /** A long tail, by its median > 0 and its 99th percentile: what most services look like. */
  logNormal(options: { readonly medianMs: number; readonly p99Ms: number }): Latency {
    const { medianMs, p99Ms } = checkOptions(
      "latency.logNormal",
      options,
      { medianMs: finiteAboveZero, p99Ms: finiteAboveZero },
      ["medianMs", "p99Ms"],
    );
    if (p99Ms < medianMs) refuse("latency.logNormal.p99Ms", `a number >= medianMs (${medianMs})`, p99Ms, RangeError);
    // The 99th percentile of a standard normal distribution.
    const deviation = Math.log(p99Ms / medianMs) / 2.3263478740408408;
    return (random) => medianMs * Math.exp(deviation * standardNormal(random));
  },

  /** One of the durations that were measured, each with the same probability. */
  measured(durationsMs: readonly number[]): Latency {
    if (!Array.isArray(durationsMs) || durationsMs.length === 0)
      refuse("latency.measured.durationsMs", "a non-empty array of numbers >= 0", durationsMs);
    durationsMs.forEach((ms, index) => checkValue(`latency.measured.durationsMs[${index}]`, ms, finiteFrom(0)));
    const copy = [...durationsMs];
    return (random) => copy[Math.floor(random() * copy.length)] as number;
  },
} as const;
