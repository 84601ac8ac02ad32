import type { Series, Stretch } from "./report.ts";

/** The share of the offered calls that must succeed for things to be well again, and for how long in a row. */
const WELL_RATIO = 0.92;
const WELL_MS = 5_000;

/**
 * When, after a disturbance, goodput was back: the beginning of the first interval from which on it keeps to 92 % of what is offered for
 * five seconds. `null` where it never was within the time simulated.
 */
export function recoveryAtMs(
  { atMs, intervalMs, offered, succeeded }: Pick<Series, "atMs" | "intervalMs" | "offered" | "succeeded">,
  disturbance: Stretch,
): number | null {
  const needed = Math.ceil(WELL_MS / intervalMs);
  let wellInARow = 0;
  for (let index = Math.floor(disturbance.toMs / intervalMs); index < atMs.length; index++) {
    wellInARow = (succeeded[index] as number) >= WELL_RATIO * (offered[index] as number) ? wellInARow + 1 : 0;
    if (wellInARow === needed) return atMs[index - needed + 1] ?? null;
  }
  return null;
}
