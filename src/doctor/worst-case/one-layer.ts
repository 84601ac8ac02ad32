import type { RetrySettings } from "../../run/call/retry-settings.ts";
import { totalAfter } from "./delays.ts";
import type { Worst } from "./worst-case.ts";

/** A policy among others that call each other. */
export interface Layer {
  /** `undefined` where it has no retry. */
  readonly nested: RetrySettings["nested"] | undefined;
  readonly worst: Worst;
}

/**
 * The requests of one call through layers in one process, from the outside in: a layer does not retry what one further in has retried for at least as
 * long as the layer's first delay. What one further in has not retried, for want of budget say, it may, so no layer's own attempts are beyond the bound.
 */
export function requestsWhereOneLayerRetries(layers: readonly Layer[]): number {
  let requests = 1;
  let retriedForMs: number | null = null;
  for (const { nested, worst } of [...layers].reverse()) {
    const { attempts, rounds, perRound, usual } = worst;
    const firstDelayMs = usual.longest.totalsMs[0] ?? Infinity;
    const retries = rounds > 1 && (nested === "retry" || retriedForMs === null || firstDelayMs > retriedForMs);
    // A hedge asks nobody whether it is a retry of a retry.
    requests *= retries ? attempts : perRound;
    if (retries) retriedForMs = totalAfter(usual.shortest, usual.rounds - 1);
  }
  // Each layer as the only one that retries; the hedges of the others are made all the same.
  const alone = layers.map((layer) =>
    layers.reduce((product, each) => product * (each === layer ? each.worst.attempts : each.worst.perRound), 1),
  );
  return Math.max(requests, ...alone);
}
