/* Long runs of the simulator: the scenarios ready made, and retries that would never end. */
import { constant, exponential, Policy, TokenBudget, unlimited } from "redress";
import { burst, type Dependency, type Scenario, scenarios, simulate, withFailures, withOutage } from "redress/simulate";
import { describe, expect, test } from "vitest";
import { prompt, takes } from "../simulate/world.ts";

const down: Dependency = withFailures(prompt, { mix: { TRANSIENT: 1 } });
const scenario = (dependency: Dependency): Scenario => ({
  name: "test",
  arrivals: burst({ calls: 10 }),
  dependency,
  durationMs: Infinity,
});

describe("the scenarios ready made", () => {
  const steadfast = new Policy({
    retry: { maxAttempts: 3, attemptTimeoutMs: 2_000, strategy: exponential({ baseMs: 200 }) },
    circuitBreaker: { failureRate: { thresholdRatio: 0.5, minimumCalls: 20 }, windowMs: 10_000, recoveryTimeoutMs: 5_000 },
    budget: new TokenBudget(),
  });

  const { latencyTail, ...disturbing } = scenarios;

  test.each(Object.entries(disturbing))(
    "%s disturbs, is what its name says, and a careful policy recovers from it",
    (name, make) => {
      const made = make();
      const report = simulate(steadfast, made, { clients: 2 });
      const calm = report.series.failed.slice(0, 55).reduce((sum, count) => sum + count, 0);

      expect(made).toMatchObject({ name, description: expect.stringMatching(/^[A-Z].*\.$/) });
      expect(calm).toBeLessThan(5);
      expect(report.failures).not.toEqual({});
      expect(report.timeToRecoverMs).not.toBeNull();
    },
  );

  test("latencyTail is what its name says: one answer in a hundred takes a second, all the time, whatever the load", () => {
    for (const callsPerSecond of [20, 2_000]) {
      const made = latencyTail({ callsPerSecond });
      const { latencyMs, calls, disturbance } = simulate(new Policy(), { ...made, durationMs: 40_000 });
      const { p50, p90, p999, max } = latencyMs.succeeded;

      expect(made).toMatchObject({ name: "latencyTail", description: expect.stringMatching(/^[A-Z].*\.$/) });
      expect([calls.failed, disturbance]).toEqual([0, null]);
      expect(Math.abs((p50 ?? 0) - 10)).toBeLessThan(1);
      expect(p90).toBeLessThan(20);
      expect([p999, max]).toEqual([expect.closeTo(1_000, 6), expect.closeTo(1_000, 6)]);
    }
  });

  test("slowReplica slows one of ten for a minute, without an overload", () => {
    const { series } = simulate(new Policy(), scenarios.slowReplica({ callsPerSecond: 1_000 }));
    const p99 = (from: number, to: number) => Math.max(...series.p99Ms.slice(from, to).map((ms) => ms ?? 0));

    expect(p99(0, 60)).toBeLessThan(200);
    expect(Math.min(...series.p99Ms.slice(61, 120).map((ms) => ms ?? 0))).toBeGreaterThan(400);
    expect(p99(122, 180)).toBeLessThan(200);
    expect(Math.max(...series.inFlight)).toBeLessThan(200);
  });

  test("overloadStep, without a limit, loses nearly everything until the queue is worked off", () => {
    const { series, recoveredAtMs } = simulate(new Policy(), scenarios.overloadStep());
    const succeeded = (from: number, to: number) =>
      series.succeeded.slice(from, to).reduce((sum, count) => sum + count, 0) / (to - from);

    expect(succeeded(0, 60)).toBeGreaterThan(130);
    // It can do 200.
    expect(succeeded(60, 120)).toBeLessThan(100);
    expect(recoveredAtMs).toBeGreaterThan(180_000);
    expect(recoveredAtMs).toBeLessThan(240_000);
  });

  test("scale with their load", () => {
    const small = simulate(steadfast, scenarios.outage({ callsPerSecond: 5 }));

    expect(small.offeredPerSecond).toBeCloseTo(5, 0);
    expect(small.series.succeeded.slice(0, 59).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(200);
  });
});

test("retries without delay and cap against a dependency without latency do not hang for ever", () => {
  const policy = new Policy({ retry: { strategy: constant(0), maxAttempts: Infinity, budget: unlimited } });

  expect(() => simulate(policy, scenario(down))).toThrow("attempts at one instant: give its retries a delay or a cap.");
  const late = withOutage(takes(50), { fromMs: 5 });
  const cut = new Policy({
    retry: { strategy: constant(0), maxAttempts: Infinity, attemptTimeoutMs: 10, deadlineMs: 200, budget: unlimited },
  });
  expect(() => simulate(cut, scenario(late))).toThrow("attempts at one instant: give its retries a delay or a cap.");
});
