import { partOf } from "../../core/part.ts";
import type { RetrySettings } from "../../run/call/retry-settings.ts";
import type { Delays } from "./delays.ts";

/** What becomes of the delays of a call: slept through, or left to a later delivery. */
export interface Deferral {
  /** The shortest delay that is left, in milliseconds; `null` where a sleep handler of the user's own decides. */
  readonly fromMs: number | null;
}

/** `null` where all delays are slept through. */
export function deferralOf(sleep: RetrySettings["sleep"]): Deferral | null {
  if (sleep === undefined) return null;
  const part = partOf(sleep);
  return { fromMs: part?.kind === "sleep-handler" ? (part.settings["minDelayMs"] as number) : null };
}

/**
 * How often one call may be begun: once, and again for every retry whose delay may be left to a later delivery.
 *
 * @param mayBeLonger whether the dependency may ask for longer delays than these
 */
export function deliveriesOf(
  deferral: Deferral | null,
  retries: number,
  { totalsMs, lastMs }: Delays,
  mayBeLonger: boolean,
): number {
  if (deferral === null || retries === 0) return 1;
  const { fromMs } = deferral;
  const longestMs = totalsMs.reduce((most, totalMs, index) => Math.max(most, totalMs - (totalsMs[index - 1] ?? 0)), lastMs);
  return fromMs === null || mayBeLonger || longestMs >= fromMs ? 1 + retries : 1;
}
