import {
  type AttemptInfo,
  type BoundCallWithAttempt,
  CircuitBreaker,
  type Policy,
  type RetryFunctionOptions,
  type RetryWithAttempt,
  retry,
  retrySync,
  type WrapOptions,
} from "redress";
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

declare function load(path: string): string;
declare function load(path: string, parse: true): Promise<number>;

const defaults = (id: string, depth = 1, { tags = ["none"] } = {}): string => id.repeat(depth) + tags.join();
type Defaults = [id: string, depth?: number | undefined, options?: { tags?: string[] | undefined } | undefined];

describe("wrapped functions", () => {
  test("keep parameters with defaults optional, and their types, also where they are written in place", () => {
    expectTypeOf(policy.wrap(defaults)).parameters.toEqualTypeOf<Defaults>();
    const inPlace = [
      policy.wrap((id: string, depth = 1) => id.repeat(depth)),
      retry((id: string, depth = 1) => id.repeat(depth)),
      retry({ maxAttempts: 2 })((id: string, depth = 1) => id.repeat(depth)),
    ];
    for (const wrapped of inPlace) {
      expectTypeOf(wrapped).parameters.toEqualTypeOf<[id: string, depth?: number | undefined]>();
      expectTypeOf(wrapped).returns.toEqualTypeOf<Promise<string>>();
    }
    const onTheSpot = [
      policy.wrapSync((id: string, depth = 1) => id.repeat(depth)),
      retrySync((id: string, depth = 1) => id.repeat(depth)),
    ];
    for (const wrapped of onTheSpot) {
      expectTypeOf(wrapped).parameters.toEqualTypeOf<[id: string, depth?: number | undefined]>();
      expectTypeOf(wrapped).returns.toEqualTypeOf<string>();
    }
    // @ts-expect-error the second is a number
    void policy.wrap((id: string, depth = 1) => id.repeat(depth))("id", "2");
  });

  test("keep overloads apart", () => {
    for (const wrapped of [policy.wrap(load), retry(load), retry({ maxAttempts: 2 })(load)]) {
      expectTypeOf(wrapped("path")).toEqualTypeOf<Promise<string>>();
      expectTypeOf(wrapped("path", true)).toEqualTypeOf<Promise<number>>();
      // @ts-expect-error no overload has it
      void wrapped("path", false);
    }
    const sync = policy.wrapSync(load);
    expectTypeOf(sync("path")).toEqualTypeOf<string>();
    expectTypeOf(sync("path", true)).toEqualTypeOf<Promise<number>>();
  });

  test("keep type parameters", () => {
    const first = <T>(values: readonly T[], otherwise: T): T => values[0] ?? otherwise;
    for (const wrapped of [policy.wrap(first), retry(first), retry({ maxAttempts: 2 })(first)]) {
      expectTypeOf(wrapped([1, 2], 3)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(wrapped(["a"], "b")).toEqualTypeOf<Promise<string>>();
    }
    expectTypeOf(policy.wrapSync(first)([1, 2], 3)).toEqualTypeOf<number>();
    expectTypeOf(policy.wrap(async <T extends string>(id: T) => id)("a")).toEqualTypeOf<Promise<"a">>();
  });

  test("keep a rest parameter that is read only", () => {
    const wrapped = policy.wrap((...tags: readonly string[]) => tags.length);
    expectTypeOf(wrapped("one", "two")).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error tags are strings
    void wrapped("one", 2);
  });

  test("are wrapped inside of generic functions", () => {
    const wrapAny = <Args extends unknown[], T>(fn: (...args: Args) => Promise<T>) => policy.wrap(fn);
    expectTypeOf(wrapAny(async (id: string, depth: number) => id.length + depth)("id", 1)).toEqualTypeOf<Promise<number>>();
  });

  test("are functions", () => {
    // @ts-expect-error a number is none
    policy.wrap(5);
    // @ts-expect-error a class cannot be called
    policy.wrap(class {});
    // @ts-expect-error neither can it on the spot
    policy.wrapSync(class {});
  });

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

describe("passAttempt", () => {
  const find = ({ signal }: AttemptInfo, id: string, depth?: number): string => `${id}${depth}${signal.aborted}`;

  test("takes the first parameter away from the wrapper", () => {
    for (const wrapped of [policy.wrap(find, { passAttempt: true }), retry({ passAttempt: true })(find)]) {
      expectTypeOf(wrapped).parameters.toEqualTypeOf<[id: string, depth?: number | undefined]>();
      expectTypeOf(wrapped).returns.toEqualTypeOf<Promise<string>>();
    }
    for (const wrapped of [policy.wrapSync(find, { passAttempt: true }), retrySync({ passAttempt: true })(find)]) {
      expectTypeOf(wrapped).parameters.toEqualTypeOf<[id: string, depth?: number | undefined]>();
      expectTypeOf(wrapped).returns.toEqualTypeOf<string>();
    }
    expectTypeOf(retry({ passAttempt: true })).toEqualTypeOf<RetryWithAttempt>();
  });

  test("gives a parameter without a type that of the attempt", () => {
    policy.wrap((attempt, id: string) => [expectTypeOf(attempt).toEqualTypeOf<AttemptInfo>(), id], { passAttempt: true });
    retry({ passAttempt: true })((attempt) => expectTypeOf(attempt).toEqualTypeOf<AttemptInfo>());
    expectTypeOf(policy.wrap(({ attempt }) => attempt, { passAttempt: true })).parameters.toEqualTypeOf<[]>();
  });

  test("keeps type parameters and `this`", () => {
    const wrapped = policy.wrap(<T>(_attempt: AttemptInfo, value: T) => value, { passAttempt: true });
    expectTypeOf(wrapped("text")).toEqualTypeOf<Promise<string>>();
    function ofService(this: Service, _attempt: AttemptInfo, id: string): string {
      return this.url + id;
    }
    expectTypeOf(policy.wrap(ofService, { passAttempt: true })).thisParameter.toEqualTypeOf<Service>();
  });

  test("holds for all functions of a bound call", () => {
    const bound = policy.context({ passAttempt: true });
    expectTypeOf(bound).toEqualTypeOf<BoundCallWithAttempt>();
    expectTypeOf(bound(find, "id")).toEqualTypeOf<Promise<string>>();
    expectTypeOf(policy.contextSync({ passAttempt: true })(find, "id", 2)).toEqualTypeOf<string>();
    // @ts-expect-error an argument is missing
    void bound(find);
  });

  test("is refused where it means nothing", () => {
    // @ts-expect-error the operation of a call gets its attempt in any case
    void policy.call(() => 1, { passAttempt: true });
    // @ts-expect-error so does that of an execution
    void policy.execute(() => 1, { passAttempt: true });
    class Users {
      // @ts-expect-error a decorator cannot say that the method is called without it
      @retry({ passAttempt: true })
      async find(attempt: AttemptInfo, id: string): Promise<string> {
        return `${attempt.attempt} ${id}`;
      }
    }
    return Users;
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

  test("take the options of calls beside those of the policy", () => {
    const options = { maxAttempts: 2, operation: "find", signal: new AbortController().signal, abortIf: () => false };
    expectTypeOf(options).toExtend<RetryFunctionOptions>();
    expectTypeOf(retry({ ...options, onMetric: () => {} })(fetchUser))
      .parameter(0)
      .toEqualTypeOf<string>();
    expectTypeOf<WrapOptions["passAttempt"]>().toEqualTypeOf<RetryFunctionOptions["passAttempt"]>();
    // @ts-expect-error only `execute` captures a timeline
    retry({ captureTimeline: true });
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
