/* What a person reads where an assertion about a call fails, by matchers and by functions. */
import {
  Bulkhead,
  CircuitBreaker,
  constant,
  Hedge,
  PermanentError,
  Policy,
  RateLimitError,
  RetryTimeline,
  TransientError,
} from "redress";
import { sqlstateClassifier } from "redress/extras";
import {
  assertClassifiedAs,
  assertFellBack,
  assertLastClass,
  assertRetried,
  assertStoppedBecause,
  assertSucceeded,
  assertWaited,
  VirtualClock,
} from "redress/testing";
import { matchers } from "redress/vitest";
import { describe, expect, test } from "vitest";

expect.extend(matchers);

const clock = new VirtualClock();
const policy = new Policy({ retry: { maxAttempts: 3, strategy: constant(50) }, clock });
const failing = (times: number, error: Error = new TransientError("down")) => {
  let left = times;
  return async () => {
    if (left-- > 0) throw error;
    return "value";
  };
};
const played = async <T>(call: Promise<T>): Promise<T> => {
  await clock.run();
  return call;
};
const outcomeOf = (times: number, error?: Error) => played(policy.execute(failing(times, error), { captureTimeline: true }));
const thrownBy = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};
const said = async (assertion: () => unknown): Promise<string> =>
  ((await thrownBy((async () => assertion())())) as Error).message;

describe("of an outcome", () => {
  test("hold by matchers, and by functions", async () => {
    const [succeeded, failed] = [await outcomeOf(2), await outcomeOf(9)];
    expect(succeeded).toHaveSucceeded();
    expect(succeeded).toHaveRetried(2);
    expect(succeeded).toHaveRetried();
    expect(succeeded).toHaveWaited([50, 50]);
    expect(succeeded).not.toHaveFallenBack();
    expect(failed).toHaveStoppedBecause("MAX_ATTEMPTS_GLOBAL");
    expect(failed).toHaveLastClass("TRANSIENT");
    expect(failed).not.toHaveSucceeded();
    expect(failed).not.toHaveStoppedBecause("BUDGET_EXHAUSTED");
    assertSucceeded(succeeded);
    assertRetried(succeeded, 2);
    assertRetried(succeeded);
    assertWaited(succeeded, [50, 50]);
    assertStoppedBecause(failed, "MAX_ATTEMPTS_GLOBAL");
    assertLastClass(failed, "TRANSIENT");
  });

  test("fail with how the call ended, and its timeline where there is one", async () => {
    const failed = await outcomeOf(9);
    const untold = await played(policy.execute(failing(9)));
    const ending =
      "The call stopped with MAX_ATTEMPTS_GLOBAL after 3 attempts in 100 ms, last with TRANSIENT (TransientError: down).";

    expect(await said(() => expect(untold).toHaveStoppedBecause("BUDGET_EXHAUSTED"))).toBe(
      `Expected the call to stop with BUDGET_EXHAUSTED.\n${ending}`,
    );
    expect(await said(() => assertSucceeded(failed))).toBe(`Expected the call to succeed.\n${ending}\n\n${failed.timeline}`);
    expect(await said(() => expect(untold).not.toHaveRetried(2))).toBe(
      `Expected the call not to retry twice. It retried twice.\n${ending}`.replaceAll("twice", "2 times"),
    );
    expect(await said(() => assertRetried(untold, 1))).toBe(`Expected the call to retry once. It retried 2 times.\n${ending}`);
    expect(await said(() => assertWaited(failed, [50]))).toBe(
      `Expected the call to wait 50 ms. It waited 50, 50 ms.\n${ending}\n\n${failed.timeline}`,
    );
    expect(await said(() => assertLastClass(untold, "RATE_LIMIT"))).toBe(
      `Expected the call to fail last with RATE_LIMIT.\n${ending}`,
    );
  });

  test("of success fail with that", async () => {
    const succeeded = await played(policy.execute(failing(0)));
    const ending = "The call succeeded after 1 attempt in 0 ms.";
    expect(await said(() => assertStoppedBecause(succeeded, "ABORTED"))).toBe(
      `Expected the call to stop with ABORTED.\n${ending}`,
    );
    expect(await said(() => assertRetried(succeeded))).toBe(`Expected the call to retry. It retried not at all.\n${ending}`);
    expect(await said(() => assertFellBack(succeeded))).toBe(`Expected the call to succeed by its fallback.\n${ending}`);
    expect(await said(() => expect(succeeded).not.toHaveSucceeded())).toBe(`Expected the call not to succeed.\n${ending}`);
  });

  test("know a fallback", async () => {
    const careful = policy.with({ fallback: () => "old", retry: { maxAttempts: 1 } });
    const outcome = await careful.execute(failing(1));
    expect(outcome).toHaveSucceeded();
    expect(outcome).toHaveFallenBack();
    assertFellBack(outcome);
  });

  test("count no hedge as a retry, where the timeline tells them apart", async () => {
    const hedged = new Policy({ hedge: new Hedge({ delayMs: 10, loadRatio: 1 }), clock });
    const op = ({ attempt }: { readonly attempt: number }) => clock.sleep(attempt === 1 ? 1_000 : 1);
    expect(await played(hedged.execute(op, { captureTimeline: true }))).toHaveRetried(0);
    expect(await played(hedged.execute(op))).toHaveRetried(1);
  });
});

describe("of an error that a call threw", () => {
  test("ask why the call stopped", async () => {
    const error = await thrownBy(policy.call(failing(1, new PermanentError("gone"))));
    expect(error).toHaveStoppedBecause("NON_RETRYABLE_CLASS");
    expect(error).toHaveLastClass("PERMANENT");
    expect(error).toHaveRetried(0);
    await expect(policy.call(failing(1, new PermanentError("gone")))).rejects.toHaveStoppedBecause("NON_RETRYABLE_CLASS");
  });

  test("know the verdicts of ours, and what was thrown on", async () => {
    const breaker = new CircuitBreaker();
    breaker.trip();
    const rejected = await thrownBy(policy.with({ circuitBreaker: breaker }).call(failing(0)));
    expect(rejected).toHaveStoppedBecause("CIRCUIT_OPEN");
    expect(new Error("wrapped", { cause: rejected })).toHaveStoppedBecause("CIRCUIT_OPEN");
    const limiter = new Bulkhead({ maxConcurrent: 1 });
    limiter.tryAcquire();
    await expect(policy.with({ limiter }).execute(failing(0))).resolves.toHaveStoppedBecause("LIMITED");
  });
});

test("outcomes of synchronous calls are outcomes", () => {
  expect(policy.executeSync(() => 1)).toHaveSucceeded();
});

describe("of an error", () => {
  const deadlock = Object.assign(new Error("deadlock detected"), { code: "40P01", severity: "ERROR" });

  test("the class that a classifier gives", () => {
    expect(deadlock).toBeClassifiedAs("CONCURRENCY", sqlstateClassifier);
    expect(new RateLimitError("slow")).toBeClassifiedAs("RATE_LIMIT");
    assertClassifiedAs(deadlock, "CONCURRENCY", sqlstateClassifier);
  });

  test("fails with what decided", async () => {
    expect(await said(() => assertClassifiedAs(deadlock, "TRANSIENT", sqlstateClassifier))).toMatch(
      /^Expected the error to be classified as TRANSIENT\.\nIt is CONCURRENCY: "sqlstateClassifier" knows it by error\.code = "40P01"/,
    );
  });
});

describe("what is no ended call is refused, with not as well", () => {
  const WANTED = "needs an outcome of execute, an error that call threw, or a call of a RecordingPolicy, got";
  test.each<[string, unknown, string]>([
    ["nothing", undefined, `toHaveSucceeded ${WANTED} undefined.`],
    ["a value", { id: 7, name: "Ada" }, `toHaveSucceeded ${WANTED} an object with id, name.`],
    [
      "an error of nobody's",
      new TypeError("x is no function"),
      `toHaveSucceeded ${WANTED} an error that no call of a policy threw (TypeError: x is no function).`,
    ],
    [
      "a promise",
      Promise.resolve(),
      'toHaveSucceeded was given a promise: wait for it first, as in "await policy.execute(op)"; with matchers, "await expect(promise).resolves" or "rejects".',
    ],
    [
      "a policy that records",
      { calls: [] },
      `toHaveSucceeded ${WANTED} a policy: ask about one of its calls, such as policy.calls[0].`,
    ],
  ])("%s", async (_what, subject, message) => {
    expect(await said(() => expect(subject).toHaveSucceeded())).toBe(message);
    expect(await said(() => expect(subject).not.toHaveSucceeded())).toBe(message);
    expect(await said(() => assertSucceeded(subject))).toBe(message.replaceAll("toHaveSucceeded", "assertSucceeded"));
  });

  test("and so is an expectation that can never hold", async () => {
    const outcome = await outcomeOf(9);
    expect(await said(() => assertStoppedBecause(outcome, "BUDGET_EXHASTED" as never))).toMatch(
      /^assertStoppedBecause\.reason must be one of .*BUDGET_EXHAUSTED/,
    );
    expect(await said(() => assertStoppedBecause(outcome, undefined as never))).toMatch(/must be one of .*got undefined/);
    expect(await said(() => expect(outcome).toHaveLastClass("SLOW" as never))).toMatch(
      /^toHaveLastClass\.errorClass must be one of/,
    );
    expect(await said(() => expect(outcome).toHaveRetried(-1))).toMatch(/^toHaveRetried\.times must be an integer >= 0, got -1/);
    expect(await said(() => expect(outcome).toHaveWaited(50 as never))).toMatch(
      /^toHaveWaited\.delaysMs must be an array of milliseconds/,
    );
  });

  test("and delays that nobody has kept", async () => {
    const outcome = await played(policy.execute(failing(1)));
    expect(await said(() => expect(outcome).toHaveWaited([50]))).toBe(
      "toHaveWaited needs to know the delays, which an outcome keeps only in its timeline: ask for it with execute(op, { captureTimeline: true }), or record the call with a RecordingPolicy.",
    );
    const timeline = new RetryTimeline();
    await played(policy.execute(failing(1), { captureTimeline: timeline })).then((told) => expect(told).toHaveWaited([50]));
  });
});

test("a function fails with an error that test runners show with its difference", async () => {
  const outcome = await outcomeOf(9);
  expect(await thrownBy((async () => assertStoppedBecause(outcome, "ABORTED"))())).toMatchObject({
    name: "AssertionError",
    code: "ERR_ASSERTION",
    operator: "assertStoppedBecause",
    actual: "MAX_ATTEMPTS_GLOBAL",
    expected: "ABORTED",
  });
});
