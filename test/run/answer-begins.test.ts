/* An operation that says when the caller begins to get its answer: from then on the call is that attempt, and only the caller ends it. */
import { type AttemptInfo, Bulkhead, CircuitBreaker, constant } from "redress";
import { describe, expect, test } from "vitest";
import { asFailure, asSuccess, drivers, hang, isSettled, macrotask, played, recorder, stage } from "./driving.ts";
import { hedging } from "./hedging.ts";

const retry = { maxAttempts: 3, strategy: constant(10) };
const broken = Object.assign(new Error("broken"), { code: "ECONNRESET" });

describe.each(drivers)("%s", (_name, driver) => {
  test("what fails after its answer has begun is not repeated, and the outcome says why", async () => {
    let attempts = 0;
    const op = (attempt: AttemptInfo): never => {
      attempts++;
      expect(attempt.answerBegins()).toBe(true);
      throw broken;
    };
    const outcome = asFailure(await driver.execute(stage({ retry }), op));
    expect(outcome).toMatchObject({ stopReason: "RETRY_REFUSED", refusal: "its answer has begun", lastClass: "TRANSIENT" });
    expect([attempts, outcome.error]).toEqual([1, broken]);
  });

  test("an answer that has begun has begun: an attempt may say so again", async () => {
    const op = (attempt: AttemptInfo) => [attempt.answerBegins(), attempt.answerBegins()];
    expect(await driver.call(stage({ retry }), op)).toEqual({ value: [true, true] });
  });

  test("an attempt that has failed begins nothing, once the answer of a later one has begun", async () => {
    let first: AttemptInfo | undefined;
    const op = (attempt: AttemptInfo): unknown => {
      if (first !== undefined) return [attempt.answerBegins(), first.answerBegins(), attempt.answerBegins()];
      first = attempt;
      throw broken;
    };
    expect(await driver.call(stage({ retry }), op)).toEqual({ value: [true, false, true] });
  });

  test("what fails before is repeated", async () => {
    const op = (attempt: AttemptInfo): string => {
      if (attempt.attempt < 3) throw broken;
      attempt.answerBegins();
      return "value";
    };
    expect(asSuccess(await driver.execute(stage({ retry }), op))).toMatchObject({ value: "value", attempts: 3 });
  });

  test("the caller's own words for it come first", async () => {
    const op = (attempt: AttemptInfo): never => {
      attempt.answerBegins();
      throw broken;
    };
    const outcome = await driver.execute(stage({ retry }), op, { refuseRepeat: () => "items have been delivered" });
    expect(asFailure(outcome).refusal).toBe("items have been delivered");
  });

  test("a fallback does not take the place of half an answer", async () => {
    const op = (attempt: AttemptInfo): never => {
      attempt.answerBegins();
      throw broken;
    };
    const { error } = await driver.call(stage({ retry, fallback: () => "instead" }), op);
    expect(error).toBe(broken);
  });

  test("an attempt whose call was aborted is too late", async () => {
    const abort = new AbortController();
    const op = (attempt: AttemptInfo): boolean => {
      abort.abort(new Error("gone"));
      return attempt.answerBegins();
    };
    expect(await driver.call(stage({ retry }), op, { signal: abort.signal })).toEqual({ value: false });
  });
});

test("neither the timeout nor the deadline cuts an answer that has begun", async () => {
  const on = stage({ retry: { ...retry, attemptTimeoutMs: 100, deadlineMs: 500 } });
  let left = 0;
  const op = async (attempt: AttemptInfo): Promise<string> => {
    await on.clock.sleep(50);
    attempt.answerBegins();
    await on.clock.sleep(90_000);
    left = attempt.remainingMs;
    return "value";
  };
  const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));
  expect(outcome).toMatchObject({ value: "value", attempts: 1, elapsedMs: 90_050 });
  expect([left, on.clock.pending]).toEqual([Infinity, 0]);
});

test("so it is where the answer begins before the operation waits, and where the call has a deadline of its own", async () => {
  const on = stage({ retry: { ...retry, attemptTimeoutMs: 100, deadlineMs: 500 } });
  const op = (attempt: AttemptInfo): Promise<void> => {
    attempt.answerBegins();
    return on.clock.sleep(90_000);
  };
  const outcome = await played(on.clock, on.policy.execute(op, { deadlineMs: 20 }));
  expect(outcome).toMatchObject({ ok: true, attempts: 1, elapsedMs: 90_000 });
});

test("an answer may begin late in a call that has no deadline", async () => {
  const op = async (attempt: AttemptInfo): Promise<boolean> => {
    await macrotask();
    return attempt.answerBegins();
  };
  expect(await stage().policy.call(op, { signal: new AbortController().signal })).toBe(true);
});

test("an answer that had begun begins no more once its caller has left", async () => {
  const abort = new AbortController();
  const answers: boolean[] = [];
  const op = (attempt: AttemptInfo): Promise<never> => {
    answers.push(attempt.answerBegins());
    attempt.signal.addEventListener("abort", () => answers.push(attempt.answerBegins()));
    return hang();
  };
  const call = stage({ retry }).policy.execute(op, { signal: abort.signal });
  await macrotask();
  abort.abort(new Error("gone"));
  expect(asFailure(await call).stopReason).toBe("ABORTED");
  expect(answers).toEqual([true, false]);
});

test("an attempt that was cut is too late, also where it ignores its signal", async () => {
  const on = stage({ retry: { ...retry, maxAttempts: 2, attemptTimeoutMs: 100 } });
  const answers: boolean[] = [];
  const op = async (attempt: AttemptInfo): Promise<string> => {
    await on.clock.sleep(attempt.attempt === 1 ? 150 : 90);
    answers.push(attempt.answerBegins());
    return `attempt ${attempt.attempt}`;
  };
  const outcome = await played(on.clock, on.policy.execute(op));
  expect(outcome).toMatchObject({ ok: true, value: "attempt 2", attempts: 2 });
  expect(answers).toEqual([false, true]);
});

test("an attempt that has ended begins nothing", async () => {
  const on = stage({ retry });
  let kept: AttemptInfo | undefined;
  await on.policy.call((attempt) => {
    kept = attempt;
  });
  expect(kept?.answerBegins()).toBe(false);
});

test("the caller's signal still ends it, and the breaker hears a cancel", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1 });
  const on = stage({ retry, circuitBreaker: breaker });
  const abort = new AbortController();
  let reason: unknown;
  const op = (attempt: AttemptInfo): Promise<never> => {
    attempt.answerBegins();
    attempt.signal.addEventListener("abort", () => {
      reason = attempt.signal.reason;
    });
    return hang();
  };
  const call = on.policy.execute(op, { signal: abort.signal });
  await macrotask();
  const gone = new Error("gone");
  abort.abort(gone);
  expect(asFailure(await call)).toMatchObject({ stopReason: "ABORTED", error: gone });
  expect([reason, breaker.stats.cancelledCalls, breaker.state]).toEqual([gone, 1, "closed"]);
});

test("the breaker hears how it ended, and a limiter holds its place until then", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 1_000 });
  const limiter = new Bulkhead({ maxConcurrent: 1 });
  const on = stage({ retry: { ...retry, deadlineMs: 500 }, circuitBreaker: breaker, limiter });
  const op = async (attempt: AttemptInfo): Promise<never> => {
    attempt.answerBegins();
    await on.clock.sleep(2_000);
    throw broken;
  };
  const call = on.policy.execute(op);
  await on.clock.advance(1_999);
  expect([await isSettled(call), breaker.state, limiter.stats.inUse, on.policy.inFlight]).toEqual([false, "closed", 1, 1]);
  await on.clock.advance(1);
  expect(asFailure(await call).stopReason).toBe("RETRY_REFUSED");
  expect([breaker.state, limiter.stats.inUse, on.policy.inFlight]).toEqual(["open", 0, 0]);
});

describe("of a hedged call", () => {
  /** The first takes 1,000 ms to begin, its hedge 200; both go on for long. */
  const op =
    (
      on: { readonly clock: { sleep(ms: number): Promise<void> } },
      began: number[],
      ends: (attempt: number) => unknown = String,
    ) =>
    async (attempt: AttemptInfo): Promise<unknown> => {
      await on.clock.sleep(attempt.attempt === 1 ? 1_000 : 200);
      if (!attempt.answerBegins()) throw new Error("too late");
      began.push(attempt.attempt);
      await on.clock.sleep(5_000);
      return ends(attempt.attempt);
    };

  test("the attempt that begins first has won: the other is cut then, and no further hedge follows", async () => {
    const seen = recorder();
    const on = hedging({ hooks: seen }, { maxHedges: 3 });
    const began: number[] = [];
    const call = on.policy.execute(op(on, began));
    await on.clock.advance(300);
    expect(seen.ends.map(({ attempt, decision }) => [attempt, decision])).toContainEqual([1, "cut"]);
    const outcome = asSuccess(await played(on.clock, call));
    // Two hedges were started before one of them began.
    expect([outcome.value, outcome.attempts, began]).toEqual(["2", 3, [2]]);
    expect(on.hedge.stats.won).toBe(1);
  });

  test("one that says so again has won once", async () => {
    const on = hedging({}, { maxHedges: 1 });
    const begins = async (attempt: AttemptInfo): Promise<string> => {
      await on.clock.sleep(attempt.attempt === 1 ? 1_000 : 200);
      return [attempt.answerBegins(), attempt.answerBegins()].join();
    };
    expect(await played(on.clock, on.policy.call(begins))).toBe("true,true");
    expect(on.hedge.stats).toMatchObject({ hedges: 1, won: 1 });
  });

  test("when it fails, nothing is started in its place", async () => {
    const on = hedging({}, { maxHedges: 1 });
    const began: number[] = [];
    const fails = (): never => {
      throw broken;
    };
    const outcome = asFailure(await played(on.clock, on.policy.execute(op(on, began, fails))));
    expect([outcome.stopReason, outcome.attempts, outcome.elapsedMs, began]).toEqual(["RETRY_REFUSED", 2, 5_300, [2]]);
  });

  test("one that begins before a hedge is due is never hedged", async () => {
    const on = hedging({}, { maxHedges: 1 });
    const begins = async (attempt: AttemptInfo): Promise<void> => {
      await on.clock.sleep(50);
      attempt.answerBegins();
      await on.clock.sleep(5_000);
    };
    expect(await played(on.clock, on.policy.execute(begins))).toMatchObject({ ok: true, attempts: 1 });
  });
});
