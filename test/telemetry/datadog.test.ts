/* redress/datadog with a stand-in for the client: what it is called with, the timer of gauges, and what is refused. */
import { constant, Policy, TransientError } from "redress";
import { type DatadogOptions, datadogHooks } from "redress/datadog";
import { VirtualClock } from "redress/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const clock = new VirtualClock();
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fake() {
  const sent: unknown[][] = [];
  const send = (kind: string) => (stat: string, value: number, tags: object) => void sent.push([kind, stat, value, tags]);
  return { sent, increment: send("increment"), distribution: send("distribution"), gauge: send("gauge") };
}

const registry = {
  snapshot: () => ({
    policies: [{ name: "read", amplification: null }],
    circuits: [{ name: "db|eu,1", state: "half_open" as const }],
    budgets: [{ name: "shared", remaining: Infinity }],
    limiters: [],
  }),
};

test("counters are increments, durations distributions in seconds, and tags hold nothing that ends a tag", async () => {
  const statsd = fake();
  const retry = { strategy: constant(500), maxAttempts: 2 };
  const policy = new Policy({ operation: "GET /a,b|c", hooks: datadogHooks({ statsd }), retry, clock });
  let calls = 0;
  const flaky = async (): Promise<number> => {
    if (++calls === 1) throw new TransientError();
    return 1;
  };
  await Promise.all([policy.call(flaky), clock.run()]);

  const operation = "GET /a_b_c";
  expect(statsd.sent).toContainEqual(["increment", "redress.calls", 1, { operation, outcome: "success" }]);
  expect(statsd.sent).toContainEqual(["distribution", "redress.call.duration", 0.5, { operation, outcome: "success" }]);
  expect(statsd.sent).toContainEqual(["increment", "redress.asleep", 0.5, { operation, class: "TRANSIENT" }]);
  expect(statsd.sent.filter(([, stat]) => stat === "redress.attempts")).toHaveLength(2);
});

test("gauges are read at the interval, until they are stopped", () => {
  const statsd = fake();
  const hooks = datadogHooks({ statsd, registry, gaugeIntervalMs: 5_000 });
  vi.advanceTimersByTime(10_000);
  hooks.stop();
  vi.advanceTimersByTime(60_000);
  const gauge = ["gauge", "redress.circuit.state", 1, { circuit: "db_eu_1" }];
  expect(statsd.sent).toEqual([gauge, gauge]);
});

test("the timer keeps no process alive, and without a registry there is none", () => {
  datadogHooks({ statsd: fake() }).stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const { stop } = datadogHooks({ statsd: fake(), registry });
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBe(before);
  stop();
});

test("gauges that fail are heard of by the next call, or by onGaugeError", async () => {
  const broken = {
    snapshot: (): never => {
      throw new Error("no snapshot");
    },
  };
  const onHookError = vi.fn();
  const onGaugeError = vi.fn();
  const hooks = datadogHooks({ statsd: fake(), registry: broken });
  const own = datadogHooks({ statsd: fake(), registry: broken, onGaugeError });
  vi.advanceTimersByTime(10_000);
  await new Policy({ operation: "read", hooks, onHookError, clock }).call(async () => 1);
  expect(onHookError.mock.calls).toEqual([[new Error("no snapshot"), { name: "onCallEnd", operation: "read" }]]);
  expect(onGaugeError.mock.calls).toEqual([[new Error("no snapshot")]]);
  hooks.stop();
  own.stop();
});

test("a client that throws, or rejects, changes no call and is heard of once", async () => {
  for (const increment of [
    (): never => {
      throw new Error("no socket");
    },
    () => Promise.reject(new Error("no socket")),
  ]) {
    const onHookError = vi.fn();
    const policy = new Policy({ hooks: datadogHooks({ statsd: { ...fake(), increment } }), onHookError, clock });
    for (let call = 0; call < 3; call++) expect(await policy.call(async () => "value")).toBe("value");
    const told = onHookError.mock.calls.filter(([, { name }]) => name === "onCallEnd");
    expect(told).toEqual([[new Error("no socket"), { name: "onCallEnd", operation: null }]]);
  }
});

test.each<[string, object, string]>([
  ["no client", {}, "datadogHooks.statsd must be a DogStatsD client with increment, distribution and gauge"],
  ["a client of plain StatsD", { statsd: { increment() {}, gauge() {} } }, "datadogHooks.statsd must be a DogStatsD client"],
  ["an interval without a registry", { statsd: fake(), gaugeIntervalMs: 5_000 }, "which needs datadogHooks.registry"],
  [
    "an interval in seconds",
    { statsd: fake(), registry, gaugeIntervalMs: 10 },
    "datadogHooks.gaugeIntervalMs must be a number from 1000",
  ],
  ["an unknown option", { statsd: fake(), prefix: "app" }, "datadogHooks.prefix is not an option"],
])("%s is refused", (_what, options, message) => {
  expect(() => datadogHooks(options as DatadogOptions)).toThrow(message);
});
