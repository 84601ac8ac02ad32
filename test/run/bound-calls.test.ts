/* context, contextSync, wrap and wrapSync: the same calls in other clothes. */
import { constant, isAbortRetryError, outcomeOf, TransientError } from "redress";
import { describe, expect, test, vi } from "vitest";
import { alwaysThrowing, ending, hang, hooksOf, isSettled, played, recorder, stage } from "./driving.ts";

const transient = new TransientError();
const retry = { strategy: constant(100) };
const failing = (): never => {
  throw transient;
};

describe("context", () => {
  test("calls functions with their arguments under the policy and the given options", async () => {
    const seen = recorder();
    const on = stage({ retry });
    const bound = on.policy.context({ operation: "batch", ...hooksOf(seen) });
    const fn = vi.fn((_a: number, _b: string): unknown => {
      if (fn.mock.calls.length === 1) throw transient;
      return "saved";
    });
    expect(await played(on.clock, bound(fn, 1, "b"))).toBe("saved");
    expect(fn.mock.calls).toEqual([
      [1, "b"],
      [1, "b"],
    ]);
    expect(seen.events.map(([event, , sleepMs, { operation }]) => [event, sleepMs, operation])).toEqual([
      ["retry", 100, "batch"],
      ["success", 0, "batch"],
    ]);
  });

  test("does what disposal promises at the end of a `using` scope", async () => {
    const on = stage({ retry });
    let bound: ReturnType<typeof on.policy.context>;
    {
      using scoped = on.policy.context();
      bound = scoped;
      expect(await scoped(() => "value")).toBe("value");
    }
    const fn = vi.fn(() => "value");
    const { error } = await ending(bound(fn));
    expect(isAbortRetryError(error)).toBe(true);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED", attempts: 0 });
    expect(fn).not.toHaveBeenCalled();
  });

  test("disposed of aborts those of its calls that are asleep, at once", async () => {
    const on = stage({ retry: { ...retry, deadlineMs: Infinity } });
    const bound = on.policy.context();
    const fn = vi.fn(() => {
      throw transient;
    });
    const call = ending(bound(fn));
    const other = ending(on.policy.call(alwaysThrowing(transient)));
    await on.clock.advance(50);
    bound[Symbol.dispose]();
    expect(await isSettled(call)).toBe(true);
    expect(outcomeOf((await call).error)).toMatchObject({
      stopReason: "ABORTED",
      attempts: 1,
      elapsedMs: 50,
      lastError: transient,
    });
    expect(await isSettled(other)).toBe(false);
    expect((await played(on.clock, other)).error).toBe(transient);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  test("disposed of aborts those of its calls whose sleep handler thinks, at once", async () => {
    const on = stage({ retry: { ...retry, deadlineMs: Infinity, sleep: hang } });
    const bound = on.policy.context();
    const call = ending(bound(failing));
    expect(await isSettled(call)).toBe(false);
    bound[Symbol.dispose]();
    expect(await isSettled(call)).toBe(true);
    expect(outcomeOf((await call).error)).toMatchObject({ stopReason: "ABORTED", attempts: 1, lastError: transient });
  });

  test("disposed of by a sleep handler that then never answers aborts the call", async () => {
    const sleep = (): Promise<never> => {
      bound[Symbol.dispose]();
      return hang();
    };
    const bound = stage({ retry: { ...retry, sleep } }).policy.context();
    const call = ending(bound(failing));
    expect(await isSettled(call)).toBe(true);
    expect(outcomeOf((await call).error)).toMatchObject({ stopReason: "ABORTED", attempts: 1, lastError: transient });
  });

  test("disposed of lets an attempt in flight end, and lets no retry follow", async () => {
    const on = stage({ retry });
    const bound = on.policy.context();
    const good = bound(() => on.clock.sleep(100).then(() => "value"));
    const fn = vi.fn(() => on.clock.sleep(100).then(() => Promise.reject(transient)));
    const bad = ending(bound(fn));
    await on.clock.advance(50);
    bound[Symbol.dispose]();
    await on.clock.run();
    expect(await good).toBe("value");
    expect(outcomeOf((await bad).error)).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
    expect(fn).toHaveBeenCalledTimes(1);
  });

  test("disposed of twice is disposed of", () => {
    const bound = stage().policy.context();
    bound[Symbol.dispose]();
    expect(() => bound[Symbol.dispose]()).not.toThrow();
  });

  test("given a signal, aborts by it", async () => {
    const controller = new AbortController();
    const bound = stage({ retry }).policy.context({ signal: controller.signal });
    const call = ending(bound(hang));
    controller.abort("enough");
    expect(await call).toEqual({ error: "enough" });
  });

  test("refuses wrong options when it is made, and what is no function when it is called", async () => {
    const { policy } = stage();
    expect(() => policy.context({ operation: "" })).toThrow(RangeError);
    expect(() => policy.context({ oops: 1 } as never)).toThrow(TypeError);
    await expect(policy.context()("no function" as never)).rejects.toBeInstanceOf(TypeError);
    expect(() => policy.contextSync()("no function" as never)).toThrow(TypeError);
  });
});

describe("contextSync", () => {
  test("calls functions with their arguments and ends with its scope", () => {
    const on = stage({ retry });
    let bound: ReturnType<typeof on.policy.contextSync>;
    let calls = 0;
    {
      using scoped = on.policy.contextSync({ operation: "batch" });
      bound = scoped;
      const sum = (a: number, b: number): number => {
        if (++calls === 1) throw transient;
        return a + b;
      };
      expect(scoped(sum, 1, 2)).toBe(3);
    }
    expect([calls, on.clock.now()]).toEqual([2, 100]);
    expect(() => bound(() => calls++)).toThrow("aborted");
    expect(calls).toBe(2);
  });

  test("disposed of by its own operation lets no retry follow", () => {
    const on = stage({ retry });
    const bound = on.policy.contextSync();
    const fn = vi.fn(() => {
      bound[Symbol.dispose]();
      throw transient;
    });
    let error: unknown;
    try {
      bound(fn);
    } catch (caught) {
      error = caught;
    }
    expect(isAbortRetryError(error)).toBe(true);
    expect(fn).toHaveBeenCalledTimes(1);
    expect(on.clock.now()).toBe(0);
  });
});

describe("wrap and wrapSync", () => {
  test("keep the name and the number of parameters", () => {
    const { policy } = stage();
    function fetchUser(_id: string, _options: object): string {
      return "user";
    }
    const anonymous = [(_a: number): number => 1][0] as (a: number) => number;
    for (const wrapped of [policy.wrap(fetchUser), policy.wrapSync(fetchUser)]) {
      expect([wrapped.name, wrapped.length]).toEqual(["fetchUser", 2]);
    }
    for (const wrapped of [policy.wrap(anonymous), policy.wrapSync(anonymous)]) {
      expect([wrapped.name, wrapped.length]).toEqual([anonymous.name, 1]);
    }
  });

  test("keep `this` and the arguments, at every attempt", async () => {
    class Users {
      readonly prefix = "user";
      readonly seen: unknown[] = [];
      get(id: number, ...rest: readonly string[]): string {
        this.seen.push([id, ...rest]);
        if (this.seen.length % 2 === 1) throw transient;
        return `${this.prefix} ${id}`;
      }
    }
    const on = stage({ retry });
    const users = new Users();
    const get = on.policy.wrap(Users.prototype.get);
    const getSync = on.policy.wrapSync(Users.prototype.get);
    expect(await played(on.clock, get.call(users, 7, "a", "b"))).toBe("user 7");
    expect(getSync.call(users, 8)).toBe("user 8");
    expect(users.seen).toEqual([[7, "a", "b"], [7, "a", "b"], [8], [8]]);
  });

  test("run under the options that they were given", async () => {
    const seen = recorder();
    const { policy } = stage();
    await policy.wrap(() => "value", { operation: "wrapped", ...hooksOf(seen) })();
    policy.wrapSync(() => "value", { operation: "wrapped", ...hooksOf(seen) })();
    expect(seen.events).toEqual([
      ["success", 1, 0, { operation: "wrapped" }],
      ["success", 1, 0, { operation: "wrapped" }],
    ]);
  });

  test("pass errors as they were", async () => {
    const { policy } = stage();
    const fail = (): never => {
      throw transient;
    };
    await expect(policy.wrap(fail)()).rejects.toBe(transient);
    expect(() => policy.wrapSync(fail)()).toThrow(transient);
  });

  test("share nothing between concurrent calls", async () => {
    const on = stage({ retry: { strategy: constant(10) } });
    const attempts = new Map<string, number>();
    const wrapped = on.policy.wrap(async (id: string) => {
      const attempt = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, attempt);
      if (id === "b" && attempt < 3) throw transient;
      return `${id}${attempt}`;
    });
    expect(await played(on.clock, Promise.all([wrapped("a"), wrapped("b"), wrapped("c")]))).toEqual(["a1", "b3", "c1"]);
  });

  test("refuse what is no function, and wrong options, when they wrap", () => {
    const { policy } = stage();
    expect(() => policy.wrap(undefined as never)).toThrow(TypeError);
    expect(() => policy.wrapSync(undefined as never)).toThrow(TypeError);
    expect(() => policy.wrap(() => 1, { oops: 1 } as never)).toThrow(TypeError);
    expect(() => policy.wrapSync(() => 1, { oops: 1 } as never)).toThrow(TypeError);
  });
});
