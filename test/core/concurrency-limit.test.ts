/* The parts of the rules by which a limit on concurrency is found. */
import { describe, expect, test } from "vitest";
import { LatencyWindow, type Observation } from "../../src/core/limit/latency-window.ts";
import { LimitDescent, type Verdict } from "../../src/core/limit/limit-descent.ts";
import { LimitProbes } from "../../src/core/limit/limit-probe.ts";
import { UnqueuedLatency } from "../../src/core/limit/unqueued-latency.ts";

const seen = (ms: number, use: number, { samples = 1_000, variance = 0 } = {}): Observation => ({
  log: Math.log(ms),
  logUse: Math.log(use),
  samples,
  variance,
});

describe("a window", () => {
  const of = (...times: readonly number[]): LatencyWindow => {
    const window = new LatencyWindow(0, 0);
    for (const ms of times) window.add(ms, 1);
    return window;
  };

  test("hears times by the mean of their logarithms, and how sure it is", () => {
    const { log, variance, samples } = of(10, 20, 40, 80).observation;

    expect(Math.exp(log)).toBeCloseTo(Math.sqrt(20 * 40), 9);
    expect(samples).toBe(4);
    // The variance of 4 logarithms, each step ln 2, divided by 4.
    expect(variance).toBeCloseTo((Math.LN2 ** 2 * 5) / 3 / 4, 9);
  });

  test("is not upset by one that takes a thousand times as long", () => {
    const times = Array.from({ length: 99 }, () => 10);

    expect(Math.exp(of(...times, 10_000).observation.log)).toBeLessThan(10.8);
    expect(of(...times, 10_000).meanMs).toBeCloseTo(109.9, 9);
  });

  test("tells no time from a very short one, and nothing from nothing", () => {
    expect(of(0, 0, 0).observation.log).toBe(Math.log(0.05));
    expect(of().meanMs).toBe(0);
    expect(of().refusedRatio).toBe(0);
  });
});

describe("what an answer takes without a queue", () => {
  test("is the average of what was seen, by samples", () => {
    const unqueued = new UnqueuedLatency(seen(10, 1, { samples: 100 }));
    unqueued.average(seen(40, 1, { samples: 100 }));

    expect(Math.exp(unqueued.log)).toBeCloseTo(20, 9);
  });

  test("is less where less was seen, unless that may be chance", () => {
    const unqueued = new UnqueuedLatency(seen(10, 1, { variance: 0.01 }));

    expect(unqueued.replaceByLower(seen(6.7, 1))).toBe(false);
    expect(Math.exp(unqueued.log)).toBeCloseTo(10, 9);
    expect(unqueued.replaceByLower(seen(6.5, 1))).toBe(true);
    expect(Math.exp(unqueued.log)).toBeCloseTo(6.5, 9);
    unqueued.restore();
    expect(Math.exp(unqueued.log)).toBeCloseTo(10, 9);
  });
});

describe("a descent", () => {
  const heard = (from: Observation, ...all: readonly Observation[]): Verdict[] => {
    const descent = new LimitDescent(Math.exp(from.logUse), from);
    return all.map((one) => descent.hear(one, Math.exp(one.logUse), 0));
  };

  test("waits at seven tenths, until it is known why", () => {
    expect(new LimitDescent(100, seen(20, 100)).floor).toBeCloseTo(70, 9);
  });

  test("goes on where fewer take as much less time: they are in a queue", () => {
    expect(heard(seen(40, 200), seen(28, 140), seen(20, 98))).toEqual(["queue", "queue"]);
  });

  test("was for nothing where fewer take as long, three windows in a row", () => {
    const low = seen(20, 70);
    expect(heard(seen(20, 100), seen(20, 90), low, low, low)).toEqual(["queue", "waiting", "waiting", "slower"]);
  });

  test("waits for a queue to drain", () => {
    const draining = [99, 94, 90, 86, 82].map((ms) => seen(ms, 70));
    expect(heard(seen(100, 100), ...draining)).toEqual(["waiting", "waiting", "waiting", "waiting", "queue"]);
  });

  test("was not for nothing after all where more take as much more time again", () => {
    const low = seen(20, 70);
    expect(heard(seen(20, 100), low, low, low, seen(28, 98)).at(-1)).toBe("mistaken");
    expect(heard(seen(20, 100), low, low, low, seen(21, 98)).at(-1)).toBe("queue");
  });

  test("begins anew where fewer take longer yet: what was seen first was the beginning of it", () => {
    const low = seen(30, 70);
    expect(heard(seen(20, 100), low, low, low, low)).toEqual(["queue", "queue", "queue", "queue"]);
    const lower = seen(30, 49);
    expect(heard(seen(20, 100), low, lower, lower, lower)).toEqual(["queue", "waiting", "waiting", "slower"]);
  });
});

describe("a probe", () => {
  const probed = (low: Observation, unqueuedMs: number) => {
    const probes = new LimitProbes();
    probes.begin(0, 1, 100, 100, seen(20, 100), 20);
    const { shows } = probes.end(100, low, new UnqueuedLatency(seen(unqueuedMs, 1)), false);
    return { shows, again: [0, 300, 2_000].map((ms) => probes.isDue(100 + ms)) };
  };

  test("goes down to half at first, but not below the least", () => {
    for (const [least, limit] of [
      [1, 50],
      [80, 80],
      [100, null],
    ] as const) {
      const probes = new LimitProbes();
      probes.begin(0, least, 100, 100, seen(20, 100), 20);
      expect(probes.limit).toBe(limit);
      expect(probes.isUnderWay).toBe(limit !== null);
    }
  });

  test("listens once no more are in use than it allows, and what they take is over", () => {
    const probes = new LimitProbes();
    probes.begin(0, 1, 100, 100, seen(20, 100), 20);
    expect(probes.listensFromMs(10, 51)).toBeNull();
    expect(probes.listensFromMs(10, 50)).toBe(30);
    // Some places are held for long.
    expect(probes.listensFromMs(400, 51)).toBe(420);
  });

  test("shows a queue where fewer take as much less time, and less than was thought: the next one follows at once", () => {
    expect(probed(seen(10, 50), 20)).toEqual({ shows: "queue", again: [true, true, true] });
  });

  test("shows none where fewer take as long: the next one comes after twenty times as long", () => {
    expect(probed(seen(20, 50), 20)).toEqual({ shows: "none", again: [false, false, true] });
  });

  test("shows none where fewer take less, and as long as was thought: that queue is known", () => {
    expect(probed(seen(15, 50), 15)).toEqual({ shows: "none", again: [false, false, true] });
  });

  test("shows nothing where as many were in use: the next one follows at once", () => {
    expect(probed(seen(20, 98), 20)).toEqual({ shows: "nothing", again: [true, true, true] });
  });

  test("is overdue when it has listened for long", () => {
    const probes = new LimitProbes();
    expect(probes.isOverdue(1e9)).toBe(false);
    probes.begin(0, 1, 100, 100, seen(20, 100), 20);
    expect(probes.isOverdue(5_000)).toBe(false);
    expect(probes.isOverdue(5_400)).toBe(true);
    probes.abandon(5_400);
    expect(probes.limit).toBeNull();
  });
});
