/* Section "One call, in order": what happens in a call, step by step. */
import { CircuitBreaker, constant, isCircuitOpenError, outcomeOf, Policy, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { answering, asSuccess, drivers, hooksOf, listeningBreaker, recorder, stage, throwing } from "./driving.ts";

const transient = new TransientError();

describe.each(drivers)("through %s", (_name, driver) => {
  test("everything happens in the promised order", async () => {
    const order: string[] = [];
    const note = (what: string): void => void order.push(what);
    const op = throwing(transient);
    const breaker = listeningBreaker();
    const on = stage({
      operation: "ordered",
      circuitBreaker: {
        ...breaker,
        allow: () => {
          note("breaker asked");
          return breaker.allow();
        },
        recordSuccess: () => note("breaker hears success"),
      },
      retry: {
        classifier: () => {
          note("classifier");
          return "TRANSIENT";
        },
        resultClassifier: () => {
          note("result classifier");
          return null;
        },
        strategy: Object.assign(
          () => {
            note("strategy");
            return 5;
          },
          { recordFailure: () => note("strategy hears failure"), recordSuccess: () => note("strategy hears success") },
        ),
        sleep: () => {
          note("sleep handler");
          return "sleep";
        },
        beforeSleep: () => note("beforeSleep"),
        sleeper: () => note("sleeper"),
        budget: {
          consume: () => {
            note("budget asked");
            return true;
          },
          remaining: () => 1,
          recordSuccess: () => note("budget hears success"),
        },
      },
      hooks: {
        onAttemptStart: ({ attempt }) => note(`onAttemptStart ${attempt}`),
        onAttemptEnd: ({ attempt, decision }) => note(`onAttemptEnd ${attempt} ${decision}`),
        onMetric: (event) => note(`event ${event}`),
      },
    });

    await driver.call(
      on,
      (attempt) => {
        note(`operation ${attempt.attempt}`);
        return op(attempt);
      },
      {
        abortIf: () => {
          note("abortIf");
          return false;
        },
      },
    );

    const before = order.slice(0, order.indexOf("event success"));
    expect(before).toEqual([
      "abortIf",
      "breaker asked",
      "onAttemptStart 1",
      "operation 1",
      "abortIf",
      "classifier",
      "strategy hears failure",
      "strategy",
      "budget asked",
      "event retry",
      "sleep handler",
      "onAttemptEnd 1 retry",
      "beforeSleep",
      "sleeper",
      "abortIf",
      "onAttemptStart 2",
      "operation 2",
      "result classifier",
      "budget hears success",
      "strategy hears success",
    ]);
    expect(order.slice(before.length).sort()).toEqual(["breaker hears success", "event success", "onAttemptEnd 2 success"]);
  });

  test.each([
    ["signal", { signal: AbortSignal.abort("no longer wanted") }],
    ["abortIf", { abortIf: () => true }],
  ])("1: a call that is aborted already (%s) makes no attempt and has no contact with the breaker", async (_by, options) => {
    const breaker = listeningBreaker();
    const seen = recorder();
    const op = answering("value");
    const on = stage({ retry: {}, circuitBreaker: breaker, hooks: hooksOf(seen) });
    expect(await driver.execute(on, op, options)).toMatchObject({
      ok: false,
      stopReason: "ABORTED",
      attempts: 0,
      lastClass: null,
    });
    expect(op.count).toBe(0);
    expect([breaker.asked, breaker.heard]).toEqual([0, []]);
    expect(seen.events).toEqual([["aborted", 0, 0, { stop_reason: "ABORTED" }]]);
    expect([seen.starts, seen.ends]).toEqual([[], []]);
  });

  test("2: the breaker is asked once a call, not once an attempt", async () => {
    const breaker = listeningBreaker();
    await driver.call(
      stage({ retry: { strategy: constant(1) }, circuitBreaker: breaker }),
      throwing(transient, transient, transient),
    );
    expect([breaker.asked, breaker.heard]).toEqual([1, ["success"]]);
  });

  test("2: a rejected call makes no attempt, tells circuit_rejected, and throws CircuitOpenError", async () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker({ name: "users", failureThreshold: 1, recoveryTimeoutMs: 5_000, clock });
    const seen = recorder();
    const on = stage({ retry: { maxAttempts: 1 }, circuitBreaker: breaker, operation: "fetch_user" }, clock);
    await driver.call(on, throwing(transient));
    clock.block(1_000);

    const op = answering("value");
    const { error } = await driver.call(on, op, hooksOf(seen));
    expect(isCircuitOpenError(error)).toBe(true);
    expect(error).toMatchObject({ breaker: "users", state: "open", retryAfterMs: 4_000 });
    expect(op.count).toBe(0);
    expect(seen.events).toHaveLength(1);
    expect(seen.events[0]).toMatchObject(["circuit_rejected", 0, 0, { state: "open", operation: "fetch_user" }]);
    expect([seen.starts, seen.ends]).toEqual([[], []]);
    expect(outcomeOf(error)).toMatchObject({
      ok: false,
      stopReason: "CIRCUIT_OPEN",
      attempts: 0,
      lastClass: null,
      lastError: null,
      cause: null,
    });
    expect(await driver.execute(on, op)).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 0, nextDelayMs: null });
  });

  test("3: the operation is told its attempt, the time left and its name", async () => {
    const on = stage({ retry: { deadlineMs: 1_000, strategy: constant(100) }, operation: "fetch_user" });
    const told: unknown[] = [];
    const op = throwing(transient);
    await driver.call(on, (attempt) => {
      on.clock.block(10);
      told.push([attempt.attempt, attempt.remainingMs, attempt.operation, attempt.signal instanceof AbortSignal]);
      return op(attempt);
    });
    expect(told).toEqual([
      [1, 990, "fetch_user", true],
      [2, 880, "fetch_user", true],
    ]);
  });

  test("3: without a deadline the time left is infinite, and never below zero with one", async () => {
    const left: number[] = [];
    await driver.call(stage(), (attempt) => void left.push(attempt.remainingMs));
    const on = stage({ retry: { deadlineMs: 100 } });
    await driver.call(on, (attempt) => {
      on.clock.block(500);
      left.push(attempt.remainingMs);
    });
    expect(left).toEqual([Infinity, 0]);
  });

  test("3: a value that the result classifier lets pass ends the call, falsy ones too", async () => {
    for (const value of [undefined, null, 0, "", false, Number.NaN]) {
      const op = answering(value);
      const outcome = asSuccess(await driver.execute(stage({ retry: { resultClassifier: () => undefined } }), op));
      expect(outcome.value).toBe(value);
      expect([outcome.attempts, op.count]).toEqual([1, 1]);
    }
  });

  test("3: a result that is classified as a failure is retried like an error", async () => {
    const seen = recorder();
    const op = answering({ status: 503 }, { status: 429 }, { status: 200 });
    const on = stage({
      retry: {
        strategy: constant(1),
        resultClassifier: (result) => {
          const { status } = result as { status: number };
          return status === 503 ? "SERVER_ERROR" : status === 429 ? { errorClass: "RATE_LIMIT", retryAfterMs: 70 } : null;
        },
      },
      hooks: hooksOf(seen),
    });
    expect(asSuccess(await driver.execute(on, op))).toMatchObject({ value: { status: 200 }, attempts: 3 });
    expect(seen.events.map(([, , , tags]) => tags)).toEqual([
      { class: "SERVER_ERROR", cause: "result" },
      { class: "RATE_LIMIT", cause: "result" },
      {},
    ]);
  });

  test("4: a failure is classified once an attempt, however many parts respond to it", async () => {
    const asked: unknown[] = [];
    const on = stage({
      retry: {
        maxAttempts: 2,
        strategy: constant(1),
        classifier: (error) => {
          asked.push(error);
          return "TRANSIENT";
        },
      },
      circuitBreaker: { failureThreshold: 1 },
      budget: { consume: () => true, remaining: () => 1, recordFailure: () => {} },
      fallback: { on: ["TRANSIENT"], use: () => "instead" },
      hooks: hooksOf(recorder()),
    });
    const [first, second] = [new Error("first"), new Error("second")];
    expect(asSuccess(await driver.execute(on, throwing(first, second))).value).toBe("instead");
    expect(asked).toEqual([first, second]);
  });
});

test("the operation is called as a plain function, with nothing of ours as its this", async () => {
  const policy = new Policy({ retry: {} });
  function whoAmI(this: unknown): unknown {
    return this;
  }
  expect(await policy.call(whoAmI)).toBeUndefined();
  expect(policy.callSync(whoAmI)).toBeUndefined();
});
