/* What no backend may tell, and what no backend may do: through all of them at once. */
import { channel } from "node:diagnostics_channel";
import { CircuitBreaker, constant, type Hooks, Policy, type RetryOptions, TransientError, unlimited } from "redress";
import { datadogHooks } from "redress/datadog";
import { diagnosticsHooks, type EventMessage } from "redress/diagnostics";
import { type OtelApi, type OtelContext, otelHooks } from "redress/otel";
import { pinoHooks } from "redress/pino";
import { prometheusHooks } from "redress/prometheus";
import { sentryHooks } from "redress/sentry";
import { afterEach, describe, expect, test } from "vitest";

const SECRET = "4111-1111-1111-1111";
const failure = (): Error =>
  Object.assign(new TransientError(`card ${SECRET} was declined`, { cause: new Error(`POST /pay?card=${SECRET}`) }), {
    url: `https://bank.example/pay?card=${SECRET}`,
    body: { card: SECRET },
    code: SECRET,
  });

/** Is called as a backend would be. What it answers is `answer()`. */
function backends(tell: (...told: unknown[]) => void, answer: () => unknown): Readonly<Record<string, () => Hooks>> {
  const listen =
    (name: string) =>
    (...told: unknown[]): never => {
      tell(name, ...told);
      return answer() as never;
    };
  const span = {
    setAttribute: listen("setAttribute"),
    setAttributes: listen("setAttributes"),
    addEvent: listen("addEvent"),
    setStatus: listen("setStatus"),
    recordException: listen("recordException"),
    end: listen("end"),
  };
  const context: OtelContext = { getValue: () => undefined, setValue: () => context, deleteValue: () => context };
  const api = {
    context: { active: () => context, with: (_context: unknown, run: () => unknown) => run() },
    trace: {
      getTracer: () => ({
        startSpan: (...told: unknown[]) => {
          tell("startSpan", ...told);
          return span;
        },
      }),
      setSpan: () => context,
    },
    metrics: {
      getMeter: () => ({
        createCounter: () => ({ add: listen("add") }),
        createHistogram: () => ({ record: listen("record") }),
        createObservableGauge: () => ({ addCallback: () => {} }),
      }),
    },
  };
  const labelNames = ["operation", "outcome", "stop_reason", "class", "hedge", "state"];
  const calls = { labelNames, inc: listen("inc") };
  const callDuration = { labelNames, observe: listen("observe") };
  return {
    otel: () => otelHooks({ api: api as OtelApi }),
    prometheus: () => prometheusHooks({ metrics: { calls, callDuration } as never }),
    datadog: () =>
      datadogHooks({ statsd: { increment: listen("increment"), distribution: listen("distribution"), gauge: listen("gauge") } }),
    sentry: () =>
      sentryHooks({ addBreadcrumb: listen("addBreadcrumb"), captureException: (_error, capture) => listen("capture")(capture) }),
    pino: () =>
      pinoHooks({
        debug: listen("debug"),
        info: listen("info"),
        warn: listen("warn"),
        error: listen("error"),
        bindings: () => ({}),
        child: () => ({}),
      } as never),
  };
}

const names = Object.keys(
  backends(
    () => {},
    () => {},
  ),
);
const retry: RetryOptions = { maxAttempts: 3, strategy: constant(0), budget: unlimited };
const events = channel("redress:event");
let subscribed: ((message: unknown) => void) | undefined;
afterEach(() => {
  if (subscribed !== undefined) events.unsubscribe(subscribed);
  subscribed = undefined;
});

test("nothing of an error, its request or its answer is told by any of them", async () => {
  const told: string[] = [];
  const seen = new Set<string>();
  const all = backends(
    (name, ...what) => {
      seen.add(String(name));
      told.push(JSON.stringify(what));
    },
    () => {},
  );
  const listener = (message: unknown): void => void told.push(JSON.stringify(message as EventMessage));
  subscribed = listener;
  events.subscribe(listener);
  const circuitBreaker = new CircuitBreaker({ name: "bank", failureThreshold: 2 });
  const hooks = [...Object.values(all).map((make) => make()), diagnosticsHooks()];
  const policy = new Policy({
    operation: "pay",
    retry,
    circuitBreaker,
    hooks,
    onHookError: (error) => told.push(`broken: ${error}`),
  });
  for (let call = 0; call < 5; call++) await policy.execute(() => Promise.reject(failure()));
  await policy.with({ fallback: () => ({ card: SECRET }) }).execute(() => Promise.reject(failure()));
  await policy
    .with({ retry: { strategy: () => Promise.reject(failure()) as never } })
    .execute(() => 1)
    .catch(() => {});
  expect(told.filter((text) => text.includes(SECRET))).toEqual([]);
  expect(told.filter((text) => text.startsWith("broken"))).toEqual([]);
  // It is about what they are told: each was told something.
  expect([...seen]).toEqual(
    expect.arrayContaining(["startSpan", "add", "inc", "increment", "addBreadcrumb", "capture", "debug"]),
  );
  expect(told.length).toBeGreaterThan(100);
});

/** Whose methods answer by no promise: what they would reject with is nobody's to hear. */
const SYNCHRONOUS = new Set(["otel", "prometheus"]);

const broken: readonly [string, () => unknown][] = [
  [
    "throws",
    () => {
      throw new Error("the backend is down");
    },
  ],
  ["rejects", () => Promise.reject(new Error("the backend is down"))],
  ["never answers", () => new Promise(() => {})],
];

describe.each(names)("%s", (name) => {
  test.each(SYNCHRONOUS.has(name) ? broken.slice(0, 1) : broken)(
    "a backend that %s changes no outcome, and is heard of once for each of the hooks that it fails in",
    async (how, answer) => {
      const heard: string[] = [];
      const make = backends(() => {}, answer)[name] as () => Hooks;
      const policy = new Policy({ operation: "pay", retry, hooks: make(), onHookError: (_error, hook) => heard.push(hook.name) });
      const plain = new Policy({ operation: "pay", retry });
      let calls = 0;
      const op = () => (++calls % 4 === 0 ? "paid" : Promise.reject(failure()));
      for (let call = 0; call < 20; call++) {
        const outcome = await policy.execute(op);
        calls -= outcome.attempts;
        const expected = await plain.execute(op);
        expect([outcome.ok, outcome.attempts]).toEqual([expected.ok, expected.attempts]);
      }
      await new Promise((resolve) => setImmediate(resolve));
      expect(new Set(heard).size).toBe(heard.length);
      if (how === "throws") expect(heard.length).toBeGreaterThan(0);
    },
  );
});
