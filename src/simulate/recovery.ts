import type { Series, SimulationReport, Stretch } from "./report.ts";

/** The share of the offered calls that must succeed for things to be well, and for how long in a row. */
const WELL_RATIO = 0.92;
const WELL_MS = 5_000;

/**
 * When goodput was back after a disturbance: the first interval from which on it keeps to 92 % of what is offered for five seconds. Where it
 * kept to that all the time there is nothing to recover from.
 */
export function recovery(
  { atMs, intervalMs, offered, succeeded }: Pick<Series, "atMs" | "intervalMs" | "offered" | "succeeded">,
  { fromMs, toMs }: Stretch,
): Pick<SimulationReport, "recoveredAtMs" | "timeToRecoverMs"> {
  const isWell = (index: number): boolean => (succeeded[index] as number) >= WELL_RATIO * (offered[index] as number);
  const needed = Math.ceil(WELL_MS / intervalMs);
  const end = Math.floor(toMs / intervalMs);
  let wellInARow = 0;
  let fell = false;
  for (let index = Math.floor(fromMs / intervalMs); index < end && !fell; index++) fell = !isWell(index);
  for (let index = end; index < atMs.length; index++) {
    wellInARow = isWell(index) ? wellInARow + 1 : 0;
    fell ||= wellInARow === 0;
    if (wellInARow < needed) continue;
    const recoveredAtMs = atMs[index - needed + 1] as number;
    return fell
      ? { recoveredAtMs, timeToRecoverMs: Math.max(0, recoveredAtMs - toMs) }
      : { recoveredAtMs: null, timeToRecoverMs: 0 };
  }
  return { recoveredAtMs: null, timeToRecoverMs: null };
}
