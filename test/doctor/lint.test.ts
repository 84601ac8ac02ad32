import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Bulkhead, CircuitBreaker, Hedge, keyed, Policy, RateLimiter, Retry, RetryPolicy, unlimited } from "redress";
import { kindOf, type LintOptions, lint, RULES, type RuleId } from "redress/doctor";
import { expect, test, vi } from "vitest";
import { column, root, tableBelow } from "../docs/pages.ts";
import { budget, rulesOf } from "./findings.ts";

/** As another copy of the package would have made it: not an instance of this one's class. */
const stranger = (thing: object): object => {
  const copy = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(thing));
  return Object.defineProperty(copy, "constructor", { value: class Stranger {} });
};

test.each<[string, unknown, ReturnType<typeof kindOf>]>([
  ["a policy", new Policy(), "policy"],
  ["a RetryPolicy", new RetryPolicy(), "policy"],
  ["the policies of keyed()", keyed({ retry: {} }), "keyed policies"],
  ["the policies of a function that has made none", keyed(() => ({ retry: {} })), null],
  ["a retry", new Retry({ budget: unlimited }), "retry"],
  ["a retry of another copy", stranger(new Retry()), "retry"],
  ["a breaker", new CircuitBreaker(), "breaker"],
  ["an empty object", {}, "retry config"],
  ["an object with an option of a retry", { maxAttempts: 3, other: 1 }, "retry config"],
  ["options for a RetryPolicy", { maxAttempts: 3, operation: "users" }, "retry config"],
  ["an object with a retry", { retry: {} }, "policy options"],
  ["an object with an option of a policy", { operation: "users" }, "policy options"],
  ["an object with an option that only a breaker has", { name: "users", failureThreshold: 5 }, "breaker options"],
  ["an object that shares an option with a breaker", { failureThreshold: 5, classifier: () => "UNKNOWN" }, "breaker options"],
  ["an object with options of a breaker and of a retry", { failureThreshold: 5, maxAttempts: 3 }, "retry config"],
  ["an object with a limiter", { limiter: new Bulkhead({ maxConcurrent: 5 }) }, "policy options"],
  ["options for a RetryPolicy with a hedge", { maxAttempts: 3, hedge: new Hedge({ delayMs: 50 }) }, "retry config"],
  ["a limiter", new Bulkhead({ maxConcurrent: 5 }), null],
  ["a hedge", new Hedge({ delayMs: 50 }), null],
  [
    "limiters and hedges under names like options",
    { limit: new Bulkhead({ maxConcurrent: 5 }), edge: new Hedge({ delayMs: 50 }) },
    null,
  ],
  ["an object whose keys are all misspelled options", { rety: { maxAttempts: 3 }, circuitBraker: {} }, "policy options"],
  ["an object with names that go on after that of an option", { retryA: {}, retry2: {} }, null],
  ["an object with two misspelled names of one option", { rety: {}, rtry: {} }, null],
  ["an object with a misspelled option and something else", { rety: {}, port: 80 }, null],
  ["an object that has a name", { name: "users", windowMs: 5 }, null],
  ["an object without options", { port: 80 }, null],
  ["a record of subjects", { retry: new Retry(), payments: new Policy() }, null],
  ["a class", Policy, null],
  ["an array", [new Policy()], null],
  ["an instance of something", new Date(), null],
  ["a number", 3, null],
  ["null", null, null],
  ["undefined", undefined, null],
  [
    "what cannot be looked at",
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
      },
    ),
    null,
  ],
])("the kind of %s", (_what, value, kind) => {
  expect(kindOf(value)).toBe(kind);
});

test.each<[string, unknown, string]>([
  ["a policy by its operation", new Policy({ retry: {}, budget: unlimited, operation: "users" }), "users"],
  ["a policy", new Policy({ retry: { budget: unlimited } }), "policy"],
  ["a retry", new Retry({ budget: unlimited }), "retry"],
  ["a breaker", new CircuitBreaker({ tripOn: [] }), "breaker"],
  ["a config", { budget: unlimited }, "config"],
  ["options of a policy", { retry: {}, budget: unlimited }, "policy"],
  ["options of a breaker", { tripOn: [] }, "breaker"],
])("a lone subject has a name: %s", (_what, subject, name) => {
  expect(lint(subject)[0]?.subject).toBe(name);
});

test("in a record, subjects have the names of their keys, and the rest is passed over", () => {
  const risky = { retry: {}, budget: unlimited };
  const found = lint({ users: new Policy({ ...risky, operation: "get_user" }), port: 80, helper: () => {}, orders: risky });

  expect(found.map(({ subject }) => subject)).toEqual(["users", "orders"]);
});

test("a subject with two names is judged once", () => {
  const policy = new Policy({ retry: {}, budget: unlimited });

  expect(lint({ policy, default: policy }).map(({ subject }) => subject)).toEqual(["policy"]);
});

test("a module is a record, whatever its exports are called", () => {
  const module = (exports: object): object =>
    Object.assign(Object.create(null, { [Symbol.toStringTag]: { value: "Module" } }), exports);

  expect(lint(module({ retry: new Retry({ budget: unlimited }), budget })).map(({ subject }) => subject)).toEqual(["retry"]);
  expect(lint(module({}))).toEqual([]);
});

test("limiters and hedges that policies share are passed over", () => {
  const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: 5 });
  const hedge = new Hedge({ delayMs: 50 });
  const shared = { limits: new RateLimiter({ limit: 5, intervalMs: 10 }), limiter2: limiter };
  const found = lint({ limiter, hedge, shared, limit: { limit: limiter }, users: new Policy({ limiter, hedge }) });

  expect(found.map(({ subject, rule }) => [subject, rule])).toEqual([["users", "hedge-never-fires"]]);
});

test("what was probably meant to be a config is judged as one", () => {
  const record = {
    policy: new Policy(),
    config: { maxAttemps: 3 },
    circuit: { failureTreshold: 3 },
    server: { port: 80 },
    menu: { operations: ["open", "close"], budgets: {}, hook: () => {} },
    group: { retry: new Policy() },
  };

  expect(lint(record).map(({ subject, option, fix }) => [subject, option, fix])).toEqual([
    ["config", "retry.maxAttemps", "Write `maxAttempts`, or leave it out."],
    ["circuit", "circuitBreaker.failureTreshold", "Write `failureThreshold`, or leave it out."],
  ]);
});

test("warnings come in the order of the subjects, and of the rules", () => {
  const config = { deadlineMs: Infinity, strategy: () => 1, maxAttempts: 2, maxUnknownRetries: 3, budget: unlimited };
  const one = ["unknown-cap-above-global", "no-budget", "no-jitter", "no-deadline"];

  expect(rulesOf({ a: config, b: { ...config } })).toEqual([...one, ...one]);
});

test.each<[unknown, string]>([
  [
    3,
    "lint.subjects must be a Policy, the policies of keyed(), a Retry, CircuitBreaker, or the options of one, or a record of those, got 3.",
  ],
  [[], "got an array of 0 elements."],
  [Policy, "got a function of 0 parameters."],
])("%o is nothing to judge", (subject, message) => {
  expect(() => lint(subject)).toThrow(TypeError);
  expect(() => lint(subject)).toThrow(message);
});

const rules = RULES.map(({ id }) => id).join(", ");

test.each<[unknown, new (message: string) => Error, string]>([
  [{ rules: [] }, TypeError, "lint.rules is not an option. Options: off, traffic."],
  [{ off: "no-budget" }, TypeError, 'lint.off must be an array of rules, got "no-budget".'],
  [{ off: ["no-budget", "no-bugdet"] }, RangeError, `lint.off[1] must be one of ${rules}, got "no-bugdet".`],
  [{ traffic: 5 }, TypeError, "lint.traffic must be an object, got 5."],
  [{ traffic: { perSecond: 5 } }, TypeError, "lint.traffic.perSecond is not an option. Options: callsPerSecond, classes."],
  [{ traffic: { callsPerSecond: 0 } }, RangeError, "lint.traffic.callsPerSecond must be a finite number > 0, got 0."],
  [{ traffic: { classes: ["NOPE"] } }, RangeError, "lint.traffic.classes[0] must be one of AUTH"],
  [
    { traffic: { classes: [] } },
    RangeError,
    "lint.traffic.classes must be a non-empty array of error classes, got an array of 0 elements.",
  ],
  [null, TypeError, "lint must be a plain object of options, got null."],
])("the options %o are refused", (options, Kind, message) => {
  expect(() => lint({}, options as LintOptions)).toThrow(Kind);
  expect(() => lint({}, options as LintOptions)).toThrow(message);
});

test("every rule is a file of its name", () => {
  const files = readdirSync(join(root, "src/doctor/rules")).map((file) => file.replace(".ts", ""));

  expect(files.filter((file) => file !== "index" && file !== "rule").sort()).toEqual(RULES.map(({ id }) => id).sort());
});

test("every rule has an id, a sentence, and its row in the page", () => {
  const ids: readonly RuleId[] = RULES.map(({ id }) => id);

  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, summary } of RULES) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(summary).toMatch(/^[A-Z].*\.$/);
  }
  expect(column(tableBelow("docs/doctor.md", "Rules"), "rule")).toEqual(ids);
});

test("keyed policies are judged as the policy of a key, and none is made for it", () => {
  const make = vi.fn(() => new Policy({ retry: { deadlineMs: 2_000, attemptTimeoutMs: 5_000 } }));
  const made = keyed(make);
  made.for("eu");
  const tenants = keyed({ retry: { deadlineMs: 2_000, attemptTimeoutMs: 5_000 } });
  expect(lint({ tenants, made }).map(({ subject, rule }) => [subject, rule])).toEqual(
    lint({ tenants: make(), made: make() }).map(({ subject, rule }) => [subject, rule]),
  );
  expect([tenants.size, made.size, make.mock.calls.length]).toEqual([0, 1, 3]);
});

test("the circuits of two keyed policies are not taken for two of one name", () => {
  const options = { retry: {}, circuitBreaker: {} };
  expect(lint({ tenants: keyed(options), models: keyed(options) })).toEqual([]);
});
