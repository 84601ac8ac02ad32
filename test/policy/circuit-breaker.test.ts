/*
 * A breaker on its own, without a policy around it. The transitions have their table in test/core/circuit.test.ts, who hears of them is in
 * breaker-changes.test.ts.
 */
import { CircuitBreaker, type CircuitBreakerOptions, CircuitOpenError, CircuitState, outcomeOf, type StateChange } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

const down = (): never => {
  throw Object.assign(new Error("down"), { status: 503 });
};
const refusedBy = (error: unknown): CircuitOpenError => {
  expect(error).toBeInstanceOf(CircuitOpenError);
  return error as CircuitOpenError;
};
const caught = (use: () => unknown): unknown => {
  try {
    use();
  } catch (error) {
    return error;
  }
  return undefined;
};

function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new VirtualClock();
  const changes: StateChange[] = [];
  const breaker = new CircuitBreaker({
    name: "users",
    failureThreshold: 1,
    recoveryTimeoutMs: 500,
    clock,
    onStateChange: (change) => changes.push(change),
    ...options,
  });
  return { clock, breaker, changes };
}

describe.each<[string, (breaker: CircuitBreaker, fn: () => unknown) => Promise<unknown>]>([
  ["call", (breaker, fn) => breaker.call(fn)],
  ["call of an asynchronous function", (breaker, fn) => breaker.call(async () => fn())],
  ["callSync", async (breaker, fn) => breaker.callSync(fn)],
  ["protect", (breaker, fn) => breaker.protect(fn)()],
])("%s", (_name, call) => {
  test("answers what the function answers", async () => {
    const { breaker } = setUp();
    expect(await call(breaker, () => "value")).toBe("value");
    expect(breaker.stats).toMatchObject({ totalCalls: 1, successfulCalls: 1 });
  });

  test("throws what the function throws, the same object, and counts it", async () => {
    const { breaker } = setUp({ failureThreshold: 2 });
    const error = Object.assign(new Error("down"), { status: 503 });
    const thrown = await call(breaker, () => {
      throw error;
    }).catch((reason: unknown) => reason);
    expect(thrown).toBe(error);
    expect(breaker.failureCount).toBe(1);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "NO_RETRY", attempts: 1, lastClass: "SERVER_ERROR" });
  });

  test("once open, rejects without calling the function", async () => {
    const { breaker, clock } = setUp();
    await call(breaker, down).catch(() => {});
    clock.block(100);
    let calls = 0;
    const error = refusedBy(await call(breaker, () => calls++).catch((reason: unknown) => reason));
    expect(error).toMatchObject({ breaker: "users", state: "open", retryAfterMs: 400 });
    expect(error.message).toBe('Circuit "users" is open: call rejected, next probe in 400 ms.');
    expect(outcomeOf(error)).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 0 });
    expect(calls).toBe(0);
  });

  test("closes again through a probe", async () => {
    const { breaker, clock } = setUp();
    await call(breaker, down).catch(() => {});
    clock.block(500);
    expect(await call(breaker, () => "up")).toBe("up");
    expect(breaker.state).toBe("closed");
  });

  test("a CircuitOpenError of a breaker further in is not counted, and frees the probe's place", async () => {
    const inner = new CircuitBreaker({ name: "inner" });
    inner.trip();
    const { breaker, clock } = setUp();
    const error = refusedBy(await call(breaker, () => inner.callSync(() => 1)).catch((reason: unknown) => reason));
    expect(error.breaker).toBe("inner");
    expect(breaker.state).toBe("closed");
    expect(breaker.stats).toMatchObject({ failedCalls: 0, cancelledCalls: 1 });

    await call(breaker, down).catch(() => {});
    clock.block(500);
    await call(breaker, () => inner.callSync(() => 1)).catch(() => {});
    expect(breaker.state).toBe("half_open");
    expect(await call(breaker, () => "up")).toBe("up");
    expect(breaker.state).toBe("closed");
  });
});

test("two rejections are two errors", () => {
  const { breaker } = setUp();
  breaker.trip();
  const [one, two] = [caught(() => breaker.callSync(() => 1)), caught(() => breaker.callSync(() => 1))];
  expect(one).not.toBe(two);
});

test("a rejection says whether the circuit is open, half-open or held open by hand", async () => {
  const { breaker, clock } = setUp();
  breaker.trip();
  expect(refusedBy(caught(() => breaker.callSync(() => 1)))).toMatchObject({
    state: "open",
    retryAfterMs: Number.POSITIVE_INFINITY,
  });
  expect(refusedBy(caught(() => breaker.callSync(() => 1))).message).toBe(
    'Circuit "users" is held open by hand: call rejected until reset().',
  );
  breaker.reset();
  caught(() => breaker.callSync(down));
  clock.block(500);
  const probe = breaker.call(() => new Promise(() => {}));
  probe.catch(() => {});
  expect(refusedBy(caught(() => breaker.callSync(() => 1)))).toMatchObject({ state: "half_open", retryAfterMs: 0 });
});

test("a circuit without a recovery time is open until reset(), but not by hand", () => {
  const { breaker } = setUp({ recoveryTimeoutMs: Number.POSITIVE_INFINITY });
  caught(() => breaker.callSync(down));
  const open = refusedBy(caught(() => breaker.callSync(() => 1)));
  expect(open.message).toBe('Circuit "users" is open: call rejected until reset(), it has no recovery time.');
  expect([open.held, breaker.isHeld, open.retryAfterMs]).toEqual([false, false, Number.POSITIVE_INFINITY]);
  breaker.trip();
  const held = refusedBy(caught(() => breaker.callSync(() => 1)));
  expect(held.message).toBe('Circuit "users" is held open by hand: call rejected until reset().');
  expect([held.held, breaker.isHeld]).toEqual([true, true]);
  breaker.reset();
  expect(breaker.isHeld).toBe(false);
});

test("call and callSync call the function without arguments", async () => {
  const { breaker } = setUp();
  const count = (...given: unknown[]): number => given.length;
  expect([await breaker.call(count), breaker.callSync(count)]).toEqual([0, 0]);
  expect(await breaker.call((path = "/") => path)).toBe("/");
});

test("callSync refuses a function that returns a promise, and holds nothing against the dependency", () => {
  const { breaker } = setUp();
  expect(() => breaker.callSync(() => Promise.resolve(1))).toThrow(TypeError);
  expect(breaker.stats).toMatchObject({ failedCalls: 0, cancelledCalls: 1 });
});

test("protect keeps the parameters, `this`, the name and the number of parameters", async () => {
  const { breaker } = setUp();
  const users = {
    name: "Ada",
    greet: breaker.protect(function greet(this: { name: string }, greeting: string, end: string) {
      return `${greeting} ${this.name}${end}`;
    }),
  };
  expect(await users.greet("Hello", "!")).toBe("Hello Ada!");
  expect([users.greet.name, users.greet.length]).toEqual(["greet", 2]);
});

test("the classifier says what counts", () => {
  const { breaker } = setUp({ classifier: () => "PERMANENT" });
  for (let i = 0; i < 5; i++) caught(() => breaker.callSync(down));
  expect([breaker.state, breaker.failureCount]).toEqual(["closed", 0]);
});

describe("allow and the reports", () => {
  test("an admitted call carries a permit, a rejected one does not", () => {
    const { breaker } = setUp();
    expect(breaker.allow()).toEqual({
      admitted: true,
      state: "closed",
      permit: expect.objectContaining({ epoch: expect.any(Number) }),
    });
    breaker.trip();
    expect(breaker.allow()).toEqual({ admitted: false, state: "open", permit: null });
  });

  test("a probe is told that it is one", () => {
    const { breaker, clock } = setUp();
    caught(() => breaker.callSync(down));
    clock.block(500);
    expect(breaker.allow()).toMatchObject({ admitted: true, state: "half_open" });
    expect(breaker.allow()).toMatchObject({ admitted: false, state: "half_open" });
  });

  test("the facts are there to read", () => {
    const { breaker, clock } = setUp({ failureThreshold: 2, windowMs: 1_000 });
    expect(breaker).toMatchObject({
      name: "users",
      state: CircuitState.CLOSED,
      isOpen: false,
      failureCount: 0,
      lastFailureAtMs: null,
      retryAfterMs: 0,
    });
    clock.block(10);
    caught(() => breaker.callSync(down));
    expect(breaker).toMatchObject({ state: "closed", failureCount: 1, lastFailureAtMs: 10, retryAfterMs: 0 });
    clock.block(5);
    caught(() => breaker.callSync(down));
    expect(breaker).toMatchObject({ state: CircuitState.OPEN, isOpen: true, lastFailureAtMs: 15, retryAfterMs: 500 });
    clock.block(200);
    expect(breaker.retryAfterMs).toBe(300);
    clock.block(800);
    expect(breaker).toMatchObject({ failureCount: 0, retryAfterMs: 0 });
    breaker.allow();
    expect(breaker).toMatchObject({ state: CircuitState.HALF_OPEN, isOpen: false, retryAfterMs: 0 });
  });

  test("a breaker without a name is called default", () => expect(new CircuitBreaker().name).toBe("default"));
});

describe("stats", () => {
  test("count every call, rejected and cancelled ones too, and every change of state", () => {
    const { breaker, clock } = setUp({ failureThreshold: 2 });
    breaker.callSync(() => 1);
    caught(() => breaker.callSync(down));
    const { permit } = breaker.allow();
    if (permit !== null) breaker.recordCancel(permit);
    caught(() => breaker.callSync(down));
    caught(() => breaker.callSync(() => 1));
    caught(() => breaker.callSync(() => 1));
    clock.block(500);
    breaker.callSync(() => 1);
    expect(breaker.stats).toEqual({
      totalCalls: 7,
      successfulCalls: 2,
      failedCalls: 2,
      rejectedCalls: 2,
      cancelledCalls: 1,
      stateChanges: 3,
    });
  });

  test("count failures of every class, whether they trip or not", () => {
    const { breaker } = setUp();
    caught(() =>
      breaker.callSync(() => {
        throw Object.assign(new Error("no"), { status: 404 });
      }),
    );
    expect(breaker.stats).toMatchObject({ failedCalls: 1, totalCalls: 1 });
    expect(breaker.failureCount).toBe(0);
  });

  test("stay through trip and reset", () => {
    const { breaker } = setUp();
    breaker.callSync(() => 1);
    breaker.trip();
    caught(() => breaker.callSync(() => 1));
    breaker.reset();
    expect(breaker.stats).toEqual({
      totalCalls: 2,
      successfulCalls: 1,
      failedCalls: 0,
      rejectedCalls: 1,
      cancelledCalls: 0,
      stateChanges: 2,
    });
  });

  test("are a copy: what the caller does to it changes no counts", () => {
    const { breaker } = setUp();
    Object.assign(breaker.stats, { totalCalls: 99 });
    expect(breaker.stats.totalCalls).toBe(0);
  });
});
