/* What a report tells of hedges, of limiters and of the time in their queues. */
import { type Admission, type Applicant, constant, Hedge, type Limiter, type LimitPermit, Policy } from "redress";
import {
  burst,
  type Dependency,
  latency,
  layer,
  recorded,
  type Scenario,
  type SimulationReport,
  scenarios,
  server,
  simulate,
} from "redress/simulate";
import { describe, expect, test, vi } from "vitest";
import { Recorder } from "../../src/simulate/record/index.ts";
import { takes } from "../simulate/world.ts";

const scenario = (dependency: Dependency, more: Partial<Scenario> = {}): Scenario => ({
  name: "test",
  arrivals: burst({ calls: 10 }),
  dependency,
  durationMs: Infinity,
  ...more,
});

/** Answers every other request after one time, and the rest after another. */
const inTurn =
  (oneMs: number, otherMs: number): Dependency =>
  (world) => {
    let turn = 0;
    return (request) => void world.after(turn++ % 2 === 0 ? oneMs : otherMs, () => request.respond(null));
  };

const every = (ms: number, calls: number) => recorded(Array.from({ length: calls }, (_, call) => call * ms));
const sum = (column: readonly number[]): number => column.reduce((total, cell) => total + cell, 0);

describe("hedges", () => {
  const hedged = (loadRatio: number) => new Policy({ hedge: new Hedge({ delayMs: 50, loadRatio }) });

  test("are counted: those that were started, those that won, and what was cut for them", () => {
    const report = simulate(hedged(1), scenario(inTurn(400, 10), { arrivals: every(1_000, 20) }));

    expect(report.hedges).toEqual({ started: 20, won: 20, refused: 0, cut: 20 });
    expect(report).toMatchObject({ attempts: 40, requests: 40, amplification: 2, calls: { succeeded: 20 } });
    expect(report.latencyMs.succeeded.max).toBeCloseTo(60, 9);
  });

  test("that lose cost a request and win nothing", () => {
    const report = simulate(hedged(1), scenario(takes(80), { arrivals: every(1_000, 20) }));

    expect(report.hedges).toEqual({ started: 20, won: 0, refused: 0, cut: 20 });
    expect(report.amplification).toBe(2);
  });

  test("that the load does not allow are counted as refused", () => {
    const { hedges, series, attempts } = simulate(hedged(0.1), scenario(takes(80), { arrivals: every(1_000, 20) }));

    expect(hedges?.started).toBeGreaterThan(0);
    expect((hedges?.started ?? 0) + (hedges?.refused ?? 0)).toBe(20);
    expect(attempts).toBe(20 + (hedges?.started ?? 0));
    expect(sum(series.hedgesRefused)).toBe(hedges?.refused);
  });

  test("have columns that add up to the totals, one entry per second, also of what happens at the very end", () => {
    const report = simulate(hedged(1), scenario(inTurn(400, 10), { arrivals: every(95, 100) }), { durationMs: 10_000 });
    const atTheEnd = simulate(hedged(0.001), scenario(takes(1_000), { arrivals: every(1, 1), durationMs: 50 }));
    const { hedged: started, hedgesWon, hedgesRefused, attemptsCut, hedgeDelayMs } = report.series;

    for (const column of [started, hedgesWon, hedgesRefused, attemptsCut, hedgeDelayMs]) expect(column).toHaveLength(10);
    expect([sum(started), sum(hedgesWon), sum(hedgesRefused), sum(attemptsCut)]).toEqual([
      report.hedges?.started,
      report.hedges?.won,
      report.hedges?.refused,
      report.hedges?.cut,
    ]);
    expect(hedgeDelayMs).toEqual(new Array(10).fill(50));
    expect(atTheEnd.series.hedgesRefused).toEqual([1]);
  });

  test("tell the delay that they have learnt, and none before they have", () => {
    const hedge = new Hedge({ quantile: 0.9, minSamples: 15 });
    const { hedgeDelayMs } = simulate(new Policy({ hedge }), scenario(takes(20), { arrivals: every(100, 50) })).series;

    expect(hedgeDelayMs[0]).toBeNull();
    expect(hedgeDelayMs[1]).toBeCloseTo(20, 0);
    expect(hedge.stats.calls).toBe(0);
  });

  test("that are kept from one simulation to the next are counted from the beginning of each", () => {
    const kept = new Hedge({ delayMs: 50, loadRatio: 0.001 });
    const run = () =>
      simulate(({ clock, random }) => new Policy({ hedge: kept, clock, random }), scenario(takes(80)), { clients: 3 }).hedges;

    expect([run(), run()]).toEqual(new Array(2).fill({ started: 0, won: 0, refused: 10, cut: 0 }));
    expect(kept.stats.refused).toBe(20);
  });

  test("of layers are not those of the clients", () => {
    const behind = layer(inTurn(400, 10), { policy: hedged(1) });
    const report = simulate(new Policy(), scenario(behind, { arrivals: every(1_000, 20) }));

    expect(report.hedges).toBeNull();
    expect(report).toMatchObject({ attempts: 20, requests: 40 });
  });

  test("bring the tail down to about their delay, for as much load as they are started for", () => {
    const policies = { without: new Policy(), with: new Policy({ hedge: new Hedge({ quantile: 0.95, loadRatio: 1 }) }) };
    const { without, with: hedging } = simulate(policies, scenarios.latencyTail({ callsPerSecond: 300 }));

    expect(without.latencyMs.succeeded.p999).toBeCloseTo(1_000, 0);
    expect(hedging.latencyMs.succeeded.p999).toBeLessThan(60);
    expect(Math.abs(hedging.amplification - 1.05)).toBeLessThan(0.005);
  });
});

/** A limiter of the user's own, with a number of places, and a queue or none. */
class Places implements Limiter {
  readonly name: string;
  readonly stats: { limit: number } | undefined;
  readonly #waiting: Applicant[] = [];
  readonly #hasQueue: boolean;
  #free: number;

  constructor(name: string, places: number, hasQueue: boolean, adapts = false) {
    this.name = name;
    this.#free = places;
    this.#hasQueue = hasQueue;
    this.stats = adapts ? { limit: places } : undefined;
  }

  admit(applicant: Applicant): Admission {
    if (this.#free > 0) {
      this.#free--;
      return { kind: "admitted" };
    }
    if (!this.#hasQueue || applicant.maxWaitMs === 0)
      return { kind: "rejected", limiter: this.name, reason: "full", retryAfterMs: null, why: "all places are taken" };
    this.#waiting.push(applicant);
    const cancel = () => void this.#waiting.splice(this.#waiting.indexOf(applicant), 1);
    return { kind: "queued", cancel, readyInMs: () => Infinity };
  }

  release(permit: LimitPermit): void {
    const next = this.#waiting.shift();
    if (this.stats !== undefined) this.stats.limit++;
    if (next === undefined) this.#free++;
    else next.admitted(permit);
  }
}

const limited = (
  make: (client: number) => Limiter | readonly Limiter[],
  more: Scenario,
  clients = 1,
  retry?: ConstructorParameters<typeof Policy>[0],
): SimulationReport => {
  let made = 0;
  return simulate(({ clock, random }) => new Policy({ ...retry, limiter: make(made++), clock, random }), more, { clients });
};

describe("limiters", () => {
  test("are told by name and reason, in total and in each interval", () => {
    const arrivals = every(250, 12);
    const report = limited(() => new Places("db", 1, false), scenario(takes(400), { arrivals }));

    expect(report.limited).toEqual([{ limiter: "db", reason: "full", count: 6 }]);
    expect(report.series.limited).toEqual([{ limiter: "db", reason: "full", counts: [2, 2, 2] }]);
    expect(report.stopReasons).toEqual({ LIMITED: 6 });
    expect(report).toMatchObject({ attempts: 6, calls: { succeeded: 6, failed: 6 } });
  });

  test("that turn the first call away late have had none before", () => {
    const arrivals = recorded([0, 1_000, 2_000, 2_100]);
    const { series } = limited(() => new Places("db", 1, false), scenario(takes(400), { arrivals }));

    expect(series.limited).toEqual([{ limiter: "db", reason: "full", counts: [0, 0, 1] }]);
  });

  test("of several names are told apart, and those of all clients together", () => {
    const two = () => [new Places("all", 3, false), new Places("db", 1, false)];
    const { limited: told } = limited(two, scenario(takes(400), { arrivals: burst({ calls: 20 }) }), 4);

    expect(told).toEqual([{ limiter: "db", reason: "full", count: 16 }]);
  });

  test("of ever more names are counted together from some number of them on", () => {
    const arrivals = burst({ calls: 200 });
    const report = limited((client) => new Places(`of ${client}`, 1, false, true), scenario(takes(400), { arrivals }), 100);

    expect(report.limited).toHaveLength(51);
    expect(report.limited.at(-1)).toEqual({ limiter: "(others)", reason: "full", count: 50 });
    expect(sum(report.limited.map(({ count }) => count))).toBe(100);
    expect(report.series.adaptiveLimits).toHaveLength(51);
  });

  test("have queues, whose waits are told: how many, and how long", () => {
    const report = limited(() => new Places("db", 1, true), scenario(takes(400), { arrivals: burst({ calls: 6 }) }));

    expect(report.waitedMs).toMatchObject({ count: 5, mean: expect.closeTo(1_200, 6), max: expect.closeTo(2_000, 6) });
    expect(report.series.waiting).toEqual([3, 1, 0]);
    expect(report.series.waitedP50Ms).toEqual([expect.closeTo(400, -1), expect.closeTo(1_200, -1), expect.closeTo(2_000, -1)]);
    expect(report.calls).toMatchObject({ succeeded: 6, failed: 0 });
  });

  test("have queues that calls leave at their deadlines", () => {
    const retry = { retry: { deadlineMs: 1_000, maxAttempts: 1 } };
    const report = limited(() => new Places("db", 1, true), scenario(takes(400), { arrivals: burst({ calls: 6 }) }), 1, retry);

    expect(report.stopReasons).toEqual({ DEADLINE_EXCEEDED: 4 });
    expect(report.waitedMs).toMatchObject({ count: 5, max: expect.closeTo(1_000, 6) });
    expect(report.series.waiting.at(-1)).toBe(0);
  });

  test("are asked before each attempt, so that a call asleep in its backoff holds no place", () => {
    const retry = { retry: { maxAttempts: 2, strategy: constant(100), classifier: () => "TRANSIENT" as const } };
    const failing: Dependency = (world) => (request) => void world.after(50, () => request.respond({ errorClass: "TRANSIENT" }));
    const report = limited(() => new Places("db", 1, false), scenario(failing, { arrivals: recorded([0, 60]) }), 1, retry);

    expect(report.attempts).toBe(4);
    expect(report.limited).toEqual([]);
  });

  test("whose limit adapts tell it, on average over the clients, and once for those who share it", () => {
    const arrivals = recorded([0, 10, 500, 1_500]);
    const own = limited((client) => new Places("db", 10 * (client + 1), false, true), scenario(takes(100), { arrivals }), 2);
    const one = new Places("db", 10, false, true);
    const shared = limited(() => one, scenario(takes(100), { arrivals }), 2);

    expect(own.series.adaptiveLimits).toEqual([{ limiter: "db", limits: [16.5, 17] }]);
    expect(shared.series.adaptiveLimits).toEqual([{ limiter: "db", limits: [13, 14] }]);
  });
});

test("without a hedge and limiters, a report says nothing of them", () => {
  const { hedges, limited: turnedAway, waitedMs, series } = simulate(new Policy(), scenario(takes(10)));

  expect(hedges).toBeNull();
  expect(turnedAway).toEqual([]);
  expect(waitedMs).toEqual({ count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null });
  const { hedged, hedgesWon, hedgesRefused, attemptsCut, hedgeDelayMs, waiting, waitedP50Ms, waitedP99Ms } = series;
  for (const column of [hedged, hedgesWon, hedgesRefused, attemptsCut, hedgeDelayMs, waiting, waitedP50Ms, waitedP99Ms])
    expect(column).toEqual([]);
  expect([series.limited, series.adaptiveLimits]).toEqual([[], []]);
});

test("a report of hedges and limiters is plain JSON", () => {
  const slow = server({ workers: 1_000, serviceMs: latency.exponential({ meanMs: 50 }) });
  const report = simulate(
    ({ clock, random }) =>
      new Policy({
        hedge: new Hedge({ quantile: 0.9, minSamples: 10 }),
        limiter: new Places("db", 3, false, true),
        clock,
        random,
      }),
    scenario(slow, { arrivals: every(10, 500) }),
  );

  expect(report.limited.length).toBeGreaterThan(0);
  expect(report.hedges?.started).toBeGreaterThan(0);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test("what a limiter or hedge of another kind does not tell is left out", () => {
  const strange = Object.assign(new Places("strange", 1, false), { stats: { limit: "much" } as never });
  const { series, limited: told } = limited(() => strange, scenario(takes(10), { arrivals: burst({ calls: 3 }) }));

  expect(series.adaptiveLimits).toEqual([]);
  expect(told).toEqual([{ limiter: "strange", reason: "full", count: 2 }]);
});

test("a policy that another copy of this package has made is simulated with its hedge, and with all of its limiters", async () => {
  vi.resetModules();
  const other: typeof import("redress") = await import("redress");
  const policy = new other.Policy({
    hedge: new other.Hedge({ delayMs: 50, loadRatio: 1 }),
    limiter: [new other.Bulkhead({ name: "all", maxConcurrent: 4 }), new other.Bulkhead({ name: "db", maxConcurrent: 3 })],
  });
  const report = simulate(policy, scenario(takes(80)));

  expect(policy).not.toBeInstanceOf(Policy);
  expect(report.limited).toEqual([{ limiter: "db", reason: "full", count: 7 }]);
  expect(report.hedges).toEqual({ started: 0, won: 0, refused: 3, cut: 0 });
});

test("waits that have not ended are counted as waiting", () => {
  const recorder = new Recorder([{ plan: { hedge: null, limiter: new Places("db", 1, true), retry: null } as never }], {
    total: 0,
  });
  recorder.begin();
  for (let call = 0; call < 3; call++) recorder.queued();
  recorder.waited(250);
  const report = recorder.report({ scenario: "test", clients: 1, seed: 1, durationMs: 1_500, disturbance: null });

  expect(report.series.waiting).toEqual([2]);
  expect(report.waitedMs.count).toBe(1);
});
