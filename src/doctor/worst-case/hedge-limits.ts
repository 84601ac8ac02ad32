import type { Hedging } from "../../core/hedge/hedging.ts";
import { partOf } from "../../core/part.ts";

/** What a hedge says of its limits. */
export interface HedgeLimits {
  /** Hedges of one round, at most. */
  readonly maxHedges: number;
  /** How long after an attempt has begun a hedge is started, where that is fixed. */
  readonly delayMs: number | null;
  /** What it takes to know the delay, where it is a quantile of what calls took. */
  readonly measured: { readonly quantile: number; readonly minSamples: number; readonly windowMs: number } | null;
  /** Hedges of all calls together, as a share of the calls; `null` for a hedge of the user's own, which does not tell. */
  readonly loadRatio: number | null;
}

export function hedgeLimits(hedge: Hedging | null): HedgeLimits | null {
  if (hedge === null) return null;
  const { maxHedges } = hedge;
  const part = partOf(hedge);
  if (part?.kind !== "hedge") return { maxHedges, delayMs: null, measured: null, loadRatio: null };
  const { delayMs, quantile, minSamples, windowMs, loadRatio } = part.settings as Readonly<Record<string, number | undefined>>;
  const measured = quantile === undefined ? null : { quantile, minSamples: Number(minSamples), windowMs: Number(windowMs) };
  return { maxHedges, delayMs: delayMs ?? null, measured, loadRatio: Number(loadRatio) };
}
