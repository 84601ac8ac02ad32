/* One layer retries: what an inner policy has retried, an outer one retries again only on a longer time scale (rule 8b). */
import {
  CircuitBreaker,
  constant,
  type Failure,
  firstOf,
  Policy,
  type PolicyOptions,
  type RetryOptions,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { alwaysThrowing, asFailure, ending, hang, type Op, played, stage } from "./driving.ts";

const transient = new TransientError("down");

const layer = { retry: { maxAttempts: 4, strategy: constant(100) } };
const ends = [
  ["MAX_ATTEMPTS_GLOBAL", 4],
  ["ALREADY_RETRIED", 1],
  ["ALREADY_RETRIED", 1],
];

test("three layers of four attempts are four requests, and every layer says why it stopped", async () => {
  const on = stage(layer);
  const [inner, middle] = [new Policy({ ...layer, clock: on.clock }), new Policy({ ...layer, clock: on.clock })];
  const op = alwaysThrowing(transient);
  const stops: Failure[] = [];
  const through = async (policy: Policy, call: Op): Promise<never> => {
    const outcome = asFailure(await policy.execute(call));
    stops.push(outcome);
    throw outcome.error;
  };
  stops.push(
    asFailure(
      await played(
        on.clock,
        on.policy.execute(() => through(middle, () => through(inner, op))),
      ),
    ),
  );
  expect(op.count).toBe(4);
  expect(stops.map(({ stopReason, attempts }) => [stopReason, attempts])).toEqual(ends);
  expect(stops.map(({ error }) => error)).toEqual([transient, transient, transient]);
  expect(stops[1]).toMatchObject({ lastClass: "TRANSIENT", nextDelayMs: 100 });
});

test("so it is for synchronous calls", () => {
  const on = stage(layer);
  const [inner, middle] = [new Policy({ ...layer, clock: on.clock }), new Policy({ ...layer, clock: on.clock })];
  const op = alwaysThrowing(transient);
  const outcome = on.policy.executeSync(() => middle.callSync(() => inner.callSync((attempt) => op(attempt))));
  expect([op.count, asFailure(outcome).stopReason]).toEqual([4, "ALREADY_RETRIED"]);
});

/** How often an operation is called that always fails within two policies, and why the outer one stops. */
async function nested(
  inner: RetryOptions | PolicyOptions,
  outer: RetryOptions,
  through: (call: () => Promise<unknown>) => unknown = (call) => call(),
  op: Op & { count: number } = alwaysThrowing(transient),
): Promise<readonly [calls: number, stopReason: string]> {
  const on = stage({ retry: { strategy: constant(10), maxAttempts: 3, ...outer } });
  const options: PolicyOptions = "retry" in inner || "circuitBreaker" in inner ? inner : { retry: inner as RetryOptions };
  const policy = new Policy({ ...options, clock: on.clock });
  const outcome = await played(
    on.clock,
    on.policy.execute(() => through(() => policy.call(op))),
  );
  return [op.count, asFailure(outcome).stopReason];
}

const inner: RetryOptions = { strategy: constant(10), maxAttempts: 2 };

test.each<[string, RetryOptions | PolicyOptions, RetryOptions, number, string]>([
  ["the delay is not longer than the inner call took", inner, { strategy: constant(10) }, 2, "ALREADY_RETRIED"],
  ["the delay is longer: a job that comes back later", inner, { strategy: constant(11) }, 6, "MAX_ATTEMPTS_GLOBAL"],
  ["the outer policy says that it retries all the same", inner, { nested: "retry" }, 6, "MAX_ATTEMPTS_GLOBAL"],
  [
    "a cap kept the inner call from retrying",
    { maxRetriesPerClass: { TRANSIENT: 0 } },
    { strategy: constant(0) },
    1,
    "ALREADY_RETRIED",
  ],
  ["the deadline kept it", { deadlineMs: 5, strategy: constant(10) }, { strategy: constant(0) }, 1, "ALREADY_RETRIED"],
  ["a budget kept it", { budget: { consume: () => false, remaining: () => 0 } }, { strategy: constant(0) }, 1, "ALREADY_RETRIED"],
  ["the inner policy has no retry at all", { circuitBreaker: {} }, { strategy: constant(0) }, 3, "MAX_ATTEMPTS_GLOBAL"],
  ["the inner policy may make one attempt only", { maxAttempts: 1 }, { strategy: constant(0) }, 3, "MAX_ATTEMPTS_GLOBAL"],
  ["the inner policy has no strategy for it", { strategies: {} }, { strategy: constant(0) }, 3, "MAX_ATTEMPTS_GLOBAL"],
])("%s", async (_when, innerOptions, outer, calls, stopReason) => {
  expect(await nested(innerOptions, outer)).toEqual([calls, stopReason]);
});

test.each<[string, (call: () => Promise<unknown>) => unknown]>([
  ["an error around the inner call's", (call) => call().catch((cause) => Promise.reject(new Error("load failed", { cause })))],
  ["several errors at once", (call) => Promise.any([call()])],
  ["a breaker between", (call) => new Policy({ circuitBreaker: {} }).call(call)],
])("it is known through %s", async (_what, through) => {
  expect(await nested(inner, { classifier: () => "TRANSIENT" }, through)).toEqual([2, "ALREADY_RETRIED"]);
});

test("an error that a call ended with before this attempt says nothing: it is thrown again, a constant or a cached rejection", async () => {
  const on = stage();
  const earlier = new Policy({ retry: inner, clock: on.clock });
  await played(on.clock, earlier.execute(alwaysThrowing(transient)));
  const op = alwaysThrowing(transient);
  const outcome = await played(on.clock, new Policy({ retry: inner, clock: on.clock }).execute(op));
  expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2 });
});

test("so it is where it is thrown again after another call in this attempt has failed", async () => {
  const on = stage();
  const earlier = new Policy({ retry: inner, clock: on.clock });
  await ending(played(on.clock, earlier.call(alwaysThrowing(transient))));
  const once = new Policy({ clock: on.clock });
  const outer = new Policy({ retry: inner, clock: on.clock });
  const outcome = await played(
    on.clock,
    outer.execute(async () => {
      await once.execute(alwaysThrowing(new Error("another")));
      throw transient;
    }),
  );
  expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2 });
});

test("an error around what an inner call has retried is known, also where a call without retries threw it", async () => {
  const on = stage({ retry: { strategy: constant(10), classifier: () => "TRANSIENT" } });
  const retrying = new Policy({ retry: inner, clock: on.clock });
  const once = new Policy({ clock: on.clock });
  const outcome = await played(
    on.clock,
    on.policy.execute(async () => {
      const { error } = asFailure(await retrying.execute(alwaysThrowing(transient)));
      return once.call(alwaysThrowing(new Error("load failed", { cause: error })));
    }),
  );
  expect(outcome).toMatchObject({ stopReason: "ALREADY_RETRIED", attempts: 1 });
});

test("what one firstOf has retried stays known where another one ends with the same error at once", async () => {
  const on = stage({ retry: { strategy: constant(10) } });
  const retrying = new Policy({ retry: inner, clock: on.clock });
  const first = firstOf([{ name: "retrying", policy: retrying, run: alwaysThrowing(transient) }]);
  const second = firstOf([{ name: "once", run: alwaysThrowing(transient) }]);
  const outcome = await played(
    on.clock,
    on.policy.execute((attempt) => first(attempt).catch(() => second(attempt))),
  );
  expect(outcome).toMatchObject({ stopReason: "ALREADY_RETRIED", attempts: 1, lastError: transient });
});

test("a firstOf throws what is no object as it was thrown, also where it was retried", async () => {
  const on = stage();
  const retrying = new Policy({ retry: { ...inner, classifier: () => "TRANSIENT" }, clock: on.clock });
  const first = firstOf([{ name: "retrying", policy: retrying, run: alwaysThrowing("a text") }]);
  expect(
    await ending(
      played(
        on.clock,
        on.policy.call((attempt) => first(attempt)),
      ),
    ),
  ).toEqual({ error: "a text" });
});

test("an inner call that was cut by its deadline is not repeated at once", async () => {
  const on = stage({ retry: { strategy: constant(20) } });
  const policy = new Policy({ retry: { deadlineMs: 50 }, clock: on.clock });
  let calls = 0;
  const outcome = await played(
    on.clock,
    on.policy.execute(() => {
      calls++;
      return policy.call(hang);
    }),
  );
  expect(calls).toBe(1);
  expect(outcome).toMatchObject({ ok: false, elapsedMs: 50 });
});

test("an inner call that has not retried is repeated: without a retry, cut by a deadline of its own, or kept from its first attempt", async () => {
  const on = stage({ retry: { strategy: constant(0), maxAttempts: 3, classifier: () => "TRANSIENT" } });
  const rejecting = new Policy({ clock: on.clock, retry: inner, circuitBreaker: tripped() });
  for (const call of [() => new Policy({ clock: on.clock }).call(hang, { deadlineMs: 50 }), () => rejecting.call(hang)]) {
    const outcome = await played(on.clock, on.policy.execute(call));
    expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
  }
});

test("what the innermost has retried counts for all around it, also where the clock of the one between stands still", () => {
  const moving = new Policy({ clock: new VirtualClock(), retry: { strategy: constant(100), maxAttempts: 2 } });
  const still = new Policy({ clock: new VirtualClock(), retry: { strategy: constant(100) } });
  const op = alwaysThrowing(transient);
  const outer = stage({ retry: { strategy: constant(50) } }).policy;
  const outcome = outer.executeSync(() => still.callSync(() => moving.callSync((attempt) => op(attempt))));
  expect(asFailure(outcome)).toMatchObject({ stopReason: "ALREADY_RETRIED", attempts: 1, nextDelayMs: 50 });
  expect(op.count).toBe(2);
});

function tripped(): CircuitBreaker {
  const circuitBreaker = new CircuitBreaker();
  circuitBreaker.trip();
  return circuitBreaker;
}

test("tells the stop by an event of its own", async () => {
  const events: string[] = [];
  const on = stage({
    retry: { strategy: constant(10) },
    hooks: { onMetric: (event, _attempt, _ms, tags) => events.push(`${event} ${tags.stop_reason}`) },
  });
  const policy = new Policy({ retry: inner, clock: on.clock });
  await played(
    on.clock,
    on.policy.execute(() => policy.call(alwaysThrowing(transient))),
  );
  expect(events).toEqual(["already_retried ALREADY_RETRIED"]);
});

test("an operation that throws no object after a call in it has failed says nothing of that call: it is retried", async () => {
  const inner = new Policy({ retry: { maxAttempts: 2, strategy: constant(0), classifier: () => "TRANSIENT" } });
  const outer = new Policy({ retry: { maxAttempts: 3, strategy: constant(0), classifier: () => "TRANSIENT" } });
  const outcome = await outer.execute(async () => {
    await inner.execute(() => Promise.reject(new Error("failed")));
    throw "a text";
  });
  expect(outcome).toMatchObject({ ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL", lastError: "a text" });
});
