import type { SimulationReport } from "./report.ts";

/** Converts counts per interval to rates per second: the last interval may have been cut short. */
export function ratesOf(counts: readonly number[], { series, durationMs }: SimulationReport): readonly number[] {
  const { atMs, intervalMs } = series;
  return counts.map((count, index) => {
    const lengthMs = Math.min(intervalMs, durationMs - (atMs[index] ?? 0));
    return (count * 1000) / (lengthMs > 0 ? lengthMs : intervalMs);
  });
}
