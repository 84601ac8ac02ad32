/* Workers that leave their retries to later deliveries. */
import { Bulkhead, CircuitBreaker, constant, Policy } from "redress";
import { burst, type Dependency, jobQueue, latency, recorded, type Scenario, scenarios, simulate } from "redress/simulate";
import { describe, expect, test } from "vitest";
import { takes } from "./world.ts";

const scenario = (dependency: Dependency, more: Partial<Scenario> = {}): Scenario => ({
  name: "test",
  arrivals: burst({ calls: 10 }),
  dependency,
  durationMs: Infinity,
  queue: jobQueue(),
  ...more,
});

/** Fails each job so often, then answers. Jobs come one after the other, and are known by their turn. */
const failing =
  (times: number): Dependency =>
  (world) => {
    let asked = 0;
    return (request) => {
      const fails = asked++ % (times + 1) < times;
      void world.after(1, () => request.respond(fails ? { errorClass: "TRANSIENT" } : null));
    };
  };
const always: Dependency = (world) => (request) => void world.after(1, () => request.respond({ errorClass: "TRANSIENT" }));
const retry = { strategy: constant(1_000), maxAttempts: 4, deadlineMs: 3_600_000 };
const alone = { arrivals: recorded([0]) };

describe("a queue", () => {
  test("delivers a job again after its delay, to any of the workers", () => {
    const report = simulate(new Policy({ retry }), scenario(failing(2), alone), { clients: 3 });
    expect(report).toMatchObject({ deliveries: 3, attempts: 3, calls: { started: 1, succeeded: 1, failed: 0, unfinished: 0 } });
    // Three attempts of 1 ms, and two delays.
    expect(report.latencyMs.succeeded.max).toBeCloseTo(2_003, 6);
  });

  test("holds caps over all deliveries together", () => {
    const report = simulate(new Policy({ retry }), scenario(always));
    expect(report).toMatchObject({ deliveries: 40, attempts: 40, stopReasons: { MAX_ATTEMPTS_GLOBAL: 10 } });
  });

  test("holds the deadline over all deliveries together", () => {
    const report = simulate(new Policy({ retry: { ...retry, maxAttempts: 99, deadlineMs: 2_500 } }), scenario(always));
    expect(report).toMatchObject({ deliveries: 30, stopReasons: { DEADLINE_EXCEEDED: 10 } });
  });

  test("that looks for due jobs now and then delivers them when it looks, and not sooner", () => {
    const ends = ([resolutionMs, lateMs]: readonly [number, number]) =>
      simulate(
        new Policy({ retry: { ...retry, strategy: constant(1_100) } }),
        scenario(failing(1), { ...alone, queue: jobQueue({ resolutionMs, lateMs: latency.constant(lateMs) }) }),
      ).latencyMs.succeeded.max;
    expect(ends([1_000, 0])).toBeCloseTo(2_001, 6);
    expect(ends([0, 250])).toBeCloseTo(1 + 1_100 + 250 + 1, 6);
  });

  test("that comes late does not use up the deadline of its jobs", () => {
    const late = jobQueue({ lateMs: latency.constant(3_600_000) });
    const report = simulate(new Policy({ retry }), scenario(failing(2), { ...alone, queue: late }));
    expect(report).toMatchObject({ calls: { succeeded: 1 }, deliveries: 3 });
  });

  test("leaves short delays to its workers, where they say so", () => {
    const slept = scenario(failing(2), { ...alone, queue: jobQueue({ sleepUpToMs: 1_000 }) });
    expect(simulate(new Policy({ retry }), slept)).toMatchObject({ deliveries: 1, attempts: 3 });
  });

  test("puts off what a circuit or a limiter turns away, until it has room", () => {
    const limiter = new Bulkhead({ name: "places", maxConcurrent: 4 });
    const queue = jobQueue({ rejectedDelayMs: 5_000 });
    const limited = simulate(new Policy({ retry, limiter }), scenario(takes(100), { queue }));
    expect(limited).toMatchObject({ calls: { succeeded: 10, failed: 0 }, attempts: 10 });
    expect(limited.deliveries).toBeGreaterThan(10);

    const circuitBreaker = new CircuitBreaker({ name: "api", failureThreshold: 2, recoveryTimeoutMs: 10_000 });
    const outage = { ...scenarios.outage({ callsPerSecond: 5 }), queue: jobQueue() };
    const broken = simulate(new Policy({ retry: { ...retry, maxAttempts: 8 }, circuitBreaker }), outage);
    expect(broken.breakerOpenings).toBeGreaterThan(0);
    expect(broken.stopReasons.CIRCUIT_OPEN).toBeUndefined();
    expect(broken.successRatio).toBe(1);
  });

  test("does not ask the sleep handler of the policy", () => {
    const policy = new Policy({ retry: { ...retry, sleep: () => "abort" } });
    expect(simulate(policy, scenario(failing(1), alone))).toMatchObject({ calls: { succeeded: 1 }, deliveries: 2 });
  });

  test("gives the same report for the same seed", () => {
    const policy = new Policy({ retry: { maxAttempts: 5, deadlineMs: 3_600_000 } });
    const run = () =>
      simulate(policy, { ...scenarios.outage({ callsPerSecond: 5 }), queue: jobQueue() }, { clients: 4, seed: 3 });
    expect(run()).toEqual(run());
  });
});

test("without a queue, a retry that is left to another process is not made", () => {
  const policy = new Policy({ retry: { ...retry, sleep: () => "defer" } });
  const report = simulate(policy, { ...scenario(always), queue: undefined });
  expect(report).toMatchObject({ deliveries: 10, attempts: 10, stopReasons: { SCHEDULED: 10 } });
});

test.each<[string, () => unknown, string]>([
  ["a negative delay", () => jobQueue({ rejectedDelayMs: -1 }), "jobQueue.rejectedDelayMs must be a finite number >= 0, got -1."],
  ["a misspelt option", () => jobQueue({ resolution: 1 } as never), "jobQueue.resolution is not an option"],
  [
    "options in place of a queue",
    () => simulate(new Policy(), scenario(always, { queue: { resolutionMs: 5 } as never })),
    "scenario.queue must be a queue made by jobQueue",
  ],
])("%s is refused", (_what, make, message) => {
  expect(make).toThrow(message);
});
