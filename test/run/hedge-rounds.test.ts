/* A round: the attempts of a hedged call that are in flight beside each other. When one is started, which one wins, what the others come to. */
import {
  type AbortRetryError,
  type ErrorClass,
  type Failure,
  isAbortRetryError,
  PermanentError,
  RateLimitError,
  RetryExhaustedError,
  TransientError,
} from "redress";
import { expect, test } from "vitest";
import { asFailure, asSuccess, played } from "./driving.ts";
import { failing, hedging, script, slow } from "./hedging.ts";

const transient = new TransientError("transient");
const permanent = new PermanentError("permanent");

test("an attempt that answers before the delay has no hedge", async () => {
  const on = hedging();
  const op = script(on.clock, slow(99));

  expect(await played(on.clock, on.policy.call(op))).toBe("slow");
  expect(op.beganAtMs).toEqual([0]);
  expect(on.hedge.stats).toMatchObject({ hedges: 0, won: 0, wonByFirst: 0, cut: 0, refused: 0 });
});

test("a hedge is started when the delay has passed, and the call has its value when it answers", async () => {
  const on = hedging();
  const op = script(on.clock, slow(1_000), slow(20, "fast"));
  const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));

  expect(outcome).toMatchObject({ value: "fast", attempts: 2, elapsedMs: 120 });
  expect(op.beganAtMs).toEqual([0, 100]);
  expect(op.hedges).toEqual([false, true]);
});

test("the first attempt wins where it answers before its hedge", async () => {
  const on = hedging();
  const op = script(on.clock, slow(110), slow(20, "fast"));

  expect(asSuccess(await played(on.clock, on.policy.execute(op)))).toMatchObject({ value: "slow", attempts: 2, elapsedMs: 110 });
  expect(on.hedge.stats).toMatchObject({ hedges: 1, won: 0, wonByFirst: 1, cut: 1 });
});

test("the signal of whoever loses aborts with a reason that names the winner; that of the winner does not", async () => {
  const on = hedging();
  const op = script(on.clock, slow(1_000), slow(20, "fast"));
  await played(on.clock, on.policy.call(op));

  expect([...op.reasons.keys()]).toEqual([1]);
  const reason = op.reasons.get(1);
  expect(isAbortRetryError(reason)).toBe(true);
  expect((reason as AbortRetryError).message).toBe("Attempt 1 was cut: attempt 2 has ended the call.");
});

test("the late value of whoever loses is discarded, once, and the value of the winner is not", async () => {
  const on = hedging();
  const op = script(on.clock, slow(1_000, "late"), slow(20, "fast"));
  const call = on.policy.call(op);
  await on.clock.advance(120);

  expect([await call, on.discarded]).toEqual(["fast", []]);
  await on.clock.run();
  expect(on.discarded).toEqual(["late"]);
});

test("of two attempts that answer at the same instant, one wins and the other's value is discarded", async () => {
  const on = hedging();
  const op = script(on.clock, slow(120, "first"), slow(20, "second"));
  const value = await played(on.clock, on.policy.call(op));

  expect([value, ...on.discarded].sort()).toEqual(["first", "second"]);
  expect(on.hedge.stats.won + on.hedge.stats.wonByFirst).toBe(1);
});

test("the late failure of whoever loses is heard by nothing", async () => {
  const on = hedging();
  const op = script(on.clock, failing(1_000, transient), slow(20, "fast"));

  expect(await played(on.clock, on.policy.call(op))).toBe("fast");
  await on.clock.run();
  expect(on.discarded).toEqual([]);
});

test("maxHedges hedges are started one after the other, each when the one before has had its delay", async () => {
  const on = hedging({}, { maxHedges: 2 });
  const op = script(on.clock, slow(1_000));
  const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));

  expect(op.beganAtMs).toEqual([0, 100, 200]);
  expect(outcome).toMatchObject({ attempts: 3, elapsedMs: 1_000 });
  expect(on.hedge.stats).toMatchObject({ hedges: 2, wonByFirst: 1, cut: 2 });
});

test("hedges count among maxAttempts", async () => {
  const on = hedging({ retry: { maxAttempts: 2 } }, { maxHedges: 5 });
  const op = script(on.clock, failing(500, transient));
  const outcome = asFailure(await played(on.clock, on.policy.execute(op)));

  expect(op.beganAtMs).toEqual([0, 100]);
  expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, elapsedMs: 600 });
});

test("where no attempt is left there is no hedge", async () => {
  const on = hedging({ retry: { maxAttempts: 1 } });
  const op = script(on.clock, slow(500));

  expect(await played(on.clock, on.policy.call(op))).toBe("slow");
  expect(op.beganAtMs).toEqual([0]);
});

test("a policy without a retry hedges", async () => {
  const on = hedging({ retry: undefined }, { maxHedges: 3 });
  const op = script(on.clock, slow(1_000), slow(1_000), slow(1_000), slow(20, "fast"));

  expect(await played(on.clock, on.policy.call(op))).toBe("fast");
  expect(op.beganAtMs).toEqual([0, 100, 200, 300]);
});

test("a first attempt that fails starts its hedge at once", async () => {
  const on = hedging();
  const op = script(on.clock, failing(10, transient), slow(20, "fast"));
  const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));

  expect(op.beganAtMs).toEqual([0, 10]);
  expect(outcome).toMatchObject({ value: "fast", attempts: 2, elapsedMs: 30 });
});

test("a hedge that fails starts the next one at once, and that one has a delay of its own", async () => {
  const on = hedging({ retry: { maxAttempts: 10 } }, { maxHedges: 3 });
  const op = script(on.clock, slow(1_000), failing(10, transient), slow(1_000), slow(1_000));
  await played(on.clock, on.policy.call(op));

  expect(op.beganAtMs).toEqual([0, 100, 110, 210]);
});

test("when all attempts of a round have failed, the last failure is retried after its delay, and the next round hedges again", async () => {
  const on = hedging({ retry: { maxAttempts: 10, strategies: { SERVER_ERROR: () => 5_000, TRANSIENT: () => 1_000 } } });
  const error = Object.assign(new Error("503"), { status: 503 });
  const op = script(on.clock, failing(150, error), failing(100, transient), slow(1_000), slow(10, "fast"));
  const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));

  // The first fails at 150, its hedge at 200.
  expect(op.beganAtMs).toEqual([0, 100, 1_200, 1_300]);
  expect(op.hedges).toEqual([false, true, false, true]);
  expect(outcome).toMatchObject({ value: "fast", attempts: 4, elapsedMs: 1_310 });
});

test("the failure that comes last decides, whichever attempt it is of", async () => {
  const on = hedging({ retry: { maxAttempts: 2 } });
  const late = new TransientError("late");
  const op = script(on.clock, failing(500, late), failing(10, transient));
  const outcome = asFailure(await played(on.clock, on.policy.execute(op)));

  expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, elapsedMs: 500, lastError: late });
});

test("a failure that is never retried ends the round at once, where it is the first attempt's", async () => {
  const on = hedging();
  const op = script(on.clock, failing(150, permanent), slow(1_000, "late"));
  const outcome = asFailure(await played(on.clock, on.policy.execute(op)));

  expect(outcome).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", attempts: 2, elapsedMs: 150, lastError: permanent });
  expect((op.reasons.get(2) as Error).message).toBe("Attempt 2 was cut: attempt 1 has ended the call.");
  await on.clock.run();
  expect(on.discarded).toEqual(["late"]);
});

test.each<[string, unknown, ErrorClass]>([
  ["is never retried", permanent, "PERMANENT"],
  ["asks to come later", new RateLimitError("slow down"), "RATE_LIMIT"],
  [
    "the dependency says not to retry",
    Object.assign(new Error("no"), { status: 500, headers: { "x-should-retry": "false" } }),
    "SERVER_ERROR",
  ],
])("a hedge whose failure %s ends further hedging, and not the first attempt", async (_what, error) => {
  const on = hedging({ retry: { maxAttempts: 10 } }, { maxHedges: 5 });
  const op = script(on.clock, slow(1_000), failing(10, error), slow(1, "too many"));
  const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));

  expect(outcome).toMatchObject({ value: "slow", attempts: 2, elapsedMs: 1_000 });
  expect(on.hedge.stats).toMatchObject({ hedges: 1, wonByFirst: 1, cut: 0 });
});

test("a hedge whose failure is never retried ends the call where it is the last of its round", async () => {
  const on = hedging();
  const op = script(on.clock, failing(150, transient), failing(200, permanent));
  const outcome = asFailure(await played(on.clock, on.policy.execute(op)));

  expect(outcome).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", attempts: 2, elapsedMs: 300 });
});

test("a first attempt that is asked to come later starts no hedge, and waits as it would alone", async () => {
  const on = hedging({ retry: { maxAttempts: 3 } });
  const error = Object.assign(new Error("429"), { status: 429, headers: { "retry-after": "7" } });
  const op = script(on.clock, failing(10, error), slow(10));
  await played(on.clock, on.policy.call(op));

  expect(op.hedges).toEqual([false, false]);
  expect(on.hedge.stats.hedges).toBe(0);
});

test("a result that is judged a failure starts the next hedge, and is discarded once", async () => {
  const on = hedging({
    retry: { maxAttempts: 2, resultClassifier: (value) => (value === "bad" ? "TRANSIENT" : null) },
  });
  const op = script(on.clock, slow(10, "bad"), slow(20, "good"));

  expect(await played(on.clock, on.policy.call(op))).toBe("good");
  expect(op.beganAtMs).toEqual([0, 10]);
  await on.clock.run();
  expect(on.discarded).toEqual(["bad"]);
});

test("results that are judged failures are discarded, but for the one that the call ends with", async () => {
  const on = hedging({ retry: { maxAttempts: 2, resultClassifier: () => "TRANSIENT" } });
  const op = script(on.clock, slow(150, "first"), slow(150, "second"));
  const outcome = asFailure(await played(on.clock, on.policy.execute(op)));

  expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", lastResult: "second" });
  expect(on.discarded).toEqual(["first"]);
});

test("an operation that throws or answers without waiting is hedged like any other", async () => {
  const on = hedging();
  const attempts: number[] = [];
  const value = await played(
    on.clock,
    on.policy.call(({ attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw transient;
      return "at once";
    }),
  );

  expect([value, attempts, on.clock.now()]).toEqual(["at once", [1, 2], 0]);
});

test("a hedge that answers without waiting wins while the first attempt hangs", async () => {
  const on = hedging();
  const value = await played(
    on.clock,
    on.policy.call(({ attempt }) => (attempt === 1 ? new Promise(() => {}) : "at once")),
  );

  expect([value, on.clock.now(), on.clock.pending]).toEqual(["at once", 100, 0]);
});

test("synchronous calls do not hedge, and are none of the calls that hedges are a share of", () => {
  const on = hedging({ retry: { maxAttempts: 3, strategy: () => 0 } });
  const { calls } = on.hedge.stats;
  let attempts = 0;
  const value = on.policy.callSync(({ hedge }) => {
    on.clock.block(1_000);
    expect(hedge).toBe(false);
    if (++attempts < 3) throw transient;
    return "value";
  });

  expect([value, attempts]).toEqual(["value", 3]);
  expect(on.hedge.stats).toMatchObject({ calls, hedges: 0, refused: 0 });
});

test("RetryExhaustedError counts hedges", async () => {
  const on = hedging({ retry: { maxAttempts: 2, onExhausted: "wrap" } });
  const failure: Failure = asFailure(await played(on.clock, on.policy.execute(script(on.clock, failing(500, transient)))));

  expect(failure.error).toBeInstanceOf(RetryExhaustedError);
  expect(failure.error).toMatchObject({ attempts: 2 });
});
