/* `firstOf`: the next operation is tried when the one before stops. */
import {
  AbortRetryError,
  Bulkhead,
  type CandidateAnswered,
  type CandidateFailed,
  constant,
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
    const method = {
      run: async (): Promise<never> => {
        throw new ServerError();
      },
    };
    await firstOf([{ run: throws(new ServerError()) }, method, () => 1], { onNext: (fact) => void failed.push(fact) })();
    expect(failed.map(({ name, next }) => [name, next])).toEqual([
      ["candidate 1", "candidate 2"],
      ["candidate 2", "candidate 3"],
    ]);
  });

  test("that throw or reject change nothing", async () => {
    const warning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const ask = firstOf([throws(new ServerError()), answer], {
      onNext: () => {
        throw new Error("no log");
      },
      onAnswer: throws(new Error("no metric")),
    });
    expect(await new Policy({ operation: "ask" }).call(ask)).toBe("answer");
    await new Promise(setImmediate);
    expect(warning.mock.calls.map(([message]) => /\w+ failed[^.]*/.exec(String(message))?.[0])).toEqual([
      'onNext failed in a call of "ask"',
      'onAnswer failed in a call of "ask"',
    ]);
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

  test("are none where the candidate has thrown", async () => {
    const discard = vi.fn();
    const policy = new Policy<unknown>({ discard });
    expect(await firstOf([{ run: throws(new ServerError()), policy }, answer])()).toBe("answer");
    expect(discard).not.toHaveBeenCalled();
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
    [[{ async *run() {} }], undefined, "firstOf.candidates[0].run must be no generator function"],
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
