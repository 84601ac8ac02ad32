import {
  adaptive,
  CircuitBreaker,
  constant,
  fullJitter,
  Policy,
  Retry,
  type RetryConfig,
  RetryPolicy,
  retryAfterOr,
  type Strategy,
} from "redress";
import { lint, RULES, type RuleId } from "redress/doctor";
import { expect, test } from "vitest";
import { budget, of, only, rulesOf } from "./findings.ts";
import { keeps } from "./near-misses.ts";
import { breaks, circuit, traffic, use } from "./rule-cases.ts";

test.each(breaks)("%s: %s", (rule, _when, subject, option, options) => {
  const finding = only(rule, subject, options);

  expect(finding).toMatchObject({ severity: "warning", option });
  // Every finding says which option, and what to do.
  expect(finding.message).toContain(option.split(".").at(-1));
  expect(finding.message).toMatch(/\.$/);
  expect(finding.fix).toMatch(/\.$/);
  expect(JSON.parse(JSON.stringify(finding))).toStrictEqual(finding);
});

test.each(keeps)("not %s: %s", (rule, _when, subject, options) => {
  expect(of(rule, subject, options)).toEqual([]);
});

test("every rule has a case that breaks it and one that does not", () => {
  const ids = RULES.map(({ id }) => id);

  expect(ids.filter((id) => !breaks.some(([rule]) => rule === id))).toEqual([]);
  expect(ids.filter((id) => !keeps.some(([rule]) => rule === id))).toEqual([]);
});

test.each(RULES.map(({ id }) => id))("%s can be switched off", (id) => {
  const [, , subject, , options] = breaks.find(([rule]) => rule === id) ?? [];

  expect(of(id, subject, { ...options, off: [id] })).toEqual([]);
});

test.each<[string, unknown]>([
  ["a policy", new Policy({ retry: {} })],
  ["a RetryPolicy", new RetryPolicy()],
  ["a Retry", new Retry()],
  ["an empty config", {}],
  ["options of a policy", { retry: {} }],
])("the defaults of %s lack a budget, and nothing else", (_what, subject) => {
  expect(rulesOf(subject)).toEqual(["no-budget"]);
});

test.each<[string, unknown]>([
  ["a policy without parts", new Policy()],
  ["a breaker with the defaults", new CircuitBreaker()],
  [
    "a policy with all parts",
    new Policy({
      retry: { maxAttempts: 4, attemptTimeoutMs: 2_000, deadlineMs: 10_000, perClassMaxAttempts: { RATE_LIMIT: 2 } },
      budget,
      circuitBreaker: { name: "payments", failureThreshold: 10 },
      fallback: { on: ["CIRCUIT_OPEN", "MAX_ATTEMPTS_GLOBAL"], use },
      operation: "charge",
    }),
  ],
])("%s gives nothing to say", (_what, subject) => {
  expect(lint(subject, { traffic: { callsPerSecond: 10 } })).toEqual([]);
});

test("a breaker that is shared is one circuit", () => {
  const circuitBreaker = new CircuitBreaker({ name: "db" });

  expect(lint({ circuitBreaker, a: new Policy({ circuitBreaker }), b: new Policy({ circuitBreaker }) })).toEqual([]);
});

test("three breakers alike are one finding, told with the first", () => {
  const finding = only("identical-breakers", { a: circuit({}), b: new CircuitBreaker(), c: { circuitBreaker: {} } });

  expect(finding.subject).toBe("a");
  expect(finding.message).toBe(
    'a, b and c have a circuit named "default" each, with the same settings: each counts its own failures, ' +
      "so one goes on calling a dependency that another has given up.",
  );
});

test("a circuit that nothing can open names every reason", () => {
  const policy = new Policy({
    retry: { deadlineMs: 1_000, budget },
    circuitBreaker: {
      name: "db",
      failureThreshold: 500,
      classThresholds: { RATE_LIMIT: 300 },
      slowCalls: { durationMs: 2_000, thresholdRatio: 0.5, minimumCalls: 10 },
    },
  });

  expect(only("breaker-never-trips", policy, traffic({ callsPerSecond: 2 })).message).toBe(
    'Circuit "db" can never open: circuitBreaker.failureThreshold is 500, but at 2 calls per second at most 120 can arrive within ' +
      "windowMs (60000 ms); circuitBreaker.classThresholds.RATE_LIMIT is 300, but at 2 calls per second at most 120 can arrive within " +
      "windowMs (60000 ms); circuitBreaker.slowCalls.durationMs is 2000 ms, but a call takes 1000 ms at most.",
  );
});

const delays: RetryConfig = { deadlineMs: 5_000, attemptTimeoutMs: 5_000, budget };
const asked = retryAfterOr(fullJitter({ maxMs: 60_000 }));

test.each<[RuleId, unknown, string, string]>([
  [
    "no-room-for-retry",
    delays,
    "retry.attemptTimeoutMs is 5000 ms and the shortest first delay is 250 ms, which leaves no room for a second attempt within " +
      "retry.deadlineMs (5000 ms): an attempt that times out is never retried.",
    "Set retry.attemptTimeoutMs well below 4750 ms, or raise retry.deadlineMs above 10250 ms.",
  ],
  [
    "unreachable-cap",
    { maxAttempts: 3, perClassMaxAttempts: { TRANSIENT: 3 } },
    "retry.perClassMaxAttempts.TRANSIENT is 3, but retry.maxAttempts (3) ends the call after 2 retries: the cap is never reached.",
    "Caps count retries, maxAttempts counts attempts: lower the cap, raise retry.maxAttempts, or leave the cap out.",
  ],
  [
    "delay-exceeds-deadline",
    { deadlineMs: 10_000, strategies: { RATE_LIMIT: asked } },
    "retry.strategies.RATE_LIMIT is retryAfterOr with delays of up to 60000 ms, not below retry.deadlineMs (10000 ms): " +
      "a delay that does not fit ends the call instead.",
    "Lower its longest delay to a fraction of 10000 ms, or raise retry.deadlineMs.",
  ],
  [
    "no-budget",
    { maxAttempts: 4 },
    "There is no retry.budget: while the dependency is down, every call makes up to 4 requests, so the load on it multiplies just then.",
    "Share one budget between the policies of a dependency: budget: new TokenBudget({ capacity: 10 }).",
  ],
  [
    "no-deadline",
    { deadlineMs: Infinity, attemptTimeoutMs: 1_000, strategy: constant(500) },
    "retry.deadlineMs is Infinity: 6 attempts and their delays may take 8500 ms.",
    "Set it to the time after which nobody waits for the answer any more.",
  ],
  [
    "no-deadline",
    { deadlineMs: Infinity, maxAttempts: Infinity },
    "retry.deadlineMs is Infinity: nothing bounds the call: neither its attempts nor its time.",
    "Set it to the time after which nobody waits for the answer any more.",
  ],
])("%s says what, why and what to do", (rule, subject, message, fix) => {
  expect(only(rule, subject)).toMatchObject({ message, fix });
});

test("asking does not disturb a strategy in use", () => {
  const strategy: Strategy = adaptive(constant(100));
  const policy = new Policy({ retry: { strategy, budget } });
  const delay = (): number =>
    strategy({
      attempt: 1,
      classification: { errorClass: "TRANSIENT" },
      errorClass: "TRANSIENT",
      prevSleepMs: null,
      remainingMs: 1,
      cause: "exception",
      random: () => 0,
    });
  const before = delay();
  lint(policy);

  expect(delay()).toBe(before);
});
