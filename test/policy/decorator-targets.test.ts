/*
 * What `retry`, `retrySync` and `@breaker.protect` may be applied to, as compilers call them by hand: legacy decorators get a prototype, a key and a
 * descriptor. The helpers of Babel and swc hand over no `this`, and descriptors that carry more.
 */
import { CircuitBreaker, constant, EventName, retry } from "redress";
import { describe, expect, test } from "vitest";

type Decorator = (...args: readonly unknown[]) => unknown;

const quick = { strategy: constant(0) };
const greet = async (): Promise<string> => "hello";

describe("@breaker.protect called by itself", () => {
  const detached = (breaker = new CircuitBreaker()): Decorator => {
    const { protect } = breaker;
    return protect as unknown as Decorator;
  };
  const method = { greet }.greet;

  test("as a standard decorator", async () => {
    const greet = detached()(method, { kind: "method", name: "greet", static: false }) as typeof method;
    expect(await greet()).toBe("hello");
  });

  test("as a legacy decorator, leaves the rest of the descriptor as it was", async () => {
    const descriptor = { configurable: true, enumerable: true, writable: true, initializer: undefined, value: method };
    const decorated = detached()({}, "greet", descriptor) as typeof descriptor;
    expect(decorated).toEqual({ ...descriptor, value: expect.any(Function) });
    expect(await decorated.value()).toBe("hello");
    expect(descriptor.value).toBe(method);
  });

  test("gets the prototype for the descriptor from jiti, and reads the method's own", async () => {
    const prototype = Object.defineProperty({}, "greet", { value: method, writable: true, configurable: true });
    const decorated = detached()(prototype, "greet", prototype) as PropertyDescriptor;
    expect(decorated).toEqual({ value: expect.any(Function), writable: true, enumerable: false, configurable: true });
    expect(decorated.value).not.toBe(method);
    expect(await decorated.value()).toBe("hello");
  });

  test("wraps functions and methods whatever they are called", async () => {
    const named = { class: () => "class", classify: () => "classify" };
    const { protect } = new CircuitBreaker();
    expect([await protect(named.class)(), await protect(named.classify)()]).toEqual(["class", "classify"]);
    const { class: shorthand } = {
      class() {
        return "shorthand";
      },
    };
    expect(await protect(shorthand)()).toBe("shorthand");
  });
});

const fieldAdvice = (owner: string): string => ` A function in a field is wrapped by itself: field = ${owner}(...).`;

describe.each<[string, Decorator, string]>([
  ["@breaker.protect", new CircuitBreaker().protect as unknown as Decorator, "circuitBreaker.protect"],
  ["@retry", retry as unknown as Decorator, "retry"],
  ["@retry with options", retry(quick) as unknown as Decorator, "retry"],
])("%s refuses", (_what, decorate, owner) => {
  test.each<[string, readonly unknown[], string]>([
    ["a class, with a context", [class Users {}, { kind: "class", name: "Users" }], 'the class "Users".'],
    ["a field", [undefined, { kind: "field", name: "users" }], `the field "users".${fieldAdvice(owner)}`],
    ["a getter", [() => 1, { kind: "getter", name: "users" }], 'the getter "users".'],
    ["a legacy getter", [{}, "users", { get: () => 1 }], `the accessor "users".${fieldAdvice(owner)}`],
    ["a legacy setter", [{}, "users", { set: () => {} }], `the accessor "users".${fieldAdvice(owner)}`],
    ["a legacy field", [{}, "users", undefined], `the field "users".${fieldAdvice(owner)}`],
    ["a legacy field named by a symbol", [{}, Symbol("users"), undefined], `the field "Symbol(users)".${fieldAdvice(owner)}`],
    ["a parameter", [{}, "greet", 0], 'a parameter of "greet".'],
    ["a parameter of a constructor", [class Users {}, undefined, 0], "a parameter of a constructor."],
    ["a class among legacy methods", [{}, "users", { value: class Users {} }], 'the class "Users".'],
    ["a method that is none", [undefined, { kind: "method", name: "users" }], "undefined."],
  ])("%s", (_what, args, got) => {
    expect(() => decorate(...args)).toThrow(new TypeError(`${owner} must be applied to a function or method, got ${got}`));
  });
});

test("what is called with one argument that is no function is told as it is", () => {
  const decorate = retry(quick) as unknown as Decorator;
  for (const [target, got] of [
    [undefined, "undefined"],
    [null, "null"],
    [3, "3"],
    [class Users {}, 'the class "Users"'],
  ])
    expect(() => decorate(target)).toThrow(new TypeError(`retry must be applied to a function or method, got ${got}.`));
});

test("a legacy method names its operation", async () => {
  const operations: unknown[] = [];
  const onMetric = (event: string, _attempt: number, _sleepMs: number, { operation }: { operation?: string }) => {
    if (event === EventName.SUCCESS) operations.push(operation);
  };
  const decorate = retry({ hooks: { onMetric } }) as unknown as Decorator;
  const { value } = decorate({}, "welcome", { value: greet }) as { value: typeof greet };
  expect([await value(), operations]).toEqual(["hello", ["welcome"]]);
});
