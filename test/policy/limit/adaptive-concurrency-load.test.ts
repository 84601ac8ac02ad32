/* What AdaptiveConcurrency does under load, on a small server: the laws in test/properties look at larger ones. */
import { latency } from "redress/simulate";
import { expect, test } from "vitest";
import { BusyServer, type BusyServerOptions, type Seen } from "./busy-server.ts";

const WORKERS = 20;
const MEAN_MS = 50;
/** What the server can do per second. */
const CAPACITY = (1_000 * WORKERS) / MEAN_MS;

const steady = latency.constant(MEAN_MS);
const server = (options: Partial<BusyServerOptions> = {}): BusyServer =>
  new BusyServer({ workers: WORKERS, serviceMs: steady, ...options });

const median = (seen: readonly Seen[]): number => {
  const limits = seen.map(({ limit }) => limit).sort((a, b) => a - b);
  return limits[limits.length >> 1] as number;
};

test.each([5, 200])("a server of 20 workers is found from a limit of %i", (initial) => {
  const busy = server({ initial });
  busy.arrive(1.5 * CAPACITY);
  busy.run(20_000);

  expect(median(busy.between(10_000))).toBeGreaterThanOrEqual(18);
  expect(median(busy.between(10_000))).toBeLessThan(28);
  expect(busy.goodput(10_000)).toBeGreaterThan(0.9 * CAPACITY);
});

test("answers that take twice as long for good lower the limit until it is clear that this is no help", () => {
  const busy = server();
  busy.arrive(3 * CAPACITY);
  busy.run(10_000);
  busy.serviceMs = latency.constant(2 * MEAN_MS);
  busy.run(15_000);

  expect(Math.min(...busy.between(10_000, 15_000).map(({ limit }) => limit))).toBeLessThan(18);
  expect(median(busy.between(18_000))).toBeGreaterThanOrEqual(18);
  expect(busy.goodput(18_000)).toBeGreaterThan(0.85 * (CAPACITY / 2));
});
