import type * as http from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import * as api from "@opentelemetry/api";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import {
  Bulkhead,
  CircuitBreaker,
  constant,
  deferFrom,
  Hedge,
  type Hooks,
  type Outcome,
  PermanentError,
  Policy,
  type PolicyOptions,
  type Progress,
  TransientError,
  unlimited,
} from "redress";
import { otelHooks, otelMetricHook } from "redress/otel";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { childrenOf, finished, metering, parentOf, spanExporter, the, tracerProvider } from "./traced.ts";

const instrumentation = new HttpInstrumentation();
instrumentation.setTracerProvider(tracerProvider);
instrumentation.enable();
const nodeHttp = createRequire(import.meta.url)("http") as typeof http;

beforeEach(() => spanExporter.reset());
afterAll(() => instrumentation.disable());

const quick = { maxAttempts: 3, strategy: constant(0), budget: unlimited };
const tracer = api.trace.getTracer("test");
const fails = (): never => {
  throw new TransientError("no answer");
};

describe("a call in its trace", () => {
  test("has a span below the one that is current, and its attempts have theirs below it", async () => {
    const policy = new Policy({ operation: "pay", retry: quick, hooks: otelHooks({ api }) });
    await tracer.startActiveSpan("request", async (request) => {
      await policy.call(({ attempt }) => (attempt < 3 ? fails() : attempt));
      expect(api.trace.getActiveSpan()).toBe(request);
      request.end();
    });
    const [request] = finished().filter(({ name }) => name === "request");
    const [call, ...others] = childrenOf(the(request));
    expect(others).toEqual([]);
    expect([call?.name, call?.kind, call?.status.code]).toEqual(["pay", api.SpanKind.INTERNAL, api.SpanStatusCode.UNSET]);
    expect(call?.attributes).toEqual({ "redress.operation": "pay", "redress.attempts": 3, "redress.outcome": "success" });
    expect(call?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["redress.retry", { "redress.attempt": 1, "redress.delay": 0, "error.type": "TRANSIENT" }],
      ["redress.retry", { "redress.attempt": 2, "redress.delay": 0, "error.type": "TRANSIENT" }],
    ]);
    expect(childrenOf(the(call)).map(({ attributes, status }) => [attributes, status.code])).toEqual([
      [{ "redress.attempt": 1, "redress.decision": "retry", "error.type": "TRANSIENT" }, api.SpanStatusCode.ERROR],
      [
        { "redress.attempt": 2, "http.request.resend_count": 1, "redress.decision": "retry", "error.type": "TRANSIENT" },
        api.SpanStatusCode.ERROR,
      ],
      [{ "redress.attempt": 3, "http.request.resend_count": 2, "redress.decision": "success" }, api.SpanStatusCode.UNSET],
    ]);
  });

  test.each<[string, (policy: Policy<unknown, unknown>, op: () => unknown) => unknown]>([
    ["asynchronous", (policy, op) => policy.call(op)],
    ["synchronous", (policy, op) => policy.callSync(op)],
  ])("of %s code has the attempt's span as the current one in the operation", async (_kind, play) => {
    const policy = new Policy<unknown, unknown>({ retry: {}, hooks: otelHooks({ api }) });
    let within: api.Span | undefined;
    await play(policy, () => {
      within = api.trace.getActiveSpan();
    });
    expect(api.trace.getActiveSpan()).toBe(undefined);
    const [attempt, call] = finished();
    expect(within?.spanContext().spanId).toBe(attempt?.spanContext().spanId);
    expect(parentOf(the(attempt))).toBe(call?.spanContext().spanId);
    expect(call?.name).toBe("redress call");
  });

  test("keeps the baggage of the code around it", () => {
    const policy = new Policy({ hooks: otelHooks({ api }) });
    const baggage = api.propagation.createBaggage({ tenant: { value: "7" } });
    const inside = api.context.with(api.propagation.setBaggage(api.context.active(), baggage), () =>
      policy.callSync(() => api.propagation.getActiveBaggage()?.getEntry("tenant")?.value),
    );
    expect(inside).toBe("7");
  });

  test("has the same tree with a tracer alone", async () => {
    const policy = new Policy({ operation: "pay", retry: quick, hooks: otelHooks({ tracer }) });
    await tracer.startActiveSpan("request", async (request) => {
      await policy.call(() => tracer.startSpan("query").end());
      request.end();
    });
    const named = (name: string) => the(finished().find((span) => span.name === name));
    expect(childrenOf(named("request")).map(({ name }) => name)).toEqual(["pay"]);
    expect(childrenOf(named("pay")).map(({ name }) => name)).toEqual(["redress attempt"]);
    expect(childrenOf(named("redress attempt")).map(({ name }) => name)).toEqual(["query"]);
  });
});

test("a call that goes on is linked to the spans of its earlier deliveries, whatever else its progress carries", async () => {
  const policy = new Policy({ operation: "job", retry: { ...quick, sleep: deferFrom(0) }, hooks: otelHooks({ api }) });
  let progress: Progress | null = null;
  for (let delivery = 1; delivery <= 3; delivery++) {
    const outcome: Outcome<unknown> = await policy.execute(fails, { resume: progress });
    progress = outcome.ok ? null : JSON.parse(JSON.stringify(outcome.progress));
    // Somebody adds what is no context of a span.
    if (delivery === 1 && progress?.carried !== undefined)
      progress = { ...progress, carried: { "redress.otel": `nonsense ${progress.carried["redress.otel"]} 00-1-2-3` } };
  }
  const calls = finished().filter(({ name }) => name === "job");
  const ids = calls.map((span) => span.spanContext().spanId);
  expect(calls.map(({ links }) => links.map(({ context }) => context.spanId))).toEqual([[], [ids[0]], [ids[0], ids[1]]]);
  expect(calls.map(({ links }) => links.map(({ context }) => context.traceId))).toEqual([
    [],
    [calls[0]?.spanContext().traceId],
    [calls[0]?.spanContext().traceId, calls[1]?.spanContext().traceId],
  ]);
  expect(calls.map(({ attributes }) => attributes["redress.delivery"])).toEqual([undefined, 2, 3]);
});

describe("how a call ended stands in its span", () => {
  const ended = async (options: PolicyOptions<unknown, unknown>, op: () => unknown = fails) => {
    const policy = new Policy<unknown, unknown>({ hooks: otelHooks({ api }), ...options });
    await policy.execute(op).catch(() => {});
    const call = the(finished().find(({ name }) => name === "redress call"));
    return { attributes: call.attributes, status: call.status, events: call.events.map(({ name }) => name) };
  };

  test("a failure", async () => {
    expect(await ended({ retry: { maxAttempts: 1 } })).toEqual({
      attributes: {
        "redress.attempts": 1,
        "redress.outcome": "failure",
        "redress.stop_reason": "MAX_ATTEMPTS_GLOBAL",
        "error.type": "TRANSIENT",
      },
      status: { code: api.SpanStatusCode.ERROR },
      events: [],
    });
  });

  test("a fallback's value", async () => {
    const { attributes, status, events } = await ended({ retry: { maxAttempts: 1 }, fallback: () => 0 });
    expect(attributes).toMatchObject({ "redress.outcome": "fell_back", "redress.stop_reason": "MAX_ATTEMPTS_GLOBAL" });
    expect([status.code, events]).toEqual([api.SpanStatusCode.UNSET, ["redress.fell_back"]]);
  });

  test("the rejection of a circuit", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "bank" });
    circuitBreaker.trip();
    const { attributes, events } = await ended({ circuitBreaker });
    expect(attributes).toMatchObject({
      "redress.attempts": 0,
      "redress.stop_reason": "CIRCUIT_OPEN",
      "error.type": "CIRCUIT_OPEN",
    });
    expect(events).toEqual(["redress.circuit_rejected"]);
  });

  test("the rejection of a limiter", async () => {
    const limiter = new Bulkhead({ name: "pool", maxConcurrent: 1 });
    const release = later();
    const holding = limiter.run(() => release.promise);
    const { attributes, events } = await ended({ limiter });
    release.resolve(undefined);
    await holding;
    expect(attributes).toMatchObject({ "redress.stop_reason": "LIMITED" });
    expect(events).toEqual(["redress.limited"]);
  });

  test("a mistake in the policy", async () => {
    const strategy = () => {
      throw new RangeError("a mistake");
    };
    const { attributes, status } = await ended({ retry: { strategy } });
    expect(attributes).toMatchObject({ "redress.outcome": "fault", "error.type": "_OTHER" });
    expect(status.code).toBe(api.SpanStatusCode.ERROR);
  });
});

test("a thousand calls at once have each their own tree, and the counts are those of their outcomes", async () => {
  const { meter, points } = metering();
  const server = nodeHttp.createServer((_request, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new nodeHttp.Agent({ keepAlive: true, maxSockets: 50 });
  const get = () =>
    new Promise<void>((resolve, reject) => {
      nodeHttp
        .get({ host: "127.0.0.1", port, agent, path: "/" }, (response) => response.resume().on("end", resolve))
        .on("error", reject);
    });
  const hooks = otelHooks({ api, meter });
  const policy = new Policy<unknown, unknown>({
    hooks,
    retry: quick,
    hedge: new Hedge({ delayMs: 60_000, loadRatio: 1 }),
    fallback: { use: () => "none", on: ["MAX_ATTEMPTS_GLOBAL"] },
  });
  const wrong: string[] = [];
  const outcomes = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      tracer.startActiveSpan(`request-${index}`, async (request) => {
        const outcome = await policy.execute(
          async ({ attempt }) => {
            const active = api.trace.getActiveSpan();
            await get();
            if (api.trace.getActiveSpan() !== active) wrong.push(`${index}: another span is current after the request`);
            if (attempt <= index % 5) throw index % 11 === 0 ? new PermanentError("a") : new TransientError("b");
          },
          { operation: `op-${index % 7}` },
        );
        if (api.trace.getActiveSpan() !== request) wrong.push(`${index}: another span is current after the call`);
        request.end();
        return outcome;
      }),
    ),
  );
  agent.destroy();
  server.close();
  expect(wrong).toEqual([]);

  const byParent = groupBy(finished());
  const below = (span: { spanContext(): api.SpanContext }) => byParent.get(span.spanContext().spanId) ?? [];
  const named = new Map(finished().map((span) => [span.name, span]));
  let attempts = 0;
  outcomes.forEach((outcome, index) => {
    const request = the(named.get(`request-${index}`));
    const [call, ...none] = below(request);
    expect(none).toEqual([]);
    expect(call?.name).toBe(`op-${index % 7}`);
    const made = below(the(call));
    expect(made.map(({ attributes }) => attributes["redress.attempt"]).sort()).toEqual(
      Array.from({ length: outcome.attempts }, (_, before) => before + 1),
    );
    for (const attempt of made) expect(below(attempt).map(({ kind }) => kind)).toEqual([api.SpanKind.CLIENT]);
    attempts += made.length;
  });
  const sum = (counted: { value: number }[]) => counted.reduce((before, { value }) => before + value, 0);
  const ofAll = (test: (outcome: (typeof outcomes)[number]) => boolean) => outcomes.filter(test).length;
  const calls = await points("redress.calls");
  const callsThat = (outcome: string) => sum(calls.filter(({ attributes }) => attributes["redress.outcome"] === outcome));
  expect(sum(calls)).toBe(1_000);
  expect(outcomes.map((outcome) => (outcome.ok ? outcome.fellBack : outcome.stopReason))).toEqual(
    expect.arrayContaining([true, false, "NON_RETRYABLE_CLASS"]),
  );
  expect(callsThat("success")).toBe(ofAll((outcome) => outcome.ok && !outcome.fellBack));
  expect(callsThat("fell_back")).toBe(ofAll((outcome) => outcome.ok && outcome.fellBack));
  expect(callsThat("failure")).toBe(ofAll((outcome) => !outcome.ok));
  expect(sum(await points("redress.attempts"))).toBe(attempts);
  const hedges = sum(await points("redress.hedges"));
  expect(hedges).toBeGreaterThan(0);
  expect(sum(await points("redress.retries"))).toBe(attempts - 1_000 - hedges);
  expect(sum(await points("redress.call.duration"))).toBe(1_000);
});

test("durations have the boundaries of the list, and gauges are read from the registry when they are collected", async () => {
  const { meter, collect } = metering();
  const registry = {
    snapshot: () => ({
      policies: [{ name: "pay", amplification: 1.5 }],
      circuits: [{ name: "bank", state: "open" as const }],
      budgets: [{ name: "retries", remaining: 7 }],
      limiters: [{ name: "pool", inUse: 3, queued: 2 }],
    }),
  };
  new Policy({ hooks: otelHooks({ meter, registry, buckets: [0.1, 1] }) }).callSync(() => 1);
  const metrics = await collect();
  const of = (name: string) => the(metrics.find(({ descriptor }) => descriptor.name === name));
  expect(of("redress.call.duration").dataPoints[0]?.value).toMatchObject({ buckets: { boundaries: [0.1, 1] } });
  expect(of("redress.circuit.state").dataPoints).toMatchObject([{ value: 2, attributes: { "redress.circuit.name": "bank" } }]);
  expect(of("redress.limiter.queued").dataPoints).toMatchObject([{ value: 2 }]);
  expect(of("redress.amplification").dataPoints).toMatchObject([{ value: 1.5 }]);
});

test("no word of an error, its request or its answer stands in a span or a metric", async () => {
  const { meter, collect } = metering();
  const SECRET = "s3cr3t";
  const error = Object.assign(new Error(`token ${SECRET}`), {
    status: 503,
    url: `https://api.example/${SECRET}`,
    config: { url: `/${SECRET}`, data: SECRET },
    response: { status: 503, data: { secret: SECRET } },
    cause: new Error(SECRET),
    code: SECRET,
  });
  const policy = new Policy<unknown, unknown>({
    operation: "pay",
    retry: { ...quick, resultClassifier: (value) => (value === SECRET ? "SERVER_ERROR" : null) },
    hooks: [otelHooks({ api, meter }), otelMetricHook(meter)],
  });
  await policy.execute(() => Promise.reject(error));
  await policy.execute(() => Promise.resolve(SECRET));
  const told = finished().map(({ name, attributes, events, status, links }) => ({ name, attributes, events, status, links }));
  expect(told.length).toBe(8);
  const text = JSON.stringify([told, (await collect()).map(({ descriptor, dataPoints }) => ({ descriptor, dataPoints }))]);
  expect(text).not.toContain(SECRET);
  expect(text).toContain("SERVER_ERROR");
});

test("exceptions are recorded where that is asked for", async () => {
  const policy = new Policy({ retry: quick, hooks: otelHooks({ api, recordExceptions: true }) });
  await policy.execute(fails);
  expect(finished()[0]?.events.map(({ name }) => name)).toEqual(["exception"]);
});

describe("what fails in telemetry changes no call, and is heard of once", () => {
  const heard: string[] = [];
  const outcomesWith = async (hooks: Hooks) => {
    heard.length = 0;
    const onHookError = (_error: unknown, { name }: { name: string }) => heard.push(name);
    const policy = new Policy<unknown, unknown>({ retry: quick, hooks, onHookError });
    return [await policy.call(() => 1), policy.callSync(() => 2), (await policy.execute(fails)).ok];
  };
  const broken = (): never => {
    throw new Error("the exporter is broken");
  };

  test("a tracer", async () => {
    expect(await outcomesWith(otelHooks({ api, tracer: { startSpan: broken } }))).toEqual([1, 2, false]);
    expect(heard).toEqual(["onCallStart"]);
  });

  test("a span that does not end", async () => {
    const startSpan = () => ({
      ...tracer.startSpan("none"),
      setAttribute: () => {},
      setAttributes: () => {},
      setStatus: () => {},
      addEvent: () => {},
      end: broken,
    });
    expect(await outcomesWith(otelHooks({ api, tracer: { startSpan } as never }))).toEqual([1, 2, false]);
    expect(heard).toEqual(["onAttemptEnd", "onCallEnd"]);
  });

  test("counters", async () => {
    const { meter } = metering();
    const createCounter = () => ({ add: broken });
    const broke = { createCounter, createHistogram: meter.createHistogram.bind(meter), createObservableGauge: broken };
    expect(await outcomesWith(otelHooks({ meter: broke as never }))).toEqual([1, 2, false]);
    expect(heard).toEqual(["onAttemptEnd", "onCallEnd"]);
  });
});

test("a bare counter of events has their tags", async () => {
  const { meter, points } = metering();
  const policy = new Policy({ operation: "pay", retry: quick, hooks: otelMetricHook(meter, "events") });
  await policy.execute(fails);
  const tags = { operation: "pay", class: "TRANSIENT", err: "TransientError", cause: "exception" };
  expect(await points("events")).toEqual([
    { attributes: { event: "retry", ...tags }, value: 2 },
    { attributes: { event: "max_attempts_exceeded", stop_reason: "MAX_ATTEMPTS_GLOBAL", ...tags }, value: 1 },
  ]);
});

function later() {
  let resolve: (value: unknown) => void = () => {};
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function groupBy(spans: ReturnType<typeof finished>) {
  const groups = new Map<string | undefined, typeof spans>();
  for (const span of spans) groups.set(parentOf(span), [...(groups.get(parentOf(span)) ?? []), span]);
  return groups;
}
