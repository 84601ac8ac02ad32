import * as client from "prom-client";
import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from "prom-client";
import { type CallContext, constant, PermanentError, Policy, TransientError, unlimited } from "redress";
import { type PrometheusOptions, prometheusHooks, prometheusMetricHook } from "redress/prometheus";
import { beforeEach, describe, expect, test } from "vitest";
import { METRIC_KEYS, METRICS, underscoredName } from "../../../src/telemetry/index.ts";

const retry = { maxAttempts: 3, strategy: constant(0), budget: unlimited };
const fails = (): never => {
  throw new TransientError("no answer");
};

/** The lines of a registry's text: the value of each series. */
async function printed(register: { metrics(): Promise<string> }): Promise<Record<string, number>> {
  const lines = (await register.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

const policyWith = (options: PrometheusOptions, onHookError?: (error: unknown) => void) =>
  new Policy<unknown, unknown>({ operation: "pay", retry, hooks: prometheusHooks(options), onHookError });

/** A registry that prints OpenMetrics. */
function openMetrics(): Registry {
  const made = new Registry();
  made.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  return made;
}

let register: Registry;
beforeEach(() => {
  register = new Registry();
  client.register.clear();
});

test("what the text says is what the outcomes say", async () => {
  const policy = policyWith({ register });
  const outcomes = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      policy.execute(async ({ attempt }) => {
        await null;
        if (attempt <= index % 4) throw index % 5 === 0 ? new PermanentError("no") : new TransientError("later");
      }),
    ),
  );
  const values = await printed(register);
  const sumOf = (name: string, having = "") =>
    Object.entries(values).reduce(
      (sum, [key, value]) => (key.startsWith(`${name}{`) && key.includes(having) ? sum + value : sum),
      0,
    );
  const attempts = outcomes.reduce((sum, outcome) => sum + outcome.attempts, 0);
  const stopped = (stopReason: string) => outcomes.filter((outcome) => !outcome.ok && outcome.stopReason === stopReason).length;
  expect(sumOf("redress_calls_total")).toBe(1_000);
  expect(sumOf("redress_calls_total", 'outcome="success"')).toBe(outcomes.filter(({ ok }) => ok).length);
  for (const reason of ["MAX_ATTEMPTS_GLOBAL", "NON_RETRYABLE_CLASS"]) {
    expect(stopped(reason)).toBeGreaterThan(0);
    expect(sumOf("redress_calls_total", `stop_reason="${reason}"`)).toBe(stopped(reason));
  }
  expect(sumOf("redress_attempts_total")).toBe(attempts);
  expect(sumOf("redress_retries_total")).toBe(attempts - 1_000);
  expect(sumOf("redress_call_duration_seconds_count")).toBe(1_000);
  expect(sumOf("redress_call_duration_seconds_bucket", 'le="+Inf"')).toBe(1_000);
  expect(sumOf("redress_attempt_duration_seconds_count")).toBe(attempts);
});

test("its text is that of prom-client's own metrics", async () => {
  const values = [0.001, 0.0011, 0.3, 59, 61];
  const buckets = [0.001, 0.5, 60];
  const own = new Registry();
  const labelNames = METRICS.callDuration.labels;
  const name = underscoredName("callDuration");
  const histogram = new Histogram({ name, help: METRICS.callDuration.help, labelNames, buckets, registers: [own] });
  const hooks = prometheusHooks({ register, buckets });
  for (const value of values) {
    histogram.observe({ operation: 'a "quoted"\nname\\', outcome: "success" }, value);
    const call = { operation: 'a "quoted"\nname\\', parent: null } as CallContext;
    hooks.onCallEnd?.(call, { ok: true, value: 1, attempts: 1, elapsedMs: value * 1_000, fellBack: false });
  }
  expect(await register.getSingleMetricAsString(name)).toBe(await own.getSingleMetricAsString(name));
  const { values: ours } = await (register.getSingleMetric(name) as Histogram).get();
  const { values: theirs } = await histogram.get();
  expect(ours).toEqual(theirs.map(({ metricName, labels, value }) => ({ metricName, labels, value })));
});

test("the module alone is enough: its default registry has the metrics", async () => {
  policyWith({ client }).callSync(() => 1);
  expect(await printed(client.register)).toMatchObject({ 'redress_calls_total{operation="pay",outcome="success"}': 1 });
});

test("OpenMetrics and the workers of a cluster are served, too", async () => {
  const worker = (): Promise<MetricObjectWithValues<MetricValue<string>>[]> => {
    const own = new Registry();
    policyWith({ register: own }).callSync(() => 1);
    return own.getMetricsAsJSON();
  };
  const all = AggregatorRegistry.aggregate([(await worker()) as never, (await worker()) as never]);
  expect(await printed(all)).toMatchObject({
    'redress_calls_total{operation="pay",outcome="success"}': 2,
    'redress_call_duration_seconds_count{operation="pay",outcome="success"}': 2,
  });
  const open = openMetrics();
  const policy = policyWith({ register: open });
  for (const calls of [1, 2]) {
    policy.callSync(() => 1);
    const text = await open.metrics();
    expect(text).toContain("# TYPE redress_calls counter\n");
    expect(text).toContain(`redress_calls_total{operation="pay",outcome="success"} ${calls}\n`);
  }
});

test("metrics that are asked for twice are made once, and reset with their registry", async () => {
  const [first, second] = [policyWith({ register }), policyWith({ register })];
  first.callSync(() => 1);
  second.callSync(() => 1);
  const key = 'redress_calls_total{operation="pay",outcome="success"}';
  expect((await printed(register))[key]).toBe(2);
  register.resetMetrics();
  expect(await printed(register)).toEqual({});
  first.callSync(() => 1);
  expect((await printed(register))[key]).toBe(1);
});

test("gauges are read when the registry is", async () => {
  const state = { state: "closed" as "closed" | "open" };
  const registry = {
    snapshot: () => ({
      policies: [{ name: "pay", amplification: 1.5 }],
      circuits: [{ name: "bank", ...state }],
      budgets: [{ name: "retries", remaining: 7 }],
      limiters: [{ name: "pool", inUse: 3, queued: 2 }],
    }),
  };
  policyWith({ register, registry });
  policyWith({ register, registry });
  expect(await printed(register)).toEqual({
    'redress_circuit_state{circuit="bank"}': 0,
    'redress_budget_level{budget="retries"}': 7,
    'redress_limiter_in_use{limiter="pool"}': 3,
    'redress_limiter_queued{limiter="pool"}': 2,
    'redress_amplification{policy="pay"}': 1.5,
  });
  state.state = "open";
  expect(await printed(register)).toMatchObject({ 'redress_circuit_state{circuit="bank"}': 2 });
  expect(
    register
      .getMetricsAsArray()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(METRIC_KEYS.map(underscoredName).sort());
});

describe("metrics of one's own", () => {
  test("get those of the labels that they declare, and an empty string for one without a value", async () => {
    const calls = new Counter({
      name: "my_calls",
      help: "c",
      labelNames: ["operation", "stop_reason", "team"],
      registers: [register],
    });
    const callDuration = new Histogram({
      name: "my_seconds",
      help: "h",
      labelNames: ["outcome"],
      buckets: [60],
      registers: [register],
    });
    const heard: unknown[] = [];
    const policy = policyWith({ metrics: { calls, callDuration } }, (error) => heard.push(error));
    policy.executeSync(fails);
    policy.callSync(() => 1);
    expect(heard).toEqual([]);
    expect(await printed(register)).toMatchObject({
      'my_calls{operation="pay",stop_reason="MAX_ATTEMPTS_GLOBAL",team=""}': 1,
      'my_calls{operation="pay",stop_reason="",team=""}': 1,
      'my_seconds_count{outcome="failure"}': 1,
    });
  });

  test("may have exemplars", async () => {
    const open = openMetrics();
    const common = { help: "h", labelNames: ["outcome"], enableExemplars: true, registers: [open] };
    const callDuration = new Histogram({ name: "h", ...common });
    policyWith({ metrics: { callDuration, calls: new Counter({ name: "c", ...common }) } }).callSync(() => 1);
    expect(await printed(open)).toMatchObject({ 'h_count{outcome="success"}': 1, 'c_total{outcome="success"}': 1 });
  });

  test("stand beside those of the list, in place of theirs", async () => {
    const calls = new Counter({ name: "my_calls", help: "c", registers: [register] });
    policyWith({ register, metrics: { calls } }).callSync(() => 1);
    const values = await printed(register);
    expect(values["my_calls"]).toBe(1);
    expect(Object.keys(values).some((key) => key.startsWith("redress_calls"))).toBe(false);
    expect(values['redress_attempts_total{operation="pay",outcome="success",hedge="false"}']).toBe(1);
  });

  test("that stand under a name of the list are used, whatever they declare", async () => {
    new Counter({ name: "redress_calls_total", help: "c", labelNames: ["operation"], registers: [register] });
    policyWith({ register }).callSync(() => 1);
    expect(await printed(register)).toMatchObject({ 'redress_calls_total{operation="pay"}': 1 });
  });

  test("that throw change no outcome, and are heard of once", async () => {
    const calls = Object.assign(new Counter({ name: "c", help: "c", registers: [register] }), { inc: fails });
    const heard: unknown[] = [];
    const policy = policyWith({ register, metrics: { calls } }, (error) => heard.push(error));
    expect([policy.callSync(() => 1), await policy.call(() => 2)]).toEqual([1, 2]);
    expect(heard).toEqual([new TransientError("no answer")]);
    expect((await printed(register))['redress_call_duration_seconds_count{operation="pay",outcome="success"}']).toBe(2);
  });
});

test.each<[string, PrometheusOptions, string]>([
  ["nothing to count in", {}, "prometheusHooks must be given client, register or metrics"],
  ["a registry of prom-client in place of redress's", { client, registry: client.register as never }, "prometheusHooks.registry"],
  ["buckets that do not ascend", { client, buckets: [1, 1] }, "prometheusHooks.buckets must be ascending"],
  [
    "a gauge of one's own",
    { metrics: { circuitState: new Gauge({ name: "g", help: "g", registers: [] }) } as never },
    "circuitState",
  ],
  ["an option that is none", { clients: client } as never, "prometheusHooks.clients is not an option"],
])("%s is refused", (_what, options, message) => {
  expect(() => prometheusHooks(options)).toThrow(message);
});

test("other buckets than those that stand in the registry, and another kind of metric, are refused", () => {
  prometheusHooks({ register });
  expect(() => prometheusHooks({ register, buckets: [1] })).toThrow("prometheusHooks.buckets");
  const other = new Registry();
  new Gauge({ name: "redress_call_duration_seconds", help: "g", registers: [other] });
  expect(() => prometheusHooks({ register: other })).toThrow("redress_call_duration_seconds");
});

test("no word of an error stands in the text, and an error's own name does in a bare counter of events", async () => {
  const SECRET = "s3cr3t";
  const events = new Counter({ name: "events", help: "e", labelNames: ["event", "err"], registers: [register] });
  const error = Object.assign(new Error(SECRET), {
    status: 503,
    url: SECRET,
    response: { status: 503, data: SECRET },
    code: SECRET,
  });
  const hooks = [prometheusHooks({ register }), prometheusMetricHook(events)];
  const policy = new Policy<unknown, unknown>({ retry, hooks });
  await policy.execute(() => Promise.reject(error));
  const text = await register.metrics();
  expect(text).not.toContain(SECRET);
  expect(text).toContain('class="SERVER_ERROR"');
  expect(text).toContain('events{event="max_attempts_exceeded",err="Error"} 1');
});
