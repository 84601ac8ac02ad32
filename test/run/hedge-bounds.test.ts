/* What bounds a hedged call: timeouts, the deadline, the caller's signal, its budget, limiter and breaker, with several attempts in flight. */
import { getEventListeners } from "node:events";
import {
  type Admission,
  type Applicant,
  type AttemptEnd,
  type AttemptInfo,
  CircuitBreaker,
  type Clock,
  type FailedBefore,
  isAttemptTimeoutError,
  isDeadlineExceededError,
  type Limiter,
  type LimitPermit,
  PermanentError,
  type RetryBudget,
  TransientError,
} from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import {
  asFailure,
  asSuccess,
  ending,
  isSettled,
  listeningBreaker,
  listeningBudget,
  macrotask,
  played,
  recorder,
} from "./driving.ts";
import { failing, hedging, script, slow } from "./hedging.ts";

const transient = new TransientError("transient");

/** A clock that is no VirtualClock, but moves with one. */
const relayed = (clock: VirtualClock): Clock => ({
  now: () => clock.now(),
  sleep: (ms, signal) => clock.sleep(ms, signal),
  alarm: (ms, ring) => clock.alarm(ms, ring),
});

/** One whose alarms are exact instants, besides: all that are due at one ring in one turn. */
const inInstants = (clock: VirtualClock): Clock =>
  Object.assign(relayed(clock), { alarmAt: (atMs: number, ring: () => void) => clock.alarm(atMs - clock.now(), ring) });

/** A limiter with so many places, which notes what it is asked and told. It queues whoever would wait. */
function listeningLimiter(places = Infinity) {
  const heard: string[] = [];
  const limiter: Limiter & { readonly heard: string[]; readonly taken: number } = {
    name: "listening",
    heard,
    get taken() {
      return taken.size;
    },
    admit({ maxWaitMs }: Applicant): Admission {
      if (taken.size < places) {
        const permit: LimitPermit = { kind: "admitted" };
        taken.add(permit);
        heard.push("admitted");
        return permit;
      }
      heard.push(`no room, waits ${maxWaitMs}`);
      return { kind: "queued", cancel: () => heard.push("left the queue"), readyInMs: () => Infinity };
    },
    release(permit, end: AttemptEnd) {
      if (!taken.delete(permit)) throw new Error("Given back twice.");
      heard.push(typeof end === "string" ? end : end.errorClass);
    },
  };
  const taken = new Set<LimitPermit>();
  return limiter;
}

describe("the attempt timeout", () => {
  test("bounds each attempt by itself: a first attempt that is cut leaves its hedge in flight", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 150 } });
    const op = script(on.clock, slow(1_000, "late"), slow(120, "fast"));
    const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));

    expect(outcome).toMatchObject({ value: "fast", attempts: 2, elapsedMs: 220 });
    expect(isAttemptTimeoutError(op.reasons.get(1))).toBe(true);
    await on.clock.run();
    expect(on.discarded).toEqual(["late"]);
  });

  test("that an attempt heeds, which rejects late, gives no value to the call while others are in flight", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 150 } }, { maxHedges: 2 });
    const op = ({ attempt, signal }: AttemptInfo): Promise<unknown> =>
      on.clock.sleep(attempt === 3 ? 20 : 1_000, attempt === 1 ? signal : undefined).then(() => `attempt ${attempt}`);
    const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));

    // The first has timed out at 150, and its hedge begins at once.
    expect(outcome).toMatchObject({ value: "attempt 3", attempts: 3, elapsedMs: 170 });
  });

  test("of a hedge begins when the hedge does", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 150, maxAttempts: 2 } });
    const outcome = asFailure(await played(on.clock, on.policy.execute(script(on.clock, slow(1_000)))));

    expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, elapsedMs: 250 });
    expect(isAttemptTimeoutError(outcome.lastError)).toBe(true);
  });

  test("that comes before the delay starts the hedge at once", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 50 } });
    const op = script(on.clock, slow(1_000), slow(10, "fast"));

    expect(asSuccess(await played(on.clock, on.policy.execute(op)))).toMatchObject({ value: "fast", elapsedMs: 60 });
    expect(op.beganAtMs).toEqual([0, 50]);
  });

  test("still bounds the first attempt after its hedge has failed", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 150, maxAttempts: 2 } });
    const op = script(on.clock, slow(1_000, "late"), failing(10, transient));
    const outcome = asFailure(await played(on.clock, on.policy.execute(op)));

    expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, elapsedMs: 150 });
    expect(isAttemptTimeoutError(outcome.lastError)).toBe(true);
    await on.clock.run();
    expect([on.discarded, on.clock.pending]).toEqual([["late"], 0]);
  });

  test("is lifted from an attempt that has won, and from those that it has beaten", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 150 } }, { maxHedges: 3 });
    const op = script(on.clock, slow(1_000), slow(30, "fast"));
    await on.clock.advance(0);
    const call = on.policy.call(op);
    await on.clock.advance(130);

    expect(await call).toBe("fast");
    // The sleep of the operation that was left alone.
    expect(on.clock.pending).toBe(1);
  });

  test("of several attempts that time out at one instant ends each of them", async () => {
    const on = hedging({ retry: { attemptTimeoutMs: 100, maxAttempts: 2 } }, { delayMs: 0 });
    const outcome = asFailure(await played(on.clock, on.policy.execute(script(on.clock, slow(1_000)))));

    expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, elapsedMs: 100 });
  });
});

describe.each<[string, (clock: VirtualClock) => Clock]>([
  ["a clock that has alarms only", relayed],
  ["a clock whose alarms are exact instants", inInstants],
])("on %s", (_what, clockOn) => {
  test("a timeout waits once, also where the hedges of its attempt come and go, and of no other call", async () => {
    const clock = new VirtualClock();
    const on = hedging({ clock: clockOn(clock), retry: { attemptTimeoutMs: 500, maxAttempts: 2 } });
    const ops = [failing(10, transient), slow(10_000)].map((ofHedge) => script(clock, slow(10_000), ofHedge));
    const calls = ops.map((op) => ending(on.policy.call(op)));
    // The hedge of the first call has failed, and both calls go on.
    await clock.advance(499);
    // The sleeps of three attempts, one alarm for the deadlines and one for the timeouts of each call, or of both.
    const { pending } = clock;
    await clock.advance(1);

    expect(ops.map(({ reasons }) => isAttemptTimeoutError(reasons.get(1)))).toEqual([true, true]);
    await clock.advance(100);
    expect(await Promise.all(calls.map(isSettled))).toEqual([true, true]);
    expect(pending).toBeLessThanOrEqual(3 + 2 + 3);
    await clock.run();
    expect([clock.now(), clock.pending]).toEqual([10_100, 0]);
  });
});

test("of several attempts whose timeouts ring in one turn, the latest is told of first", async () => {
  const clock = new VirtualClock();
  const seen = recorder();
  const retry = { attemptTimeoutMs: 100, maxAttempts: 2 };
  const on = hedging({ clock: inInstants(clock), retry, hooks: seen }, { delayMs: 0 });
  const outcome = asFailure(await played(clock, on.policy.execute(script(clock, slow(1_000)))));

  expect(outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, elapsedMs: 100, lastError: { attempt: 1 } });
  expect(seen.ends.map(({ attempt }) => attempt)).toEqual([2, 1]);
});

describe("the deadline", () => {
  test("ends all attempts in flight, and the call, with one error", async () => {
    const on = hedging({ retry: { deadlineMs: 150 } });
    const op = script(on.clock, slow(1_000, "late"));
    const outcome = asFailure(await played(on.clock, on.policy.execute(op)));

    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 2, elapsedMs: 150 });
    expect(isDeadlineExceededError(outcome.lastError)).toBe(true);
    expect([...op.reasons.keys()].sort()).toEqual([1, 2]);
    for (const reason of op.reasons.values()) expect(isDeadlineExceededError(reason)).toBe(true);
    await on.clock.run();
    expect([on.discarded, on.clock.pending]).toEqual([["late", "late"], 0]);
  });

  test("is not passed by the delay of a hedge", async () => {
    const on = hedging({ retry: { deadlineMs: 100 } });
    const op = script(on.clock, slow(1_000));
    const outcome = asFailure(await played(on.clock, on.policy.execute(op)));

    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1, elapsedMs: 100 });
    expect(on.hedge.stats.hedges).toBe(0);
  });
});

describe("the caller's signal", () => {
  test("aborts all attempts in flight with its reason, and leaves nothing behind", async () => {
    const on = hedging();
    const controller = new AbortController();
    const op = script(on.clock, slow(1_000, "late"));
    const call = ending(on.policy.call(op, { signal: controller.signal }));
    await on.clock.advance(150);
    controller.abort("left");

    expect(await call).toEqual({ error: "left" });
    expect([...op.reasons.entries()].sort()).toEqual([
      [1, "left"],
      [2, "left"],
    ]);
    await on.clock.run();
    expect(on.discarded).toEqual(["late", "late"]);
    expect([on.clock.pending, getEventListeners(controller.signal, "abort").length]).toEqual([0, 0]);
  });

  test("that aborts before the delay has passed leaves no hedge behind", async () => {
    const on = hedging();
    const controller = new AbortController();
    const op = script(on.clock, slow(1_000));
    const call = ending(on.policy.call(op, { signal: controller.signal }));
    await on.clock.advance(50);
    controller.abort("left");
    await call;
    await on.clock.run();

    expect(op.beganAtMs).toEqual([0]);
    expect(on.hedge.stats.hedges).toBe(0);
  });

  test("aborts what the winner has given while that is being read, and nothing of the others", async () => {
    const on = hedging();
    const controller = new AbortController();
    let winner: AbortSignal | null = null;
    const call = on.policy.call(
      async ({ attempt, signal }) => {
        if (attempt === 2) winner = signal;
        await on.clock.sleep(attempt === 1 ? 1_000 : 10);
        return attempt;
      },
      { signal: controller.signal },
    );
    await on.clock.advance(110);
    expect([await call, (winner as AbortSignal | null)?.aborted]).toEqual([2, false]);
    controller.abort("left");
    expect((winner as AbortSignal | null)?.reason).toBe("left");
  });

  test("an abortIf that says so before a retry ends the call, also of a hedged round", async () => {
    const on = hedging();
    const op = script(on.clock, failing(150, transient));
    const outcome = asFailure(await played(on.clock, on.policy.execute(op, { abortIf: () => on.clock.now() >= 500 })));

    expect(outcome).toMatchObject({ stopReason: "ABORTED", attempts: 2 });
  });
});

describe("the budget", () => {
  test("is asked for each hedge as for a retry, and hears of the failure that a hedge follows", async () => {
    const asked: (FailedBefore | undefined)[] = [];
    const budget: RetryBudget = { consume: (_cost, failed) => asked.push(failed) > 0, remaining: () => 1 };
    const on = hedging({ retry: { maxAttempts: 3 }, budget }, { maxHedges: 2 });
    const op = script(on.clock, slow(1_000), failing(10, transient), slow(10, "fast"));

    expect(await played(on.clock, on.policy.call(op))).toBe("fast");
    expect(asked).toEqual([undefined, { errorClass: "TRANSIENT", timeout: false }]);
  });

  test("that refuses means no hedge: the first attempt goes on alone", async () => {
    const budget = listeningBudget(0);
    const on = hedging({ budget, retry: {} });
    const op = script(on.clock, slow(1_000));
    const outcome = asSuccess(await played(on.clock, on.policy.execute(op)));

    expect(outcome).toMatchObject({ value: "slow", attempts: 1, elapsedMs: 1_000 });
    expect(budget.heard).toEqual(["consume undefined", "success"]);
    expect(on.hedge.stats).toMatchObject({ hedges: 0, refused: 1, wonByFirst: 0 });
  });

  test("that refuses a hedge after a failure keeps no later one from being started when its delay has passed", async () => {
    const budget: RetryBudget = { consume: (_cost, failed) => failed === undefined, remaining: () => 1 };
    const on = hedging({ budget, retry: {} }, { maxHedges: 2 });
    const op = script(on.clock, slow(1_000), failing(10, transient), slow(10, "third"));

    expect(await played(on.clock, on.policy.call(op))).toBe("third");
    expect(op.beganAtMs).toEqual([0, 100, 200]);
  });

  test("is not asked where the load allows no hedge", async () => {
    const budget = listeningBudget();
    const on = hedging({ budget, retry: {} }, { loadRatio: 0.001 });
    await played(on.clock, on.policy.call(script(on.clock, slow(1_000))));

    expect(budget.heard).toEqual(["success"]);
    expect(on.hedge.stats).toMatchObject({ hedges: 0, refused: 1 });
  });

  test("whose answer is a promise is a mistake that ends the call, and leaves nothing in flight", async () => {
    const limiter = listeningLimiter();
    const budget = { consume: async () => true, remaining: () => 1 } as unknown as RetryBudget;
    const on = hedging({ budget, retry: {}, limiter });
    const op = script(on.clock, slow(1_000, "late"));
    const { error } = await ending(played(on.clock, on.policy.call(op)));

    expect(String(error)).toMatch(/^TypeError: The consume\(\) of a budget must/);
    await on.clock.run();
    expect([op.reasons.size, on.discarded, limiter.taken]).toEqual([1, ["late"], 0]);
  });
});

describe("the limiter", () => {
  test("admits each attempt, and gets each place back once, with how it ended", async () => {
    const limiter = listeningLimiter();
    const on = hedging({ limiter });
    await played(on.clock, on.policy.call(script(on.clock, slow(1_000), slow(20, "fast"))));

    expect(limiter.heard).toEqual(["admitted", "admitted", "success", "cancel"]);
    expect(limiter.taken).toBe(0);
  });

  test("with no room means no hedge, which never waits, while the first attempt does", async () => {
    const limiter = listeningLimiter(1);
    const on = hedging({ limiter });

    expect(await played(on.clock, on.policy.call(script(on.clock, slow(1_000))))).toBe("slow");
    expect(limiter.heard).toEqual(["admitted", "no room, waits 0", "left the queue", "success"]);
    expect(on.hedge.stats).toMatchObject({ hedges: 0, refused: 1 });
  });

  test("that turns a hedge away does not end the call", async () => {
    const limiter = listeningLimiter(1);
    const admit = limiter.admit.bind(limiter);
    const on = hedging({
      limiter: {
        name: "strict",
        admit: (applicant) => {
          const answer = admit(applicant);
          return answer.kind === "queued"
            ? { kind: "rejected", limiter: "strict", reason: "full", retryAfterMs: null, why: "full" }
            : answer;
        },
        release: limiter.release.bind(limiter),
      },
    });

    expect(await played(on.clock, on.policy.call(script(on.clock, slow(1_000))))).toBe("slow");
    expect(on.hedge.stats).toMatchObject({ hedges: 0, refused: 1 });
  });

  test("gets the place of a hedge back that the budget refuses", async () => {
    const limiter = listeningLimiter();
    const on = hedging({ limiter, budget: listeningBudget(0), retry: {} });
    await played(on.clock, on.policy.call(script(on.clock, slow(1_000))));

    expect(limiter.heard).toEqual(["admitted", "admitted", "unused", "success"]);
  });

  test("gets the place of an attempt back when it is cut by its timeout, while the others go on", async () => {
    const limiter = listeningLimiter();
    const on = hedging({ limiter, retry: { attemptTimeoutMs: 150, maxAttempts: 2 } });
    const call = on.policy.call(script(on.clock, slow(1_000), slow(120, "fast")));
    await on.clock.advance(150);

    expect([limiter.taken, limiter.heard.at(-1)]).toEqual([1, "TRANSIENT"]);
    await on.clock.run();
    expect([await call, limiter.taken]).toEqual(["fast", 0]);
  });

  test.each<[string, (controller: AbortController) => void, number]>([
    ["the deadline", () => {}, 500],
    ["the caller", (controller) => controller.abort("left"), Infinity],
  ])("gets the places of all attempts back when %s ends the call", async (_by, end, deadlineMs) => {
    const limiter = listeningLimiter();
    const on = hedging({ limiter, retry: { deadlineMs } });
    const controller = new AbortController();
    const call = ending(on.policy.call(script(on.clock, slow(10_000)), { signal: controller.signal }));
    await on.clock.advance(400);
    expect(limiter.taken).toBe(2);
    end(controller);
    await on.clock.advance(100);

    expect([await isSettled(call), limiter.taken]).toEqual([true, 0]);
  });

  test("makes the delay of a hedge begin when its attempt does, not when it began to wait", async () => {
    const limiter = listeningLimiter(0);
    let admitLater = (): void => {};
    const permit: LimitPermit = { kind: "admitted" };
    let asked = 0;
    const on = hedging({
      limiter: {
        name: "late",
        admit: (applicant) => {
          if (asked++ > 0) return limiter.admit(applicant);
          admitLater = () => applicant.admitted(permit);
          return { kind: "queued", cancel: () => {}, readyInMs: () => Infinity };
        },
        release: () => {},
      },
    });
    const op = script(on.clock, slow(90));
    const call = on.policy.call(op);
    await on.clock.advance(5_000);
    admitLater();
    await on.clock.run();

    expect(await call).toBe("slow");
    expect([op.beganAtMs, on.hedge.stats.refused]).toEqual([[5_000], 0]);
  });
});

describe("the breaker", () => {
  test("hears one thing of a hedged call, whatever its attempts came to", async () => {
    const circuitBreaker = listeningBreaker();
    const on = hedging({ circuitBreaker: circuitBreaker as never });
    await played(on.clock, on.policy.call(script(on.clock, failing(150, transient), slow(200, "fast"))));

    expect([circuitBreaker.asked, circuitBreaker.heard]).toEqual([1, ["success"]]);
  });

  test("that has opened meanwhile means no hedge", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "db" });
    const on = hedging({ circuitBreaker });
    const op = script(on.clock, slow(1_000));
    const call = on.policy.call(op);
    await on.clock.advance(50);
    circuitBreaker.trip();
    await on.clock.run();

    expect([await call, op.beganAtMs]).toEqual(["slow", [0]]);
  });
});

test("a process is not kept alive, nor a call, by the delay of a hedge after its end", async () => {
  const on = hedging({}, { delayMs: 60_000 });
  expect(await played(on.clock, on.policy.call(script(on.clock, slow(10))))).toBe("slow");
  expect(await played(on.clock, ending(on.policy.call(script(on.clock, failing(10, new PermanentError())))))).toMatchObject({
    error: expect.any(PermanentError),
  });
  await macrotask();
  expect([on.clock.now(), on.clock.pending, on.policy.inFlight]).toEqual([20, 0, 0]);
});
