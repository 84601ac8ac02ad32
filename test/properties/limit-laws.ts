/* What holds of the limiters in every world. */

import { law } from "./law.ts";
import type { LimiterScript } from "./limit-script.ts";
import type { SpiedLimiter } from "./spied-limiter.ts";
import type { World } from "./world.ts";

const ROUNDING_MS = 1e-6;

export function checkLimits(world: World): void {
  law(world.broken.length === 0, "promises are kept", world.broken);
  law(world.limits.leftovers().length === 0, "nobody holds or waits for ever", world.limits.leftovers());
  world.limits.all.forEach((limiter, index) => {
    givesEveryPermitBack(world, limiter, index === 0 ? world.limits.heldAlone : 0);
    hasSoManyPlaces(limiter);
    keepsItsRate(limiter);
  });
  limitedCallsSayNothing(world);
}

/** Each attempt has one permit, and gives it back; what is not made says so. */
function givesEveryPermitBack(world: World, { admitted }: SpiedLimiter, alone: number): void {
  const used = admitted.filter(({ end }) => end !== "unused");
  law(used.length === world.invocations + alone, "every invocation was admitted once", used.length, world.invocations + alone);
  law(
    admitted.every(({ end }) => end !== null),
    "every permit goes back",
    admitted.length,
  );
}

/** So many permits may be out at a time. */
export function placesOf(script: LimiterScript): number {
  if (script.kind === "own") return script.places;
  if (script.kind === "bulkhead") return script.maxConcurrent;
  return script.kind === "adaptive" ? Math.max(script.max, script.initial) : Infinity;
}

function hasSoManyPlaces({ script, mostHeld, mostWaiting }: SpiedLimiter): void {
  if ("maxQueue" in script) law(mostWaiting <= script.maxQueue, "so many wait", mostWaiting, script.maxQueue);
  law(mostHeld <= placesOf(script), "so many places", mostHeld, placesOf(script));
}

/** Against every admission before it: what was never made, and what was before a reset, does not count. */
export function keepsItsRate({ script, admitted }: SpiedLimiter): void {
  if (script.kind !== "rate") return;
  const { limit, intervalMs, burst } = script;
  const counted = admitted.filter(({ end }) => end !== "unused");
  counted.forEach((last, to) => {
    let cost = 0;
    for (const one of counted.slice(0, to + 1).reverse()) {
      if (one.resets !== last.resets) break;
      cost += one.cost;
      const spanMs = last.atMs - one.atMs;
      if (burst === undefined && spanMs >= intervalMs - ROUNDING_MS) break;
      const allowed = burst === undefined ? limit : burst + (limit * spanMs) / intervalMs;
      // After a million years a clock tells no thousandths any more.
      const rounding = ROUNDING_MS + (limit / intervalMs) * last.atMs * Number.EPSILON * 4;
      law(cost <= allowed + rounding, "never more than the rate allows", cost, allowed, spanMs);
    }
  });
}

/** What a limiter turns away is no failure of the dependency. */
function limitedCallsSayNothing(world: World): void {
  const { breaker, calls, limits } = world;
  const limited = calls.filter(({ events }) => events.some(({ event }) => event === "limited"));
  const rejections = limits.all.flatMap((limiter) => limiter.rejections);
  for (const { events, ending } of limited) {
    const { tags } = events.find(({ event }) => event === "limited") ?? {};
    law(
      rejections.some(({ limiter, reason }) => limiter === tags?.limiter && reason === tags?.reason),
      "who is turned away says by whom, and why",
      tags,
    );
    const { failure } = ending ?? {};
    if (failure?.stopReason === "LIMITED")
      law(
        rejections.some(({ limiter }) => limiter === failure.limitedBy?.limiter),
        "a failure says by whom",
        failure.limitedBy,
      );
  }
  if (breaker === null || calls.some(({ script }) => script.bound) || world.script.meddling !== null) return;
  const heard = calls.filter(({ events }) =>
    events.some(({ tags }) => tags.stop_reason !== undefined && BLAMES.has(tags.stop_reason)),
  );
  law(breaker.stats.failedCalls <= heard.length, "a breaker hears of no failure of ours", breaker.stats, heard.length);
  law(breaker.stats.cancelledCalls >= limited.length, "a breaker hears a cancel of who is turned away", breaker.stats);
}

const BLAMES: ReadonlySet<string> = new Set([
  "CIRCUIT_OPEN",
  "MAX_ATTEMPTS_PER_CLASS",
  "NON_RETRYABLE_CLASS",
  "MAX_UNKNOWN_ATTEMPTS",
  "DEADLINE_EXCEEDED",
  "NO_STRATEGY",
  "MAX_ATTEMPTS_GLOBAL",
  "BUDGET_EXHAUSTED",
  "SCHEDULED",
  "RETRY_REFUSED",
  "ALREADY_RETRIED",
  "NO_RETRY",
]);
