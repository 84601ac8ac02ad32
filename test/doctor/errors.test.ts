/* What constructors refuse: all of it, together, in their own words. */
import { Budget, Bulkhead, CircuitBreaker, fullJitter, Hedge, Retry, RetryPolicy, unlimited } from "redress";
import { type Finding, lint } from "redress/doctor";
import { expect, test } from "vitest";
import { budget } from "./findings.ts";

const errors = (subjects: unknown): readonly Finding[] => lint(subjects).filter(({ severity }) => severity === "error");
const said = (subjects: unknown): string[] => errors(subjects).map(({ message }) => message);
const options = (subjects: unknown): (string | null)[] => errors(subjects).map(({ option }) => option);
const two = (one: number, other: number): number => one + other;
const use = (): string => "at hand";
const notNow = (): never => {
  throw new Error("not now");
};

const CLASSES = "AUTH, PERMISSION, PERMANENT, CONCURRENCY, RATE_LIMIT, SERVER_ERROR, TRANSIENT, UNKNOWN";

test("everything that is wrong with a policy's options is told at once", () => {
  const wrong = {
    retry: {
      maxAttemps: 3,
      deadlineMs: "5s",
      classifier: "x",
      strategy: two,
      strategies: { FOO: fullJitter(), TRANSIENT: 5 },
      maxRetriesPerClass: { rate_limit: 2, AUTH: -1 },
    },
    circuitBreaker: { tripOn: ["NOPE", "TRANSIENT", "AUHT"], failureRate: { thresholdRatio: 2 }, naem: "db" },
    fallback: { on: ["NOPE", "TRANSIENT", 5], use: 3 },
    hooks: [{ onMetric: 3 }, 5, { onLog: use, onLgo: use }],
    operation: "",
    budget: 5,
  };

  expect(options(wrong)).toEqual([
    "policy.operation",
    "policy.budget",
    "retry.maxAttemps",
    "retry.deadlineMs",
    "retry.classifier",
    "retry.strategy",
    "retry.strategies.FOO",
    "retry.strategies.TRANSIENT",
    "retry.maxRetriesPerClass.rate_limit",
    "retry.maxRetriesPerClass.AUTH",
    "circuitBreaker.naem",
    "circuitBreaker.failureRate.thresholdRatio",
    "circuitBreaker.tripOn[0]",
    "circuitBreaker.tripOn[2]",
    "policy.hooks[0].onMetric",
    "policy.hooks[1]",
    "policy.hooks[2].onLgo",
    "policy.fallback.use",
    "policy.fallback.on[0]",
    "policy.fallback.on[2]",
  ]);
});

test.each<[string, unknown, string, unknown, string, string]>([
  [
    "a value out of range",
    { maxAttempts: 0 },
    "retry.maxAttempts",
    0,
    "retry.maxAttempts must be an integer >= 1, got 0.",
    "Give an integer >= 1, or leave it out.",
  ],
  [
    "no number",
    { deadlineMs: Number.NaN },
    "retry.deadlineMs",
    "NaN",
    "retry.deadlineMs must be a number > 0, got NaN.",
    "Give a number > 0, or leave it out.",
  ],
  [
    "a strategy that is none",
    { strategy: 5 },
    "retry.strategy",
    5,
    "retry.strategy must be a function, got 5.",
    "Give a function, or leave it out.",
  ],
  [
    "a classifier that is none",
    { classifier: "x" },
    "retry.classifier",
    "x",
    'retry.classifier must be a function, got "x".',
    "Give a function, or leave it out.",
  ],
  [
    "a strategy for another interface",
    { retry: { strategies: { TRANSIENT: two } } },
    "retry.strategies.TRANSIENT",
    { name: "two", settings: {} },
    "retry.strategies.TRANSIENT must be a function of one BackoffContext, got a function of 2 parameters. " +
      "Wrap it: legacyStrategy((attempt, errorClass, prevSleepMs) => ms).",
    "Wrap it: legacyStrategy((attempt, errorClass, prevSleepMs) => ms).",
  ],
  [
    "an unknown class",
    { maxRetriesPerClass: { RATE_LIMITED: 2 } },
    "retry.maxRetriesPerClass.RATE_LIMITED",
    2,
    `retry.maxRetriesPerClass.RATE_LIMITED is not an option; did you mean \`RATE_LIMIT\`? Options: ${CLASSES}.`,
    "Write `RATE_LIMIT`, or leave it out.",
  ],
  [
    "a class that nothing resembles",
    { circuitBreaker: { tripOn: ["TRANSIENT", "NOPE"] } },
    "circuitBreaker.tripOn[1]",
    "NOPE",
    `circuitBreaker.tripOn[1] must be one of ${CLASSES}, got "NOPE".`,
    `Leave circuitBreaker.tripOn[1] out, or write one of ${CLASSES}.`,
  ],
  [
    "an unknown word for a fallback",
    { fallback: { on: ["TRANSIENT", "MAX_ATTEMPTS"], use } },
    "policy.fallback.on[1]",
    "MAX_ATTEMPTS",
    'policy.fallback.on must be a non-empty array of stop reasons and error classes, got "MAX_ATTEMPTS".',
    "Write `MAX_ATTEMPTS_GLOBAL`, or leave it out.",
  ],
  [
    "a member that is missing",
    { circuitBreaker: { failureRate: { thresholdRatio: 0.5 } } },
    "circuitBreaker.failureRate.minimumCalls",
    null,
    "circuitBreaker.failureRate.minimumCalls must be an integer >= 1, got undefined.",
    "Give an integer >= 1.",
  ],
  [
    "an option of a policy given twice",
    { retry: { budget }, budget: new Budget({ maxRetries: 1, windowMs: 1 }) },
    "policy.budget",
    { name: "Budget", settings: { maxRetries: 1, windowMs: 1 } },
    "policy.budget must be left out where retry.budget is given, got an instance of Budget.",
    "Leave policy.budget out.",
  ],
  [
    "options that are none",
    { retry: [] },
    "retry",
    [],
    "retry must be a plain object of options, got an array of 0 elements.",
    "Give a plain object of options, or leave it out.",
  ],
  [
    "a policy's options in a config",
    { maxAttempts: 2, fallback: 5 },
    "policy.fallback",
    5,
    "policy.fallback must be a plain object of options, got 5.",
    "Give a plain object of options, or leave it out.",
  ],
])("%s is told in the constructor's words", (_what, subject, option, value, message, fix) => {
  const found = errors(subject);

  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ rule: "invalid-option", option, value, message, fix: expect.stringContaining(fix) });
});

test.each<[string, unknown, string[]]>([
  ["an option with dots and spaces in its name", { maxAttempts: 2, "a.b must be": 1 }, ["retry.a.b must be"]],
  ["an option called __proto__", { maxAttempts: 2, ["__proto__"]: 1 }, ["retry.__proto__"]],
  ["a frozen config", Object.freeze({ maxAttempts: -1, deadlineMs: -1 }), ["retry.maxAttempts", "retry.deadlineMs"]],
  [
    "an array without one good element",
    { fallback: { on: ["x", "y"], use } },
    ["policy.fallback.on[0]", "policy.fallback.on[1]"],
  ],
  ["an array where none is wanted", { maxAttempts: [1], classifier: [use] }, ["retry.maxAttempts", "retry.classifier"]],
  ["an empty array", { fallback: { on: [], use } }, ["policy.fallback.on"]],
  ["a fallback that lacks everything", { fallback: {} }, ["policy.fallback.use", "policy.fallback.on"]],
  [
    "limiters of which one is none",
    { limiter: [new Bulkhead({ maxConcurrent: 5 }), 5, {}] },
    ["policy.limiter[1]", "policy.limiter[2]"],
  ],
  ["the options of a hedge in place of one", { maxAttempts: 2, hedge: { delayMs: 50 } }, ["retryPolicy.hedge"]],
  ["no option but misspelled ones", { maxAttemps: 2, deadline: 5 }, ["retry.maxAttemps", "retry.deadline"]],
])("%s is looked through", (_what, subject, expected) => {
  expect(options(subject)).toEqual(expected);
});

test("what a misspelled option was meant to be is no matter for the rules", () => {
  const config = { deadlineMs: 1_000, attempTimeoutMs: 2_000, strategies: { TRANSIENT: fullJitter({ maxMs: 2_000 }) }, budget };

  expect(lint(config).map(({ rule, option }) => [rule, option])).toEqual([
    ["invalid-option", "retry.attempTimeoutMs"],
    ["delay-exceeds-deadline", "retry.strategies.TRANSIENT"],
  ]);
});

test("rules about a limiter or a hedge that was refused say nothing", () => {
  const bad = { limiter: new Bulkhead({ maxConcurrent: 1, maxQueue: 5 }), hedge: { delayMs: 50 }, operation: "create_user" };

  expect(lint({ ...bad, retry: { strategies: {} } }).map(({ rule }) => rule)).toEqual([
    "invalid-option",
    "queue-outlasts-deadline",
  ]);
  expect(
    lint({ ...bad, limiter: 5, hedge: new Hedge({ delayMs: 1e9 }), retry: { strategies: {} } }).map(({ rule }) => rule),
  ).toEqual(["invalid-option", "hedged-write"]);
});

test.each<[string, object]>([
  ["a getter", Object.defineProperty({ maxAttempts: 2 }, "deadlineMs", { enumerable: true, get: notNow })],
  ["a proxy", { maxAttempts: 2, circuitBreaker: new Proxy({}, { ownKeys: notNow }) }],
])("%s that throws while the options are read is one error", (_what, config) => {
  expect(said(config)).toEqual(["The options cannot be read: not now"]);
});

test("errors of all subjects come before the first warning", () => {
  const found = lint({
    a: { maxAttempts: 2, strategy: 5, budget: unlimited },
    b: new Retry({ budget: unlimited }),
    c: { deadlineMs: -1, budget: unlimited },
  });

  expect(found.map(({ subject, rule }) => `${subject} ${rule}`)).toEqual([
    "a invalid-option",
    "c invalid-option",
    "a no-budget",
    "b no-budget",
    "c no-budget",
  ]);
});

test("a retry and a breaker that another copy of the package made are good options", () => {
  const copy = (thing: object): object => Object.create({ constructor: class Retry {} }, Object.getOwnPropertyDescriptors(thing));

  expect(lint({ retry: copy(new Retry({ maxAttempts: 2, budget })), circuitBreaker: new CircuitBreaker() })).toEqual([]);
});

test("a constructor refuses what has an error, and nothing else", () => {
  expect(() => new RetryPolicy({ maxAttempts: 2, operation: "" })).toThrow(said({ maxAttempts: 2, operation: "" })[0]);
  expect(said({ maxAttempts: 2, operation: "users" })).toEqual([]);
});
