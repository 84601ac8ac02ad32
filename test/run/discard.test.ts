/* Values that no caller will get go to `discard`, and no others. */
import { constant, Policy, type PolicyOptions } from "redress";
import { describe, expect, test } from "vitest";
import { asFailure, drivers, ending, macrotask, played, stage } from "./driving.ts";

/** A policy that notes what it discards. */
function discarding(options: PolicyOptions<unknown, unknown>) {
  const discarded: unknown[] = [];
  return { discarded, on: stage({ ...options, discard: (value) => discarded.push(value) }) };
}

const failed = {
  retry: { strategy: constant(10), resultClassifier: (value: unknown) => (value === "bad" ? "TRANSIENT" : null) },
} as const;

describe.each(drivers)("through %s", (_name, driver) => {
  test("a result that was judged a failure is discarded before the next attempt begins", async () => {
    const { on, discarded } = discarding(failed);
    const seen: unknown[] = [];
    const ended = await driver.call(on, ({ attempt }) => {
      seen.push([...discarded]);
      return attempt < 3 ? "bad" : "good";
    });
    expect(ended).toEqual({ value: "good" });
    expect(seen).toEqual([[], ["bad"], ["bad", "bad"]]);
  });

  test("the result that the call ends with is the caller's", async () => {
    const { on, discarded } = discarding({ retry: { ...failed.retry, maxAttempts: 2 } });
    const outcome = asFailure(await driver.execute(on, () => "bad"));
    expect([outcome.lastResult, discarded]).toEqual(["bad", ["bad"]]);
  });

  test("a result that was discarded is not in the outcome, where the call is aborted in the attempt after it", async () => {
    const controller = new AbortController();
    const { on, discarded } = discarding(failed);
    const outcome = await driver.execute(
      on,
      ({ attempt }) => {
        if (attempt === 1) return "bad";
        controller.abort();
        throw new Error("stopped");
      },
      { signal: controller.signal },
    );
    expect(outcome).toMatchObject({ stopReason: "ABORTED", lastResult: null, cause: "result", lastClass: "TRANSIENT" });
    expect(discarded).toEqual(["bad"]);
  });

  test("a value that the result classifier could not judge is discarded", async () => {
    const fault = new Error("classifier");
    const resultClassifier = () => {
      throw fault;
    };
    const { on, discarded } = discarding({ retry: { resultClassifier } });
    expect(await driver.call(on, () => "a connection")).toEqual({ error: fault });
    expect(discarded).toEqual(["a connection"]);
  });

  test("a result that was judged a failure is discarded where abortIf throws then", async () => {
    const fault = new Error("abortIf");
    let hasReturned = false;
    const { on, discarded } = discarding(failed);
    const abortIf = (): boolean => {
      if (hasReturned) throw fault;
      return false;
    };
    const operation = (): string => {
      hasReturned = true;
      return "bad";
    };
    expect(await driver.call(on, operation, { abortIf })).toEqual({ error: fault });
    expect(discarded).toEqual(["bad"]);
  });

  test("what discard throws changes nothing", async () => {
    const on = stage({
      ...failed,
      discard: () => {
        throw new Error("discard");
      },
    });
    expect(await driver.call(on, ({ attempt }) => (attempt === 1 ? "bad" : "good"))).toEqual({ value: "good" });
  });
});

test.each<[string, PolicyOptions<unknown, unknown>]>([
  ["its timeout", { retry: { attemptTimeoutMs: 10, maxAttempts: 1 } }],
  ["the deadline", { retry: { deadlineMs: 10 } }],
])("the late value of an attempt that was cut short by %s is discarded", async (_by, options) => {
  const { on, discarded } = discarding(options);
  let answer = (_value: string): void => {};
  const outcome = await played(
    on.clock,
    on.policy.execute(() => new Promise((resolve) => (answer = resolve))),
  );
  expect([outcome.ok, discarded]).toEqual([false, []]);
  answer("late");
  await macrotask();
  expect(discarded).toEqual(["late"]);
});

test("the late value of an attempt that the caller aborted is discarded, and its late rejection is heard by nothing", async () => {
  const { on, discarded } = discarding({ retry: {} });
  for (const late of [
    (resolve: (value: string) => void) => resolve("late"),
    (_: unknown, reject: (error: Error) => void) => reject(new Error("late")),
  ]) {
    const controller = new AbortController();
    let settle = (): void => {};
    const call = ending(
      on.policy.call(() => new Promise<string>((resolve, reject) => (settle = () => late(resolve, reject))), {
        signal: controller.signal,
      }),
    );
    controller.abort("left");
    expect(await call).toEqual({ error: "left" });
    settle();
    await macrotask();
  }
  expect(discarded).toEqual(["late"]);
});

test("a value that arrives in time is never discarded", async () => {
  const { on, discarded } = discarding({ retry: { attemptTimeoutMs: 10 } });
  expect(
    await played(
      on.clock,
      on.policy.call(() => on.clock.sleep(5).then(() => "in time")),
    ),
  ).toBe("in time");
  await on.clock.advance(1_000);
  expect(discarded).toEqual([]);
});

test("discard must be a function", () => {
  expect(() => new Policy({ discard: "close" as never })).toThrow('policy.discard must be a function, got "close".');
});
