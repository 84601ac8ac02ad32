/* What a hedge leaves alone: no timer waits for one that cannot be, nothing is asked in vain, and no attempt is heard twice. */
import { type Admission, type AttemptInfo, type Clock, type LimitPermit, type RetryBudget, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test, vi } from "vitest";
import { asFailure, ending, hooksOf, listeningBudget, macrotask, played, recorder } from "./driving.ts";
import { failing, hedging, script, slow } from "./hedging.ts";

const transient = new TransientError("transient");

test.each<[string, number, number, number]>([
  ["no attempt is left", 1, 5, 0],
  ["there have been as many as there may be", 5, 1, 1],
  ["the last attempt that is left was a hedge", 2, 5, 1],
])("where %s, no timer waits for a hedge", async (_when, maxAttempts, maxHedges, hedges) => {
  const on = hedging({ retry: { maxAttempts, deadlineMs: Infinity } }, { maxHedges });
  const call = on.policy.call(script(on.clock, slow(10_000)));
  await on.clock.advance(hedges * 100);
  // The sleeps of the attempts, and nothing else.
  expect([on.hedge.stats.hedges, on.clock.pending]).toEqual([hedges, hedges + 1]);
  await on.clock.run();
  expect(await call).toBe("slow");
});

test("a failure that comes when the deadline has passed starts no hedge, and asks no budget", async () => {
  const budget = listeningBudget();
  const on = hedging({ retry: { deadlineMs: 150 }, budget });
  const op = (): never => {
    on.clock.block(200);
    throw transient;
  };
  const outcome = asFailure(await played(on.clock, on.policy.execute(op)));
  expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
  expect(budget.heard).toEqual(["failure TRANSIENT"]);
});

test("the event of a hedge that follows a failure says which; that of one that is started for a slow attempt says none", async () => {
  const on = hedging({ retry: { maxAttempts: 5, strategy: () => 1_000 } });
  const seen = recorder();
  // Both attempts of the first round fail; in the second, the first is slow.
  const op = script(on.clock, failing(10, transient), failing(10, transient), slow(1_000), slow(10, "fast"));
  await played(on.clock, on.policy.call(op, hooksOf(seen)));
  expect(seen.events.filter(([event]) => event === "hedge")).toEqual([
    ["hedge", 2, 0, { class: "TRANSIENT", err: "TransientError", cause: "exception" }],
    ["hedge", 4, 0, {}],
  ]);
});

test("a limiter whose queue a hedge cannot leave is told of by the name of what has failed", async () => {
  const own = new Error("the limiter's own");
  const told: unknown[] = [];
  let asked = 0;
  const on = hedging({
    limiter: {
      name: "own",
      admit: (): Admission =>
        asked++ === 0
          ? { kind: "admitted" }
          : {
              kind: "queued",
              readyInMs: () => Infinity,
              cancel: () => {
                throw own;
              },
            },
      release: () => {},
    },
    operation: "op",
    onHookError: (error, hook) => told.push([error, hook]),
  });
  expect(await played(on.clock, on.policy.call(script(on.clock, slow(1_000))))).toBe("slow");
  expect(told).toEqual([[own, { name: "limiter.cancel", operation: "op" }]]);
});

test("a hedge is refused by a budget where there is no limiter, too", async () => {
  const on = hedging({ retry: {}, budget: listeningBudget(0) });
  expect(await played(on.clock, on.policy.call(script(on.clock, slow(1_000))))).toBe("slow");
  expect(on.hedge.stats).toMatchObject({ hedges: 0, refused: 1 });
});

test("a first attempt that fails after its answer has begun has no hedge", async () => {
  const on = hedging({}, { maxHedges: 3 });
  let attempts = 0;
  const op = async ({ answerBegins }: AttemptInfo, attempt: AttemptInfo): Promise<never> => {
    attempts++;
    await on.clock.sleep(10);
    expect(answerBegins.call(attempt)).toBe(true);
    throw transient;
  };
  const outcome = asFailure(
    await played(
      on.clock,
      on.policy.execute((attempt) => op(attempt, attempt)),
    ),
  );
  expect(outcome).toMatchObject({ stopReason: "RETRY_REFUSED", attempts: 1, elapsedMs: 10 });
  expect([attempts, on.hedge.stats.hedges]).toEqual([1, 0]);
});

test("when the answer of the first attempt begins, its hedges are cut, counted, and each told of once", async () => {
  const seen = recorder();
  const on = hedging({ hooks: seen }, { maxHedges: 2 });
  const op = async (attempt: AttemptInfo): Promise<string> => {
    await on.clock.sleep(attempt.attempt === 1 ? 250 : 10_000);
    attempt.answerBegins();
    await on.clock.sleep(50);
    return "value";
  };
  expect(await played(on.clock, on.policy.call(op))).toBe("value");
  await on.clock.run();
  expect(seen.ends.map(({ attempt, decision }) => [attempt, decision])).toEqual([
    [2, "cut"],
    [3, "cut"],
    [1, "success"],
  ]);
  expect(on.hedge.stats).toMatchObject({ hedges: 2, won: 0, wonByFirst: 1, cut: 2 });
});

test("how long a first attempt took that has failed is not learned from a hedge that wins beside another one", async () => {
  const on = hedging({ retry: { maxAttempts: 9 } }, { quantile: 0.5, minSamples: 2, maxHedges: 2 });
  for (let i = 0; i < 2; i++) await played(on.clock, on.policy.call(script(on.clock, slow(100))));
  const learn = vi.spyOn(on.hedge, "firstTook");
  const op = script(on.clock, failing(10, transient), slow(5_000), slow(20, "fast"));
  expect(await played(on.clock, on.policy.call(op))).toBe("fast");
  expect([op.hedges, on.hedge.stats.cut, learn.mock.calls]).toEqual([[false, true, true], 1, []]);
});

test("the signal of an attempt that a mistake of the user's has cut says that it was cut, and by no other attempt", async () => {
  const budget = { consume: async () => true, remaining: () => 1 } as unknown as RetryBudget;
  const on = hedging({ budget, retry: {} });
  const seen = recorder();
  const op = script(on.clock, slow(1_000));
  const { error } = await ending(played(on.clock, on.policy.call(op, hooksOf(seen))));
  expect(error).toBeInstanceOf(TypeError);
  expect(String(op.reasons.get(1))).toBe("AbortRetryError: Attempt 1 was cut.");
  expect(seen.ends.map(({ attempt, decision }) => [attempt, decision])).toEqual([[1, "raise"]]);
});

test("of two attempts that a mistake of the user's has cut, each is told of once", async () => {
  const on = hedging({ retry: { maxAttempts: 9 } }, { maxHedges: 2 });
  const seen = recorder();
  const op = script(on.clock, slow(1_000));
  vi.spyOn(on.hedge, "allows")
    .mockImplementationOnce(() => true)
    .mockImplementationOnce(() => {
      throw new Error("the hedge's own");
    });
  await ending(played(on.clock, on.policy.call(op, hooksOf(seen))));
  expect(op.beganAtMs).toEqual([0, 100]);
  expect(seen.ends.map(({ attempt, decision }) => [attempt, decision])).toEqual([
    [2, "raise"],
    [1, "cut"],
  ]);
});

/** Promises that count how often they are listened to. */
function countingPromises() {
  const counts = { listeners: 0 };
  class Counting<T> extends Promise<T> {
    static override get [Symbol.species]() {
      counts.listeners++;
      return Promise;
    }
  }
  return { counts, Counting };
}

test("each attempt is listened to once, however often the others end and begin meanwhile", async () => {
  const on = hedging({ retry: { maxAttempts: 9 } }, { maxHedges: 4 });
  const { counts, Counting } = countingPromises();
  const op = (attempt: AttemptInfo): Promise<string> => {
    // All that are hedges fail but the last.
    const { attempt: number } = attempt;
    if (number > 1 && number < 5) return Promise.reject(transient);
    return new Counting((resolve) => on.clock.alarm(number === 1 ? 10_000 : 30, () => resolve(`attempt ${number}`)));
  };
  expect(await played(on.clock, on.policy.call(op))).toBe("attempt 5");
  await on.clock.run();
  // The first when it begins and when it gets company, the last by itself; what is cut is looked after by one more.
  expect(counts.listeners).toBe(4);
});

test("so is one that goes on alone", async () => {
  const on = hedging({ retry: { maxAttempts: 9 } }, { maxHedges: 1 });
  const { counts, Counting } = countingPromises();
  const op = ({ attempt }: AttemptInfo): Promise<string> =>
    attempt === 1
      ? on.clock.sleep(200).then(() => Promise.reject(transient))
      : new Counting((resolve) => on.clock.alarm(300, () => resolve("second")));
  expect(await played(on.clock, on.policy.call(op))).toBe("second");
  expect(counts.listeners).toBe(1);
});

test("one timer waits for the next hedge, also where an attempt fails meanwhile and none follows it at once", async () => {
  const virtual = new VirtualClock();
  const clock: Clock = {
    now: () => virtual.now(),
    sleep: (ms, signal) => virtual.sleep(ms, signal),
    alarm: (ms, ring) => virtual.alarm(ms, ring),
  };
  const on = hedging({ clock, budget: listeningBudget(1), retry: { maxAttempts: 9, deadlineMs: Infinity } }, { maxHedges: 3 });
  const call = on.policy.call(script(virtual, slow(1_000), failing(10, transient)));
  await virtual.advance(110);
  // The sleep of the first attempt, and the timer.
  expect(virtual.pending).toBe(2);
  await virtual.advance(890);
  expect([await call, virtual.pending]).toEqual(["slow", 0]);
});

test("the timer of a hedge that rings in the very moment in which an attempt fails starts one all the same", async () => {
  const virtual = new VirtualClock();
  const rings: (() => void)[] = [];
  const clock: Clock = {
    now: () => virtual.now(),
    sleep: (ms, signal) => virtual.sleep(ms, signal),
    alarm: (_ms, ring) => {
      rings.push(ring);
      return () => {};
    },
  };
  const permit: LimitPermit = { kind: "admitted" };
  const full: Admission = { kind: "rejected", limiter: "own", reason: "full", retryAfterMs: null, why: "it is full" };
  // There is room for the first attempt, its hedge, and, after a moment without, for one more.
  const answers: Admission[] = [permit, permit, full, permit];
  const limiter = { name: "own", admit: () => answers.shift() ?? full, release: () => {} };
  const on = hedging({ clock, limiter, retry: { maxAttempts: 9, deadlineMs: Infinity } }, { maxHedges: 2 });
  const fails: ((error: unknown) => void)[] = [];
  const made: Promise<unknown>[] = [];
  const call = on.policy.call(({ attempt }) => {
    if (attempt === 3) return "third";
    const promise = new Promise((_resolve, reject) => fails.push(reject));
    made.push(promise);
    return promise;
  });
  await macrotask();
  rings.shift()?.();
  await macrotask();
  expect([made.length, rings.length]).toEqual([2, 1]);
  // Behind the reaction by which the call hears of it, and before the call goes on.
  made[1]?.catch(() => rings.shift()?.());
  fails[1]?.(transient);
  expect(await call).toBe("third");
});
