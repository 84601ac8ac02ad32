/* `const { call } = policy`: a method without its policy says what is wrong. */
import { Bulkhead, CircuitBreaker, Policy } from "redress";
import { describe, expect, test } from "vitest";

const op = (): string => "value";

const methods: [name: string, use: (method: (...args: unknown[]) => unknown) => unknown][] = [
  ["call", (method) => method(op)],
  ["execute", (method) => method(op)],
  ["callSync", (method) => method(op)],
  ["executeSync", (method) => method(op)],
  ["context", (method) => method()],
  ["contextSync", (method) => method()],
  ["wrap", (method) => method(op)],
  ["wrapSync", (method) => method(op)],
  ["with", (method) => method({})],
  ["describe", (method) => method()],
  ["idle", (method) => method()],
];

test("every method of a policy is looked at here", () => {
  const all = Object.entries(Object.getOwnPropertyDescriptors(Policy.prototype))
    .filter(([name, { value }]) => name !== "constructor" && typeof value === "function")
    .map(([name]) => name);
  expect(methods.map(([name]) => name).sort()).toEqual(all.sort());
});

describe.each(methods)("%s", (name, use) => {
  const methodOf = (policy: Policy) => policy[name as "call"] as (...args: unknown[]) => unknown;
  const settled = async (method: (...args: unknown[]) => unknown) => await use(method);
  const message = new RegExp(
    `^${name} was called without the policy that it belongs to: call it as policy\\.${name}\\(\\.\\.\\.\\), or bind it with policy\\.${name}\\.bind\\(policy\\)\\.$`,
  );

  test("taken off its policy says what is wrong", async () => {
    const detached = methodOf(new Policy());
    await expect(settled(detached)).rejects.toBeInstanceOf(TypeError);
    await expect(settled(detached)).rejects.toThrow(message);
  });

  test.each<[what: string, self: unknown]>([
    ["another object", {}],
    ["a string", "policy"],
    ["a proxy of its policy", new Proxy(new Policy(), {})],
    ["null", null],
  ])("called on %s says so too", async (_what, self) => {
    const other = methodOf(new Policy());
    await expect(settled((...args) => other.apply(self, args))).rejects.toThrow(message);
  });

  test("bound to its policy works", async () => {
    const policy = new Policy();
    await settled(methodOf(policy).bind(policy));
  });
});

test("asynchronous calls reject, and do not throw", () => {
  const { call, execute } = new Policy();
  for (const refused of [call(op), execute(op)]) {
    expect(refused).toBeInstanceOf(Promise);
    refused.catch(() => {});
  }
});

test("calls taken off their breaker say so too, and `protect` is bound to it", async () => {
  const breaker = new CircuitBreaker();
  const { call, callSync, protect } = breaker;
  const message = (name: string): string =>
    `${name} was called without the breaker that it belongs to: call it as breaker.${name}(...), or bind it with breaker.${name}.bind(breaker).`;
  expect(() => call(op)).toThrow(message("call"));
  expect(() => callSync(op)).toThrow(message("callSync"));
  for (const self of [null, {}, "breaker", new Proxy(breaker, {})])
    expect(() => callSync.call(self as never, op)).toThrow(new TypeError(message("callSync")));
  expect(await protect(op)()).toBe("value");
  expect(await call.bind(breaker)(op)).toBe("value");
});

test.each([[undefined], [null], ["limiter"], [{}], [new Policy()]])(
  "what runs through a limiter, called on %o, says so too",
  async (self) => {
    const { run, runSync } = new Bulkhead({ maxConcurrent: 1 });
    const message = (name: string): string =>
      `${name} was called without the limiter that it belongs to: call it as limiter.${name}(...), or bind it with limiter.${name}.bind(limiter).`;
    await expect(run.call(self, op)).rejects.toThrow(new TypeError(message("run")));
    expect(() => runSync.call(self, op)).toThrow(new TypeError(message("runSync")));
  },
);
