/*
 * When a system has recovered from a disturbance: at the first second after it from which on, for five seconds, 92 % of the calls that are made
 * succeed. What counts is when a call was made, not when it ended: of calls that take a second, many end in another second than they were made
 * in, and no system would ever count as recovered. A second without calls says nothing; nor do, of the last seconds, calls still under way.
 */
import type { SimulationReport, Stretch } from "./report.ts";
import type { Series } from "./series.ts";

const HEALTHY_RATIO = 0.92;
/** How long the system must be healthy. */
export const HEALTHY_MS = 5_000;

/** Whether enough was simulated after a disturbance to say that there was no recovery. */
export const isObservedLongEnough = ({ toMs }: Stretch, durationMs: number): boolean => durationMs - toMs >= HEALTHY_MS;

/**
 * Where every second of the disturbance and after it was healthy, there is nothing to recover from.
 *
 * @param lost of the calls that were made in each interval, those that have failed
 */
export function recovery(
  { intervalMs, offered, served }: Pick<Series, "intervalMs" | "offered" | "served">,
  lost: readonly number[],
  { fromMs, toMs }: Stretch,
  durationMs: number,
): Pick<SimulationReport, "recoveredAtMs" | "timeToRecoverMs"> {
  // The last interval may be shorter than a second: then it does not count.
  const count = Math.min(offered.length, Math.floor(durationMs / intervalMs));
  const from = Math.floor(fromMs / intervalMs);
  const end = Math.ceil(toMs / intervalMs);
  const isHealthy = (index: number): boolean => {
    const [good = 0, made = 0] = [served[index], offered[index]];
    if (durationMs - index * intervalMs > HEALTHY_MS || made === 0) return good >= HEALTHY_RATIO * made;
    return good > 0 && good >= HEALTHY_RATIO * (good + (lost[index] ?? 0));
  };
  let fell = false;
  for (let index = from; index < Math.min(end, count); index++) fell ||= !isHealthy(index);

  const needed = Math.ceil(HEALTHY_MS / intervalMs);
  let begin = end;
  for (let index = end; index < count; index++) {
    if (!isHealthy(index)) {
      begin = index + 1;
      fell = true;
    }
    // The recovery begins with a call: seconds without one are skipped.
    if (begin === index && offered[index] === 0) begin = index + 1;
    if (index - begin + 1 < needed) continue;
    const recoveredAtMs = begin * intervalMs;
    return fell ? { recoveredAtMs, timeToRecoverMs: recoveredAtMs - toMs } : { recoveredAtMs: null, timeToRecoverMs: 0 };
  }
  return { recoveredAtMs: null, timeToRecoverMs: null };
}
