import {
  AbortRetryError,
  Bulkhead,
  CircuitBreaker,
  constant,
  ErrorClass,
  Hedge,
  type Outcome,
  Policy,
  type PolicyOptions,
  type Progress,
  RateLimitError,
  TransientError,
  unlimited,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { ByLabels, METRICS, type MetricKey, type MetricSink, meteredHooks } from "../../src/telemetry/index.ts";
import { RecordingSink } from "./recording-sink.ts";

/** What a call gives, of which the time passes. */
async function played<T>(clock: VirtualClock, play: () => Promise<T>): Promise<T> {
  const playing = play();
  playing.catch(() => {});
  await clock.run();
  return playing;
}

const fails = (): never => {
  throw new TransientError("no answer");
};

function metered(options: PolicyOptions<unknown, unknown> = {}) {
  const clock = new VirtualClock();
  const sink = new RecordingSink();
  const retry = { maxAttempts: 3, strategy: constant(100), budget: unlimited, ...options.retry };
  const policy = new Policy({ operation: "pay", clock, hooks: meteredHooks(sink), ...options, retry } as PolicyOptions<
    unknown,
    unknown
  >);
  return { clock, sink, policy };
}

describe("a call is counted once when it ends", () => {
  test("with a value", () => {
    const { sink, policy } = metered();
    policy.callSync(() => 1);
    expect(sink.counts).toEqual({
      "attempts operation=pay outcome=success hedge=false": 1,
      "calls operation=pay outcome=success": 1,
    });
    expect(sink.values).toEqual({
      "attemptDuration operation=pay outcome=success": [0],
      "callDuration operation=pay outcome=success": [0],
    });
  });

  test("with a failure, its class and why it was stopped", async () => {
    const { clock, sink, policy } = metered();
    await played(clock, () => policy.execute(fails));
    expect(sink.counts).toEqual({
      "attempts operation=pay outcome=retry class=TRANSIENT hedge=false": 2,
      "attempts operation=pay outcome=raise class=TRANSIENT hedge=false": 1,
      "retries operation=pay class=TRANSIENT": 2,
      "asleep operation=pay class=TRANSIENT": 0.2,
      "calls operation=pay outcome=failure stop_reason=MAX_ATTEMPTS_GLOBAL class=TRANSIENT": 1,
    });
    expect(sink.values["callDuration operation=pay outcome=failure"]).toEqual([0.2]);
  });

  test("with a fallback's value, and why it fell back", () => {
    const { sink, policy } = metered({ retry: { maxAttempts: 1 }, fallback: () => 0 });
    policy.callSync(fails);
    expect(sink.of("calls")).toEqual({ "operation=pay outcome=fell_back stop_reason=MAX_ATTEMPTS_GLOBAL": 1 });
  });

  test("with a mistake in the policy", () => {
    const { sink, policy } = metered({
      retry: {
        resultClassifier: () => {
          throw new RangeError("a mistake");
        },
      },
    });
    expect(() => policy.callSync(() => 1)).toThrow(RangeError);
    expect(sink.counts).toEqual({
      "attempts operation=pay outcome=raise hedge=false": 1,
      "calls operation=pay outcome=fault": 1,
    });
  });

  test("rejected by a circuit, without an attempt", () => {
    const { sink, policy } = metered({ retry: { maxAttempts: 1 }, circuitBreaker: { name: "bank", failureThreshold: 1 } });
    policy.executeSync(fails);
    policy.executeSync(fails);
    expect(sink.of("calls")).toEqual({
      "operation=pay outcome=failure stop_reason=MAX_ATTEMPTS_GLOBAL class=TRANSIENT": 1,
      "operation=pay outcome=failure stop_reason=CIRCUIT_OPEN": 1,
    });
    expect(sink.of("circuitChanges")).toEqual({ "operation=pay state=open": 1 });
    expect(sink.of("attempts")).toEqual({ "operation=pay outcome=raise class=TRANSIENT hedge=false": 1 });
  });

  test("turned away by a limiter", async () => {
    const { clock, sink, policy } = metered({ limiter: new Bulkhead({ name: "pool", maxConcurrent: 1 }) });
    await played(clock, async () => {
      const first = policy.execute(() => clock.sleep(10));
      await policy.execute(() => 2);
      await first;
    });
    expect(sink.of("limited")).toEqual({ "operation=pay limiter=pool reason=full": 1 });
    expect(sink.of("calls")).toEqual({
      "operation=pay outcome=success": 1,
      "operation=pay outcome=failure stop_reason=LIMITED": 1,
    });
  });

  test("aborted before its first attempt", () => {
    const { sink, policy } = metered();
    policy.executeSync(() => 1, { signal: AbortSignal.abort() });
    expect(sink.counts).toEqual({ "calls operation=pay outcome=failure stop_reason=ABORTED": 1 });
  });
});

test("labels without a value are left out", () => {
  const sink = new RecordingSink();
  new Policy({ hooks: meteredHooks(sink) }).callSync(() => 1);
  expect(Object.keys(sink.counts)).toEqual(["attempts outcome=success hedge=false", "calls outcome=success"]);
});

test("a retry that a sleep handler leaves to another process is none, and nothing sleeps", () => {
  const { sink, policy } = metered({ retry: { sleep: () => "defer" } });
  policy.executeSync(fails);
  expect(sink.counts).toEqual({
    "attempts operation=pay outcome=scheduled class=TRANSIENT hedge=false": 1,
    "calls operation=pay outcome=deferred stop_reason=SCHEDULED class=TRANSIENT": 1,
  });
});

test("each delivery of a call that is put off has its own time, and the last one the outcome", async () => {
  const { clock, sink, policy } = metered({ retry: { sleep: () => "defer" } });
  const operation = async (): Promise<never> => {
    await clock.sleep(10);
    return fails();
  };
  let resume: Progress | null = null;
  for (let delivery = 1; delivery <= 3; delivery++) {
    const outcome: Outcome<unknown> = await played(clock, () => policy.execute(operation, { resume }));
    resume = outcome.ok ? null : outcome.progress;
    await clock.advance(5_000);
  }
  expect(sink.of("calls")).toEqual({
    "operation=pay outcome=deferred stop_reason=SCHEDULED class=TRANSIENT": 2,
    "operation=pay outcome=failure stop_reason=MAX_ATTEMPTS_GLOBAL class=TRANSIENT": 1,
  });
  expect(sink.values).toEqual({
    "attemptDuration operation=pay outcome=scheduled": [0.01, 0.01],
    "attemptDuration operation=pay outcome=raise": [0.01],
    "callDuration operation=pay outcome=deferred": [0.01, 0.01],
    "callDuration operation=pay outcome=failure": [0.01],
  });
  expect(sink.of("retries")).toEqual({ "operation=pay": 2 });
});

test("a call that is aborted in its sleep has slept until then", async () => {
  const { clock, sink, policy } = metered();
  const controller = new AbortController();
  await played(clock, async () => {
    const call = policy.execute(fails, { signal: controller.signal });
    await clock.sleep(40);
    controller.abort();
    await call;
  });
  expect(sink.of("asleep")).toEqual({ "operation=pay class=TRANSIENT": 0.04 });
  expect(sink.of("retries")).toEqual({});
});

test("a call that falls back when it is cancelled in its sleep has slept until then", async () => {
  const circuit = new CircuitBreaker({ failureThreshold: 2 });
  const { clock, sink, policy } = metered({ circuitBreaker: circuit, fallback: () => 0 });
  await played(clock, async () => {
    const call = policy.execute(fails);
    await clock.sleep(40);
    circuit.trip();
    await call;
  });
  expect(sink.of("calls")).toEqual({ "operation=pay outcome=fell_back stop_reason=CIRCUIT_OPEN": 1 });
  expect(sink.of("asleep")).toEqual({ "operation=pay class=TRANSIENT": 0.1 });
});

test("hedges and those that win are counted, and the attempts that they cut", async () => {
  const { clock, sink, policy } = metered({ hedge: new Hedge({ delayMs: 50, loadRatio: 1 }) });
  await played(clock, () => policy.call(({ attempt }) => (attempt === 1 ? new Promise(() => {}) : clock.sleep(10))));
  expect(sink.counts).toEqual({
    "hedges operation=pay": 1,
    "hedgeWins operation=pay": 1,
    "attempts operation=pay outcome=success hedge=true": 1,
    "attempts operation=pay outcome=cut hedge=false": 1,
    "calls operation=pay outcome=success": 1,
  });
  expect(sink.values["attemptDuration operation=pay outcome=success"]).toEqual([0.01]);
  expect(sink.values["attemptDuration operation=pay outcome=cut"]).toEqual([0.06]);
});

test("calls in flight at once never mix", async () => {
  const { clock, sink, policy } = metered({ operation: undefined });
  const outcomes = await played(clock, () =>
    Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        policy.execute(
          async ({ attempt }) => {
            await clock.sleep(1 + ((index * 7) % 50));
            if (attempt <= index % 4) throw index % 2 === 0 ? new TransientError("slow") : new RateLimitError("fast");
          },
          { operation: `op-${index % 5}` },
        ),
      ),
    ),
  );
  const attempts = outcomes.reduce((sum, outcome) => sum + outcome.attempts, 0);
  expect(total(sink.of("attempts"))).toBe(attempts);
  expect(total(sink.of("retries"))).toBe(attempts - 300);
  expect(total(sink.of("asleep"))).toBeCloseTo((attempts - 300) * 0.1);
  const lasted = outcomes.reduce((sum, outcome) => sum + outcome.elapsedMs, 0);
  const inAttempts = Object.entries(sink.values).flatMap(([key, values]) => (key.startsWith("attemptDuration") ? values : []));
  expect(sum(inAttempts) * 1_000 + (attempts - 300) * 100).toBeCloseTo(lasted);
  for (let op = 0; op < 5; op += 1) {
    const of = outcomes.filter((_, index) => index % 5 === op);
    const counted = Object.entries(sink.of("calls")).filter(([key]) => key.includes(`op-${op}`));
    expect(counted.find(([key]) => key.includes("success"))?.[1]).toBe(of.filter(({ ok }) => ok).length);
  }
});

test("a metric that fails keeps no other from being counted, and is heard of once", () => {
  const sink = new RecordingSink();
  const heard: unknown[] = [];
  const failing: MetricSink = {
    series: (metric, labels) => {
      if (metric !== "calls") return sink.series(metric, labels);
      return () => {
        throw new Error("no such label");
      };
    },
  };
  const policy = new Policy({ hooks: meteredHooks(failing), onHookError: (error, { name }) => heard.push([error, name]) });
  expect([policy.callSync(() => 1), policy.callSync(() => 2)]).toEqual([1, 2]);
  expect(heard).toEqual([[new Error("no such label"), "onCallEnd"]]);
  expect(sink.values["callDuration outcome=success"]).toHaveLength(2);
});

test("a series that cannot be had is a failure of its moment, and is asked for again", () => {
  const sink = new RecordingSink();
  const heard: unknown[] = [];
  let isBroken = true;
  const failing: MetricSink = {
    series: (metric, labels) => {
      if (isBroken && metric === "attempts") throw new Error("not now");
      return sink.series(metric, labels);
    },
  };
  const policy = new Policy({ hooks: meteredHooks(failing), onHookError: (error) => heard.push(error) });
  policy.callSync(() => 1);
  isBroken = false;
  policy.callSync(() => 2);
  expect(heard).toEqual([new Error("not now")]);
  expect(sink.counts).toEqual({ "attempts outcome=success hedge=false": 1, "calls outcome=success": 2 });
});

test("a series is asked for once for each combination of labels", () => {
  const { sink, policy } = metered();
  for (let call = 0; call < 10; call += 1) policy.callSync(() => call);
  expect(sink.asked).toHaveLength(4);
});

test("what is named anew for every call does not fill the memory", () => {
  const kept = new ByLabels((operation) => ({ operation }), 10);
  const first = kept.of("0");
  expect(kept.of("0")).toBe(first);
  for (let index = 1; index < 50; index += 1) expect(kept.of(`${index}`)).toEqual({ operation: `${index}` });
  expect(kept.of("0")).not.toBe(first);
});

test("every label that is told is one of the metric's", async () => {
  const wrong: string[] = [];
  const series = (metric: MetricKey, labels: object) => () => {
    const allowed: readonly string[] = METRICS[metric].labels;
    for (const label of Object.keys(labels)) if (!allowed.includes(label)) wrong.push(`${metric}.${label}`);
  };
  const clock = new VirtualClock();
  const policy = new Policy({
    operation: "pay",
    clock,
    retry: { maxAttempts: 4 },
    circuitBreaker: { failureThreshold: 2 },
    hooks: meteredHooks({ series }),
  });
  const errors = [...Object.keys(ErrorClass).map((name) => Object.assign(new Error(name), { name })), new AbortRetryError()];
  for (const error of errors) await played(clock, () => policy.execute(() => Promise.reject(error)));
  expect(wrong).toEqual([]);
});

const sum = (values: readonly number[]): number => values.reduce((before, value) => before + value, 0);
const total = (counts: Record<string, number>): number => sum(Object.values(counts));
