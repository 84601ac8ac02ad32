/* The books of a simulation: whatever the policy has, every attempt ends in one way, and the columns of a report add up to its totals. */
import fc from "fast-check";
import { Bulkhead, type Clock, constant, Hedge, type Limiter, Policy, RateLimiter, unlimited } from "redress";
import {
  latency,
  poisson,
  type Scenario,
  type SimulationReport,
  server,
  simulate,
  withFailures,
  withTimeout,
} from "redress/simulate";
import { expect, test } from "vitest";

const sum = (column: readonly number[]): number => column.reduce((total, cell) => total + cell, 0);
const often = (share: number) => fc.double({ min: 0, max: share, noNaN: true });

const hedges = fc.record({
  options: fc.oneof(
    fc.record({ delayMs: fc.integer({ min: 0, max: 150 }) }),
    fc.record({ quantile: fc.constantFrom(0.5, 0.9), minSamples: fc.integer({ min: 1, max: 20 }) }),
  ),
  maxHedges: fc.integer({ min: 1, max: 3 }),
  loadRatio: fc.constantFrom(0.1, 0.5, 1),
});

const limiters = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("bulkhead" as const),
      maxConcurrent: fc.integer({ min: 1, max: 8 }),
      maxQueue: fc.integer({ min: 0, max: 10 }),
      queueTimeoutMs: fc.constantFrom(20, 300, Infinity),
    }),
    fc.record({
      kind: fc.constant("rate" as const),
      limit: fc.integer({ min: 1, max: 30 }),
      intervalMs: fc.constantFrom(100, 1_000),
      maxQueue: fc.integer({ min: 0, max: 10 }),
    }),
  ),
  { maxLength: 2 },
);

const retries = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 5 }),
  delayMs: fc.constantFrom(0, 30, 200),
  attemptTimeoutMs: fc.constantFrom(60, 400, Infinity),
  deadlineMs: fc.constantFrom(150, 1_000, Infinity),
  isBudgeted: fc.boolean(),
});

const worlds = fc.record({
  retry: fc.option(retries),
  hedge: fc.option(hedges),
  limiters,
  hasBreaker: fc.boolean(),
  fallsBack: fc.boolean(),
  callsPerSecond: fc.integer({ min: 2, max: 80 }),
  workers: fc.integer({ min: 1, max: 10 }),
  clientTimeoutMs: fc.constantFrom(80, 500),
  mix: fc.record({ TRANSIENT: often(0.4), PERMANENT: often(0.2), RATE_LIMIT: often(0.2) }),
  failsAfterMs: fc.constantFrom(0, 50),
  clients: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(1_000),
});

type World = typeof worlds extends fc.Arbitrary<infer Made> ? Made : never;

function limiterOf(given: World["limiters"][number], index: number, clock: Clock): Limiter {
  const name = `${given.kind} ${index}`;
  if (given.kind === "bulkhead") {
    const { maxConcurrent, maxQueue, queueTimeoutMs } = given;
    return new Bulkhead({ name, maxConcurrent, maxQueue, queueTimeoutMs, clock });
  }
  const { limit, intervalMs, maxQueue } = given;
  return new RateLimiter({ name, limit, intervalMs, maxQueue, clock });
}

function reportOf(world: World): SimulationReport {
  const { retry, hedge, hasBreaker, fallsBack, callsPerSecond, workers, clientTimeoutMs, mix, failsAfterMs, clients, seed } =
    world;
  const scenario: Scenario = {
    name: "any",
    arrivals: poisson({ callsPerSecond, toMs: 4_000 }),
    dependency: withFailures(withTimeout(server({ workers, serviceMs: latency.exponential({ meanMs: 60 }) }), clientTimeoutMs), {
      mix,
      latencyMs: latency.constant(failsAfterMs),
      retryAfterMs: 40,
    }),
    durationMs: Infinity,
  };
  return simulate(
    ({ clock, random }) =>
      new Policy({
        ...(retry && {
          retry: {
            maxAttempts: retry.maxAttempts,
            strategy: constant(retry.delayMs),
            attemptTimeoutMs: retry.attemptTimeoutMs,
            deadlineMs: retry.deadlineMs,
            ...(!retry.isBudgeted && { budget: unlimited }),
          },
        }),
        ...(hedge && { hedge: new Hedge({ ...hedge.options, maxHedges: hedge.maxHedges, loadRatio: hedge.loadRatio }) }),
        ...(world.limiters.length > 0 && { limiter: world.limiters.map((given, index) => limiterOf(given, index, clock)) }),
        ...(hasBreaker && { circuitBreaker: { failureThreshold: 5, recoveryTimeoutMs: 300, clock } }),
        ...(fallsBack && { fallback: { on: ["LIMITED", "BUDGET_EXHAUSTED"], use: () => 0 } }),
        clock,
        random,
      }),
    scenario,
    { clients, seed },
  );
}

test("every attempt ends in one way, every call, too, and columns add up to totals", { timeout: 120_000 }, () => {
  const seen = { cut: 0, won: 0, refused: 0, limited: 0, waited: 0 };
  fc.assert(
    fc.property(worlds, (world) => {
      const report = reportOf(world);
      const { calls, attempts, requests, failures, hedges: counts, limited, waitedMs, stopReasons, series } = report;

      expect(calls.succeeded + calls.failed + calls.fellBack).toBe(calls.started);
      expect(sum(Object.values(stopReasons))).toBe(calls.failed + calls.fellBack);
      expect(requests).toBe(attempts);
      expect(calls.succeeded + sum(Object.values(failures)) + (counts?.cut ?? 0)).toBe(attempts);
      expect(sum(limited.map(({ count }) => count))).toBe(stopReasons.LIMITED ?? 0);
      expect(counts === null).toBe(world.hedge === null);
      expect(counts?.won ?? 0).toBeLessThanOrEqual(Math.min(counts?.started ?? 0, calls.succeeded));

      expect(sum(series.attempts)).toBe(attempts);
      expect([sum(series.hedged), sum(series.hedgesWon), sum(series.hedgesRefused), sum(series.attemptsCut)]).toEqual(
        counts === null ? [0, 0, 0, 0] : [counts.started, counts.won, counts.refused, counts.cut],
      );
      expect(series.limited.map(({ counts: column, ...which }) => ({ ...which, count: sum(column) }))).toEqual(limited);
      const columns = [series.hedged, series.waiting, ...series.limited.map(({ counts: column }) => column)];
      for (const column of columns) expect([0, series.atMs.length]).toContain(column.length);
      expect(Math.min(0, ...series.waiting)).toBe(0);
      expect(series.waiting.at(-1) ?? 0).toBe(0);
      if (waitedMs.count > 0) expect(waitedMs.max).toBeLessThanOrEqual((world.retry?.deadlineMs ?? Infinity) + 1e-6);

      seen.cut += counts?.cut ?? 0;
      seen.won += counts?.won ?? 0;
      seen.refused += counts?.refused ?? 0;
      seen.limited += stopReasons.LIMITED ?? 0;
      seen.waited += waitedMs.count;
    }),
    { numRuns: 300 },
  );
  // Where none of this has happened, nothing was shown.
  for (const many of Object.values(seen)) expect(many).toBeGreaterThan(0);
});
