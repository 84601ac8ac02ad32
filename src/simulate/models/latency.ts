import { aFunction, checkOptions, checkValue, finiteAboveZero, finiteFrom, ratio, refuse } from "../../core/option-rules.ts";

/** A duration in milliseconds, drawn again for each use. */
export type Latency = (random: () => number) => number;

/** A part of a mixture of durations. */
export interface LatencyShare {
  /** How much of all it is: > 0 and <= 1. */
  readonly share: number;
  readonly latencyMs: Latency;
}

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

  /**
   * Now from one distribution and now from another: fast answers, and a few that are slow. Each is drawn independently.
   *
   * @param parts whose shares are 1 together
   * @example
   * import { latency } from "redress/simulate";
   *
   * const mostlyFast = latency.mixture([
   *   { share: 0.99, latencyMs: latency.constant(10) },
   *   { share: 0.01, latencyMs: latency.constant(1_000) },
   * ]);
   */
  mixture(parts: readonly LatencyShare[]): Latency {
    if (!Array.isArray(parts) || parts.length === 0) refuse("latency.mixture.parts", "a non-empty array of parts", parts);
    const rules = { share: ratio, latencyMs: aFunction };
    const given = parts.map((part: LatencyShare, index) =>
      checkOptions(`latency.mixture.parts[${index}]`, part, rules, ["share", "latencyMs"]),
    );
    const sum = given.reduce((total, { share }) => total + share, 0);
    // A sum of decimal shares may miss 1 by a rounding error.
    if (Math.abs(sum - 1) > 1e-9) refuse("latency.mixture.parts", "parts whose shares are 1 together", sum, RangeError);
    const last = given.at(-1) as LatencyShare;
    return (random) => {
      let left = random();
      for (const { share, latencyMs } of given) {
        left -= share;
        if (left < 0) return latencyMs(random);
      }
      return last.latencyMs(random);
    };
  },
} as const;
