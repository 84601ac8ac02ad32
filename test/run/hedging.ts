/* What the tests of hedged calls have in common: an operation whose attempts take and give what a script says, and note what becomes of them. */
import { type AttemptInfo, constant, Hedge, type HedgeOptions, type PolicyOptions } from "redress";
import type { VirtualClock } from "redress/testing";
import { type Stage, stage } from "./driving.ts";

/** What one attempt takes and gives. It ignores its signal: what it gives comes late. */
export interface Scripted {
  readonly ms: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

export interface Script {
  (attempt: AttemptInfo): Promise<unknown>;
  /** When each attempt began. */
  readonly beganAtMs: number[];
  /** Why the signal of each attempt aborted, where it has. */
  readonly reasons: Map<number, unknown>;
  readonly hedges: boolean[];
}

export const slow = (ms = 1_000, value: unknown = "slow"): Scripted => ({ ms, value });
export const failing = (ms: number, error: unknown): Scripted => ({ ms, error });

/** The last one stands for all that follow. */
export function script(clock: VirtualClock, ...attempts: readonly Scripted[]): Script {
  const beganAtMs: number[] = [];
  const reasons = new Map<number, unknown>();
  const hedges: boolean[] = [];
  const op = async ({ attempt, hedge, signal }: AttemptInfo): Promise<unknown> => {
    beganAtMs.push(clock.now());
    hedges.push(hedge);
    signal.addEventListener("abort", () => reasons.set(attempt, signal.reason));
    const { ms, value, error } = attempts[Math.min(attempt, attempts.length) - 1] as Scripted;
    await clock.sleep(ms);
    if (error !== undefined) throw error;
    return value;
  };
  return Object.assign(op, { beganAtMs, reasons, hedges });
}

export interface HedgingStage extends Stage {
  readonly hedge: Hedge;
  readonly discarded: unknown[];
}

/** A policy that hedges after 100 ms, as often as it likes, and retries after 1,000 ms, where it is not said otherwise. */
export function hedging(options: PolicyOptions<unknown, unknown> = {}, hedgeOptions: HedgeOptions = {}): HedgingStage {
  const hedge = new Hedge({ ...(hedgeOptions.quantile === undefined && { delayMs: 100 }), loadRatio: 1, ...hedgeOptions });
  // So many hedges are allowed from the first call on.
  for (let i = 0; i < 100; i++) hedge.began(0);
  const discarded: unknown[] = [];
  const on = stage({
    retry: { strategy: constant(1_000) },
    hedge,
    discard: (value) => discarded.push(value),
    ...options,
  });
  return { ...on, hedge, discarded };
}
