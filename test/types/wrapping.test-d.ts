import { CircuitBreaker, type Policy, retry, retrySync } from "redress";
import { describe, expectTypeOf, test } from "vitest";

declare const policy: Policy;

interface Service {
  readonly url: string;
}

function fetchUser(this: Service, id: string, depth?: number): Promise<{ id: string; depth: number }> {
  return Promise.resolve({ id: this.url + id, depth: depth ?? 0 });
}

function readUser(this: Service, id: string, ...tags: readonly string[]): number {
  return this.url.length + id.length + tags.length;
}

describe("wrapped functions", () => {
  test("keep their parameters and `this`", () => {
    const wrapped = policy.wrap(fetchUser);
    expectTypeOf(wrapped).parameters.toEqualTypeOf<[id: string, depth?: number | undefined]>();
    expectTypeOf(wrapped).thisParameter.toEqualTypeOf<Service>();
    expectTypeOf(wrapped).returns.toEqualTypeOf<Promise<{ id: string; depth: number }>>();

    const sync = policy.wrapSync(readUser);
    expectTypeOf(sync).parameters.toEqualTypeOf<[id: string, ...tags: string[]]>();
    expectTypeOf(sync).thisParameter.toEqualTypeOf<Service>();
    expectTypeOf(sync).returns.toEqualTypeOf<number>();
  });

  test("are asynchronous by `wrap`, whatever they were", () => {
    expectTypeOf(policy.wrap(readUser)).returns.toEqualTypeOf<Promise<number>>();
  });

  test("refuse other arguments", () => {
    const wrapped = policy.wrap((id: string, depth: number) => id.repeat(depth));
    // @ts-expect-error an argument is missing
    void wrapped("id");
    // @ts-expect-error the second is a number
    void wrapped("id", "2");
    // @ts-expect-error there is no third
    void wrapped("id", 2, 3);
  });

  test("by a breaker too", () => {
    const guarded = new CircuitBreaker().protect(fetchUser);
    expectTypeOf(guarded).parameters.toEqualTypeOf<[id: string, depth?: number | undefined]>();
    expectTypeOf(guarded).thisParameter.toEqualTypeOf<Service>();
    expectTypeOf(guarded).returns.toEqualTypeOf<Promise<{ id: string; depth: number }>>();
    expectTypeOf(new CircuitBreaker().protect((id: string, n = 1) => id.repeat(n))).parameters.toEqualTypeOf<
      [id: string, n?: number | undefined]
    >();
    // @ts-expect-error the function is called without arguments
    void new CircuitBreaker().call((attempt: { signal: AbortSignal }) => attempt.signal);
    expectTypeOf(new CircuitBreaker().call(async () => 5)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(new CircuitBreaker().callSync(() => 5)).toEqualTypeOf<number>();
  });
});

describe("bound calls", () => {
  test("take the function's own parameters", () => {
    const bound = policy.context({ operation: "batch" });
    expectTypeOf(bound((id: string, n: number) => `${id}${n}`, "a", 1)).toEqualTypeOf<Promise<string>>();
    // @ts-expect-error an argument is missing
    void bound((id: string, n: number) => `${id}${n}`, "a");
    // @ts-expect-error the second is a number
    void bound((id: string, n: number) => `${id}${n}`, "a", "1");
    // @ts-expect-error one too many
    void bound((id: string) => id, "a", 1);
  });

  test("synchronous ones answer at once", () => {
    const bound = policy.contextSync();
    expectTypeOf(bound((n: number) => n * 2, 2)).toEqualTypeOf<number>();
  });

  test("are disposable", () => {
    expectTypeOf(policy.context()).toExtend<Disposable>();
    expectTypeOf(policy.contextSync()).toExtend<Disposable>();
  });
});

describe("retry and retrySync", () => {
  test("keep parameters and `this`", () => {
    for (const wrapped of [retry(fetchUser), retry({ maxAttempts: 2 })(fetchUser), retry()(fetchUser)]) {
      expectTypeOf(wrapped).parameters.toEqualTypeOf<[id: string, depth?: number | undefined]>();
      expectTypeOf(wrapped).thisParameter.toEqualTypeOf<Service>();
      expectTypeOf(wrapped).returns.toEqualTypeOf<Promise<{ id: string; depth: number }>>();
    }
    for (const wrapped of [retrySync(readUser), retrySync({ maxAttempts: 2 })(readUser)]) {
      expectTypeOf(wrapped).parameters.toEqualTypeOf<[id: string, ...tags: string[]]>();
      expectTypeOf(wrapped).thisParameter.toEqualTypeOf<Service>();
      expectTypeOf(wrapped).returns.toEqualTypeOf<number>();
    }
  });

  test("retry is always asynchronous", () => {
    expectTypeOf(retry((n: number) => n * 2)).toEqualTypeOf<(this: unknown, n: number) => Promise<number>>();
    expectTypeOf(retry({})((n: number) => n * 2)(2)).toEqualTypeOf<Promise<number>>();
  });

  test("a fallback in the options widens the result, a result classifier narrows what may be wrapped", () => {
    expectTypeOf(retry({ fallback: () => null })(async (n: number) => n)).returns.toEqualTypeOf<Promise<number | null>>();
    const responses = retry({ resultClassifier: (response: Response) => (response.ok ? null : "TRANSIENT") });
    expectTypeOf(responses((url: string) => fetch(url))).returns.toEqualTypeOf<Promise<Response>>();
    // @ts-expect-error a string is no Response
    responses(async () => "text");
  });

  test("refuse options that they do not know", () => {
    // @ts-expect-error a misspelt option
    retry({ maxAttempt: 3 });
    // @ts-expect-error a class is no function to call
    retry(class {});
  });
});

describe("decorators", () => {
  test("decorate methods, which keep their types", () => {
    class Users {
      readonly url = "";

      @retry
      async plain(id: string): Promise<number> {
        return this.url.length + id.length;
      }

      @retry({ maxAttempts: 2 })
      async configured<T>(value: T): Promise<T> {
        return value;
      }

      @retrySync
      plainSync(id: string): number {
        return id.length;
      }

      @retrySync({ operation: "read" })
      configuredSync(id: string): number {
        return id.length;
      }

      @retry
      static async make(): Promise<Users> {
        return new Users();
      }
    }
    expectTypeOf(Users.prototype.plain).toEqualTypeOf<(id: string) => Promise<number>>();
    expectTypeOf(Users.prototype.configured("text")).toEqualTypeOf<Promise<string>>();
    expectTypeOf(Users.prototype.plainSync).toEqualTypeOf<(id: string) => number>();
    expectTypeOf(Users.prototype.configuredSync).toEqualTypeOf<(id: string) => number>();
    expectTypeOf(Users.make).toEqualTypeOf<() => Promise<Users>>();
  });

  // Getters and fields compile, since `retry(fn)` and `retry()` have a signature that fits them; they are refused when the class is made.
  test("retry refuses a synchronous method, which it would make asynchronous", () => {
    class Users {
      // @ts-expect-error that is for @retrySync
      @retry
      sync(id: string): number {
        return id.length;
      }
    }
    return Users;
  });

  test("refuse a class", () => {
    // @ts-expect-error a class is no method
    @retry
    class Users {}
    return Users;
  });
});
