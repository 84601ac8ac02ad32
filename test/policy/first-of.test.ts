/* `firstOf`: the next operation is tried when the one before stops. */
import {
  AbortRetryError,
  type AttemptInfo,
  Bulkhead,
  type CandidateAnswered,
  type CandidateFailed,
  constant,
  type Failure,
  firstOf,
  outcomeOf,
  PermanentError,
  Policy,
  RateLimitError,
  ServerError,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";

const clock = new VirtualClock();
const throws = (error: unknown) => async (): Promise<never> => {
  throw error;
};
const answer = async (): Promise<string> => "answer";
/** What a promise rejects with. */
const thrown = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable("it gave a value"),
    (error: unknown) => error,
  );

describe("the first that answers gives the value", () => {
  test("as it is, and no further one is tried", async () => {
    const value = { text: "Because." };
    const second = vi.fn(answer);
    expect(await firstOf([async () => value, second])()).toBe(value);
    expect(second).not.toHaveBeenCalled();
  });

  test.each([
    ["rejects", throws(new ServerError())],
    [
      "throws at once",
      () => {
        throw new TransientError();
      },
    ],
    ["fails for good", throws(new PermanentError())],
    ["rejects with nothing", throws(undefined)],
    ["gives a response that is a failure", async () => new Response(null, { status: 503 })],
  ])("where the one before %s", async (_how, first) => {
    expect(await firstOf([first, throws(new Error("also")), answer])()).toBe("answer");
  });

  test("a value of no promise, and a method of an object", async () => {
    const model = {
      name: "its own",
      run(): string {
        return this.name;
      },
    };
    expect(await firstOf([throws(new ServerError()), model])()).toBe("its own");
    expect(await firstOf([() => 3])()).toBe(3);
  });
});

describe("where none answers", () => {
  test("the last error is thrown, the same object, with its outcome", async () => {
    const last = new ServerError("last");
    expect(await thrown(firstOf([throws(new ServerError("first")), throws(last)])())).toBe(last);
    expect(outcomeOf(last)).toMatchObject({ stopReason: "NO_RETRY", lastClass: "SERVER_ERROR", lastError: last });
  });

  test("a last response is given as it was, its body unread", async () => {
    const last = new Response("the last words", { status: 503 });
    const given = await firstOf([throws(new ServerError()), async () => last])();
    expect(given).toBe(last);
    expect(await given.text()).toBe("the last words");
  });

  test("the candidate's policy says what is thrown", async () => {
    const policy = new Policy({ circuitBreaker: { name: "large" }, retry: { maxAttempts: 2, strategy: constant(0) } });
    const last = new Response(null, { status: 503 });
    const error = await thrown(firstOf([answer, { run: async () => last, policy }].slice(1))());
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, lastResult: last });
  });
});

describe("which failures pass on", () => {
  test.each<[string, readonly ("RATE_LIMIT" | "CIRCUIT_OPEN" | "ABORTED")[], unknown, boolean]>([
    ["a class that is named", ["RATE_LIMIT", "CIRCUIT_OPEN"], new RateLimitError(), true],
    ["a class that is not", ["RATE_LIMIT", "CIRCUIT_OPEN"], new ServerError(), false],
    ["an operation that aborts, where ABORTED is named", ["ABORTED"], new AbortRetryError(), true],
  ])("%s", async (_what, on, error, passes) => {
    const outcome = await new Policy().execute(firstOf([throws(error), answer], { on }));
    expect(outcome).toMatchObject(passes ? { ok: true, value: "answer" } : { ok: false, lastError: error });
  });

  test("all but ABORTED, where nothing is named", async () => {
    const error = new AbortRetryError();
    expect(await thrown(firstOf([throws(error), answer])())).toBe(error);
  });

  test("a stop of the candidate's policy: its open circuit, its limiter, its retries", async () => {
    const broken = new Policy({ circuitBreaker: { failureThreshold: 1 }, clock });
    await broken.execute(throws(new ServerError()));
    const full = new Policy({ limiter: new Bulkhead({ maxConcurrent: 1 }) });
    let end = (): void => {};
    const busy = full.call(() => new Promise<void>((resolve) => (end = resolve)));
    const never = vi.fn(answer);
    const ask = firstOf([{ run: never, policy: broken }, { run: never, policy: full }, answer]);
    expect(await ask()).toBe("answer");
    expect(never).not.toHaveBeenCalled();
    expect(await thrown(firstOf([{ run: never, policy: broken }, answer], { on: ["RATE_LIMIT"] })())).toMatchObject({
      code: "ERR_REDRESS_CIRCUIT_OPEN",
    });
    end();
    await busy;
  });

  test("what the classifiers say, of candidates without a policy", async () => {
    const odd = new Error("quota");
    const on = ["PERMISSION"] as const;
    expect(await firstOf([throws(odd), answer], { on, classifier: () => "PERMISSION" })()).toBe("answer");
    expect(await thrown(firstOf([throws(odd), answer], { on })())).toBe(odd);
    const long = firstOf([async () => "too long", answer], {
      resultClassifier: (text) => (text === "too long" ? "PERMANENT" : null),
    });
    expect(await long()).toBe("answer");
    const all = firstOf([async () => new Response(null, { status: 503 }), answer], { resultClassifier: () => null });
    expect(await all()).toMatchObject({ status: 503 });
  });

  test("a mistake in the candidate's policy does not", async () => {
    const mistake = new Error("no delay");
    const policy = new Policy({
      retry: {
        strategy: () => {
          throw mistake;
        },
      },
    });
    expect(await thrown(firstOf([{ run: throws(new ServerError()), policy }, answer])())).toBe(mistake);
  });
});

describe("within a call", () => {
  test("a candidate is told the attempt of the call", async () => {
    const told: Pick<AttemptInfo, "attempt" | "operation">[] = [];
    const policy = new Policy({ retry: { strategy: constant(0), maxAttempts: 2 }, operation: "ask" });
    const fails = async ({ attempt, operation }: AttemptInfo): Promise<never> => {
      told.push({ attempt, ...(operation !== undefined && { operation }) });
      throw new ServerError();
    };
    await policy.execute(firstOf([fails, fails]));
    expect(told.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 2]);
    expect(told[0]?.operation).toBe("ask");
  });

  test.each([
    ["by itself", undefined],
    ["with a policy", new Policy({ retry: { strategy: constant(0) } })],
  ])("an abort ends the call at once, reaches the candidate %s, and no further one is tried", async (_how, own) => {
    const controller = new AbortController();
    const next = vi.fn(answer);
    const signals: AbortSignal[] = [];
    const hangs = ({ signal }: AttemptInfo): Promise<never> => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const ask = firstOf([own === undefined ? hangs : { run: hangs, policy: own }, next], { on: ["ABORTED", "TRANSIENT"] });
    const calls = [new Policy().call(ask, { signal: controller.signal }), ask({ signal: controller.signal })];
    const reason = new Error("enough");
    await Promise.resolve();
    controller.abort(reason);
    expect(await Promise.all(calls.map(thrown))).toEqual([reason, reason]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(next).not.toHaveBeenCalled();
  });

  test("a signal that has aborted already lets nothing begin", async () => {
    const reason = new Error("before");
    const first = vi.fn(answer);
    expect(await thrown(firstOf([first, first])({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(first).not.toHaveBeenCalled();
  });

  test("the deadline bounds all of them together, and what a candidate's policy may wait", async () => {
    const policy = new Policy({ retry: { deadlineMs: 1_000, maxAttempts: 1 }, clock });
    const remaining: number[] = [];
    const slow = async ({ remainingMs }: AttemptInfo): Promise<never> => {
      remaining.push(remainingMs);
      await clock.sleep(400);
      throw new ServerError();
    };
    const own = new Policy({ retry: { strategy: constant(300) }, clock });
    const begun = clock.now();
    const call = policy.execute(firstOf([{ run: slow, policy: own }, slow, slow, slow]));
    await clock.advance(5_000);
    const outcome = await call;
    expect(outcome).toMatchObject({ ok: false, stopReason: "DEADLINE_EXCEEDED", elapsedMs: 1_000 });
    // 400 ms, a delay of 300 ms that fits, and the second attempt of the first candidate is cut by the deadline.
    expect(remaining).toEqual([1_000, 300]);
    expect(clock.now() - begun).toBe(5_000);
  });

  test("a candidate that is cut short by its own timeout gives way to the next one", async () => {
    const own = new Policy({ retry: { attemptTimeoutMs: 100, maxAttempts: 1 }, clock });
    const call = new Policy({ clock }).execute(firstOf([{ run: () => new Promise<string>(() => {}), policy: own }, answer]));
    await clock.advance(100);
    expect(await call).toMatchObject({ ok: true, value: "answer" });
  });

  test("no further one is tried once nothing is left of the deadline", async () => {
    const policy = new Policy({ retry: { deadlineMs: 100, maxAttempts: 1 }, clock });
    const next = vi.fn(answer);
    const blocks = (): never => {
      clock.block(100);
      throw new ServerError();
    };
    await policy.execute(firstOf([blocks, next]));
    expect(next).not.toHaveBeenCalled();
  });
});

describe("once a candidate's answer has begun", () => {
  const begins = (failure: unknown) =>
    vi.fn(async (attempt: AttemptInfo): Promise<never> => {
      expect(attempt.answerBegins()).toBe(true);
      throw failure;
    });

  test.each([
    ["by itself", undefined],
    ["with a policy", new Policy({ retry: { strategy: constant(0) } })],
  ])("no other is tried, and nothing is repeated: %s", async (_how, own) => {
    const failure = new ServerError();
    const first = begins(failure);
    const next = vi.fn(answer);
    const ask = firstOf([own === undefined ? first : { run: first, policy: own }, next]);
    expect(await thrown(ask())).toBe(failure);
    const around = new Policy({ retry: { strategy: constant(0) }, fallback: () => "fallback" });
    expect(await thrown(around.call(ask))).toBe(failure);
    expect(first).toHaveBeenCalledTimes(2);
    expect(next).not.toHaveBeenCalled();
  });

  test("the deadline of the call around the list cuts it no more", async () => {
    const policy = new Policy({ retry: { deadlineMs: 100 }, clock });
    const call = policy.call(
      firstOf([
        async (attempt) => {
          attempt.answerBegins();
          await clock.sleep(500);
          return "all of it";
        },
      ]),
    );
    await clock.advance(1_000);
    expect(await call).toBe("all of it");
  });
});

describe("one layer retries", () => {
  const retrying = () => new Policy({ retry: { strategy: constant(200), maxAttempts: 2 }, clock });
  const outer = new Policy({ retry: { strategy: constant(100), maxAttempts: 3 }, clock });
  const counting = (error: () => unknown) =>
    vi.fn(async (): Promise<string> => {
      throw error();
    });
  const run = async (policy: Policy, ask: () => Promise<unknown>): Promise<Failure> => {
    const call = policy.execute(ask);
    await clock.advance(10_000);
    return (await call) as Failure;
  };

  test("a list whose candidates have retried is not retried as a whole within the time that they took", async () => {
    const op = counting(() => new ServerError());
    const outcome = await run(
      outer,
      firstOf([
        { run: op, policy: retrying() },
        { run: op, policy: retrying() },
      ]),
    );
    expect(outcome).toMatchObject({ stopReason: "ALREADY_RETRIED", attempts: 1 });
    expect(op).toHaveBeenCalledTimes(4);
  });

  test("so where only an earlier candidate has retried, and the last one failed at once, by an error or a result", async () => {
    for (const last of [throws(new ServerError()), async () => new Response(null, { status: 503 })]) {
      const op = counting(() => new ServerError());
      const outcome = await run(outer, firstOf([{ run: op, policy: retrying() }, last]));
      expect(outcome).toMatchObject({ stopReason: "ALREADY_RETRIED", attempts: 1 });
      expect(op).toHaveBeenCalledTimes(2);
    }
  });

  test("an error that is thrown again and again tells of this time only", async () => {
    const error = new ServerError();
    let down = false;
    const policy = retrying();
    const first = { run: counting(() => (down ? new PermanentError() : new ServerError())), policy };
    const ask = firstOf([first, throws(error)]);
    expect(await run(outer, ask)).toMatchObject({ stopReason: "ALREADY_RETRIED" });
    down = true;
    expect(await run(outer, ask)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
  });

  test("a list of candidates without retries is retried as a whole", async () => {
    const op = counting(() => new ServerError());
    expect(await run(outer, firstOf([op, op]))).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
    expect(op).toHaveBeenCalledTimes(6);
  });
});

describe("observers", () => {
  test("hear of each that failed and what is tried next, and of the one that answered", async () => {
    const failed: CandidateFailed[] = [];
    const answered: CandidateAnswered[] = [];
    const error = new ServerError();
    async function large(): Promise<string> {
      throw error;
    }
    await firstOf([large, { name: "medium", run: throws(new PermanentError()) }, answer], {
      onNext: (fact) => void failed.push(fact),
      onAnswer: (fact) => void answered.push(fact),
    })();
    expect(failed.map(({ name, index, next }) => [name, index, next])).toEqual([
      ["large", 0, "medium"],
      ["medium", 1, "answer"],
    ]);
    expect(failed[0]?.outcome).toMatchObject({ ok: false, lastClass: "SERVER_ERROR", lastError: error, error });
    expect(answered).toEqual([{ name: "answer", index: 2, outcome: expect.objectContaining({ ok: true, value: "answer" }) }]);
  });

  test("a candidate without a name is known by its place", async () => {
    const failed: CandidateFailed[] = [];
    await firstOf([{ run: throws(new ServerError()) }, () => 1], { onNext: (fact) => void failed.push(fact) })();
    expect(failed).toEqual([expect.objectContaining({ name: "candidate 1", next: "candidate 2" })]);
  });

  test("that throw or reject change nothing", async () => {
    const warning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const ask = firstOf([throws(new ServerError()), answer], {
      onNext: () => {
        throw new Error("no log");
      },
      onAnswer: throws(new Error("no metric")),
    });
    expect(await ask()).toBe("answer");
    await new Promise(setImmediate);
    expect(warning.mock.calls.map(([message]) => /(\w+) failed/.exec(String(message))?.[1])).toEqual(["onNext", "onAnswer"]);
    warning.mockRestore();
  });
});

describe("results that nobody gets", () => {
  const failing = () => new Response("a body", { status: 503 });

  test("a response that is followed by another candidate has its body cancelled", async () => {
    const response = failing();
    expect(await firstOf([async () => response, answer])()).toBe("answer");
    expect(await response.body?.getReader().read()).toEqual({ done: true, value: undefined });
  });

  test("the discard of the candidate's policy takes its result", async () => {
    const discard = vi.fn();
    const response = failing();
    const policy = new Policy<unknown>({ discard });
    expect(await firstOf([{ run: async () => response, policy }, answer])()).toBe("answer");
    expect(discard.mock.calls).toEqual([[response]]);
    expect(response.bodyUsed).toBe(false);
  });
});

describe("refuses", () => {
  const policy = new Policy();
  test.each<[unknown, object | undefined, string]>([
    [[], undefined, "firstOf.candidates must be a non-empty array of operations, got an array"],
    [answer, undefined, "firstOf.candidates must be a non-empty array of operations, got a function"],
    [
      [answer()],
      undefined,
      "firstOf.candidates[0] must be an operation, such as ({ signal }) => fetch(url, { signal }), or { name, run, policy }, got",
    ],
    [[answer, {}], undefined, "firstOf.candidates[1].run must be a function, got undefined."],
    [[{ run: answer, police: policy }], undefined, "firstOf.candidates[0].police is not an option; did you mean `policy`?"],
    [
      [{ run: answer, policy: { retry: {} } }],
      undefined,
      "firstOf.candidates[0].policy must be a Policy, made by new Policy({ ... }), got",
    ],
    [[async function* tokens() {}], undefined, "firstOf.candidates[0] must be no generator function"],
    [[answer], { on: [] }, "firstOf.on must be a non-empty array of stop reasons and error classes, got"],
    [[answer], { on: ["SLOW"] }, "firstOf.on must be a non-empty array of stop reasons and error classes, got"],
    [[answer], { onFail: answer }, "firstOf.onFail is not an option"],
    [[answer], { classifier: "TRANSIENT" }, "firstOf.classifier must be a function"],
  ])("%o, %o", (candidates, options, message) => {
    expect(() => firstOf(candidates as never, options)).toThrow(message);
  });

  test.each<[unknown]>([[new AbortController().signal], ["7"], [null], [{ signal: "now" }]])(
    "to be called with %o",
    async (given) => {
      const error = await thrown(firstOf([answer])(given as never));
      expect(String(error)).toContain("firstOf(...).attempt must be what policy.call tells its operation, or { signal }, got");
    },
  );
});
