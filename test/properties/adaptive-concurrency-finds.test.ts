/* What AdaptiveConcurrency finds, from below and from above, and what it follows. */
import { latency } from "redress/simulate";
import { describe, expect, test } from "vitest";
import { BusyServer, type Seen } from "../policy/limit/busy-server.ts";

const MEAN_MS = 50;
const WORKERS = 100;
/** What it can do per second. */
const CAPACITY = (1_000 * WORKERS) / MEAN_MS;

// A log-normal with a median of 34 ms and a mean of 50 ms: its 99th percentile is 2.03 deviations away, 7.5 times the median.
const times = {
  constant: latency.constant(MEAN_MS),
  exponential: latency.exponential({ meanMs: MEAN_MS }),
  "log-normal": latency.logNormal({ medianMs: 34.3, p99Ms: 34.3 * Math.exp(0.868 * 2.3263) }),
} as const;
type Times = keyof typeof times;
const kinds = Object.keys(times) as Times[];

const limits = (seen: readonly Seen[]): number[] => seen.map(({ limit }) => limit).sort((a, b) => a - b);
const quantile = (sorted: readonly number[], q: number): number => sorted[Math.floor(q * (sorted.length - 1))] as number;
const median = (seen: readonly Seen[]): number => quantile(limits(seen), 0.5);
/** The share of the time in which the limit is within 20 % of what the server can work on. */
const inside = (seen: readonly Seen[], of = WORKERS): number =>
  seen.filter(({ limit }) => limit >= 0.8 * of && limit <= 1.2 * of).length / seen.length;

const overloads: readonly [string, (server: BusyServer) => void][] = [
  ["calls at one and a half times what it can do", (server) => server.arrive(1.5 * CAPACITY)],
  ["2,000 callers that never stop", (server) => server.keepCalling(2_000, 200)],
  ["300 callers that never stop", (server) => server.keepCalling(300, 20)],
];

describe.each(kinds)("a server of 100 workers whose work takes %s times", (kind) => {
  describe.each(overloads)("under %s", (_what, load) => {
    test.each([20, 500])("is found within 20 % from a limit of %i", (initial) => {
      const server = new BusyServer({ serviceMs: times[kind], initial, seed: initial });
      load(server);
      const seen = server.run(30_000).between(10_000);

      expect(median(seen)).toBeGreaterThan(95);
      expect(median(seen)).toBeLessThan(118);
      expect(inside(seen)).toBeGreaterThan(0.95);
      // Of what it can do with as many as are let through, no more than a few hundredths are lost, the probes included.
      expect(server.goodput(10_000)).toBeGreaterThan(0.93 * CAPACITY);
    });
  });

  test("whose workers become half as many, and then twice as many again, is followed", () => {
    const server = new BusyServer({ serviceMs: times[kind] });
    server.arrive(1.5 * CAPACITY);
    server.run(15_000);
    server.workers = 50;
    server.run(15_000);
    server.workers = 100;
    server.work();
    server.run(15_000);

    expect(inside(server.between(20_000, 30_000), 50)).toBeGreaterThan(0.8);
    expect(median(server.between(20_000, 30_000))).toBeLessThan(62);
    expect(inside(server.between(35_000))).toBeGreaterThan(0.9);
  });

  test("whose work takes twice as long for good, and then as long as before, keeps its limit", () => {
    const server = new BusyServer({ serviceMs: times[kind] });
    server.arrive(3 * CAPACITY);
    server.run(15_000);
    server.serviceMs = (random) => 2 * times[kind](random);
    server.run(20_000);
    server.serviceMs = times[kind];
    server.run(20_000);

    // It lets fewer through until it is clear that this is no help.
    expect(inside(server.between(20_000, 35_000))).toBeGreaterThan(0.9);
    expect(server.goodput(20_000, 35_000)).toBeGreaterThan(0.9 * (CAPACITY / 2));
    expect(inside(server.between(45_000))).toBeGreaterThan(0.9);
  });

  test("that works also on what timed out is not buried in it", () => {
    const server = new BusyServer({ serviceMs: times[kind], timeoutMs: 500, initial: 500 });
    server.arrive(1.5 * CAPACITY);
    server.run(20_000);

    expect(server.goodput(5_000)).toBeGreaterThan(0.93 * CAPACITY);
  });

  test("that gets less than it can do turns nothing away, and keeps what it has found", () => {
    const server = new BusyServer({ serviceMs: times[kind], initial: 150 });
    server.arrive(0.3 * CAPACITY);
    server.run(20_000);

    const [limiter] = server.limiters;
    expect(limiter?.stats.rejected).toBeLessThan((limiter?.stats.admitted ?? 0) / 1_000);
    expect(limits(server.between(5_000))[0]).toBeGreaterThanOrEqual(60);
  });
});

test("a limit that nobody uses for an hour is still there", () => {
  const server = new BusyServer({ serviceMs: times.exponential });
  server.arrive(1.5 * CAPACITY, 10_000);
  server.run(11_000);
  const found = median(server.between(5_000, 10_000));
  server.run(3_600_000, 60_000);

  expect(server.limiters[0]?.inUse).toBe(0);
  // The last answers are those that take longest, so that it looks slow at the end.
  expect(server.limit).toBeGreaterThan(0.65 * found);
});

test.each([1, 2, 5, 10, 30, 400])("a server of %i workers is found, too, by places and not by hundreds", (workers) => {
  const server = new BusyServer({ workers, serviceMs: times.exponential });
  server.arrive((1.5 * CAPACITY * workers) / WORKERS);
  server.run(30_000);

  const found = median(server.between(10_000));
  expect(found).toBeGreaterThanOrEqual(workers);
  expect(found).toBeLessThanOrEqual(1.2 * workers + 3);
});

test("the first overload is found within seconds", () => {
  for (const initial of [20, 500]) {
    const server = new BusyServer({ serviceMs: times.constant, initial });
    server.arrive(1.5 * CAPACITY);
    server.run(5_000);

    expect(inside(server.between(4_000))).toBe(1);
  }
});

test("several processes share what a server can do: more than one would let through, and never without a bound", () => {
  const server = new BusyServer({ serviceMs: times.exponential, clients: 4 });
  server.arrive(1.5 * CAPACITY);
  server.run(60_000);

  expect(server.goodput(10_000)).toBeGreaterThan(0.95 * CAPACITY);
  expect(median(server.between(10_000))).toBeLessThan(4 * WORKERS);
  for (const limiter of server.limiters) expect(limiter.stats.admitted).toBeGreaterThan(server.answered / 50);
});

describe("a dependency that refuses", () => {
  const refusing = (refusal: BusyServer["refusal"]): BusyServer => {
    const server = new BusyServer({ serviceMs: times.constant });
    server.arrive(1.5 * CAPACITY);
    server.run(10_000);
    server.refusal = refusal;
    server.run(5_000);
    return server;
  };

  test.each(["RATE_LIMIT", "SERVER_ERROR", "TRANSIENT"] as const)(
    "everything at once, by %s, gets less and less",
    (errorClass) => {
      const server = refusing({ errorClass });
      const [before, ...after] = [10_000, 10_500, 11_000, 15_000].map(
        (atMs) => server.seen.find((seen) => seen.atMs === atMs)?.limit,
      );

      expect(after[0]).toBeLessThan((before ?? 0) / 4);
      expect(after.at(-1)).toBe(1);
      server.refusal = null;
      server.run(10_000);
      expect(inside(server.between(20_000))).toBeGreaterThan(0.9);
    },
  );

  test.each(["AUTH", "PERMISSION", "PERMANENT", "CONCURRENCY", "UNKNOWN"] as const)("by %s changes nothing", (errorClass) => {
    const server = refusing({ errorClass });

    expect(inside(server.between(10_000))).toBe(1);
  });

  test("one in a hundred is no overload", () => {
    const server = new BusyServer({ serviceMs: times.constant });
    server.arrive(1.5 * CAPACITY);
    for (let atMs = 0; atMs < 30_000; atMs += 50) {
      server.after(atMs, () => {
        server.refusal = { errorClass: "SERVER_ERROR" };
        server.call();
        server.refusal = null;
      });
    }
    server.run(30_000);

    expect(server.limiters[0]?.stats.refused).toBeGreaterThan(100);
    expect(inside(server.between(10_000))).toBeGreaterThan(0.9);
  });
});
