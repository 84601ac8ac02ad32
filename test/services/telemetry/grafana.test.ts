/* The dashboard and the rules for Prometheus: what they ask is asked of a real Prometheus, which has scraped a real run in which all of it happens. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Registry as Metrics } from "prom-client";
import {
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  Hedge,
  Policy,
  type PolicyOptions,
  type Progress,
  type RetryOptions,
  TransientError,
  unlimited,
} from "redress";
import { prometheusHooks } from "redress/prometheus";
import { Registry } from "redress/registry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { METRIC_KEYS, underscoredName } from "../../../src/telemetry/index.ts";

const folder = new URL("../../../docs/telemetry/grafana/", import.meta.url);
const rulesFile = new URL("rules.yml", folder).pathname;
const dashboard = readFileSync(new URL("dashboard.json", folder), "utf8");

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}
const panels: readonly Panel[] = JSON.parse(dashboard).panels;
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));

const data = mkdtempSync(join(tmpdir(), "redress-prometheus-"));
let exposed: Server;
let prometheus: ChildProcess | undefined;
let url: string;
let ends = false;
let traffic: Promise<unknown>;

const fails = (): never => {
  throw new TransientError();
};
const breaks = (): never => {
  throw new RangeError("a mistake in the policy");
};
const quick: RetryOptions = { maxAttempts: 3, strategy: constant(20), budget: unlimited };

/** Everything that the dashboard shows, happening again and again. */
function worlds(): readonly (() => Promise<unknown>)[] {
  const metrics = new Metrics();
  const registry = new Registry();
  const hooks = prometheusHooks({ register: metrics, registry });
  const made = (operation: string, options: PolicyOptions<unknown, unknown>) =>
    registry.add(new Policy<unknown, unknown>({ operation, hooks, ...options }) as Policy) as Policy<unknown, unknown>;
  exposed = createServer(async (_request, response) => response.end(await metrics.metrics()));

  const retrying = made("retrying", { retry: quick });
  const refused = made("refused", { retry: { ...quick, budget: new Budget({ maxRetries: 1, windowMs: 3_600_000 }) } });
  const covered = made("covered", { retry: { ...quick, maxAttempts: 1 }, fallback: () => "instead" });
  const broken = made("broken", { retry: { ...quick, strategy: breaks } });
  const circuit = new CircuitBreaker({ name: "down", failureThreshold: 1, recoveryTimeoutMs: 100 });
  const flapping = made("flapping", { circuitBreaker: circuit });
  const stays = new CircuitBreaker({ name: "stays open", failureThreshold: 1 });
  const cut = made("cut", { circuitBreaker: stays });
  const limited = made("limited", { limiter: new Bulkhead({ name: "places", maxConcurrent: 1, maxQueue: 1 }) });
  const hedged = made("hedged", { retry: {}, hedge: new Hedge({ delayMs: 5, loadRatio: 1 }) });
  const calm = made("calm", { retry: quick });
  const deferring = made("deferring", { retry: { ...quick, sleep: () => "defer" } });
  let slow = 0;
  let job: Progress | null = null;
  return [
    () => calm.execute(() => 1),
    async () => {
      // Its second delivery succeeds.
      const outcome = await deferring.execute(({ attempt }) => (attempt === 1 ? fails() : 1), { resume: job });
      job = outcome.ok ? null : outcome.progress;
    },
    () => retrying.execute(() => (Math.random() < 0.5 ? fails() : 1)),
    () => refused.execute(fails),
    () => covered.execute(fails),
    () => broken.execute(fails).catch(() => {}),
    () => flapping.execute(fails),
    () => cut.execute(fails),
    () => Promise.all([1, 2, 3].map(() => limited.execute(() => sleep(400)))),
    () => hedged.execute(({ signal }) => sleep(slow++ % 3 === 0 ? 200 : 1, 1, { signal })),
  ];
}

async function freePort(): Promise<number> {
  const server = createTcp().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${url}${path}`);
  const { status, data: got, error } = (await response.json()) as { status: string; data: T; error?: string };
  if (status !== "success") throw new Error(`${path}: ${error}`);
  return got;
}

async function ask(expr: string): Promise<readonly Sample[]> {
  return (await get<{ result: readonly Sample[] }>(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result;
}

/** As Grafana fills in its variables. */
const filled = (expr: string): string => expr.replaceAll("$operation", ".*").replaceAll("$__rate_interval", "30s");

interface Rule {
  readonly name: string;
  readonly type: "alerting" | "recording";
  readonly health: string;
  readonly lastError?: string;
  readonly query: string;
  readonly state?: string;
}
const rules = async (): Promise<readonly Rule[]> =>
  (await get<{ groups: readonly { rules: readonly Rule[] }[] }>("/api/v1/rules")).groups.flatMap((group) => group.rules);

beforeAll(async () => {
  const all = worlds();
  exposed.listen(0, "127.0.0.1");
  await once(exposed, "listening");
  const target = `127.0.0.1:${(exposed.address() as AddressInfo).port}`;
  writeFileSync(
    join(data, "prometheus.yml"),
    JSON.stringify({
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: [rulesFile],
      scrape_configs: [{ job_name: "service", static_configs: [{ targets: [target] }] }],
    }),
  );
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const started = spawn(
    "prometheus",
    [`--config.file=${data}/prometheus.yml`, `--storage.tsdb.path=${data}/tsdb`, `--web.listen-address=127.0.0.1:${port}`],
    { stdio: "ignore" },
  );
  prometheus = started;
  await once(started, "spawn");
  traffic = Promise.all(
    all.map(async (once) => {
      for (; !ends; await sleep(50)) await once();
    }),
  );
  const untilMs = Date.now() + 90_000;
  // Until everything was scraped several times, so that rates have something to compare.
  for (let isReady = false; !isReady; await sleep(500)) {
    if (Date.now() > untilMs) throw new Error("Prometheus has not scraped enough.");
    isReady = await ask("min(count_over_time(redress_calls_total[1m])) >= 8").then(
      ({ length }) => length > 0,
      () => false,
    );
  }
}, 120_000);

afterAll(async () => {
  ends = true;
  await traffic;
  if (prometheus?.exitCode === null) {
    prometheus.kill("SIGKILL");
    await once(prometheus, "exit");
  }
  exposed?.close();
  exposed?.closeAllConnections();
  rmSync(data, { recursive: true, force: true });
});

test.each(queries)("the panel %s shows what happened: %s", async (_title, expr) => {
  // What holds for a moment may be over: the most that it was.
  const isOfMoment = /^redress_limiter_\w+$/.test(expr);
  const samples = await ask(isOfMoment ? `max_over_time(${expr}[1m])` : filled(expr));
  expect(samples.length, expr).toBeGreaterThan(0);
  expect(
    samples.some(({ value: [, value] }) => Number(value) > 0),
    JSON.stringify(samples),
  ).toBe(true);
});

test("every rule is evaluated, and every alert has something to say of this run", async () => {
  const found = await rules();
  expect(found.filter(({ health }) => health !== "ok")).toEqual([]);
  expect(found.map(({ name }) => name).length).toBe(10);
  for (const { name, type, query, state } of found)
    if (type === "recording") expect((await ask(name)).length, query).toBeGreaterThan(0);
    else expect([name, state]).toEqual([name, expect.stringMatching(/^(pending|firing)$/)]);
});

test("a calm operation is the matter of no alert", async () => {
  const alerts = await ask('ALERTS{operation="calm"}');
  expect(alerts.map(({ metric }) => metric["alertname"])).toEqual([]);
});

test("a worker whose jobs succeed in their second delivery makes two attempts per job, and fails none", async () => {
  const alerts = await ask('ALERTS{operation="deferring"}');
  expect(alerts.map(({ metric }) => metric["alertname"])).toEqual(["RedressAmplification"]);
  expect(await ask('redress_calls_total{operation="deferring",outcome="deferred",stop_reason="SCHEDULED"}')).toHaveLength(1);
});

test("nothing is asked of a metric that is none of the list", () => {
  const names = METRIC_KEYS.map(underscoredName);
  const known = new Set([...names, ...names.map((name) => `${name}_bucket`)]);
  const asked = [...(dashboard + readFileSync(rulesFile, "utf8")).matchAll(/\bredress_[a-z_]+/g)].map(([name]) => name);
  expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
  // And all of them are shown, but for what the dashboard works out from the counters.
  expect(names.filter((name) => !asked.some((each) => each.startsWith(name)))).toEqual(["redress_amplification"]);
});
