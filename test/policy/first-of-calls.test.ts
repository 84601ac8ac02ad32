/* `firstOf` within a call: what candidates are told, which deadline and signal bound them, and who retries. */
import {
  type AttemptInfo,
  constant,
  type Failure,
  type FirstOf,
  firstOf,
  Hedge,
  PermanentError,
  Policy,
  ServerError,
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

const whatIsToldOf = ({ attempt, hedge, remainingMs, operation }: AttemptInfo) => ({ attempt, hedge, remainingMs, operation });

describe("within a call", () => {
  test("a candidate is told the attempt of the call", async () => {
    const told: unknown[] = [];
    const policy = new Policy({ retry: { strategy: constant(0), maxAttempts: 2, deadlineMs: Infinity }, operation: "ask" });
    const fails = async (attempt: AttemptInfo): Promise<never> => {
      told.push(whatIsToldOf(attempt));
      throw new ServerError();
    };
    await policy.execute(firstOf([fails, fails]));
    const first = { attempt: 1, hedge: false, remainingMs: Infinity, operation: "ask" };
    expect(told).toEqual([first, first, { ...first, attempt: 2 }, { ...first, attempt: 2 }]);
  });

  test("a candidate with a policy is told the attempts of that", async () => {
    const told: unknown[] = [];
    const own = new Policy({ retry: { strategy: constant(0), maxAttempts: 2 }, operation: "large", clock });
    const run = async (attempt: AttemptInfo): Promise<never> => {
      told.push(whatIsToldOf(attempt));
      throw new ServerError();
    };
    await new Policy({ operation: "ask", retry: { maxAttempts: 1 }, clock }).execute(firstOf([{ run, policy: own }]));
    const first = { attempt: 1, hedge: false, remainingMs: 60_000, operation: "large" };
    expect(told).toEqual([first, { ...first, attempt: 2 }]);
  });

  test("a candidate is told that the attempt is a hedge", async () => {
    const hedges: boolean[] = [];
    const policy = new Policy({ hedge: new Hedge({ delayMs: 10, loadRatio: 1 }), clock });
    const slow = firstOf([
      async ({ hedge }) => {
        hedges.push(hedge);
        await clock.sleep(15);
        return "slow";
      },
    ]);
    const call = policy.call(slow);
    await clock.advance(100);
    expect([await call, hedges]).toEqual(["slow", [false, true]]);
  });

  test.each<[string, Parameters<FirstOf<unknown>>]>([
    ["nothing", []],
    ["an object without a signal", [{}]],
    ["a signal", [{ signal: new AbortController().signal }]],
  ])("without a call around it, given %s, a candidate is told of its only attempt", async (_what, given) => {
    const ask = firstOf<[(attempt: AttemptInfo) => unknown]>([whatIsToldOf]);
    expect(await ask(...given)).toEqual({ attempt: 1, hedge: false, remainingMs: Infinity, operation: undefined });
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
    const onNext = vi.fn();
    const ask = firstOf([own === undefined ? hangs : { run: hangs, policy: own }, next], {
      on: ["ABORTED", "TRANSIENT"],
      onNext,
    });
    const calls = [new Policy().call(ask, { signal: controller.signal }), ask({ signal: controller.signal })];
    const reason = new Error("enough");
    await Promise.resolve();
    controller.abort(reason);
    expect(await Promise.all(calls.map(thrown))).toEqual([reason, reason]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(next).not.toHaveBeenCalled();
    expect(onNext).not.toHaveBeenCalled();
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

  test.each([100, 150])(
    "the first one is tried also where the deadline passed before the list began: %i of 100 ms",
    async (ms) => {
      const own = new Policy({ clock });
      const late = firstOf([{ run: answer, policy: own }]);
      const call = new Policy({ retry: { deadlineMs: 100, maxAttempts: 1 }, clock }).execute((attempt) => {
        clock.block(ms);
        return late(attempt);
      });
      expect(await call).toMatchObject({ ok: true, value: "answer" });
    },
  );
});

describe("once a candidate's answer has begun", () => {
  test("only a candidate that was not cut meanwhile may begin", async () => {
    const told: AttemptInfo[] = [];
    const hangs = (attempt: AttemptInfo): Promise<never> => {
      told.push(attempt);
      return new Promise(() => {});
    };
    const call = new Policy({ retry: { deadlineMs: 100 }, clock }).execute(firstOf([hangs]));
    await clock.advance(100);
    expect(await call).toMatchObject({ ok: false, stopReason: "DEADLINE_EXCEEDED" });
    expect(told[0]?.answerBegins()).toBe(false);
  });

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

  test.each([
    ["first", 400, 100],
    ["last", 100, 400],
  ])("the time is that of the candidate that has retried longest, here the %s", async (_which, firstMs, lastMs) => {
    const retriesFor = (ms: number) => new Policy({ retry: { strategy: constant(ms), maxAttempts: 2 }, clock });
    const around = new Policy({ retry: { strategy: constant(300), maxAttempts: 2 }, clock });
    const op = counting(() => new ServerError());
    const list = firstOf([
      { run: op, policy: retriesFor(firstMs) },
      { run: op, policy: retriesFor(lastMs) },
    ]);
    expect(await run(around, list)).toMatchObject({ stopReason: "ALREADY_RETRIED", attempts: 1 });
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
    const atOnce = new Policy({ retry: { strategy: constant(0), maxAttempts: 3 }, clock });
    expect(await run(atOnce, firstOf([op, op]))).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
  });
});
