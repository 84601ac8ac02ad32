/* `aroundAttempt` runs the operation inside of something, and changes nothing about it. */
import { AsyncLocalStorage } from "node:async_hooks";
import { type AttemptContext, constant, type FailedHook, type Hooks, type PolicyOptions, TransientError } from "redress";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  alwaysThrowing,
  answering,
  asFailure,
  asynchronousDrivers,
  drivers,
  hang,
  macrotask,
  type Op,
  recorder,
  stage,
  throwing,
} from "./driving.ts";

const transient = new TransientError();
const broken = new Error("the hook's own");

const unhandled = vi.fn();
beforeEach(() => void process.on("unhandledRejection", unhandled.mockClear()));
afterEach(() => {
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

type Around = NonNullable<Hooks["aroundAttempt"]>;

/** A policy whose attempts are surrounded by these, and which writes down what it hears of them. */
function surrounded(hooks: readonly Around[], options: PolicyOptions<unknown, unknown> = {}) {
  const told: unknown[] = [];
  const onHookError = (error: unknown, { name }: FailedHook): void => void told.push(name, error);
  const retry = { strategy: constant(10), maxAttempts: 2 };
  return { told, on: stage({ retry, ...options, hooks: hooks.map((aroundAttempt) => ({ aroundAttempt })), onHookError }) };
}

const passing: Around = (_context, next) => next();
const notCalled = new TypeError("aroundAttempt must call next before it returns: the operation runs outside of it.");

/** What a hook may do, and what is told of it. */
const deeds: Record<string, [Around, unknown[]]> = {
  "returns what next returns": [passing, []],
  "returns nothing": [(_context, next) => void next(), []],
  "returns something else": [
    (_context, next) => {
      next();
      return "something else";
    },
    [],
  ],
  "waits for what next returns": [async (_context, next) => await next(), []],
  "looks at the end and passes it on": [
    async (_context, next) => {
      try {
        return await next();
      } finally {
        await undefined;
      }
    },
    [],
  ],
  "catches what next throws": [
    (_context, next) => {
      try {
        return next();
      } catch {
        return "caught";
      }
    },
    [],
  ],
  "calls next twice": [
    (_context, next) => {
      try {
        next();
      } catch {
        // The second one throws the same.
      }
      return next();
    },
    [],
  ],
  "calls next again later": [
    async (_context, next) => {
      await next();
      await undefined;
      return next();
    },
    [],
  ],
  "does not call next": [() => "without it", ["aroundAttempt", notCalled]],
  "calls next too late": [
    async (_context, next) => {
      await undefined;
      return next();
    },
    ["aroundAttempt", notCalled],
  ],
  "throws before it calls next": [
    () => {
      throw broken;
    },
    ["aroundAttempt", broken],
  ],
  "throws after it": [
    (_context, next) => {
      try {
        next();
      } catch {
        // It has an error of its own.
      }
      throw broken;
    },
    ["aroundAttempt", broken],
  ],
  "rejects after it": [
    async (_context, next) => {
      try {
        await next();
      } catch {
        // It has an error of its own.
      }
      throw broken;
    },
    ["aroundAttempt", broken],
  ],
  "never settles": [
    (_context, next) => {
      try {
        next();
      } catch {
        // It waits for something else.
      }
      return hang();
    },
    [],
  ],
};

const operations: Record<string, () => Op & { count: number }> = {
  "an operation that succeeds": () => answering("value"),
  "one that fails once": () => throwing(transient),
  "one that fails every time": () => alwaysThrowing(transient),
};

describe.each(drivers)("through %s", (_name, driver) => {
  describe.each(Object.entries(operations))("%s", (_what, make) => {
    test.each(Object.entries(deeds))("a hook that %s changes nothing", async (_deed, [around, expected]) => {
      const plain = make();
      const end = await driver.call(stage({ retry: { strategy: constant(10), maxAttempts: 2 } }), plain);
      for (const hooks of [[around], [passing, around], [around, around]]) {
        const op = make();
        const { on, told } = surrounded(hooks);
        expect(await driver.call(on, op)).toEqual(end);
        await macrotask();
        expect(op.count).toBe(plain.count);
        // Two that do the same are two hooks.
        expect(told).toEqual(hooks[0] === hooks[1] ? [...expected, ...expected] : expected);
      }
    });
  });

  test("several nest, the policy's first one outermost and the call's innermost, around every attempt", async () => {
    const order: string[] = [];
    const around =
      (name: string): Around =>
      ({ attempt }, next) => {
        order.push(`${name} ${attempt} begins`);
        try {
          return next();
        } finally {
          order.push(`${name} ${attempt} ends`);
        }
      };
    const { on } = surrounded([around("first"), around("second")]);
    const op = throwing(transient);
    const noting: Op = (attempt) => {
      order.push("operation");
      return op(attempt);
    };
    await driver.call(on, noting, { aroundAttempt: around("call") });
    const once = (attempt: number): string[] => [
      `first ${attempt} begins`,
      `second ${attempt} begins`,
      `call ${attempt} begins`,
      "operation",
      `call ${attempt} ends`,
      `second ${attempt} ends`,
      `first ${attempt} ends`,
    ];
    expect(order).toEqual([...once(1), ...once(2)]);
  });

  test("a hook that does not call next leaves the others around the operation", async () => {
    const storage = new AsyncLocalStorage<string>();
    const { on } = surrounded([(_context, next) => storage.run("outer", next), () => {}, (_context, next) => next()]);
    expect(await driver.call(on, () => storage.getStore())).toEqual({ value: "outer" });
  });

  test("the operation runs in the context that the hook opens, attempt by attempt, and the rest of the call does not", async () => {
    const storage = new AsyncLocalStorage<number>();
    const seen: unknown[] = [];
    const on = stage({
      retry: { strategy: constant(10), beforeSleep: () => seen.push(["beforeSleep", storage.getStore()]) },
      hooks: {
        aroundAttempt: ({ attempt }, next) => storage.run(attempt, next),
        onAttemptEnd: () => seen.push(["onAttemptEnd", storage.getStore()]),
      },
    });
    const op = throwing(transient);
    await driver.call(on, (attempt) => {
      seen.push(["operation", storage.getStore()]);
      return op(attempt);
    });
    expect(seen).toEqual([
      ["operation", 1],
      ["onAttemptEnd", undefined],
      ["beforeSleep", undefined],
      ["operation", 2],
      ["onAttemptEnd", undefined],
    ]);
  });

  test("it is told what onAttemptStart was told", async () => {
    const seen = recorder();
    const contexts: AttemptContext[] = [];
    const around: Hooks = {
      aroundAttempt: (context, next) => {
        contexts.push(context);
        return next();
      },
    };
    await driver.call(stage({ retry: { strategy: constant(10) }, hooks: [around, seen] }), throwing(transient));
    expect(contexts).toHaveLength(2);
    expect(contexts).toEqual(seen.starts);
  });

  test("what the operation throws is thrown as it is, also where it behaves like a promise: nobody asks it", async () => {
    const then = vi.fn();
    const thrown = { then };
    const around: Around = (_context, next) => {
      try {
        next();
      } catch {
        // The hook waits for something of its own.
      }
      return Promise.resolve();
    };
    const { on, told } = surrounded([around], {});
    const outcome = await driver.execute(on, () => {
      throw thrown;
    });
    expect(asFailure(outcome).lastError).toBe(thrown);
    await macrotask();
    expect([then.mock.calls, told]).toEqual([[], []]);
  });

  test("the operation is told of its attempt", async () => {
    const { on } = surrounded([(_context, next) => next()], { operation: "fetch_user" });
    expect(await driver.call(on, ({ attempt, operation }) => [attempt, operation])).toEqual({ value: [1, "fetch_user"] });
  });
});

describe.each(asynchronousDrivers)("through %s", (_name, driver) => {
  test("next returns the promise of the operation, so that a hook may see how the attempt ended", async () => {
    const seen: unknown[] = [];
    const around: Around = async (_context, next) => {
      const settled = await Promise.allSettled([next()]);
      seen.push(settled[0].status);
    };
    const { on, told } = surrounded([around]);
    await driver.call(on, async (attempt) => throwingOnce(attempt.attempt));
    expect([seen, told]).toEqual([["rejected", "fulfilled"], []]);
  });

  test("an attempt that is cut short inside of a hook ends the call all the same", async () => {
    const { on, told } = surrounded([async (_context, next) => await next()], { retry: { deadlineMs: 100 } });
    const { error } = await driver.call(on, hang);
    expect(error).toMatchObject({ code: "ERR_REDRESS_DEADLINE_EXCEEDED" });
    expect(told).toEqual([]);
  });

  test("what only behaves like a promise is asked once, though hooks wait for it", async () => {
    const then = vi.fn((resolve: (value: unknown) => void) => resolve("value"));
    const query = { then };
    const { on } = surrounded([async (_context, next) => await next(), async (_context, next) => await next()]);
    expect(await on.policy.call(() => query)).toBe("value");
    expect(then).toHaveBeenCalledTimes(1);
  });

  test("an abort before next is called reaches the operation", async () => {
    const controller = new AbortController();
    const { on } = surrounded([
      (_context, next) => {
        controller.abort("enough");
        return next();
      },
    ]);
    let reason: unknown;
    const { error } = await driver.call(
      on,
      (attempt) => {
        reason = attempt.signal.reason;
        return hang();
      },
      { signal: controller.signal },
    );
    expect([reason, error]).toEqual(["enough", "enough"]);
  });
});

function throwingOnce(attempt: number): string {
  if (attempt === 1) throw transient;
  return "value";
}
