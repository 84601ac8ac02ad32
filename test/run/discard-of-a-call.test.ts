/* Who gets a value that no caller will get, where it is neither the usual case nor the policy's own `discard`. */
import { constant } from "redress";
import { describe, expect, test } from "vitest";
import { asFailure, drivers, ending, macrotask, played, stage } from "./driving.ts";

const failed = {
  retry: { strategy: constant(10), resultClassifier: (value: unknown) => (value === "bad" ? "TRANSIENT" : null) },
} as const;
const fault = new Error("the code's own");

describe.each(drivers)("through %s", (_name, driver) => {
  test("a discard that was given with the call alone takes its results", async () => {
    const discarded: unknown[] = [];
    const discard = (value: unknown) => discarded.push(value);
    const ended = await driver.call(stage(failed), ({ attempt }) => (attempt === 1 ? "bad" : "good"), { discard });
    expect([ended, discarded]).toEqual([{ value: "good" }, ["bad"]]);
  });

  test("a result stays in the outcome where nothing takes it, and the call is aborted in the attempt after it", async () => {
    let hasAborted = false;
    const op = ({ attempt }: { readonly attempt: number }): string => {
      if (attempt === 1) return "bad";
      hasAborted = true;
      throw fault;
    };
    const outcome = asFailure(await driver.execute(stage(failed), op, { abortIf: () => hasAborted }));
    expect(outcome).toMatchObject({ stopReason: "ABORTED", attempts: 2, lastResult: "bad", cause: "result" });
  });

  test("an error is no value: it is not discarded where abortIf throws after it", async () => {
    const discarded: unknown[] = [];
    let hasThrown = false;
    const abortIf = (): boolean => {
      if (hasThrown) throw fault;
      return false;
    };
    const op = (): never => {
      hasThrown = true;
      throw new Error("the operation's");
    };
    const on = stage({ discard: (value) => discarded.push(value) });
    expect(await driver.call(on, op, { abortIf })).toEqual({ error: fault });
    expect(discarded).toEqual([]);
  });

  test("a result that was judged a failure is discarded where the sleep handler throws then", async () => {
    const discarded: unknown[] = [];
    const sleep = (): never => {
      throw fault;
    };
    const on = stage({ retry: { ...failed.retry, sleep }, discard: (value) => discarded.push(value) });
    expect(await driver.call(on, () => "bad")).toEqual({ error: fault });
    expect(discarded).toEqual(["bad"]);
  });

  test("what is no response keeps its body, whatever that can", async () => {
    let isCancelled = false;
    const cancel = (): void => {
      isCancelled = true;
    };
    const resultClassifier = (value: unknown) => (typeof value === "object" ? "TRANSIENT" : null);
    const on = stage({ retry: { strategy: constant(10), resultClassifier } });
    expect(await driver.call(on, ({ attempt }) => (attempt === 1 ? { body: { cancel } } : "good"))).toEqual({ value: "good" });
    expect(isCancelled).toBe(false);
  });

  test("a response without a body that can be cancelled is left alone, and so is one whose body cannot be read", async () => {
    const responses = [
      { [Symbol.toStringTag]: "Response", body: null },
      { [Symbol.toStringTag]: "Response", body: {} },
      {
        [Symbol.toStringTag]: "Response",
        get body(): never {
          throw fault;
        },
      },
    ];
    const resultClassifier = (value: unknown) => (typeof value === "object" ? "TRANSIENT" : null);
    const on = stage({ retry: { strategy: constant(10), resultClassifier } });
    expect(await driver.call(on, ({ attempt }) => responses[attempt - 1] ?? "good")).toEqual({ value: "good" });
  });
});

test("a result that a fallback was given is its own, though the fallback rejects", async () => {
  const discarded: unknown[] = [];
  const on = stage({
    retry: { ...failed.retry, maxAttempts: 1 },
    fallback: () => Promise.reject(fault),
    discard: (value) => discarded.push(value),
  });
  expect(
    await ending(
      played(
        on.clock,
        on.policy.call(() => "bad"),
      ),
    ),
  ).toEqual({ error: fault });
  await macrotask();
  expect(discarded).toEqual([]);
});
