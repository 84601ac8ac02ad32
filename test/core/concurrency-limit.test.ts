/* The parts of the rules by which a limit on concurrency is found. */
import { describe, expect, test } from "vitest";
import { LatencyWindow, type Observation } from "../../src/core/limit/latency-window.ts";
import { LimitDescent, type Verdict } from "../../src/core/limit/limit-descent.ts";
import { LimitProbes } from "../../src/core/limit/limit-probe.ts";
import { UnqueuedLatency } from "../../src/core/limit/unqueued-latency.ts";

/** By the logarithms, so that a difference is exact. */
const at = (log: number, logUse: number): Observation => ({ log, logUse, samples: 1_000, variance: 0 });

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

  test("is quite sure of what takes the same time each time", () => {
    const { log, variance } = of(...Array.from({ length: 1_000 }, () => 10)).observation;
    expect([log, variance]).toEqual([Math.log(10), 0]);
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

  test("stays where what was seen is less by 2 % at most", () => {
    const unqueued = new UnqueuedLatency(at(0, 0));
    expect(unqueued.replaceByLower(at(-0.02, 0))).toBe(false);
    expect(unqueued.replaceByLower(at(-0.021, 0))).toBe(true);
  });

  test.each([
    [0, 0.039, true],
    [0, -0.039, true],
    [0, 0.04, false],
    [0, -0.041, false],
    [0.01, 0.439, true],
    [0.01, -0.441, false],
  ])("with a variance of %d is like a logarithm that is %d away: %s", (variance, log, isLike) => {
    expect(new UnqueuedLatency({ ...at(0, 0), variance }).isLike(at(log, 0))).toBe(isLike);
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

  test("goes back to the highest limit with which answers were slow", () => {
    const descent = new LimitDescent(100, seen(20, 100));
    expect(descent.hear(seen(20, 100), 110, 0)).toBe("queue");
    expect([descent.from, Math.round(descent.floor)]).toEqual([100, 70]);
    expect(descent.hear(seen(20, 120), 130, 0)).toBe("queue");
    expect([descent.from, Math.round(descent.floor)]).toEqual([130, 84]);
    expect(descent.hear(seen(20, 140), 90, 0)).toBe("queue");
    expect([descent.from, Math.round(descent.floor)]).toEqual([130, 98]);
  });

  const fewer = -Math.log(0.7) - 0.05;
  test.each<[what: string, high: Observation, all: Observation[], verdicts: Verdict[]]>([
    ["as far down as it goes", at(0, fewer), [at(0, 0)], ["waiting"]],
    ["slower by 2 %", at(0, 1), [at(0.02, 0), at(0.02, 0), at(0.02, 0)], ["waiting", "waiting", "slower"]],
    ["quicker by 2 %", at(0.02, 1), [at(0, 0), at(0, 0), at(0, 0)], ["waiting", "waiting", "slower"]],
    ["less time by half as much", at(0.5, 1), [at(0, 0)], ["waiting"]],
  ])("takes what is on the edge for no queue: %s", (_what, high, all, verdicts) => {
    expect(heard(high, ...all)).toEqual(verdicts);
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

  /** Probes that each take 100 ms, or as long as is said; how low each went, and after how long the next is due. */
  const series = (lows: readonly Observation[], tookMs = 100) => {
    const probes = new LimitProbes();
    const unqueued = new UnqueuedLatency(seen(20, 1));
    let nowMs = 0;
    return lows.map((low) => {
      probes.begin(nowMs, 1, 100, 100, seen(20, 100), 20);
      const { limit } = probes;
      nowMs += tookMs;
      probes.end(nowMs, low, unqueued, false);
      const endedMs = nowMs;
      while (!probes.isDue(nowMs)) nowMs += 100;
      return [limit, nowMs - endedMs];
    });
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

  test("is gentle and rare where there is no queue, up to half a minute apart, or forty times as long as one takes", () => {
    const none = Array.from({ length: 6 }, () => seen(20, 85));
    expect(series(none)).toEqual([
      [50, 2_000],
      [85, 4_000],
      [85, 8_000],
      [85, 16_000],
      [85, 30_000],
      [85, 30_000],
    ]);
    expect(series(none.slice(3), 1_000)).toEqual([
      [50, 20_000],
      [85, 40_000],
      [85, 40_000],
    ]);
  });

  test("is followed at once by a deeper one, down to half, for as long as each finds a queue", () => {
    const queue = seen(10, 50);
    expect(series([seen(20, 50), queue, queue, queue, queue, seen(20, 50)])).toEqual([
      [50, 2_000],
      [85, 0],
      [72, 0],
      [52, 0],
      [50, 0],
      [50, 2_000],
    ]);
  });

  test("listens once no more are in use than it allows, and what they take is over", () => {
    const probes = new LimitProbes();
    probes.begin(0, 1, 100, 100, seen(20, 100), 20);
    expect(probes.listensFromMs(10, 51)).toBeNull();
    expect(probes.listensFromMs(10, 50)).toBe(30);
    // Some places are held for long.
    expect(probes.listensFromMs(400, 51)).toBe(420);
    expect(new LimitProbes().listensFromMs(400, 0), "that was never begun").toBeNull();
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

  test("shows a queue that is left by then where fewer take less, but not as much less: the next one comes soon", () => {
    expect(probed(seen(13, 50), 20)).toEqual({ shows: "queue", again: [false, true, true] });
  });

  test("shows none where fewer take as long, and less than was thought", () => {
    expect(probed(seen(20, 50), 30)).toEqual({ shows: "none", again: [false, false, true] });
  });

  test.each<[what: string, high: Observation, low: Observation, unqueuedLog: number, shows: string, again: boolean[]]>([
    ["less time by half as much", at(1, 1), at(0.5, 0), 1, "none", [false, false, true]],
    ["less time by three quarters as much", at(0.75, 1), at(0, 0), 1, "queue", [false, true, true]],
    ["2 % less than was thought", at(1, 1), at(0, 0), 0.02, "none", [false, false, true]],
    ["fewer by 5 %", at(0, 0.05), at(0, 0), 0, "none", [false, false, true]],
  ])("on the edge, %s, shows the less", (_what, high, low, unqueuedLog, shows, again) => {
    const probes = new LimitProbes();
    probes.begin(0, 1, 100, 100, high, 20);
    expect(probes.end(100, low, new UnqueuedLatency(at(unqueuedLog, 0)), false).shows).toBe(shows);
    expect([0, 300, 2_000].map((ms) => probes.isDue(100 + ms))).toEqual(again);
  });

  test("is overdue when it has listened for long", () => {
    const probes = new LimitProbes();
    expect(probes.isOverdue(1e9)).toBe(false);
    probes.begin(0, 1, 100, 100, seen(20, 100), 20);
    expect(probes.isOverdue(5_000)).toBe(false);
    expect(probes.isOverdue(5_400)).toBe(true);
    probes.abandon(5_400);
    expect(probes.limit).toBeNull();

    // Answers that take a second: twenty of them to drain, and as many to listen.
    probes.begin(0, 1, 100, 100, seen(1_000, 100), 1_000);
    expect([39_999, 40_000].map((ms) => probes.isOverdue(ms))).toEqual([false, true]);
  });
});
