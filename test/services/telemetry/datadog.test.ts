/* redress/datadog over a real socket: the datagrams of hot-shots and of dd-trace, read as the agent reads them. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import tracer from "dd-trace";
import StatsD from "hot-shots";
import { type DogStatsD, datadogHooks } from "redress/datadog";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeCalls, SECRET } from "./calls.ts";

interface Metric {
  readonly name: string;
  readonly value: number;
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
}

const agent = { socket: createSocket("udp4"), port: 0, text: "" };

beforeEach(async () => {
  agent.text = "";
  agent.socket = createSocket("udp4");
  agent.socket.on("message", (datagram) => {
    agent.text += `${datagram}\n`;
  });
  agent.socket.bind(0, "127.0.0.1");
  await once(agent.socket, "listening");
  agent.port = agent.socket.address().port;
});
afterEach(() => agent.socket.close());

/** `name:value|type|#tag:value,...` */
function parse(line: string): Metric {
  const [, name = "", value, type = "", tags = ""] = /^([^:]+):([^|]+)\|(\w+)(?:\|#([^|]*))?/.exec(line) ?? [];
  return {
    name,
    value: Number(value),
    type,
    tags: Object.fromEntries(
      tags
        .split(",")
        .filter(Boolean)
        .map((tag) => [tag.slice(0, tag.indexOf(":")), tag.slice(tag.indexOf(":") + 1)]),
    ),
  };
}

async function received(enough: (metrics: readonly Metric[]) => boolean): Promise<readonly Metric[]> {
  return vi.waitFor(
    () => {
      const metrics = agent.text
        .split("\n")
        .filter(Boolean)
        .map(parse)
        .filter(({ name }) => name.startsWith("redress."));
      if (!enough(metrics)) throw new Error(`so far: ${agent.text}`);
      return metrics;
    },
    { timeout: 15_000 },
  );
}

const sum = (metrics: readonly Metric[], name: string, tags: Readonly<Record<string, string>> = {}): number =>
  metrics
    .filter((metric) => metric.name === name && Object.entries(tags).every(([tag, value]) => metric.tags[tag] === value))
    .reduce((total, { value }) => total + value, 0);

const registry = {
  snapshot: () => ({
    policies: [],
    circuits: [{ name: "db", state: "open" as const }],
    budgets: [{ name: "shared", remaining: 7.5 }],
    limiters: [],
  }),
};

const CLIENTS: readonly (readonly [string, () => { statsd: DogStatsD; end(): void }])[] = [
  [
    "hot-shots",
    () => {
      const statsd = new StatsD({ host: "127.0.0.1", port: agent.port, maxBufferSize: 1_000, bufferFlushInterval: 20 });
      return { statsd, end: () => statsd.close() };
    },
  ],
  [
    "dd-trace",
    () => {
      tracer.init({
        hostname: "127.0.0.1",
        dogstatsd: { hostname: "127.0.0.1", port: agent.port },
        startupLogs: false,
        plugins: false,
        flushInterval: 60_000,
      });
      return { statsd: tracer.dogstatsd, end: () => {} };
    },
  ],
];

test.each(CLIENTS)("what %s sends is what has happened", async (_name, client) => {
  const { statsd, end } = client();
  const hooks = datadogHooks({ statsd, registry, gaugeIntervalMs: 1_000 });
  await makeCalls(hooks);
  (statsd as { flush?(): void }).flush?.();
  const metrics = await received(
    (all) => sum(all, "redress.calls") >= 7 && all.some(({ name }) => name === "redress.budget.level"),
  );
  hooks.stop();
  end();

  expect(sum(metrics, "redress.calls")).toBe(7);
  expect(sum(metrics, "redress.calls", { outcome: "success" })).toBe(2);
  expect(sum(metrics, "redress.calls", { outcome: "fell_back", operation: "covered" })).toBe(1);
  expect(sum(metrics, "redress.calls", { outcome: "failure", operation: "broken", stop_reason: "CIRCUIT_OPEN" })).toBe(1);
  expect(sum(metrics, "redress.calls", { outcome: "fault" })).toBe(1);
  expect(sum(metrics, "redress.attempts")).toBe(11);
  expect(sum(metrics, "redress.retries", { class: "TRANSIENT" })).toBe(5);
  expect(sum(metrics, "redress.circuit.changes", { state: "open", operation: "broken" })).toBe(1);
  const asleep = sum(metrics, "redress.asleep");
  expect(asleep).toBeGreaterThan(0.002);
  expect(asleep).toBeLessThan(0.006);

  const durations = metrics.filter(({ name }) => name === "redress.call.duration");
  expect(durations).toHaveLength(7);
  expect(new Set(durations.map(({ type }) => type))).toEqual(new Set(["d"]));
  // Seconds: seven calls that slept five times a millisecond.
  expect(Math.max(...durations.map(({ value }) => value))).toBeLessThan(1);
  expect(metrics.find(({ name }) => name === "redress.circuit.state")).toMatchObject({
    value: 2,
    type: "g",
    tags: { circuit: "db" },
  });
  expect(metrics.find(({ name }) => name === "redress.budget.level")).toMatchObject({
    value: 7.5,
    type: "g",
    tags: { budget: "shared" },
  });
  expect(agent.text).not.toContain(SECRET);
});
