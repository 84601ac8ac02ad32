/* redress/scope: what calls inherit from the code around them. */
import { AsyncResource } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AttemptTimeoutError,
  Bulkhead,
  type CallContext,
  CircuitBreaker,
  constant,
  firstOf,
  isDeadlineExceededError,
  outcomeOf,
  Policy,
  TransientError,
} from "redress";
import { currentAttempt, currentScope, runInScope, runOutsideScopes } from "redress/scope";
import { VirtualClock } from "redress/testing";
import { describe, expect, test, vi } from "vitest";
import { thenable } from "../properties/gifts.ts";

const hang = (): Promise<never> => new Promise(() => {});
const failing = async (): Promise<never> => {
  throw new TransientError("no");
};

function staged(options: ConstructorParameters<typeof Policy>[0] = { retry: { strategy: constant(100) } }): {
  readonly clock: VirtualClock;
  readonly policy: Policy;
} {
  const clock = new VirtualClock(1_000);
  return { clock, policy: new Policy({ ...options, clock }) };
}

describe("a deadline", () => {
  test("that is sooner than the policy's ends the call, and the outcome says so", async () => {
    const { clock, policy } = staged();
    const outcome = runInScope({ deadlineMs: 250, clock }, () => policy.execute(hang));
    await clock.run();
    expect(await outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope", elapsedMs: 250, attempts: 1 });
    expect(String(((await outcome) as { error: unknown }).error)).toBe(
      "DeadlineExceededError: The deadline of the scope, 250 ms after the call began, passed during attempt 1. " +
        "The operation still runs: it has not read the attempt's signal, which would have stopped it.",
    );
  });

  test("that is later than the policy's or the call's leaves these in force", async () => {
    const { clock, policy } = staged();
    const short = policy.with({ retry: { deadlineMs: 200 } });
    const outcomes = runInScope({ deadlineMs: 10_000, clock }, () =>
      Promise.all([short.execute(hang), policy.execute(hang, { deadlineMs: 150 }), policy.execute(hang)]),
    );
    await clock.run();
    expect((await outcomes).map((outcome) => !outcome.ok && [outcome.deadlineOf, outcome.elapsedMs])).toEqual([
      ["policy", 200],
      ["call", 150],
      ["scope", 10_000],
    ]);
  });

  test("that is just as soon as the call's own is the call's", async () => {
    const { clock, policy } = staged();
    const outcome = runInScope({ deadlineMs: 150, clock }, () => policy.execute(hang, { deadlineMs: 150 }));
    await clock.run();
    expect(await outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "call", elapsedMs: 150 });
  });

  test("leaves a call that goes on from an earlier delivery all of its time, whatever that delivery has taken", async () => {
    const { clock, policy } = staged();
    const resume = { version: 1, attempts: 1, failures: {}, elapsedMs: 300, prevSleepMs: null, deliveries: 1 } as const;
    const outcome = runInScope({ deadlineMs: 1_000, clock }, () => policy.execute(hang, { resume }));
    await clock.run();
    // The clock began at 1,000.
    expect(clock.now()).toBe(2_000);
    expect(await outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope", elapsedMs: 1_300 });
  });

  test("leaves each call what is left of it, and no retry is made that would not fit", async () => {
    const { clock, policy } = staged();
    const seen: number[] = [];
    const outcome = runInScope({ deadlineMs: 350, clock }, async () => {
      await policy.call(async () => seen.push(currentScope()?.remainingMs ?? -1));
      await clock.sleep(100);
      return policy.execute(({ remainingMs }) => {
        seen.push(remainingMs);
        return failing();
      });
    });
    await clock.run();
    expect(seen).toEqual([350, 250, 150, 50]);
    expect(await outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope", attempts: 3, elapsedMs: 200 });
  });

  test.each([0, -5, -Infinity])(
    "of %d ms has passed: no call begins, and no circuit and limiter is asked",
    async (deadlineMs) => {
      const { policy } = staged({ retry: {}, circuitBreaker: { name: "a" }, operation: "load" });
      const operation = vi.fn();
      const outcome = await runInScope({ deadlineMs }, () => policy.execute(operation));
      expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope", attempts: 0 });
      expect(operation).not.toHaveBeenCalled();
      const { error } = outcome as { error: unknown };
      expect(isDeadlineExceededError(error) && error.message).toBe(
        "The deadline of the scope, 0 ms after the call began, passed before the first attempt of load.",
      );
      expect(runInScope({ deadlineMs }, () => catching(() => policy.callSync(operation)))).toMatchObject({
        code: "ERR_REDRESS_DEADLINE_EXCEEDED",
      });
    },
  );

  test("may be an instant, and the sooner one counts", async () => {
    expect(runInScope({ deadlineAtMs: Date.now() + 60_000 }, () => currentScope()?.remainingMs)).toBeGreaterThan(50_000);
    expect(runInScope({ deadlineAtMs: Date.now() - 1 }, () => currentScope()?.remainingMs)).toBe(0);
    expect(runInScope({ deadlineAtMs: Date.now() + 60_000, deadlineMs: 10 }, () => currentScope()?.remainingMs)).toBeLessThan(11);
    const atMs = Date.now() + 60_000;
    expect(Math.abs(runInScope({ deadlineAtMs: atMs }, () => currentScope()?.deadlineAtMs ?? 0) - atMs)).toBeLessThan(50);
  });

  test("of an inner scope holds where it is sooner, and cannot lengthen that of an outer one", () => {
    const clock = new VirtualClock();
    const left = (): unknown => currentScope()?.remainingMs;
    runInScope({ deadlineMs: 100, clock }, () => {
      expect(runInScope({ deadlineMs: 50, clock }, left)).toBe(50);
      expect(runInScope({ deadlineMs: 500, clock }, left)).toBe(100);
      expect(runInScope({}, left)).toBe(100);
      expect(left()).toBe(100);
    });
  });

  test("holds for a limiter's queue and a breaker that are used alone", async () => {
    const clock = new VirtualClock();
    const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: 1, clock });
    const breaker = new CircuitBreaker({ name: "alone", clock });
    const settled = runInScope({ deadlineMs: 300, clock }, () =>
      Promise.allSettled([limiter.run(() => clock.sleep(500)), limiter.run(async () => "late"), breaker.call(hang)]),
    );
    await clock.run();
    const ends = (await settled).map((end) => end.status === "rejected" && outcomeOf(end.reason));
    expect(ends.map((end) => end && [end.stopReason, end.deadlineOf])).toEqual(Array(3).fill(["DEADLINE_EXCEEDED", "scope"]));
  });

  test("holds for bound calls and wrapped functions, which read their options before", async () => {
    const { clock, policy } = staged();
    const wrapped = policy.wrap(hang);
    const bound = policy.context();
    const settled = runInScope({ deadlineMs: 40, clock }, () => Promise.allSettled([wrapped(), bound(hang)]));
    await clock.run();
    for (const end of await settled) expect(outcomeOf((end as PromiseRejectedResult).reason)?.deadlineOf).toBe("scope");
    expect(clock.now()).toBe(1_040);
  });
});

const catching = (fn: () => unknown): unknown => {
  try {
    return fn();
  } catch (error) {
    return error;
  }
};

describe("a signal", () => {
  test("aborts every call in the scope, those asleep and later ones too", async () => {
    const { clock, policy } = staged();
    const left = new AbortController();
    const inFlight = runInScope({ signal: left.signal }, () => ({
      running: policy.execute(hang),
      asleep: policy.execute(failing),
    }));
    await clock.advance(50);
    const why = new Error("the client has gone");
    left.abort(why);
    expect(await inFlight.running).toMatchObject({ stopReason: "ABORTED", error: why });
    expect(await inFlight.asleep).toMatchObject({ stopReason: "ABORTED", error: why, attempts: 1 });
    const late = runInScope({ signal: left.signal }, () => policy.execute(failing));
    expect(await late).toMatchObject({ stopReason: "ABORTED", error: why, attempts: 0 });
    expect(clock.pending).toBe(0);
  });

  test("joins the caller's own: whichever comes first", async () => {
    const { policy } = staged();
    for (const first of ["scope", "own"]) {
      const controllers = { scope: new AbortController(), own: new AbortController() };
      const reasons: unknown[] = [];
      const outcome = runInScope({ signal: controllers.scope.signal }, () =>
        policy.execute(
          ({ signal }) => {
            signal.addEventListener("abort", () => reasons.push(signal.reason));
            return hang();
          },
          { signal: controllers.own.signal },
        ),
      );
      controllers[first as "own"].abort(first);
      expect(await outcome).toMatchObject({ stopReason: "ABORTED", error: first });
      expect(reasons).toEqual([first]);
    }
  });

  test("still aborts what an attempt has given, such as a body that is being read", async () => {
    const { policy } = staged();
    const scope = new AbortController();
    const own = new AbortController();
    const signal = await runInScope({ signal: scope.signal }, () =>
      policy.call(async (attempt) => attempt.signal, { signal: own.signal }),
    );
    expect(signal.aborted).toBe(false);
    scope.abort("gone");
    expect(signal.reason).toBe("gone");
  });

  test("of the scope as code sees it aborts by either signal, and when the deadline has passed", async () => {
    const clock = new VirtualClock();
    const outer = new AbortController();
    const seen = runInScope({ signal: outer.signal }, () => runInScope({ deadlineMs: 20, clock }, () => currentScope()?.signal));
    const other = runInScope({ signal: outer.signal }, () => currentScope()?.signal);
    await clock.advance(20);
    expect(seen?.reason).toMatchObject({ name: "DeadlineExceededError", deadlineOf: "scope" });
    expect(other?.aborted).toBe(false);
    outer.abort("left");
    expect(other?.reason).toBe("left");
    expect(runInScope({}, () => currentScope()?.signal.aborted)).toBe(false);
    expect(runInScope({ deadlineMs: 0 }, () => currentScope()?.signal)).toMatchObject({
      aborted: true,
      reason: { message: "The deadline of the scope has passed." },
    });
  });

  test("of the scope is aborted by no deadline once the scope is over", async () => {
    const clock = new VirtualClock();
    const signal = await runInScope({ deadlineMs: 20, clock }, async () => currentScope()?.signal);
    const scope = await runInScope({ deadlineMs: 20, clock }, async () => currentScope());
    const askedLate = scope?.signal;
    await clock.advance(1_000);
    expect([signal?.aborted, askedLate?.aborted]).toEqual([false, false]);
  });
});

describe("the call around", () => {
  test("is the parent of those made in its operation, as their hooks see it", async () => {
    const contexts = new Map<string, CallContext>();
    const hooks = { onCallStart: (call: CallContext) => void contexts.set(String(call.operation), call) };
    const of = (operation: string): Policy => new Policy({ operation, hooks });
    await runInScope({}, async () => {
      await of("outer").call(async () => {
        await sleep(1);
        await Promise.all([of("left").call(async () => of("deep").call(async () => 1)), of("right").call(async () => 2)]);
      });
      await of("after").call(async () => 3);
    });
    const parents = [...contexts].map(([name, { parent }]) => [name, parent?.operation ?? null]);
    expect(Object.fromEntries(parents)).toEqual({ outer: null, left: "outer", deep: "left", right: "outer", after: null });
    expect(contexts.get("left")?.parent).toBe(contexts.get("outer"));
  });

  test("is found through firstOf, a limiter and a breaker that are used alone", async () => {
    const parents: unknown[] = [];
    const policy = new Policy({
      operation: "inner",
      hooks: {
        onCallStart(call) {
          const names: unknown[] = [];
          for (let each = call.parent; each !== null; each = each.parent) names.push(each.operation);
          parents.push(names.at(-1));
        },
      },
    });
    const call = () => policy.call(async () => 1);
    await runInScope({ operation: "GET /orders/:id" }, async () => {
      await firstOf([call])();
      await new Bulkhead({ maxConcurrent: 1 }).run(call);
      await new CircuitBreaker().call(call);
    });
    expect(parents).toEqual(Array(3).fill("GET /orders/:id"));
  });

  test("is known by its attempt, wherever the code is", async () => {
    const { clock, policy } = staged();
    const seen: unknown[] = [];
    const helper = async (): Promise<void> => {
      await clock.sleep(1);
      const attempt = currentAttempt();
      seen.push([attempt?.attempt, attempt?.operation, attempt?.signal instanceof AbortSignal]);
      if (seen.length < 3) throw new TransientError("again");
    };
    const call = runInScope({ clock }, () => policy.call(helper, { operation: "help" }));
    await clock.run();
    await call;
    expect(seen).toEqual([1, 2, 3].map((attempt) => [attempt, "help", true]));
    expect(currentAttempt()).toBeUndefined();
    expect(runInScope({}, () => policy.callSync(() => currentAttempt()?.attempt))).toBe(1);
  });

  test("is nobody's outside of scopes, where nothing is kept track of", async () => {
    const parents: unknown[] = [];
    const hooks = { onCallStart: ({ parent }: CallContext) => void parents.push(parent) };
    const inner = new Policy({ hooks });
    const seen = await new Policy({ operation: "outer" }).call(() => inner.call(async () => currentAttempt()));
    expect([seen, parents]).toEqual([undefined, [null]]);
  });

  test("has attempts beside each other, each with its own", async () => {
    const seen = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        runInScope({}, () =>
          new Policy({ operation: `op_${index}` }).call(async () => {
            await sleep(index % 7);
            return currentAttempt()?.operation;
          }),
        ),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => `op_${index}`));
  });

  test("is cut by its attempt timeout as ever", async () => {
    const { clock, policy } = staged({ retry: { attemptTimeoutMs: 10, maxAttempts: 1 } });
    const call = runInScope({ deadlineMs: 500, clock }, () => policy.execute(hang));
    await clock.run();
    expect(await call).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", lastError: expect.any(AttemptTimeoutError) });
  });
});

test("1,000 concurrent scopes never see each other's", async () => {
  const clock = new VirtualClock();
  const policy = new Policy({
    retry: { strategy: constant(3), maxAttempts: 100, deadlineMs: Infinity, budget: undefined },
    clock,
  });
  const ends = Array.from({ length: 1_000 }, (_, index) =>
    runInScope({ deadlineMs: 10 + (index % 50), clock }, async () => {
      await clock.sleep(index % 5);
      const outcome = await policy.execute(async () => {
        await clock.sleep(1);
        return failing();
      });
      return [outcome.ok ? "" : outcome.deadlineOf, (currentScope()?.remainingMs ?? -1) >= 0];
    }),
  );
  await clock.run();
  for (const end of await Promise.all(ends)) expect(end[1]).toBe(true);
});

test("work that goes on afterwards can leave the scope", async () => {
  const { clock, policy } = staged();
  const ends = runInScope({ deadlineMs: 10, clock }, () => [
    policy.execute(() => clock.sleep(100)),
    runOutsideScopes(() => policy.execute(() => clock.sleep(100))),
  ]);
  await clock.run();
  expect((await Promise.all(ends)).map(({ ok }) => ok)).toEqual([false, true]);
  expect(runInScope({}, () => runOutsideScopes(currentScope))).toBeUndefined();
});

describe("the end of a scope", () => {
  const left = (): unknown => currentScope()?.remainingMs;

  test("comes with the promise of its function: what begins later in it is bounded no more", async () => {
    const { clock, policy } = staged();
    let later: Promise<unknown> = Promise.resolve();
    const seen: unknown[] = [];
    await runInScope({ deadlineMs: 10, clock }, async () => {
      seen.push(left());
      later = (async () => {
        await sleep(5);
        seen.push(left(), runInScope({ deadlineMs: 500, clock }, left));
        return policy.execute(() => clock.sleep(100));
      })();
    });
    await sleep(20);
    await clock.run();
    expect(await later).toMatchObject({ ok: true });
    expect(seen).toEqual([10, undefined, 500]);
  });

  test("comes with its failure, too, which the caller gets", async () => {
    let scoped: () => unknown = () => {};
    const failed = runInScope({ deadlineMs: 10 }, async () => {
      scoped = AsyncResource.bind(left);
      throw new Error("mine");
    });
    await expect(failed).rejects.toThrow("mine");
    expect(scoped()).toBeUndefined();
  });

  test("comes when it is said to, and not before", async () => {
    let end: () => void = () => {};
    const until = new Promise<void>((resolve) => {
      end = resolve;
    });
    const scoped = runInScope({ deadlineMs: 60_000, until }, () => AsyncResource.bind(left));
    expect(scoped()).toBeGreaterThan(1_000);
    end();
    await until;
    expect(scoped()).toBeUndefined();
    const never = runInScope({ deadlineMs: 60_000 }, () => AsyncResource.bind(left));
    await sleep(1);
    expect(never()).toBeGreaterThan(1_000);
  });

  test("does not free what runs in it from its signal", async () => {
    const { policy } = staged();
    const gone = new AbortController();
    const scoped = runInScope({ signal: gone.signal, until: Promise.resolve() }, () =>
      AsyncResource.bind(() => policy.execute(failing)),
    );
    gone.abort(new Error("gone"));
    await sleep(1);
    expect(await scoped()).toMatchObject({ stopReason: "ABORTED", attempts: 0 });
  });

  test("is not looked for in what only looks like a promise: that may begin its work", () => {
    const then = vi.fn();
    const lazy = thenable(then);
    expect(runInScope({}, () => lazy)).toBe(lazy);
    expect(then).not.toHaveBeenCalled();
  });
});

test("what is given is checked, and what the function does is passed on", () => {
  expect(runInScope({}, () => 7)).toBe(7);
  expect(() =>
    runInScope({}, () => {
      throw new RangeError("mine");
    }),
  ).toThrow("mine");
  expect(() => runInScope({ deadlineMs: Number.NaN }, () => 1)).toThrow(
    /runInScope\.deadlineMs must be a number of milliseconds/,
  );
  expect(() => runInScope({ deadlineMs: "5" as never }, () => 1)).toThrow(TypeError);
  expect(() => runInScope({ deadline: 5 } as never, () => 1)).toThrow(/runInScope.*deadline/);
  expect(() => runInScope({ signal: {} as never }, () => 1)).toThrow(/signal must be an AbortSignal/);
  expect(() => runInScope((() => 1) as never, undefined as never)).toThrow(TypeError);
  expect(() => runInScope({}, undefined as never)).toThrow("runInScope.fn must be a function, got undefined.");
});
