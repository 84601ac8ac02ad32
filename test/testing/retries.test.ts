import { setTimeout as sleep } from "node:timers/promises";
import {
  Bulkhead,
  type CallContext,
  CircuitBreaker,
  constant,
  Hedge,
  isCircuitOpenError,
  outcomeOf,
  Policy,
  type RetryBudget,
  retry,
  SleepDecision,
  TransientError,
  unlimited,
} from "redress";
import { currentAttempt, currentScope, runInScope, runOutsideScopes } from "redress/scope";
import { instantRetries, noRetries, VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";

const no = new TransientError("no");
const failing = async (): Promise<never> => {
  throw no;
};
const failingSync = (): never => {
  throw no;
};
/** An hour between attempts: a test that waits for it does not end. */
const patient = new Policy({ retry: { strategy: constant(3_600_000), maxAttempts: 4, deadlineMs: Infinity } });

describe("noRetries()", () => {
  test("is the options of a retry that makes one attempt", async () => {
    expect(noRetries()).toEqual({ maxAttempts: 1 });
    const once = patient.with({ retry: noRetries() });
    expect(await once.execute(failing)).toMatchObject({ attempts: 1, stopReason: "MAX_ATTEMPTS_GLOBAL", lastError: no });
  });
});

describe("noRetries(fn)", () => {
  test("returns what the function returns, as it is, and lets through what it throws", async () => {
    const promise = Promise.resolve(1);
    expect(noRetries(() => promise)).toBe(promise);
    expect(noRetries(() => 7)).toBe(7);
    expect(noRetries((...given: unknown[]) => given)).toEqual([]);
    expect(() => noRetries(failingSync)).toThrow(no);
    await expect(noRetries(failing)).rejects.toBe(no);
  });

  test("reaches every way to call, of policies made before and inside", async () => {
    const wrapped = patient.wrap(failing);
    const bound = patient.context();
    const decorated = retry({ strategy: constant(3_600_000), deadlineMs: Infinity })(failing);
    const attempts = await noRetries(async () => {
      const within = new Policy({ retry: { strategy: constant(3_600_000), deadlineMs: Infinity } });
      const ends = await Promise.allSettled([
        patient.call(failing),
        wrapped(),
        bound(failing),
        decorated(),
        within.call(failing),
        patient.with({ operation: "other" }).call(failing),
      ]);
      return [
        (await patient.execute(failing)).attempts,
        patient.executeSync(failingSync).attempts,
        ...ends.map((end) => outcomeOf((end as PromiseRejectedResult).reason)?.attempts),
      ];
    });
    expect(attempts).toEqual(Array(8).fill(1));
  });

  test("ends a failed call by the operation's own error, as the last of its attempts", async () => {
    const error = await noRetries(() => patient.call(failing)).catch((thrown: unknown) => thrown);
    expect(error).toBe(no);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 1, nextDelayMs: null, progress: null });
  });

  test("leaves a stop that comes before what it is", async () => {
    const of = async (policy: Policy): Promise<unknown> => {
      const outcome = await noRetries(() => policy.execute(failing));
      return !outcome.ok && outcome.stopReason;
    };
    expect(await of(patient.with({ retry: { classifier: () => "AUTH" } }))).toBe("NON_RETRYABLE_CLASS");
    expect(await of(new Policy())).toBe("NO_RETRY");
    expect(await of(patient.with({ retry: { maxRetriesPerClass: { TRANSIENT: 0 } } }))).toBe("MAX_ATTEMPTS_PER_CLASS");
    expect(await of(new Policy({ retry: { strategies: {} } }))).toBe("NO_STRATEGY");
  });

  test("reaches calls after awaits, timers, and in operations of other calls", async () => {
    const outcome = await noRetries(async () => {
      await sleep(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return patient.execute(async () => {
        await sleep(1);
        return patient.with({ retry: { nested: "retry" } }).call(failing);
      });
    });
    expect(outcome).toMatchObject({ attempts: 1, lastError: no });
  });

  test("does not touch code that runs beside it", async () => {
    const clock = new VirtualClock();
    const policy = patient.with({ retry: { strategy: constant(10) }, clock });
    const started = new AbortController();
    const beside = (async () => {
      await new Promise((resolve) => started.signal.addEventListener("abort", resolve));
      return policy.execute(failing);
    })();
    const inside = noRetries(async () => {
      started.abort();
      await sleep(1);
      return policy.execute(failing);
    });
    expect((await inside).attempts).toBe(1);
    await clock.run();
    expect((await beside).attempts).toBe(4);
    expect((await Promise.all([policy.execute(failing), clock.run()]))[0].attempts).toBe(4);
  });

  test("makes a resumed call's next attempt, and no other", async () => {
    const clock = new VirtualClock();
    const policy = patient.with({ clock, retry: { sleep: ({ attempt }) => (attempt < 2 ? "sleep" : "defer") } });
    const [first] = await Promise.all([policy.execute(failing), clock.run()]);
    if (first.ok) throw new Error("It was to fail.");
    expect(first).toMatchObject({ stopReason: "SCHEDULED", attempts: 2 });
    const operation = vi.fn(failing);
    const next = await noRetries(() => policy.execute(operation, { resume: first.progress }));
    expect(next).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3, progress: null });
    expect(operation).toHaveBeenCalledTimes(1);
    const usedUp = policy.with({ retry: { maxAttempts: 2 } });
    const none = await noRetries(() => usedUp.execute(operation, { resume: first.progress }));
    expect([none.attempts, operation.mock.calls.length]).toEqual([2, 1]);
  });

  test("neither asks a sleep handler nor takes from the budget", async () => {
    const budget: RetryBudget = { remaining: () => 1, consume: vi.fn(() => true) };
    const handler = vi.fn(() => SleepDecision.SLEEP);
    const policy = patient.with({ retry: { sleep: handler, budget } });
    await noRetries(() => policy.execute(failing));
    expect([budget.consume, handler].map((each) => vi.mocked(each).mock.calls.length)).toEqual([0, 0]);
  });

  test("keeps breaker, limiter, timeout and fallback", async () => {
    const clock = new VirtualClock();
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 2, clock });
    const limiter = new Bulkhead({ maxConcurrent: 1, clock });
    const policy = patient.with({ circuitBreaker, limiter, clock, retry: { attemptTimeoutMs: 50 } });
    await noRetries(async () => {
      await policy.execute(failing);
      const hanging = policy.execute(() => new Promise<never>(() => {}));
      expect(await policy.execute(failing)).toMatchObject({ stopReason: "LIMITED" });
      await clock.run();
      expect(await hanging).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 1, elapsedMs: 50 });
      expect(isCircuitOpenError(await policy.call(failing).catch((error: unknown) => error))).toBe(true);
      expect(await policy.with({ fallback: () => "kept" }).call(failing)).toBe("kept");
    });
  });

  test("keeps hedges, beside the first attempt", async () => {
    const clock = new VirtualClock();
    const hedge = new Hedge({ delayMs: 10, loadRatio: 1 });
    const policy = patient.with({ hedge, clock, retry: { budget: unlimited } });
    const outcome = noRetries(() =>
      policy.execute(async ({ attempt }) => {
        await clock.sleep(attempt === 1 ? 100 : 20);
        throw no;
      }),
    );
    await clock.run();
    expect(await outcome).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 2, elapsedMs: 100 });
  });

  test("hands calls no parent and no attempt that they would not have without it", async () => {
    const parents: unknown[] = [];
    const onCallStart = (call: CallContext): void => void parents.push(call.parent?.operation ?? null);
    const policy = new Policy({ operation: "outer", hooks: { onCallStart } });
    await noRetries(() =>
      policy.call(async () => {
        expect([currentAttempt(), currentScope()]).toEqual([undefined, undefined]);
        await policy.call(async () => 1);
      }),
    );
    expect(parents).toEqual([null, null]);
  });

  test.each([[undefined], [null], [7], ["fn"], [{}]])("refuses %j in the place of a function", (fn) => {
    expect(() => noRetries(fn as never)).toThrow(/^noRetries\.fn must be a function, got /);
    expect(() => noRetries(fn as never)).toThrow(TypeError);
  });
});

describe("instantRetries", () => {
  test("as a strategy gives no delay, and says what it is", async () => {
    const policy = patient.with({ retry: { strategy: instantRetries } });
    expect(await policy.execute(failing)).toMatchObject({ attempts: 4, stopReason: "MAX_ATTEMPTS_GLOBAL" });
    expect(policy.describe().retry?.strategy).toEqual({ name: "instantRetries", settings: {} });
  });

  test("around a function keeps the retries, and takes the waiting away", async () => {
    const clock = new VirtualClock();
    const policy = patient.with({ clock, retry: { deadlineMs: 1_000 } });
    const inScope = await instantRetries(async () => {
      await sleep(1);
      return policy.execute(failing);
    });
    expect(inScope).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4, elapsedMs: 0 });
    expect(instantRetries(() => patient.executeSync(failingSync))).toMatchObject({ attempts: 4 });
    expect(await policy.execute(failing)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
  });

  test("does not wait for what the dependency asks for, either", async () => {
    const answer = (): never => {
      throw Object.assign(new Error("busy"), { status: 503, headers: { "retry-after": "3600" } });
    };
    const policy = new Policy({ retry: { maxAttempts: 3 } });
    expect(policy.executeSync(answer)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
    expect(instantRetries(() => policy.executeSync(answer))).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
  });

  test("asks a sleep handler and a sleeper with a delay of 0, and leaves caps, budget and classes without strategy in force", async () => {
    const asked: number[] = [];
    const handled = patient.with({
      retry: {
        sleep: (_context, sleepMs) => (asked.push(sleepMs) < 2 ? "sleep" : "defer"),
        sleeper: (ms) => void asked.push(ms),
      },
    });
    expect(await instantRetries(() => handled.execute(failing))).toMatchObject({ stopReason: "SCHEDULED", nextDelayMs: 0 });
    expect(asked).toEqual([0, 0, 0]);
    const refusing = patient.with({ budget: { remaining: () => 0, consume: () => false } });
    expect(await instantRetries(() => refusing.execute(failing))).toMatchObject({ stopReason: "BUDGET_EXHAUSTED" });
    const without = new Policy({ retry: { strategies: {} } });
    expect(await instantRetries(() => without.execute(failing))).toMatchObject({ stopReason: "NO_STRATEGY" });
  });

  test("lets strategies that listen hear of failures and successes, and asks none for a delay", async () => {
    const heard: string[] = [];
    const strategy = Object.assign(
      () => {
        heard.push("asked");
        return 1;
      },
      { recordFailure: () => void heard.push("failure"), recordSuccess: () => void heard.push("success") },
    );
    await instantRetries(() =>
      patient.with({ retry: { strategy } }).call(async ({ attempt }) => {
        if (attempt === 1) throw no;
      }),
    );
    expect(heard).toEqual(["failure", "success"]);
  });

  test("of policies in layers one retries", async () => {
    const calls = vi.fn(failing);
    const outer = new Policy({ retry: { maxAttempts: 4 } });
    await instantRetries(() => outer.execute(() => outer.call(calls)));
    expect(calls).toHaveBeenCalledTimes(4);
  });

  test("lets timers and other work have their turn between many retries", async () => {
    let isRung = false;
    setTimeout(() => {
      isRung = true;
    }, 0);
    const policy = new Policy({
      retry: { maxAttempts: Infinity, deadlineMs: Infinity, budget: unlimited, maxRetriesPerClass: {} },
    });
    const value = await instantRetries(() =>
      policy.call(async () => {
        if (!isRung) throw no;
        return "rung";
      }),
    );
    expect(value).toBe("rung");
  });

  test.each([[undefined], [null], [7]])("refuses %j", (fn) => {
    expect(() => instantRetries(fn as never)).toThrow(/^instantRetries\.fn must be a function, got /);
  });
});

describe("inside each other", () => {
  test("the innermost counts, and ends with its function", async () => {
    const attempts: number[] = [];
    const call = async (): Promise<void> => void attempts.push((await patient.execute(failing)).attempts);
    await noRetries(async () => {
      await call();
      await instantRetries(async () => {
        await call();
        await noRetries(call);
        await call();
      });
      await call();
    });
    expect(attempts).toEqual([1, 4, 1, 4, 1]);
  });

  test("they and scopes hold together, whichever is outside", async () => {
    const clock = new VirtualClock();
    const hang = (): Promise<never> => new Promise(() => {});
    const policy = patient.with({ clock, operation: "inner" });
    const outcomes = [
      noRetries(() => runInScope({ deadlineMs: 100, clock }, () => policy.execute(hang))),
      runInScope({ deadlineMs: 100, clock }, () => noRetries(() => policy.execute(hang))),
    ];
    await clock.run();
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ deadlineOf: "scope", elapsedMs: 100 });
    const counts = await runInScope({ deadlineMs: 100, clock }, () =>
      policy.call(() =>
        noRetries(async () => {
          expect(currentAttempt()?.operation).toBe("inner");
          expect(currentScope()?.remainingMs).toBe(100);
          const { attempts } = await patient.execute(() => patient.call(failing));
          return attempts;
        }),
      ),
    );
    expect(counts).toBe(1);
  });

  test("what holds in a scope holds for the calls that an operation makes there, too", async () => {
    const eager = new Policy({ retry: { strategy: constant(0), maxAttempts: 4 } });
    const inner = (): Promise<unknown> => eager.call(async () => (await eager.execute(failing)).attempts);
    expect(await runInScope({}, () => noRetries(inner))).toBe(1);
    expect(await noRetries(() => runInScope({}, inner))).toBe(1);
    expect(await runInScope({}, inner)).toBe(4);
  });

  test("work that leaves all scopes still does not retry, and finds no scope", async () => {
    const outcome = await noRetries(() =>
      runInScope({ deadlineMs: 60_000 }, () =>
        runOutsideScopes(() => {
          expect(currentScope()).toBeUndefined();
          return patient.execute(failing);
        }),
      ),
    );
    expect(outcome.attempts).toBe(1);
  });
});
