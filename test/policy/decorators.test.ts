/*
 * Standard decorators, which the test runner's transformer lowers. The legacy ones have a folder of their own. What decorators are called with by hand
 * is in decorator-targets.test.ts; what is here is long for its many kinds of functions.
 */
import { constant, EventName, Policy, RetryExhaustedError, retry, retrySync, TransientError } from "redress";
import { describe, expect, test } from "vitest";
import { failing } from "./failing.ts";

const quick = { strategy: constant(0) };

describe("retry(fn)", () => {
  test("hands the parameters and the result through", async () => {
    expect(await retry(async (a: number, b: number) => a + b)(1, 2)).toBe(3);
  });

  test("with options in front: retry(options)(fn)", async () => {
    const op = failing(2, "value");
    expect(await retry(quick)(op)()).toBe("value");
    expect(op.calls).toBe(3);
  });

  test("one set of options serves many functions, which share no state", async () => {
    const withRetry = retry({ ...quick, maxAttempts: 1, circuitBreaker: { failureThreshold: 1 } });
    const [one, two] = [withRetry(failing(1, "one")), withRetry(failing(0, "two"))];
    await expect(one()).rejects.toThrow(TransientError);
    await expect(one()).rejects.toThrow(/Circuit .* is open/);
    expect(await two()).toBe("two");
  });

  test("is always asynchronous, for a synchronous function too", async () => {
    const returned = retry(() => 5)();
    expect(returned).toBeInstanceOf(Promise);
    expect(await returned).toBe(5);
    const thrown = retry({ maxAttempts: 1 })((): number => {
      throw new TransientError("now");
    })();
    await expect(thrown).rejects.toThrow("now");
  });

  test("keeps `this`, the name and the number of parameters", async () => {
    function greet(this: { name: string }, greeting: string, end: string) {
      return `${greeting} ${this.name}${end}`;
    }
    const wrapped = retry(greet);
    expect([wrapped.name, wrapped.length]).toEqual(["greet", 2]);
    const { name, length } = Object.getOwnPropertyDescriptors(wrapped);
    for (const described of [name, length])
      expect(described).toMatchObject({ configurable: true, enumerable: false, writable: false });
    expect(await wrapped.call({ name: "Ada" }, "Hello", "!")).toBe("Hello Ada!");
  });

  test("throws what the policy throws", async () => {
    const always = (): never => {
      throw new TransientError("down");
    };
    await expect(retry({ ...quick, maxAttempts: 2 })(always)()).rejects.toThrow("down");
    await expect(retry({ ...quick, maxAttempts: 2, onExhausted: "wrap" })(always)()).rejects.toThrow(RetryExhaustedError);
  });
});

describe("retrySync(fn)", () => {
  test("retries on the spot", () => {
    const op = failing(2, "value");
    expect(retrySync(quick)(op)()).toBe("value");
    expect(op.calls).toBe(3);
    expect(retrySync(() => 7)()).toBe(7);
  });

  test("keeps `this`, the name and the number of parameters", () => {
    function greet(this: { name: string }, greeting: string) {
      return `${greeting} ${this.name}`;
    }
    const wrapped = retrySync(greet);
    expect([wrapped.name, wrapped.length]).toEqual(["greet", 1]);
    expect(wrapped.call({ name: "Ada" }, "Hello")).toBe("Hello Ada");
  });

  test("refuses a function that returns a promise", () => {
    expect(() => retrySync(async () => 5)()).toThrow(TypeError);
  });
});

describe("the operation's name", () => {
  const seen: (string | undefined)[] = [];
  const hooks = {
    onMetric: (event: string, _attempt: number, _sleepMs: number, tags: { operation?: string }) => {
      if (event === EventName.SUCCESS) seen.push(tags.operation);
    },
  };
  const nameOf = async (run: () => unknown) => {
    seen.length = 0;
    await run();
    return seen;
  };

  test("is the function's", async () => {
    expect(await nameOf(retry({ hooks })(function fetchUser() {}))).toEqual(["fetchUser"]);
    expect(await nameOf(retrySync({ hooks })(function readFile() {}))).toEqual(["readFile"]);
  });

  test("is the one that was given, if any", async () => {
    expect(await nameOf(retry({ hooks, operation: "fetch_user" })(function fetchUser() {}))).toEqual(["fetch_user"]);
  });

  test("is left out where the function has none", async () => {
    expect(await nameOf(retry({ hooks })((() => () => {})()))).toEqual([undefined]);
  });

  test("is the method's", async () => {
    class Users {
      @retry({ hooks })
      async fetchUser() {}
      @retrySync({ hooks })
      readUser() {}
      @retry({ hooks, operation: "drop_user" })
      async dropUser() {}
    }
    const users = new Users();
    expect(await nameOf(() => users.fetchUser())).toEqual(["fetchUser"]);
    expect(await nameOf(() => users.readUser())).toEqual(["readUser"]);
    expect(await nameOf(() => users.dropUser())).toEqual(["drop_user"]);
  });
});

describe("@retry and @retrySync on methods", () => {
  class Counter {
    static made = 0;
    count = 0;
    failures: number;

    constructor(failures = 0) {
      this.failures = failures;
    }

    #fail(): void {
      if (this.failures-- > 0) throw new TransientError();
    }

    @retry
    async plain(by: number): Promise<number> {
      this.#fail();
      this.count += by;
      return this.count;
    }

    @retry(quick)
    async add(by: number): Promise<number> {
      this.#fail();
      this.count += by;
      return this.count;
    }

    @retrySync
    plainSync(by: number): number {
      this.count += by;
      return this.count;
    }

    @retrySync(quick)
    addSync(by: number): number {
      this.#fail();
      this.count += by;
      return this.count;
    }

    @retry(quick)
    static async make(failures: { left: number }): Promise<number> {
      if (failures.left-- > 0) throw new TransientError();
      return ++Counter.made;
    }

    @retry(quick)
    async #hidden(): Promise<string> {
      this.#fail();
      return "hidden";
    }

    revealed(): Promise<string> {
      return this.#hidden();
    }

    @retry(quick)
    async [Symbol.asyncDispose](): Promise<void> {
      this.#fail();
    }
  }

  test("without options", async () => {
    const counter = new Counter();
    expect(await counter.plain(2)).toBe(2);
    expect(counter.plainSync(3)).toBe(5);
  });

  test("keep `this`, fields and private ones too, through the retries", async () => {
    const counter = new Counter(2);
    expect(await counter.add(5)).toBe(5);
    counter.failures = 2;
    expect(counter.addSync(1)).toBe(6);
  });

  test("do not mix the instances up", async () => {
    const [one, two] = [new Counter(1), new Counter(2)];
    await Promise.all([one.add(1), two.add(10), one.add(1)]);
    expect([one.count, two.count]).toEqual([2, 10]);
  });

  test("work on static, private and symbol-named methods", async () => {
    expect(await Counter.make({ left: 2 })).toBe(1);
    expect(await new Counter(1).revealed()).toBe("hidden");
    await new Counter(1)[Symbol.asyncDispose]();
  });

  test("leave the method its name, and are inherited and overridden as methods are", async () => {
    class Doubled extends Counter {
      override async add(by: number): Promise<number> {
        return super.add(by * 2);
      }
    }
    expect(Counter.prototype.add.name).toBe("add");
    expect(await new Doubled(1).add(4)).toBe(8);
  });
});

describe("misuse is refused when it is written, not when it is called", () => {
  const decorate = retry as unknown as (...args: unknown[]) => unknown;
  const context = (kind: string) => ({ kind, name: "x", addInitializer() {} });

  test.each([
    ["a class", class Users {}, context("class")],
    ["a getter", () => 1, context("getter")],
    ["a setter", () => 1, context("setter")],
    ["a field", undefined, context("field")],
    ["an accessor", { get: () => 1, set: () => {} }, context("accessor")],
  ])("on %s", (_what, target, about) => {
    const message = new RegExp(`^retry must be applied to a function or method, got the ${about.kind} "x"\\.`);
    expect(() => decorate(target, about)).toThrow(TypeError);
    expect(() => decorate(target, about)).toThrow(message);
    expect(() => (decorate(quick) as typeof decorate)(target, about)).toThrow(message);
  });

  test("on a field or an accessor, and says how a function in a field is wrapped", () => {
    for (const kind of ["field", "accessor"]) {
      expect(() => decorate(undefined, context(kind))).toThrow(
        /A function in a field is wrapped by itself: field = retry\(\.\.\.\)\.$/,
      );
    }
  });

  test.each<[how: string, wrap: (fn: never) => unknown, owner: string]>([
    ["retry", (fn) => retry(fn), "retry must be applied to a function or method"],
    ["retry with options", (fn) => retry(quick)(fn), "retry must be applied to a function or method"],
    ["retrySync", (fn) => retrySync(fn), "retrySync must be applied to a function or method"],
    ["wrap", (fn) => new Policy().wrap(fn), "wrap.fn must be a function"],
    ["wrapSync", (fn) => new Policy().wrapSync(fn), "wrapSync.fn must be a function"],
  ])("on a class by %s, since a class cannot be called", (_how, wrap, owner) => {
    for (const Users of [class Users {}, Object.freeze(class Users extends Map {})]) {
      expect(() => wrap(Users as never)).toThrow(`${owner}, got the class "Users".`);
    }
  });

  test.each<[what: string, fn: () => string]>([
    ["a method whose name begins with class", { classify: () => "value" }.classify],
    [
      "a short method of that name",
      {
        classify() {
          return "value";
        },
      }.classify,
    ],
    [
      "a method named class",
      {
        class() {
          return "value";
        },
      }.class,
    ],
    ["a method named class, with a space in its source", new Function("return { class () { return 'value'; } }.class")()],
    [
      "a method named class$",
      {
        class$() {
          return "value";
        },
      }.class$,
    ],
    [
      "a function whose name begins with class",
      function classify() {
        return "value";
      },
    ],
    [
      "a frozen function",
      Object.freeze(function classify() {
        return "value";
      }),
    ],
    [
      "a frozen function that speaks of a class",
      Object.freeze(function welcome() {
        return "value of no class".slice(0, 5);
      }),
    ],
  ])("never on %s", async (_what, fn) => {
    expect(await retry(fn)()).toBe("value");
    expect(retrySync(fn)()).toBe("value");
    expect(await new Policy().wrap(fn)()).toBe("value");
  });

  test("on a method with options that are none", () => {
    expect(() => {
      class Users {
        @retry({ maxAttempts: 0 })
        async fetchUser() {}
      }
      return Users;
    }).toThrow(RangeError);
  });
});
