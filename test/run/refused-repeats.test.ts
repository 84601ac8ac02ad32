/* What a call itself says about being repeated, takes of what is discarded, and how a result carries why its call ended. */
import { type AttemptFailure, constant, Hedge, outcomeOf, Policy } from "redress";
import { describe, expect, test } from "vitest";
import { answering, asFailure, drivers, ending, hang, played, stage, throwing } from "./driving.ts";

const retry = { maxAttempts: 3, strategy: constant(10) };
const busy = (status = 503): Response => new Response(null, { status });
const down = Object.assign(new Error("down"), { status: 503 });

describe.each(drivers)("%s", (_name, driver) => {
  test("a call that refuses to be repeated ends after its first failure, and says why", async () => {
    const heard: (AttemptFailure | undefined)[] = [];
    const op = throwing(down);
    const refuseRepeat = (failed: AttemptFailure | undefined): string => {
      heard.push(failed);
      return "the body is a stream";
    };
    const outcome = asFailure(await driver.execute(stage({ retry }), op, { refuseRepeat }));
    expect(outcome).toMatchObject({ stopReason: "RETRY_REFUSED", refusal: "the body is a stream", attempts: 1, lastError: down });
    expect(heard).toEqual([{ attempt: 1, cause: "exception", value: down, classification: { errorClass: "SERVER_ERROR" } }]);
    expect(op.count).toBe(1);
  });

  test("its refusal may depend on the failure", async () => {
    const refuseRepeat = (failed: AttemptFailure | undefined): string | undefined =>
      failed?.value === down ? undefined : "it may have been done";
    const op = throwing(down, Object.assign(new Error("late"), { status: 504 }));
    const outcome = asFailure(await driver.execute(stage({ retry }), op, { refuseRepeat }));
    expect(outcome).toMatchObject({ stopReason: "RETRY_REFUSED", refusal: "it may have been done", attempts: 2 });
  });

  test("a refusal says nothing where another rule has stopped the call", async () => {
    const op = throwing(Object.assign(new Error("no"), { status: 400 }));
    const outcome = asFailure(await driver.execute(stage({ retry }), op, { refuseRepeat: () => "never" }));
    expect(outcome.stopReason).toBe("NON_RETRYABLE_CLASS");
    expect(outcome).not.toHaveProperty("refusal");
  });

  test("the error for a refused result names the refusal", async () => {
    const options = { operation: "POST api", refuseRepeat: () => "POST is not repeated" };
    const { error } = await driver.call(stage({ retry }), answering(busy()), options);
    expect((error as Error).message).toMatch(
      /^POST api: stopped with RETRY_REFUSED after 1 attempt in \d+ ms, SERVER_ERROR \(HTTP 503\): POST is not repeated\.$/,
    );
  });

  test("a refusal that comes by promise is a mistake of the caller", async () => {
    const refuseRepeat = (async () => "later") as unknown as () => string;
    await expect(driver.execute(stage({ retry }), throwing(down), { refuseRepeat })).rejects.toThrow(
      "refuseRepeat must answer at once, got a promise.",
    );
  });

  test("the policy and the call get what is discarded", async () => {
    const [first, last] = [busy(), busy(500)];
    const given: [string, unknown][] = [];
    const on = stage({ retry: { ...retry, maxAttempts: 2 }, discard: (value) => given.push(["policy", value]) });
    await driver.execute(on, answering(first, last), { discard: (value) => given.push(["call", value]) });
    expect(given).toEqual([
      ["policy", first],
      ["call", first],
    ]);
  });

  test("a result that ended a call says why, and an outer policy does not multiply it", async () => {
    const response = busy();
    const op = answering(response);
    const on = stage({ retry });
    const outcome = await driver.execute(on, op);
    expect(outcomeOf(response)).toBe(outcome);
    expect(outcomeOf(response)?.stopReason).toBe("MAX_ATTEMPTS_GLOBAL");
    expect(op.count).toBe(3);
  });
});

test("a layer around one that returns its last response does not retry it again", async () => {
  const on = stage({ retry });
  const inner = new Policy({ retry, clock: on.clock });
  const op = answering(busy());
  const through = async (): Promise<unknown> => {
    const outcome = await inner.execute(op);
    return outcome.ok ? outcome.value : outcome.lastResult;
  };
  const outcome = asFailure(await played(on.clock, on.policy.execute(through)));
  expect([outcome.stopReason, op.count]).toEqual(["ALREADY_RETRIED", 3]);
});

test("a call that refuses to be repeated is not hedged", async () => {
  const on = stage({ retry: { ...retry, deadlineMs: 100 }, hedge: new Hedge({ delayMs: 10, loadRatio: 1 }) });
  const heard: unknown[] = [];
  let begun = 0;
  const op = (): Promise<never> => {
    begun++;
    return hang();
  };
  const refuseRepeat = (failed: AttemptFailure | undefined): string => {
    heard.push(failed);
    return "POST is not repeated";
  };
  await played(on.clock, on.policy.execute(op, { refuseRepeat }));
  expect([begun, heard[0]]).toEqual([1, undefined]);
});

test("what a call may not repeat, a layer around it does not repeat either, at whatever delay, unless it is told to", async () => {
  const refuseRepeat = (): string => "it may have been done";
  const calls = async (nested: "stop" | "retry"): Promise<unknown> => {
    const on = stage({ retry: { ...retry, strategy: constant(300), nested } });
    const inner = new Policy({ retry, clock: on.clock });
    const op = throwing(down, down, down);
    const outcome = await played(
      on.clock,
      on.policy.execute(() => inner.call(op, { refuseRepeat })),
    );
    return [op.count, asFailure(outcome).stopReason, asFailure(outcome).refusal];
  };
  expect(await calls("stop")).toEqual([1, "RETRY_REFUSED", "it may have been done"]);
  expect(await calls("retry")).toEqual([3, "MAX_ATTEMPTS_GLOBAL", undefined]);
});

test("a refusal that was given before this attempt says nothing, though its error is thrown again: a cached rejection", async () => {
  const on = stage({ retry });
  const inner = new Policy({ retry, clock: on.clock });
  await ending(played(on.clock, inner.call(throwing(down), { refuseRepeat: () => "it may have been done" })));
  const once = new Policy({ clock: on.clock });
  let attempts = 0;
  const outcome = await played(
    on.clock,
    on.policy.execute(async () => {
      // Another call fails in the same attempt.
      await once.execute(throwing(new Error("another")));
      if (attempts++ === 0) throw down;
      return "value";
    }),
  );
  expect(outcome).toMatchObject({ ok: true, value: "value", attempts: 2 });
});
