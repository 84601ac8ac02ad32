import { expect, test } from "vitest";
import { GAUGE_KEYS, type GaugeSource, METRIC_KEYS, readGauges, underscoredName } from "../../src/telemetry/index.ts";

const source = (snapshot: Partial<ReturnType<GaugeSource["snapshot"]>>): GaugeSource => ({
  snapshot: () => ({ policies: [], circuits: [], budgets: [], limiters: [], ...snapshot }),
});

test("every gauge is read from the registry", () => {
  const readings = readGauges(
    source({
      policies: [{ name: "pay", amplification: 1.5 }],
      circuits: [{ name: "bank", state: "half_open" }],
      budgets: [{ name: "retries", remaining: 7 }],
      limiters: [{ name: "pool", inUse: 3, queued: 2 }],
    }),
  );
  expect(readings).toEqual([
    { metric: "circuitState", value: 1, labels: { circuit: "bank" } },
    { metric: "budgetLevel", value: 7, labels: { budget: "retries" } },
    { metric: "limiterInUse", value: 3, labels: { limiter: "pool" } },
    { metric: "limiterQueued", value: 2, labels: { limiter: "pool" } },
    { metric: "amplification", value: 1.5, labels: { policy: "pay" } },
  ]);
  expect(readings.map(({ metric }) => metric)).toEqual(GAUGE_KEYS);
});

test("what has no value, or no finite one, is no reading", () => {
  const policies = [{ name: "idle", amplification: null }];
  expect(readGauges(source({ policies, budgets: [{ name: "unlimited", remaining: Infinity }] }))).toEqual([]);
});

test("names without dots tell the unit and what is a counter", () => {
  const names = METRIC_KEYS.map(underscoredName);
  expect(names).toContain("redress_calls_total");
  expect(names).toContain("redress_call_duration_seconds");
  expect(names).toContain("redress_asleep_seconds_total");
  expect(names).toContain("redress_limiter_in_use");
});
