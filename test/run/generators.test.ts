/* A generator fails while it is consumed, after the call that returned it is over: it is refused, and not a success. */
import { CircuitBreaker, Policy, retry, retrySync, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { drivers, stage } from "./driving.ts";

function* lines(): Generator<string, void> {
  yield "one";
  throw new TransientError("the connection is gone");
}

async function* pages(): AsyncGenerator<number, void> {
  yield 1;
  throw new TransientError("the connection is gone");
}

const advice = /generator.+ is not retried\. Consume it inside the (operation|function), and return what it gave\.$/s;

describe.each(drivers)("an operation of %s", (_name, driver) => {
  test.each<[what: string, make: () => unknown]>([
    ["a generator", lines],
    ["an async generator", pages],
    [
      "a generator that has begun",
      () => {
        const begun = lines();
        begun.next();
        return begun;
      },
    ],
  ])("that returns %s is a mistake, and not retried", async (_what, make) => {
    let calls = 0;
    const op = () => {
      calls++;
      return make();
    };
    const on = stage({ retry: {}, fallback: () => "fallback" });
    const { error } = await driver.call(on, op);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(advice);
    await expect(driver.execute(on, op)).rejects.toThrow(advice);
    expect(calls).toBe(2);
  });

  test("that returns a generator says nothing of the dependency", async () => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1 });
    await driver.call(stage({ circuitBreaker }), lines);
    expect(circuitBreaker.stats).toMatchObject({ totalCalls: 1, cancelledCalls: 1, failedCalls: 0 });
  });

  test.each<[what: string, value: unknown]>([
    ["a stream", new ReadableStream()],
    ["an iterator of an array", [1, 2].values()],
    ["an object of one's own that can be iterated", { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true }) }) }],
    ["an array", [1]],
    ["a generator function", lines],
    ["a function that calls itself a generator", Object.assign(() => {}, { [Symbol.toStringTag]: "Generator" })],
    ["a proxy that refuses to be asked", proxyThatRefuses()],
  ])("may return %s", async (_what, value) => {
    expect((await driver.call(stage(), () => value)).value).toBe(value);
  });

  test("consumes a generator where it retries", async () => {
    let calls = 0;
    const op = () => {
      if (++calls === 1) return [...lines()].length;
      return 3;
    };
    expect((await driver.call(stage({ retry: {} }), op)).value).toBe(3);
  });
});

/** Asked for its `then` it has none, as any value; asked for anything else it throws. */
function proxyThatRefuses(): object {
  return new Proxy(
    {},
    {
      get(_target, key) {
        if (key === "then") return undefined;
        throw new Error("refused");
      },
    },
  );
}

describe("a generator function", () => {
  const policy = new Policy();
  const refused = /\.fn must be no generator function, got "\w+": .+Consume it inside the function, and return what it gave\.$/s;

  test.each<[how: string, wrap: (fn: never) => unknown]>([
    ["wrap", (fn) => policy.wrap(fn)],
    ["wrapSync", (fn) => policy.wrapSync(fn)],
    ["retry", (fn) => retry(fn)],
    ["retry with options", (fn) => retry({ maxAttempts: 2 })(fn)],
    ["retrySync", (fn) => retrySync(fn)],
  ])("is refused by %s when it is wrapped", (_how, wrap) => {
    for (const fn of [lines, pages]) {
      expect(() => wrap(fn as never)).toThrow(TypeError);
      expect(() => wrap(fn as never)).toThrow(refused);
    }
  });

  test.each<[how: string, call: (fn: never) => unknown]>([
    ["call", (fn) => policy.call(fn)],
    ["execute", (fn) => policy.execute(fn)],
    ["callSync", (fn) => policy.callSync(fn)],
    ["executeSync", (fn) => policy.executeSync(fn)],
    ["context", (fn) => policy.context()(fn)],
    ["contextSync", (fn) => policy.contextSync()(fn)],
  ])("is refused by %s when it is called", async (_how, call) => {
    for (const fn of [lines, pages]) await expect((async () => call(fn as never))()).rejects.toThrow(advice);
  });

  test("is refused as a method", () => {
    expect(() => {
      class Users {
        @(retry as unknown as (method: unknown, context: unknown) => void)
        async *list(): AsyncGenerator<string> {
          yield "7";
        }
      }
      return Users;
    }).toThrow(refused);
  });
});
