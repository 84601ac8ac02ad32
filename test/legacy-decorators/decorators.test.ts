/*
 * The decorators of TypeScript's `experimentalDecorators`. This folder's tsconfig.json turns them on, for the compiler and for the
 * test runner's transformer alike; the first test makes sure of it.
 */
import { constant, retry, retrySync, type Tags, TransientError } from "redress";
import { describe, expect, test } from "vitest";

const quick = { strategy: constant(0) };

/** Writes down what decorators are called with. */
const calledWith: unknown[][] = [];
const spy = (...args: unknown[]): void => {
  calledWith.push(args);
};

const operations: (string | undefined)[] = [];
const hooks = {
  onMetric: (_event: string, _attempt: number, _sleepMs: number, { operation }: Tags) => operations.push(operation),
};

class Counter {
  static made = 0;
  count = 0;
  failures = 0;

  private fail(): void {
    if (this.failures-- > 0) throw new TransientError();
  }

  @spy
  spied(): void {}

  @retry
  async plain(by: number): Promise<number> {
    this.count += by;
    return this.count;
  }

  @retry(quick)
  async add(by: number): Promise<number> {
    this.fail();
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
    this.fail();
    this.count += by;
    return this.count;
  }

  @retry(quick)
  static async make(failures: { left: number }): Promise<number> {
    if (failures.left-- > 0) throw new TransientError();
    return ++Counter.made;
  }

  @retry({ hooks })
  async fetchUser(): Promise<void> {}

  @retrySync({ hooks, operation: "drop_user" })
  dropUser(): void {}

  @retry({ hooks })
  async [Symbol.asyncDispose](): Promise<void> {}
}

function counter(failures: number): Counter {
  return Object.assign(new Counter(), { failures });
}

test("these are legacy decorators: they receive the prototype, the key and the descriptor", () => {
  expect(calledWith).toEqual([
    [Counter.prototype, "spied", expect.objectContaining({ value: Counter.prototype.spied, writable: true })],
  ]);
});

describe("@retry and @retrySync", () => {
  test("without options", async () => {
    const { plain } = Counter.prototype;
    const one = counter(0);
    expect(await one.plain(2)).toBe(2);
    expect(one.plainSync(3)).toBe(5);
    expect(plain).toHaveLength(1);
  });

  test("keep `this` through the retries", async () => {
    const [one, two] = [counter(2), counter(1)];
    expect(await Promise.all([one.add(5), two.add(7)])).toEqual([5, 7]);
    expect(Object.assign(one, { failures: 2 }).addSync(1)).toBe(6);
  });

  test("give up as policies do", async () => {
    await expect(counter(99).add(1)).rejects.toBeInstanceOf(TransientError);
    expect(() => counter(99).addSync(1)).toThrow(TransientError);
  });

  test("work on static methods", async () => {
    expect(await Counter.make({ left: 2 })).toBe(1);
  });

  test("name the operation after the method, unless it has a name", async () => {
    const one = counter(0);
    await one.fetchUser();
    one.dropUser();
    await one[Symbol.asyncDispose]();
    expect(operations).toEqual(["fetchUser", "drop_user", String(Symbol.asyncDispose)]);
  });

  test("leave the method as it was but for its value: its name, and whether it is enumerable, writable and configurable", () => {
    expect(Object.getOwnPropertyDescriptor(Counter.prototype, "add")).toMatchObject({
      enumerable: false,
      writable: true,
      configurable: true,
    });
    expect(Counter.prototype.add.name).toBe("add");
  });
});

describe("misuse is refused when it is written, not when it is called", () => {
  const decorate = retry as unknown as (...args: unknown[]) => unknown;
  const refused = /^retry must be applied to a function or method, got /;

  test("on a getter, which has no value", () => {
    const descriptor = { get: () => 1, configurable: true, enumerable: false };
    expect(() => decorate(Counter.prototype, "x", descriptor)).toThrow(/, got the accessor "x"\./);
    expect(() => (decorate(quick) as typeof decorate)(Counter.prototype, "x", descriptor)).toThrow(refused);
  });

  test("on a property, which has no descriptor", () => {
    expect(() => decorate(Counter.prototype, "x")).toThrow(refused);
    expect(() => decorate(Counter.prototype, "x", undefined)).toThrow(
      /, got the field "x"\. A function in a field is wrapped by itself/,
    );
    expect(() => decorate(Counter.prototype, "x", { initializer: () => () => 1 })).toThrow(/, got the field "x"\./);
  });

  test("on a parameter", () => {
    expect(() => decorate(Counter.prototype, "add", 0)).toThrow(/, got a parameter of "add"\.$/);
    expect(() => decorate(Counter, undefined, 0)).toThrow(/, got a parameter of a constructor\.$/);
  });

  test("on a class, which cannot be called", () => {
    class Users {}
    expect(() => decorate(Users)).toThrow(refused);
    expect(() => (decorate(quick) as typeof decorate)(Users)).toThrow(refused);
  });
});
