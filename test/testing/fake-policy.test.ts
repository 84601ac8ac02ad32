import {
  AbortRetryError,
  CircuitBreaker,
  CircuitOpenError,
  DeadlineExceededError,
  type Failure,
  type Hooks,
  isCircuitOpenError,
  isDeadlineExceededError,
  isLimitedError,
  isRetryExhaustedError,
  keyed,
  LimitedError,
  type Outcome,
  outcomeOf,
  PermissionError,
  Policy,
  RetryExhaustedError,
  StopReason,
  TransientError,
  toHttpAnswer,
} from "redress";
import { createFetch } from "redress/fetch";
import { transaction } from "redress/pg";
import { runInScope } from "redress/scope";
import { type FakeFailure, FakePolicy, type FakePolicyOptions, RecordingPolicy } from "redress/testing";
import { describe, expect, test, vi } from "vitest";

const no = new TransientError("no");
const never = vi.fn(async () => "the operation");

async function thrownBy(policy: Policy): Promise<unknown> {
  return policy.call(never).then(
    (value) => expect.unreachable(`got ${value}`),
    (error: unknown) => error,
  );
}
const failureOf = async (options: FakePolicyOptions): Promise<Failure> => {
  const outcome = await new FakePolicy(options).execute(never);
  if (outcome.ok) throw new Error("It was to fail.");
  return outcome;
};

describe("a value", () => {
  test("is the answer of every way to call, and no operation is invoked", async () => {
    const policy = new FakePolicy({ value: 42 });
    const sync = vi.fn(() => 0);
    const answers = [
      await policy.call(never),
      policy.callSync(sync),
      await policy.context()(never),
      policy.contextSync()(sync),
      await policy.wrap(never)(),
      policy.wrapSync(sync)(),
      await policy.with({ operation: "other" }).call(never),
      await keyed(policy).for("a").call(never),
    ];
    expect(answers).toEqual(Array(8).fill(42));
    const outcome = { ok: true, value: 42, attempts: 1, elapsedMs: 0, fellBack: false };
    expect(await policy.execute(never)).toEqual(outcome);
    expect(policy.executeSync(sync)).toEqual(outcome);
    expect([never.mock.calls.length, sync.mock.calls.length]).toEqual([0, 0]);
    expect(policy.inFlight).toBe(0);
  });

  test.each([[undefined], [null], [false], [0]])("may be %j", async (value) => {
    expect(await new FakePolicy({ value }).call(never)).toBe(value);
  });

  test("takes the other fields of its outcome as they are given", async () => {
    const outcome = { ok: true, value: "kept", attempts: 3, elapsedMs: 1_200, fellBack: true } as const;
    expect(await new FakePolicy({ outcome }).execute(never)).toEqual(outcome);
    expect(await new FakePolicy({ outcome: { ok: true, value: 1, fellBack: true } }).execute(never)).toMatchObject({
      attempts: 0,
    });
  });
});

describe("an error", () => {
  test("is thrown as it is, and known to outcomeOf", async () => {
    const policy = new FakePolicy({ error: no });
    expect(await thrownBy(policy)).toBe(no);
    expect(() => policy.callSync(() => 0)).toThrow(no);
    expect(outcomeOf(no)).toMatchObject({
      stopReason: "MAX_ATTEMPTS_GLOBAL",
      attempts: 1,
      lastClass: "TRANSIENT",
      lastError: no,
    });
    expect(await failureOf({ error: new PermissionError("no") })).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS" });
    expect(await failureOf({ error: undefined })).toMatchObject({
      stopReason: "MAX_ATTEMPTS_GLOBAL",
      lastError: undefined,
      lastClass: "UNKNOWN",
    });
  });

  test.each<[string, unknown, Partial<Failure>]>([
    [
      "an open circuit",
      new CircuitOpenError({ breaker: "users", state: "open", retryAfterMs: 4_000 }),
      { stopReason: "CIRCUIT_OPEN", attempts: 0, lastError: null },
    ],
    [
      "a limiter",
      new LimitedError({ limiter: "llm", reason: "rate", retryAfterMs: 50, why: "w" }),
      { stopReason: "LIMITED", attempts: 0, limitedBy: { limiter: "llm", reason: "rate", retryAfterMs: 50 } },
    ],
    [
      "a deadline",
      new DeadlineExceededError({ attempt: 2, deadlineMs: 900, deadlineOf: "scope" }),
      { stopReason: "DEADLINE_EXCEEDED", attempts: 2, elapsedMs: 900, deadlineOf: "scope" },
    ],
    ["an abort", new AbortRetryError(), { stopReason: "ABORTED", attempts: 1, lastError: null }],
    [
      "a retry that was given up",
      new RetryExhaustedError({
        stopReason: "SCHEDULED",
        attempts: 4,
        elapsedMs: 9,
        lastClass: "TRANSIENT",
        lastError: no,
        lastResult: null,
        nextDelayMs: 70,
        cause: "exception",
      }),
      { stopReason: "SCHEDULED", attempts: 4, elapsedMs: 9, lastError: no, nextDelayMs: 70 },
    ],
  ])("that tells of %s stands for that stop", async (_what, error, fields) => {
    expect(await failureOf({ error })).toMatchObject({ ...fields, error });
    expect(await thrownBy(new FakePolicy({ error }))).toBe(error);
  });
});

/** A real call for every way to stop, each with the least that a fake must be told. */
const tripped = (): CircuitBreaker => {
  const breaker = new CircuitBreaker();
  breaker.trip();
  return breaker;
};
const plain = { strategy: () => 0, maxAttempts: 1 };
const real: Readonly<Partial<Record<StopReason, Policy>>> = {
  CIRCUIT_OPEN: new Policy({ circuitBreaker: tripped() }),
  NO_RETRY: new Policy(),
  MAX_ATTEMPTS_GLOBAL: new Policy({ retry: plain }),
  BUDGET_EXHAUSTED: new Policy({ retry: { ...plain, maxAttempts: 2, budget: { consume: () => false, remaining: () => 0 } } }),
  SCHEDULED: new Policy({ retry: { ...plain, maxAttempts: 2, sleep: () => "defer" } }),
  MAX_ATTEMPTS_PER_CLASS: new Policy({ retry: { maxRetriesPerClass: { TRANSIENT: 0 } } }),
};

describe("an outcome", () => {
  test.each(Object.entries(real))(
    "that stopped with %s has every field of a real one, and throws the same kind of error",
    async (stopReason, policy) => {
      const failing = (): Promise<never> => Promise.reject(no);
      const genuine = (await policy.execute(failing)) as Failure;
      const faked = await failureOf({
        outcome: { ok: false, stopReason: stopReason as StopReason, lastError: genuine.lastError ?? undefined },
      });
      const shape = (failure: Failure): unknown => ({
        ...failure,
        elapsedMs: 0,
        nextDelayMs: failure.nextDelayMs !== null,
        progress: failure.progress && { ...failure.progress, elapsedMs: 0, prevSleepMs: null },
        error: (failure.error as Error).constructor,
      });
      expect(Object.keys(faked).sort()).toEqual(Object.keys(genuine).sort());
      expect({ ...(shape(faked) as object), nextDelayMs: 0 }).toEqual({ ...(shape(genuine) as object), nextDelayMs: 0 });
    },
  );

  test.each(Object.keys(StopReason))("may stop with %s, and call throws what execute names", async (stopReason) => {
    const policy = new FakePolicy({ outcome: { ok: false, stopReason: stopReason as StopReason } });
    const outcome = (await policy.execute(never)) as Failure;
    expect(outcome).toMatchObject({ ok: false, stopReason });
    const error = await thrownBy(policy);
    expect((error as Error).constructor).toBe((outcome.error as Error).constructor);
    expect((error as Error).message).toBe((outcome.error as Error).message);
    expect(outcomeOf(error)).toMatchObject({ stopReason, attempts: outcome.attempts });
    expect(() => policy.callSync(() => 0)).toThrow((error as Error).message);
  });

  test("throws the verdicts that production throws", async () => {
    const thrown = (outcome: FakeFailure): Promise<unknown> => thrownBy(new FakePolicy({ outcome }));
    const open = await thrown({ ok: false, stopReason: "CIRCUIT_OPEN" });
    expect(isCircuitOpenError(open) && [open.breaker, open.state, open.retryAfterMs]).toEqual(["default", "open", 30_000]);
    expect(toHttpAnswer(open)).toMatchObject({ status: 503 });
    expect(await thrown({ ok: false, stopReason: "CIRCUIT_OPEN", attempts: 2, lastError: no })).toBe(no);
    const limited = await thrown({
      ok: false,
      stopReason: "LIMITED",
      limitedBy: { limiter: "llm", reason: "rate", retryAfterMs: 70 },
    });
    expect(isLimitedError(limited) && [limited.limiter, limited.reason, limited.retryAfterMs]).toEqual(["llm", "rate", 70]);
    const late = await thrown({ ok: false, stopReason: "DEADLINE_EXCEEDED", attempts: 0, elapsedMs: 800, deadlineOf: "scope" });
    expect(isDeadlineExceededError(late) && [late.attempt, late.deadlineMs, late.deadlineOf]).toEqual([0, 800, "scope"]);
    expect(isDeadlineExceededError(await thrown({ ok: false, stopReason: "DEADLINE_EXCEEDED" }))).toBe(true);
    const result = await thrown({
      ok: false,
      stopReason: "MAX_ATTEMPTS_GLOBAL",
      attempts: 3,
      elapsedMs: 12,
      lastResult: new Response(null, { status: 503 }),
    });
    expect(isRetryExhaustedError(result) && result.message).toBe(
      "Stopped with MAX_ATTEMPTS_GLOBAL after 3 attempts in 12 ms, SERVER_ERROR (HTTP 503).",
    );
    expect(await thrown({ ok: false, stopReason: "ABORTED" })).toBeInstanceOf(AbortRetryError);
    const own = new Error("own");
    expect(await thrown({ ok: false, stopReason: "ABORTED", error: own })).toBe(own);
    expect(outcomeOf(own)?.stopReason).toBe("ABORTED");
  });

  test("takes every field that it is given, and nulls as those of a real one", async () => {
    const outcome = {
      ok: false,
      stopReason: "RETRY_REFUSED",
      attempts: 3,
      elapsedMs: 77.5,
      lastClass: "SERVER_ERROR",
      lastError: no,
      lastResult: null,
      cause: "exception",
      nextDelayMs: 5,
      refusal: "the body is a stream",
    } as const;
    expect(await failureOf({ outcome })).toMatchObject(outcome);
    const nulls = { lastClass: null, lastError: null, lastResult: null, cause: null, nextDelayMs: null } as const;
    expect(await failureOf({ outcome: { ok: false, stopReason: "ABORTED", attempts: 0, ...nulls } })).toMatchObject(nulls);
  });

  test("has a progress where a real one has, and a timeline where one is asked for", async () => {
    const failure = await failureOf({ outcome: { ok: false, stopReason: "BUDGET_EXHAUSTED", attempts: 2, elapsedMs: 40 } });
    expect(failure.progress).toEqual({
      version: 1,
      attempts: 2,
      failures: { TRANSIENT: 2 },
      elapsedMs: 40,
      prevSleepMs: null,
      deliveries: 1,
    });
    expect((await failureOf({ outcome: { ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL" } })).progress).toBeNull();
    const policy = new FakePolicy({ outcome: { ok: false, stopReason: "LIMITED", elapsedMs: 3 } });
    const told = await policy.execute(never, { captureTimeline: true });
    expect(String(told.timeline)).toContain("limited  stop: LIMITED");
  });
});

describe("a script", () => {
  test("answers one call after the other, and says so when it is used up", async () => {
    const policy = new FakePolicy({
      script: [{ error: no }, { outcome: { ok: false, stopReason: "CIRCUIT_OPEN" } }, { value: 7 }],
    });
    const derived = policy.with({ operation: "derived" });
    expect(await thrownBy(policy)).toBe(no);
    expect(await derived.execute(never)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
    expect(policy.callSync(() => 0)).toBe(7);
    const message = "Call 4 of a FakePolicy was made, and there are 3 answers in its script.";
    await expect(policy.call(never)).rejects.toThrow(message);
    await expect(policy.execute(never)).rejects.toThrow("Call 5 of a FakePolicy");
    expect(() => new FakePolicy({ script: [] })).toThrow("fakePolicy.script must be a non-empty array of answers");
    const one = new FakePolicy({ script: [{ value: 1 }] });
    one.callSync(() => 0);
    expect(() => one.executeSync(() => 0)).toThrow("Call 2 of a FakePolicy was made, and there is one answer in its script.");
    expect(policy.inFlight).toBe(0);
  });

  test("is not used by calls that end before they begin", async () => {
    const policy = new FakePolicy({ script: [{ value: 1 }] });
    expect(await policy.execute(never, { signal: AbortSignal.abort() })).toMatchObject({ stopReason: "ABORTED" });
    expect(await runInScope({ deadlineMs: 0 }, () => policy.execute(never))).toMatchObject({ deadlineOf: "scope" });
    expect(await policy.call(never)).toBe(1);
  });
});

describe("in the place of a policy", () => {
  test("it records its calls, and tells hooks how each ends", async () => {
    const policy = new FakePolicy({ script: [{ value: 1 }, { outcome: { ok: false, stopReason: "LIMITED", attempts: 0 } }] });
    const heard: unknown[] = [];
    const hooks: Hooks = {
      onCallStart: ({ operation }) => void heard.push(operation),
      onMetric: (event, attempt, _sleepMs, tags) => void heard.push([event, attempt, tags.limiter]),
      onAttemptStart: () => void heard.push("an attempt"),
      onCallEnd: (_call, { ok, attempts }) => void heard.push([ok, attempts]),
    };
    const load = policy.with({ operation: "load", hooks });
    await load.execute(never);
    await load.execute(never);
    expect(heard).toEqual(["load", ["success", 1, undefined], [true, 1], "load", ["limited", 0, "fake"], [false, 0]]);
    expect(policy.calls.map(({ operation, stopReason, attempts }) => [operation, stopReason, attempts])).toEqual([
      ["load", null, []],
      ["load", "LIMITED", []],
    ]);
    expect(policy).toBeInstanceOf(RecordingPolicy);
  });

  test("a fallback that is given covers what a real one would, and no breaker is asked", async () => {
    const circuitBreaker = tripped();
    const policy = new FakePolicy({ error: no }).with({ fallback: () => "kept", circuitBreaker });
    expect(await policy.call(never)).toBe("kept");
    expect(await policy.execute(never)).toMatchObject({ ok: true, value: "kept", fellBack: true });
  });

  test("createFetch answers with its responses and outcomes", async () => {
    const send = vi.fn();
    const policy = new FakePolicy({
      script: [{ value: new Response("hello") }, { outcome: { ok: false, stopReason: "CIRCUIT_OPEN" } }],
    });
    const api = createFetch(policy, { fetch: send });
    expect(await (await api("https://example.com/a")).text()).toBe("hello");
    const error = await api("https://example.com/b").catch((thrown: unknown) => thrown);
    expect(isCircuitOpenError(error)).toBe(true);
    expect([send.mock.calls.length, policy.calls.length]).toEqual([0, 2]);
  });

  test("a transaction of pg answers with its value, and checks out no client", async () => {
    const pool = { connect: vi.fn(), query: vi.fn() };
    const answer = await transaction(pool as never, new FakePolicy({ value: "row" }) as never, async () => "none");
    expect(answer).toBe("row");
    expect(pool.connect).not.toHaveBeenCalled();
  });
});

test.each<[unknown, string]>([
  [{}, "fakePolicy must be an object with one of value, error, outcome, script, got an object"],
  [{ value: 1, error: 2 }, "fakePolicy must be an object with one of value, error, outcome, script"],
  [{ values: 1 }, "fakePolicy.values is not an option"],
  [7, "fakePolicy must be a plain object of options, got 7"],
  [{ value: Promise.resolve(1) }, "fakePolicy.value must be what the operation's promise resolves with, and no promise"],
  [{ script: [{ value: 1 }, {}] }, "fakePolicy.script[1] must be an object with one of value, error, outcome"],
  [{ outcome: { ok: true } }, "fakePolicy.outcome must be an outcome with a value"],
  [{ outcome: { stopReason: "ABORTED" } }, "fakePolicy.outcome.ok must be true or false"],
  [{ outcome: { ok: false } }, "fakePolicy.outcome.stopReason must be one of"],
  [{ outcome: { ok: false, stopReason: "GAVE_UP" } }, "fakePolicy.outcome.stopReason must be one of"],
  [
    { outcome: { ok: false, stopReason: "NO_RETRY", attempts: 0 } },
    "fakePolicy.outcome.attempts must be at least 1 where the call stopped with NO_RETRY, got 0",
  ],
  [
    { outcome: { ok: false, stopReason: "ABORTED", attempts: 0, lastError: no } },
    "fakePolicy.outcome.attempts must be at least 1 where an attempt has failed",
  ],
  [{ outcome: { ok: false, stopReason: "ABORTED", attempts: 1.5 } }, "fakePolicy.outcome.attempts must be an integer >= 0"],
  [
    { outcome: { ok: false, stopReason: "ABORTED", refusal: "x" } },
    "fakePolicy.outcome.refusal must be left out unless stopReason is RETRY_REFUSED",
  ],
  [{ outcome: { ok: false, stopReason: "NO_RETRY", value: 1 } }, "fakePolicy.outcome.value is not an option"],
  [
    { outcome: { ok: false, stopReason: "LIMITED", limitedBy: { limiter: "a" } } },
    "fakePolicy.outcome.limitedBy.reason must be one of",
  ],
])("%j is refused", (options, message) => {
  expect(() => new FakePolicy(options as FakePolicyOptions)).toThrow(message);
});

test("the outcome has the type of the call", async () => {
  const outcome: Outcome<string> = await new FakePolicy({ value: "x" }).execute(async () => "y");
  expect(outcome.ok).toBe(true);
});
