import {
  constant,
  isRetryExhaustedError,
  outcomeOf,
  PermanentError,
  RateLimitError,
  Retry,
  type RetryExhaustedError,
  RetryPolicy,
  ServerError,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, answering, drivers, hooksOf, recorder, stage, throwing } from "../run/driving.ts";

const transient = new TransientError();

describe.each(drivers)("through %s", (_name, driver) => {
  test("`maxAttempts: 3` makes three calls", async () => {
    const op = alwaysThrowing(transient);
    await driver.call(stage({ retry: { maxAttempts: 3, strategy: constant(1) } }), op);
    expect(op.count).toBe(3);
  });

  test("never: a default retries without bound and without delay", async () => {
    const on = stage({ retry: {} });
    const seen = recorder();
    const op = alwaysThrowing(transient);
    await driver.call(on, op, hooksOf(seen));
    expect(op.count).toBe(6);
    expect(seen.delays()).toHaveLength(5);
    expect(Math.min(...seen.delays())).toBeGreaterThanOrEqual(250);
    expect(on.clock.now()).toBe(seen.delays().reduce((sum, delay) => sum + delay));
    expect(on.clock.now()).toBeLessThan(60_000);
  });

  test("never: a sleep follows the last failed attempt", async () => {
    const slept: number[] = [];
    const sleeper = (ms: number): void => void slept.push(ms);
    await driver.call(stage({ retry: { maxAttempts: 3, strategy: constant(100), sleeper } }), alwaysThrowing(transient));
    expect(slept).toEqual([100, 100]);
  });

  test("never: an already aborted signal still waits", async () => {
    const on = stage({ retry: { strategy: constant(5_000) } });
    const op = alwaysThrowing(transient);
    const reason = new Error("already");
    expect(await driver.call(on, op, { signal: AbortSignal.abort(reason) })).toEqual({ error: reason });
    expect([op.count, on.clock.now()]).toEqual([0, 0]);
  });

  test("never: the abort's `reason` is lost", async () => {
    for (const reason of [new TypeError("user left"), "text", 0, { code: 7 }]) {
      const controller = new AbortController();
      const end = await driver.call(
        stage({ retry: {} }),
        () => {
          controller.abort(reason);
          throw transient;
        },
        { signal: controller.signal },
      );
      expect(end.error).toBe(reason);
    }
  });

  test("never: all attempts returned a 503 and the call resolves with it; nothing says that it gave up", async () => {
    const response = { status: 503 };
    const retry = { maxAttempts: 3, strategy: constant(1), resultClassifier: () => "SERVER_ERROR" as const };
    const { error } = await driver.call(stage({ retry }), answering(response));
    expect(isRetryExhaustedError(error)).toBe(true);
    expect(error).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3, lastClass: "SERVER_ERROR" });
    expect((error as RetryExhaustedError).lastResult).toBe(response);
    expect(await driver.execute(stage({ retry }), answering(response))).toMatchObject({
      ok: false,
      cause: "result",
      lastResult: response,
    });
  });

  test("never: the caller gets the most frequent error instead of the last", async () => {
    const [often, last] = [new ServerError("often"), new ServerError("last")];
    const { error } = await driver.call(
      stage({ retry: { maxAttempts: 4, strategy: constant(1) } }),
      throwing(often, often, often, last),
    );
    expect(error).toBe(last);
  });

  test.each([undefined, null, 0, "", false])("a falsy rejection (%s) settles, as it was", async (value) => {
    const op = alwaysThrowing(value);
    const end = await driver.call(stage({ retry: { strategy: constant(1) } }), op);
    expect("error" in end).toBe(true);
    expect(end.error).toBe(value);
    expect(op.count).toBe(3);
  });

  test("a TypeError is retried when the classifier says so", async () => {
    const op = throwing(new TypeError("fetch failed"), new TypeError("x is not a function"));
    const on = stage({ retry: { classifier: () => "TRANSIENT", strategy: constant(1) } });
    expect(await driver.call(on, op)).toEqual({ value: "value" });
    expect(op.count).toBe(3);
  });

  test('never: "not retryable" and "attempts exhausted" carry the same message', async () => {
    const messages: string[] = [];
    const reasons: (string | undefined)[] = [];
    for (const error of [new PermanentError("no"), new TransientError("no")]) {
      const end = await driver.call(stage({ retry: { maxAttempts: 1, onExhausted: "wrap" } }), alwaysThrowing(error));
      messages.push((end.error as Error).message.replace(/PermanentError|PERMANENT|TransientError|TRANSIENT/g, ""));
      reasons.push(outcomeOf(end.error)?.stopReason);
    }
    expect(messages[0]).not.toBe(messages[1]);
    expect(reasons).toEqual(["NON_RETRYABLE_CLASS", "MAX_ATTEMPTS_GLOBAL"]);
  });

  test.each([
    ["by the default strategy", {}],
    ["where the default strategy's own cap is lower", { deadlineMs: 120_000 }],
  ])("a Retry-After of 60 s is never clipped: %s", async (_how, retry) => {
    const seen = recorder();
    const on = stage({ retry: { deadlineMs: Infinity, ...retry }, random: () => 0 });
    await driver.call(on, throwing(new RateLimitError("slow down", { retryAfterMs: 60_000 })), hooksOf(seen));
    expect(seen.delays()).toEqual([60_000]);
    expect(on.clock.now()).toBe(60_000);
  });

  test("a Retry-After of 60 s that does not fit the deadline stops the call instead of being clipped", async () => {
    const op = alwaysThrowing(new RateLimitError("slow down", { retryAfterMs: 60_000 }));
    const on = stage({ retry: {}, random: () => 0 });
    expect(await driver.execute(on, op)).toMatchObject({
      stopReason: "DEADLINE_EXCEEDED",
      attempts: 1,
      nextDelayMs: 60_000,
      elapsedMs: 0,
    });
  });

  test("never: per-call state lives on a shared object: two concurrent calls answer `[undefined, 2]`", async () => {
    const on = stage({ retry: { strategy: ({ prevSleepMs }) => (prevSleepMs ?? 50) * 2 } });
    const seen = [recorder(), recorder()] as const;
    const both = Promise.all([
      driver.call(on, throwing(transient, transient), hooksOf(seen[0])),
      driver.call(on, throwing(transient, transient), hooksOf(seen[1])),
    ]);
    expect(await both).toEqual([{ value: "value" }, { value: "value" }]);
    expect(seen.map((one) => one.delays())).toEqual([
      [100, 200],
      [100, 200],
    ]);
    expect(seen.map(({ ends }) => ends.map(({ attempt }) => attempt))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test("never: options objects are mutated", async () => {
    const deepFreeze = <T extends object>(object: T): T => {
      for (const value of Object.values(object)) if (typeof value === "object" && value !== null) deepFreeze(value);
      return Object.freeze(object);
    };
    const options = deepFreeze({ maxAttempts: 2, strategies: { TRANSIENT: constant(5) }, maxRetriesPerClass: { TRANSIENT: 3 } });
    const callOptions = Object.freeze({ operation: "frozen", onMetric: () => {} });
    const on = { clock: new VirtualClock(), policy: new RetryPolicy<unknown, unknown>(options) };
    await driver.call(on, alwaysThrowing(transient), callOptions);
    expect(options).toEqual({
      maxAttempts: 2,
      strategies: { TRANSIENT: expect.any(Function) },
      maxRetriesPerClass: { TRANSIENT: 3 },
    });
    expect(Object.keys(callOptions)).toEqual(["operation", "onMetric"]);
  });

  test("never: two objects made from one options object share state, or follow its later changes", async () => {
    const options = { maxAttempts: 2, strategies: { TRANSIENT: constant(5) }, maxRetriesPerClass: { TRANSIENT: 1 } };
    const [one, two] = [stage({ retry: options }), stage({ retry: new Retry(options) })];
    options.maxAttempts = 9;
    options.maxRetriesPerClass.TRANSIENT = 9;
    Object.assign(options.strategies, { TRANSIENT: constant(999) });
    for (const on of [one, two, one]) {
      const startMs = on.clock.now();
      expect(await driver.execute(on, alwaysThrowing(transient))).toMatchObject({
        attempts: 2,
        stopReason: "MAX_ATTEMPTS_PER_CLASS",
      });
      expect(on.clock.now() - startMs).toBe(5);
    }
  });
});
