/*
 * When things were well again after a disturbance: the first second after it from which on, for five seconds, 92 % of the calls succeed that
 * are made. What counts is when a call was made, not when it ended: of calls that take a second, many end in another one than they were made
 * in, and no system would ever be well. A second without calls says nothing; of the last seconds, neither do calls that are still under way.
 */
import type { Series, SimulationReport, Stretch } from "./report.ts";

const WELL_RATIO = 0.92;
/** How long things must be well. */
export const WELL_MS = 5_000;

/** Whether enough was simulated after a disturbance to say that there was no recovery. */
export const isWatched = ({ toMs }: Stretch, durationMs: number): boolean => durationMs - toMs >= WELL_MS;

/**
 * Where it was well in every second of the disturbance and after it, there is nothing to recover from.
 *
 * @param lost of the calls that were made in each interval, those that have failed
 */
export function recovery(
  { intervalMs, offered, served }: Pick<Series, "intervalMs" | "offered" | "served">,
  lost: readonly number[],
  { fromMs, toMs }: Stretch,
  durationMs: number,
): Pick<SimulationReport, "recoveredAtMs" | "timeToRecoverMs"> {
  // What was cut short is no second.
  const count = Math.min(offered.length, Math.floor(durationMs / intervalMs));
  const from = Math.floor(fromMs / intervalMs);
  const end = Math.ceil(toMs / intervalMs);
  const isWell = (index: number): boolean => {
    const [good = 0, made = 0] = [served[index], offered[index]];
    if (durationMs - index * intervalMs > WELL_MS || made === 0) return good >= WELL_RATIO * made;
    return good > 0 && good >= WELL_RATIO * (good + (lost[index] ?? 0));
  };
  let fell = false;
  for (let index = from; index < Math.min(end, count); index++) fell ||= !isWell(index);

  const needed = Math.ceil(WELL_MS / intervalMs);
  let begin = end;
  for (let index = end; index < count; index++) {
    if (!isWell(index)) {
      begin = index + 1;
      fell = true;
    }
    // It begins with a call.
    if (begin === index && offered[index] === 0) begin = index + 1;
    if (index - begin + 1 < needed) continue;
    const recoveredAtMs = begin * intervalMs;
    return fell ? { recoveredAtMs, timeToRecoverMs: recoveredAtMs - toMs } : { recoveredAtMs: null, timeToRecoverMs: 0 };
  }
  return { recoveredAtMs: null, timeToRecoverMs: null };
}
