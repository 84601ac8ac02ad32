import {
  adaptive,
  type Breaker,
  Budget,
  CircuitBreaker,
  constant,
  fullJitter,
  type Hooks,
  Policy,
  type RetryBudget,
  type RetryOptions,
  retryAfterOr,
  TokenBudget,
  unlimited,
} from "redress";
import {
  burst,
  closed,
  type Dependency,
  latency,
  layer,
  type PolicyFactory,
  poisson,
  type Request,
  recorded,
  replicas,
  type Scenario,
  type SimulationReport,
  scenarios,
  server,
  simulate,
  together,
  type World,
  withFailures,
  withLatency,
  withOutage,
  withRateLimit,
  withTimeout,
} from "redress/simulate";
import { describe, expect, test, vi } from "vitest";
import { prompt, takes } from "./world.ts";

const down: Dependency = withFailures(prompt, { mix: { TRANSIENT: 1 } });
const scenario = (dependency: Dependency, more: Partial<Scenario> = {}): Scenario => ({
  name: "test",
  arrivals: burst({ calls: 10 }),
  dependency,
  durationMs: Infinity,
  ...more,
});
const retrying = (maxAttempts: number) => new Policy({ retry: { maxAttempts, strategy: constant(100) } });

describe("a report", () => {
  test("counts calls, attempts and why calls stopped", () => {
    const report = simulate(retrying(3), scenario(down));

    expect(report).toMatchObject({
      scenario: "test",
      clients: 1,
      seed: 1,
      durationMs: 200,
      calls: { started: 10, succeeded: 0, failed: 10, fellBack: 0, unfinished: 0 },
      attempts: 30,
      requests: 30,
      amplification: 3,
      successRatio: 0,
      stopReasons: { MAX_ATTEMPTS_GLOBAL: 10 },
      failures: { TRANSIENT: 30 },
      disturbance: null,
      timeToRecoverMs: null,
    });
  });

  test("says how long calls took, to within one per cent", () => {
    const arrivals = recorded(Array.from({ length: 1_000 }, (_, call) => call * 10));
    const spread: Dependency = (world) => {
      let turn = 0;
      return (request) => void world.after(++turn, () => request.respond(null));
    };
    const { succeeded, failed } = simulate(new Policy(), scenario(spread, { arrivals })).latencyMs;

    expect(succeeded.count).toBe(1_000);
    expect(succeeded.mean).toBeCloseTo(500.5, 6);
    for (const [quantile, ms] of [
      [succeeded.p50, 500],
      [succeeded.p90, 900],
      [succeeded.p99, 990],
      [succeeded.p999, 999],
    ] as const)
      expect(Math.abs((quantile ?? 0) / ms - 1)).toBeLessThan(0.01);
    expect(succeeded.max).toBeCloseTo(1_000, 9);
    expect(failed).toEqual({ count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null });
  });

  test("has a series whose columns add up to the totals, one entry per second", () => {
    const report = simulate(
      new Policy({
        retry: { maxAttempts: 4 },
        circuitBreaker: { failureThreshold: 5, recoveryTimeoutMs: 2_000 },
        budget: new TokenBudget(),
      }),
      scenarios.outage(),
      { durationMs: 100_500, clients: 3 },
    );
    const { series, calls } = report;
    const sum = (column: readonly number[]): number => column.reduce((total, cell) => total + cell, 0);
    const columns = Object.values(series).filter(
      (column): column is readonly number[] => Array.isArray(column) && column.length > 0,
    );

    expect(columns.map((column) => column.length)).toEqual(new Array(15).fill(101));
    expect(series.atMs).toEqual(Array.from({ length: 101 }, (_, second) => second * 1000));
    expect(sum(series.offered)).toBe(calls.started);
    expect(sum(series.succeeded)).toBe(calls.succeeded);
    expect(sum(series.failed)).toBe(calls.failed);
    expect(sum(series.attempts)).toBe(report.attempts);
    expect(sum(series.rejected)).toBe(report.stopReasons.CIRCUIT_OPEN);
    expect(series.inFlight.at(-1)).toBe(calls.unfinished);
    expect(Math.max(...series.breakersOpen)).toBe(3);
    expect(Math.min(...series.budgetLevel)).toBeLessThan(100);
  });

  test("has an entry for each second, also of what happens at the very end", () => {
    const atTheEnd = scenario(takes(1_000), { arrivals: burst({ calls: 10, atMs: 9_000 }), durationMs: 10_000 });
    const behind = layer(down, { policy: new Policy({ retry: { maxAttempts: 5, strategy: constant(500) } }) });

    expect(simulate(new Policy(), atTheEnd).series).toMatchObject({
      atMs: Array.from({ length: 10 }, (_, second) => second * 1_000),
      succeeded: [...new Array(9).fill(0), 10],
    });
    expect(simulate(new Policy(), scenario(behind), { durationMs: 1_000 })).toMatchObject({
      requests: 30,
      series: { requests: [30] },
    });
  });

  test("says nothing of circuits and budgets where there are none", () => {
    const { series, breakerChanges } = simulate(new Policy(), scenario(down));

    expect([series.breakersOpen, series.breakersHalfOpen, series.budgetLevel, breakerChanges]).toEqual([[], [], [], []]);
  });

  test("tells every change of a circuit's state, when and whose", () => {
    const policy = new Policy({ circuitBreaker: { name: "db", failureThreshold: 2, recoveryTimeoutMs: 1_000 } });
    const outage = withOutage(prompt, { toMs: 500 });
    const arrivals = recorded([0, 10, 20, 400, 1_010, 2_000]);
    const { breakerChanges, stopReasons, calls } = simulate(policy, scenario(outage, { arrivals }));

    expect(breakerChanges).toEqual([
      { atMs: 10, client: 0, breaker: "db", from: "closed", to: "open" },
      { atMs: 1_010, client: 0, breaker: "db", from: "open", to: "half_open" },
      { atMs: 1_010, client: 0, breaker: "db", from: "half_open", to: "closed" },
    ]);
    expect(stopReasons).toEqual({ NO_RETRY: 2, CIRCUIT_OPEN: 2 });
    expect(calls.succeeded).toBe(2);
  });

  test("grows the recovery times of every client's circuit, by the chance of the simulation", () => {
    const arrivals = recorded(Array.from({ length: 600 }, (_, i) => 100 * i));
    const recoveryBackoff = fullJitter({ baseMs: 2_000, maxMs: 20_000 });
    const circuitBreaker = { failureThreshold: 1, recoveryTimeoutMs: 1_000, recoveryBackoff, random: () => 1 / 0 };
    const run = (seed: number) =>
      simulate(new Policy({ circuitBreaker }), scenario(down, { arrivals, durationMs: 60_000 }), { seed });
    const openings = run(1).breakerChanges.filter(({ to }) => to === "open").length;

    expect(run(1)).toEqual(run(1));
    expect(run(1).breakerChanges).not.toEqual(run(2).breakerChanges);
    // About one in 10 s once the delays are long; with recoveryTimeoutMs alone it would be one in a second.
    expect(openings).toBeGreaterThan(3);
    expect(openings).toBeLessThan(30);
  });

  test("counts failures in a row as the circuit does", () => {
    const policy = new Policy({ circuitBreaker: { failureThreshold: 2, consecutive: true, recoveryTimeoutMs: 1_000 } });
    const outages = withOutage(withOutage(prompt, { toMs: 100 }), { fromMs: 200, toMs: 400 });
    const { breakerChanges } = simulate(policy, scenario(outages, { arrivals: recorded([0, 110, 210, 310, 320]) }));

    expect(breakerChanges).toMatchObject([{ atMs: 310, to: "open" }]);
  });

  test("counts every opening of a circuit, and lists the first ten thousand changes", () => {
    const policy = new Policy({ circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 0 } });
    const { breakerOpenings, breakerChanges } = simulate(policy, scenario(down, { arrivals: burst({ calls: 7_000 }) }));

    expect(breakerOpenings).toBe(7_000);
    expect(breakerChanges).toHaveLength(10_000);
  });

  test("counts what a fallback answered apart from what succeeded and what failed", () => {
    const use = vi.fn(() => "instead");
    const { calls, stopReasons, successRatio } = simulate(
      new Policy({ retry: { maxAttempts: 2 }, fallback: use }),
      scenario(down),
    );

    expect(calls).toEqual({ started: 10, succeeded: 0, failed: 0, fellBack: 10, unfinished: 0 });
    expect(stopReasons).toEqual({ MAX_ATTEMPTS_GLOBAL: 10 });
    expect(successRatio).toBe(0);
    expect(use).not.toHaveBeenCalled();
  });

  test("says that no call ended where none did", () => {
    expect(simulate(new Policy(), scenario(takes(1_000)), { durationMs: 400 }).successRatio).toBeNull();
  });

  test("counts calls that are still under way at the end", () => {
    const { calls, durationMs } = simulate(new Policy(), scenario(takes(1_000)), { durationMs: 400 });

    expect(calls).toMatchObject({ started: 10, unfinished: 10 });
    expect(durationMs).toBe(400);
  });

  test("is plain JSON", () => {
    const report = simulate(new Policy({ retry: {} }), scenarios.brownout(), { durationMs: 5_000 });

    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

const perSecond = recorded(Array.from({ length: 6_000 }, (_, call) => call * 10));

describe("circuits and budgets over time", () => {
  test("are as they were while time passed, not as they were at the last event", () => {
    const budget = new Budget({ maxRetries: 5, windowMs: 2_000 });
    const policy = new Policy({ retry: { maxAttempts: 3, strategy: constant(0) }, budget });
    const arrivals = together(burst({ calls: 5 }), burst({ calls: 1, atMs: 20_000 }));
    const { budgetLevel } = simulate(policy, scenario(down, { arrivals }), { durationMs: 30_000 }).series;

    expect(budgetLevel.slice(0, 4)).toEqual([0, 5, 5, 5]);
    expect(budgetLevel.slice(19, 23)).toEqual([5, 3, 5, 5]);
    expect(budgetLevel.at(-1)).toBe(5);
  });

  test("count the time in which a circuit was open, also where it closes within the second", () => {
    const policy = new Policy({ circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 600 } });
    const arrivals = recorded(Array.from({ length: 200 }, (_, call) => call * 50));
    const dependency = withOutage(prompt, { fromMs: 0, toMs: 100, everyMs: 1_000 });
    const report = simulate(policy, scenario(dependency, { arrivals }), { durationMs: 10_000 });

    expect(report).toMatchObject({ circuits: 1, breakerOpenings: 10 });
    expect(report.breakerOpenRatio).toBeCloseTo(0.6, 9);
    expect(report.series.breakersOpen).toEqual(new Array(10).fill(0.6));
  });

  test("are one where the clients share it", () => {
    let shared: CircuitBreaker | undefined;
    const sharing: PolicyFactory = ({ clock }) => {
      shared ??= new CircuitBreaker({ failureThreshold: 3, recoveryTimeoutMs: 100_000, clock });
      return new Policy({ circuitBreaker: shared, clock });
    };
    const arrivals = recorded(Array.from({ length: 100 }, (_, call) => call * 10));
    const report = simulate(sharing, scenario(down, { arrivals }), { clients: 20, durationMs: 2_000 });

    expect(report).toMatchObject({ circuits: 1, breakerOpenings: 1, breakerChanges: [{ atMs: 20, client: 2, to: "open" }] });
    expect(report.series.breakersOpen).toEqual([0.98, 1]);
  });
});

describe("an attempt that takes just as long as it may", () => {
  const just = server({ workers: 1_000, serviceMs: latency.constant(100) });
  const limits: [string, Policy, Dependency][] = [
    ["its timeout", new Policy({ retry: { maxAttempts: 1, attemptTimeoutMs: 100 } }), just],
    ["the deadline", new Policy({ retry: { maxAttempts: 1, deadlineMs: 100 } }), just],
    ["the client's timeout", new Policy(), withTimeout(just, 100)],
  ];

  test.each(limits)("has failed, whenever it came: %s", (_limit, policy, dependency) => {
    for (const arrivals of [burst({ calls: 10 }), poisson({ callsPerSecond: 100, toMs: 10_000 })])
      expect(simulate(policy, scenario(dependency, { arrivals })).calls.succeeded).toBe(0);
  });

  test.each(limits)("has succeeded a thousandth of a millisecond earlier: %s", (_limit, policy) => {
    const sooner = server({ workers: 1_000, serviceMs: latency.constant(99.999) });
    const arrivals = poisson({ callsPerSecond: 100, toMs: 10_000 });

    expect(simulate(policy, scenario(sooner, { arrivals })).calls.failed).toBe(0);
  });
});

describe("recovery", () => {
  test.each([
    ["slow answers", 50, 500],
    ["few calls", 5, 20],
    ["answers that take longer than a second", 10, 3_000],
  ])("is not needed where nothing is lost, with %s", (_what, callsPerSecond, meanMs) => {
    const well = server({ workers: 1_000, serviceMs: latency.exponential({ meanMs }) });
    for (let seed = 1; seed <= 10; seed++) {
      const disturbance = { fromMs: 10_000, toMs: 20_000 };
      const calm = scenario(well, { arrivals: poisson({ callsPerSecond }), durationMs: 60_000, disturbance });
      expect(simulate(new Policy(), calm, { seed })).toMatchObject({ recoveredAtMs: null, timeToRecoverMs: 0 });
    }
  });

  test("does not come where no more calls are made, since all hang", () => {
    const hung = withOutage(prompt, { fromMs: 10_000, toMs: 20_000, how: "hang" });
    const patient = new Policy({ retry: { deadlineMs: Infinity } });
    const arrivals = closed({ thinkMs: latency.constant(1_000) });
    const report = simulate(
      patient,
      { name: "hung", arrivals, dependency: hung, durationMs: 60_000, disturbance: { fromMs: 10_000, toMs: 20_000 } },
      { clients: 50 },
    );

    expect(report).toMatchObject({ recoveredAtMs: null, timeToRecoverMs: null, calls: { unfinished: 50 } });
  });

  test("is seen also where the last calls are still under way", () => {
    const disturbance = { fromMs: 10_000, toMs: 40_000 };
    const slow = withOutage(server({ workers: 1_000, serviceMs: latency.constant(200) }), disturbance);
    const made = scenario(slow, { arrivals: perSecond, durationMs: 45_000, disturbance });

    expect(simulate(retrying(3), made)).toMatchObject({ recoveredAtMs: 40_000, timeToRecoverMs: 0, calls: { unfinished: 20 } });
  });

  test("is not said of what was watched for less than five whole seconds", () => {
    const ended = (durationMs: number): number | null =>
      simulate(
        new Policy(),
        scenario(withOutage(prompt, { fromMs: 5_000, toMs: 10_000 }), {
          arrivals: perSecond,
          durationMs,
          disturbance: { fromMs: 5_000, toMs: 10_000 },
        }),
      ).timeToRecoverMs;

    expect([ended(14_001), ended(14_999), ended(15_000)]).toEqual([null, null, 0]);
  });

  test("begins with the first whole second, and is not needed where all calls succeed in the end", () => {
    const steadfast = new Policy({
      retry: { maxAttempts: 100, strategy: constant(200), deadlineMs: Infinity, budget: unlimited },
    });
    const disturbance = { fromMs: 5_000, toMs: 10_500 };
    const made = scenario(withOutage(prompt, disturbance), { arrivals: perSecond, durationMs: 60_000, disturbance });

    expect(simulate(new Policy(), made)).toMatchObject({ recoveredAtMs: 11_000, timeToRecoverMs: 500 });
    expect(simulate(steadfast, made)).toMatchObject({ successRatio: 1, recoveredAtMs: null, timeToRecoverMs: 0 });
  });

  const disturbed = (arrivals: Scenario["arrivals"], dependency: Dependency): SimulationReport =>
    simulate(new Policy(), scenario(dependency, { arrivals, durationMs: 60_000, disturbance: { fromMs: 10_000, toMs: 20_000 } }));

  test("is immediate where the dependency is well when the disturbance ends", () => {
    expect(disturbed(perSecond, withOutage(prompt, { fromMs: 10_000, toMs: 20_000 }))).toMatchObject({
      recoveredAtMs: 20_000,
      timeToRecoverMs: 0,
    });
  });

  test("is when goodput has been back for five seconds", () => {
    const twice = withOutage(withOutage(prompt, { fromMs: 10_000, toMs: 27_500 }), { fromMs: 31_000, toMs: 31_200 });

    expect(disturbed(perSecond, twice)).toMatchObject({ recoveredAtMs: 32_000, timeToRecoverMs: 12_000 });
  });

  test("is not needed where no more than eight per cent are lost", () => {
    const losing = (ms: number): Dependency => withOutage(prompt, { fromMs: 0, toMs: ms, everyMs: 1_000 });

    expect(disturbed(perSecond, losing(80))).toMatchObject({ recoveredAtMs: null, timeToRecoverMs: 0 });
    expect(disturbed(perSecond, losing(90))).toMatchObject({ recoveredAtMs: null, timeToRecoverMs: null });
  });

  test("is never where it does not come within the time simulated", () => {
    expect(disturbed(perSecond, withOutage(prompt, { fromMs: 10_000 }))).toMatchObject({
      recoveredAtMs: null,
      timeToRecoverMs: null,
    });
  });
});

describe("chance", () => {
  test("is the same for the same seed, and another for another", () => {
    const policy = new Policy({
      retry: { strategy: fullJitter() },
      circuitBreaker: {},
      budget: new TokenBudget({ capacity: 20 }),
    });
    const run = (seed: number): SimulationReport =>
      simulate(policy, scenarios.brownout(), { seed, clients: 5, durationMs: 70_000 });

    expect(run(5)).toEqual(run(5));
    expect(run(5).series).not.toEqual(run(6).series);
  });

  test("sends the same arrivals to every policy that is compared", () => {
    const reports = simulate({ once: new Policy(), often: new Policy({ retry: {} }) }, scenarios.outage(), { clients: 4 });

    expect(Object.keys(reports)).toEqual(["once", "often"]);
    expect(reports.often.series.offered).toEqual(reports.once.series.offered);
    expect(reports.often.attempts).toBeGreaterThan(reports.once.attempts);
  });

  test("gives a policy the same report alone and in comparison", () => {
    const policy = new Policy({ retry: {} });
    const { both } = simulate({ first: new Policy(), both: policy }, scenarios.latencySpike(), { durationMs: 80_000 });

    expect(both).toEqual(simulate(policy, scenarios.latencySpike(), { durationMs: 80_000 }));
  });
});

describe("what is simulated stays untouched", () => {
  test("circuits, budgets and adaptive strategies of production keep their state", () => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1 });
    const budget = new TokenBudget({ capacity: 5 });
    const { stopReasons } = simulate(new Policy({ retry: {}, circuitBreaker, budget }), scenario(down));

    expect(stopReasons.CIRCUIT_OPEN ?? stopReasons.BUDGET_EXHAUSTED).toBeGreaterThan(0);
    expect(circuitBreaker.state).toBe("closed");
    expect(circuitBreaker.stats.totalCalls).toBe(0);
    expect(budget.remaining()).toBe(5);
  });

  test("hooks, state observers and sleepers are not called", () => {
    const called = vi.fn();
    const policy = new Policy({
      retry: { maxAttempts: 2, strategy: constant(5), sleeper: called, beforeSleep: called },
      circuitBreaker: { failureThreshold: 1, onStateChange: called },
      hooks: { onMetric: called, onLog: called, onAttemptStart: called, onAttemptEnd: called },
    });

    expect(simulate(policy, scenario(down)).breakerChanges).not.toEqual([]);
    expect(called).not.toHaveBeenCalled();
  });
});

describe("clients", () => {
  test("have circuits and budgets of their own", () => {
    const policy = new Policy({ retry: { strategy: constant(0), maxAttempts: 10 }, budget: new TokenBudget({ capacity: 3 }) });

    expect(simulate(policy, scenario(down), { clients: 1 }).attempts).toBe(13);
    expect(simulate(policy, scenario(down), { clients: 10 }).attempts).toBe(40);
  });

  test("share what the function that makes their policies lets them share", () => {
    const shared = new TokenBudget({ capacity: 3 });
    const { attempts } = simulate(
      ({ clock, random }) => new Policy({ retry: { strategy: constant(0), maxAttempts: 10 }, budget: shared, clock, random }),
      scenario(down),
      { clients: 10 },
    );

    expect(attempts).toBe(13);
  });

  test("of a rolling budget count on the simulated clock", () => {
    const budget = new Budget({ maxRetries: 5, windowMs: 1_000 });
    const policy = new Policy({ retry: { strategy: constant(10), maxAttempts: 2 }, budget });
    const arrivals = recorded([0, 0, 0, 0, 0, 0, 0, 0, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000]);

    expect(simulate(policy, scenario(down, { arrivals })).attempts).toBe(14 + 10);
  });
});

describe("a policy with parts of the user's own", () => {
  const ownBudget: RetryBudget = { consume: () => true, remaining: () => 1 };
  const ownBreaker = new (class SharedBreaker implements Breaker {
    readonly name = "shared";
    readonly state = "closed";
    readonly retryAfterMs = 0;
    allow = () => ({ admitted: true, state: "closed", permit: { epoch: 0, atMs: 0 } }) as const;
    recordSuccess = (): void => {};
    recordFailure = (): void => {};
    recordCancel = (): void => {};
  })();
  class StrictBudget extends TokenBudget {
    override remaining(): number {
      return 0;
    }
  }

  const listening = Object.assign(() => 10, { recordFailure: () => {} });

  test.each<[string, Policy, string]>([
    [
      "strategy",
      new Policy({ retry: { strategy: retryAfterOr(listening) } }),
      "a strategy of its own for every client, and cannot make another of this kind (a function that listens).",
    ],
    [
      "budget",
      new Policy({ retry: {}, budget: ownBudget }),
      "a budget of its own for every client, and cannot make another of this kind (a plain object).",
    ],
    [
      "circuit breaker",
      new Policy({ circuitBreaker: ownBreaker }),
      "a circuit breaker of its own for every client, and cannot make another of this kind (SharedBreaker).",
    ],
    [
      "class of a budget",
      new Policy({ retry: {}, budget: new StrictBudget() }),
      "cannot make another of this kind (StrictBudget).",
    ],
  ])("cannot be copied for its %s, and says what to do", (_what, policy, message) => {
    expect(() => simulate(policy, scenario(prompt))).toThrow(message);
    expect(() => simulate(policy, scenario(prompt))).toThrow("({ clock, random }) => new Policy({ ..., clock, random })");
  });

  test("is made by a function, for every client, and keeps its hooks", () => {
    const onMetric = vi.fn();
    const make = vi.fn(
      ({ clock, random }) =>
        new Policy({ retry: { maxAttempts: 2, strategy: constant(1) }, budget: ownBudget, hooks: { onMetric }, clock, random }),
    );
    simulate(make, scenario(down), { clients: 5 });

    expect(make).toHaveBeenCalledTimes(5);
    expect(onMetric).toHaveBeenCalledWith("retry", 1, 1, { class: "TRANSIENT", err: "TransientError", cause: "exception" });
  });

  test("runs its attempts inside of its hooks, and tells them of every call, without another result", () => {
    const onCallEnd = vi.fn();
    const aroundAttempt = vi.fn((_context: object, next: () => unknown) => next());
    const made = (hooks: Hooks) =>
      simulate(
        ({ clock, random }) => new Policy({ retry: { maxAttempts: 2, strategy: constant(1) }, hooks, clock, random }),
        scenario(down),
      );

    expect(made({ onCallEnd, aroundAttempt })).toEqual(made({}));
    expect([onCallEnd.mock.calls.length, aroundAttempt.mock.calls.length]).toEqual([10, 20]);
  });

  test("must be given the simulated clock by that function", () => {
    expect(() => simulate(() => new Policy({ retry: {} }), scenario(prompt))).toThrow("must give it the clock that it is given");
    expect(() => simulate((() => ({})) as never, scenario(prompt))).toThrow(
      "simulate.policy must be a function that returns a Policy, got an object with no keys.",
    );
    expect(() => simulate({ a: new Policy(), b: (() => null) as never }, scenario(prompt))).toThrow(
      "simulate.policies.b must be a function that returns a Policy, got null.",
    );
    const budget = new Budget({ maxRetries: 5, windowMs: 1_000 });
    const given: [string, PolicyFactory][] = [
      ["its circuit breaker", ({ clock }) => new Policy({ circuitBreaker: new CircuitBreaker(), clock })],
      ["its budget", ({ clock }) => new Policy({ retry: {}, budget, clock })],
      ["its strategy", ({ clock }) => new Policy({ retry: { strategy: retryAfterOr(adaptive(constant(5))) }, clock })],
    ];
    for (const [part, make] of given)
      expect(() => simulate(make, scenario(prompt))).toThrow(`must give ${part} the clock that it is given`);
    const whole: PolicyFactory = ({ clock }) =>
      new Policy({
        retry: { strategy: adaptive(constant(5), { clock }), budget: new Budget({ maxRetries: 5, windowMs: 1_000, clock }) },
        circuitBreaker: {},
        clock,
      });
    expect(simulate(whole, scenario(prompt)).successRatio).toBe(1);
  });
});

describe("a sleep handler", () => {
  test("is asked, and its answer holds", () => {
    const sleep = vi.fn(() => "defer" as const);
    const { stopReasons } = simulate(new Policy({ retry: { sleep, strategy: constant(70) } }), scenario(down));

    expect(stopReasons).toEqual({ SCHEDULED: 10 });
    expect(sleep).toHaveBeenCalledTimes(10);
  });

  test("must answer at once", () => {
    const policy = new Policy({ retry: { sleep: async () => "sleep" as const } });

    expect(() => simulate(policy, scenario(down))).toThrow("A sleep handler must answer at once in a simulation");
  });
});

describe("bounds", () => {
  test("an attempt timeout cuts attempts short, and its class is asked of the policy's classifier", () => {
    const policy = new Policy({ retry: { attemptTimeoutMs: 50, maxAttempts: 3, strategy: constant(10), budget: unlimited } });
    const strict = new Policy({ retry: { attemptTimeoutMs: 50, classifier: () => "PERMANENT" } });

    expect(simulate(policy, scenario(takes(80)))).toMatchObject({
      attempts: 30,
      failures: { TRANSIENT: 30 },
      latencyMs: { failed: { max: 170 } },
    });
    expect(simulate(strict, scenario(takes(80)))).toMatchObject({ attempts: 10, stopReasons: { NON_RETRYABLE_CLASS: 10 } });
  });

  test.each<[string, Dependency, RetryOptions, boolean]>([
    ["a client's timeout", withTimeout(takes(80), 50), {}, true],
    ["an attempt timeout", takes(80), { attemptTimeoutMs: 50 }, true],
    [
      "an attempt timeout, whatever the classifier calls it",
      takes(80),
      { attemptTimeoutMs: 50, classifier: () => "SERVER_ERROR" },
      true,
    ],
    ["a refused connection", withTimeout(down, 50), { attemptTimeoutMs: 50 }, false],
  ])("the budget is told whether a failure was a timeout: %s", (_what, dependency, options, timeout) => {
    const told = new Set<boolean | undefined>();
    const budget: RetryBudget = { consume: (_cost, failed) => told.add(failed?.timeout).size > 0, remaining: () => 1 };
    const policy: PolicyFactory = ({ clock, random }) =>
      new Policy({ retry: { maxAttempts: 2, ...options }, budget, clock, random });
    simulate(policy, scenario(dependency));

    expect([...told]).toEqual([timeout]);
  });

  test("every client, and every layer, has a default budget of its own, and the policy's is left alone", () => {
    const policy = new Policy({ retry: { maxAttempts: 2, strategy: constant(0) } });
    const retries = (dependency: Dependency, clients: number): number => {
      const report = simulate(policy, scenario(dependency, { arrivals: burst({ calls: 3_000 }), clients }));
      return report.requests - report.calls.started;
    };

    expect([retries(down, 1), retries(down, 1), retries(down, 4)]).toEqual([500, 500, 2_000]);
    // The client retries 500 times, and of the requests that reach the layer another 500 are retried.
    expect(retries(layer(down), 1)).toBe(1_000);
  });

  test("a deadline ends calls in flight", () => {
    const policy = new Policy({ retry: { deadlineMs: 300 } });

    expect(simulate(policy, scenario(takes(1_000)))).toMatchObject({
      stopReasons: { DEADLINE_EXCEEDED: 10 },
      latencyMs: { failed: { max: 300 } },
    });
  });

  test("a strategy that throws ends the simulation with its error", () => {
    const broken = new Error("mine");
    const policy = new Policy({
      retry: {
        strategy: () => {
          throw broken;
        },
      },
    });

    expect(() => simulate(policy, scenario(down))).toThrow(broken);
  });
});

describe("layers", () => {
  const threefold = (dependency: Dependency) =>
    scenario(layer(layer(dependency)), { arrivals: poisson({ callsPerSecond: 10 }), durationMs: 10_000 });

  test("multiply attempts: the report counts requests at the last, attempts at the first", () => {
    const report = simulate(new Policy({ retry: { maxAttempts: 4, strategy: constant(0), budget: unlimited } }), threefold(down));

    expect(report.amplification).toBe(64);
    expect(report.attempts / report.calls.started).toBe(4);
  });

  test("count as requests what reaches the last of them, also before anything has", () => {
    const far = withLatency(layer(takes(10)), { latencyMs: latency.constant(1_500) });
    const unreachable = withOutage(layer(prompt), {});

    expect(simulate(new Policy(), scenario(far)).series).toMatchObject({ attempts: [10, 0], requests: [0, 10] });
    expect(simulate(new Policy(), scenario(unreachable))).toMatchObject({ attempts: 10, requests: 0, amplification: 0 });
  });

  test("beside other dependencies do not hide what reaches those", () => {
    const last = server({ workers: 100, serviceMs: latency.constant(1) });
    const both = replicas([last, layer(last)], { pick: "round_robin" });
    const arrivals = burst({ calls: 1_000 });
    const refusing: Dependency[] = [
      withFailures(last, { mix: { SERVER_ERROR: 1 } }),
      withOutage(last, {}),
      withRateLimit(last, { requests: 1 }),
    ];
    for (const refused of refusing) {
      const mixed = replicas([layer(last), refused], { pick: "round_robin" });
      expect(simulate(new Policy(), scenario(mixed, { arrivals }))).toMatchObject({ attempts: 1_000, requests: 1_000 });
    }

    expect(simulate(new Policy(), scenario(both, { arrivals }))).toMatchObject({ attempts: 1_000, requests: 1_000 });
    expect(simulate(new Policy(), scenario(layer(both), { arrivals }))).toMatchObject({ attempts: 1_000, requests: 1_000 });
  });

  test("may have policies of their own", () => {
    const once = { policy: new Policy() };
    const mixed = scenario(layer(layer(down, once), { policy: retrying(2) }));

    expect(simulate(retrying(3), mixed).amplification).toBe(6);
  });

  test("fail as they are told, and succeed where a fallback answers", () => {
    const failing = (failsAs: "PERMANENT" | "TRANSIENT") =>
      simulate(retrying(3), scenario(layer(down, { policy: new Policy(), failsAs })));
    const covered = layer(down, { policy: new Policy({ fallback: () => 1 }) });

    expect(failing("PERMANENT")).toMatchObject({ attempts: 10, stopReasons: { NON_RETRYABLE_CLASS: 10 } });
    expect(failing("TRANSIENT")).toMatchObject({ attempts: 30, failures: { TRANSIENT: 30 } });
    expect(simulate(new Policy(), scenario(covered)).successRatio).toBe(1);
  });

  test("go on for callers who have given up, unless they notice", () => {
    const outer = new Policy({ retry: { attemptTimeoutMs: 150, maxAttempts: 1 } });
    const behind = (stopsWhenAbandoned: boolean) =>
      simulate(outer, scenario(layer(down, { policy: retrying(5), stopsWhenAbandoned })));

    expect(behind(false).requests).toBe(50);
    expect(behind(true).requests).toBe(20);
  });

  test("need the world that simulate makes", () => {
    const elsewhere = { now: () => 0, random: () => 0, after: () => ({ cancel: () => {} }) };

    expect(() => layer(prompt)(elsewhere)).toThrow("in the world that simulate() makes");
  });
});

test("tells how far it has come", () => {
  const told: string[] = [];
  simulate({ a: new Policy(), b: new Policy() }, scenarios.outage(), {
    durationMs: 5_000,
    onProgress: ({ policy, simulatedMs, durationMs }) =>
      told.push(`${policy} ${Math.floor(simulatedMs / 1000)} of ${durationMs}`),
  });

  expect(told).toEqual(["a", "b"].flatMap((name) => [1, 2, 3, 4].map((second) => `${name} ${second} of 5000`)));
});

const noModel = (() => 5) as unknown as Dependency;
test.each<[string, Dependency]>([
  ["scenario", noModel],
  ["withFailures", withFailures(noModel, { mix: {} })],
  ["withOutage", withOutage(noModel, {})],
  ["withLatency", withLatency(noModel, { latencyMs: latency.constant(1) })],
  ["withTimeout", withTimeout(noModel, 5)],
  ["withRateLimit", withRateLimit(noModel, { requests: 1 })],
  ["layer", layer(noModel)],
])("what makes no model is refused by %s", (owner, dependency) => {
  expect(() => simulate(new Policy(), scenario(dependency))).toThrow(
    `${owner}.dependency must be a model: a function of a world that returns a function of a request, got 5.`,
  );
});

test.each<[string, (world: World, request: Request) => void, string]>([
  ["a word", (_world, request) => request.respond("TRANSIENT" as never), 'with an errorClass, got "TRANSIENT".'],
  ["nothing", (_world, request) => (request.respond as () => void)(), "with an errorClass, got undefined."],
  ["no class", (_world, request) => request.respond({ errorClass: "SLOW" as never }), "with an errorClass, got an object with"],
  [
    "a time in words",
    (world) => void world.after("10" as never, () => {}),
    "A delay in a simulation must be a number >= 0, got 10.",
  ],
  [
    "a time without an event",
    (world) => void world.after(5, undefined as never),
    "world.after.then must be a function, got undefined.",
  ],
])("a model that answers %s is told so", (_what, serve, message) => {
  expect(() =>
    simulate(
      new Policy(),
      scenario((world) => (request) => serve(world, request)),
    ),
  ).toThrow(message);
});

const given = scenario(prompt);
test.each<[string, () => unknown, string]>([
  [
    "no policy",
    () => simulate(undefined as never, given),
    "simulate.policies must be a Policy, a function that makes one, or an object of them by name, got undefined.",
  ],
  ["no policies", () => simulate({}, given), "simulate.policies must be a Policy"],
  [
    "a policy that is none",
    () => simulate({ a: new Policy(), b: 5 as never }, given),
    "simulate.policies.b must be a Policy, or a function that makes one, got 5.",
  ],
  ["no scenario", () => simulate(new Policy(), undefined as never), "scenario must be a plain object of options, got undefined."],
  [
    "a scenario without arrivals",
    () => simulate(new Policy(), { ...given, arrivals: undefined as never }),
    "scenario.arrivals must be a function, got undefined.",
  ],
  [
    "a disturbance that ends before it begins",
    () => simulate(new Policy(), { ...given, disturbance: { fromMs: 5, toMs: 4 } }),
    "scenario.disturbance.toMs must be a number >= fromMs (5), got 4.",
  ],
  [
    "no clients",
    () => simulate(new Policy(), given, { clients: 0 }),
    "simulate.clients must be an integer from 1 to 100000, got 0.",
  ],
  [
    "endless clients",
    () => simulate(new Policy(), given, { clients: Infinity }),
    "simulate.clients must be an integer from 1 to 100000, got Infinity.",
  ],
  [
    "a seed that is no number",
    () => simulate(new Policy(), given, { seed: Number.NaN }),
    "simulate.seed must be a finite number, got NaN.",
  ],
  ["no time", () => simulate(new Policy(), given, { durationMs: 0 }), "simulate.durationMs must be a number > 0, got 0."],
  [
    "endless time with endless arrivals",
    () => simulate(new Policy(), { ...given, arrivals: poisson({ callsPerSecond: 1 }) }),
    "simulate.durationMs must be a finite number > 0, since the arrivals never end, got Infinity.",
  ],
  [
    "an unknown option",
    () => simulate(new Policy(), given, { runs: 5 } as never),
    "simulate.runs is not an option. Options: clients, seed, durationMs, onProgress.",
  ],
])("%s is refused", (_what, run, message) => {
  expect(run).toThrow(message);
});
