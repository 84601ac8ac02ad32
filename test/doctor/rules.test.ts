import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  adaptive,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  deferFrom,
  fullJitter,
  Hedge,
  Policy,
  RateLimiter,
  Retry,
  type RetryConfig,
  RetryPolicy,
  retryAfterOr,
  type Strategy,
  TokenBudget,
  unlimited,
} from "redress";
import { envelope, lint, RULES, type RuleId } from "redress/doctor";
import * as extras from "redress/extras";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { WITHOUT_DELAYS } from "../../src/doctor/rules/retry-after-unheard.ts";
import { root } from "../docs/pages.ts";
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
])("the defaults of %s are no finding", (_what, subject) => {
  expect(rulesOf(subject)).toEqual([]);
});

test.each<[string, unknown]>([
  ["a policy without parts", new Policy()],
  ["a breaker with the defaults", new CircuitBreaker()],
  [
    "a policy with all parts",
    new Policy({
      retry: { maxAttempts: 4, attemptTimeoutMs: 2_000, deadlineMs: 10_000, maxRetriesPerClass: { RATE_LIMIT: 2 } },
      budget,
      circuitBreaker: { name: "payments", failureThreshold: 10 },
      fallback: { on: ["CIRCUIT_OPEN", "MAX_ATTEMPTS_GLOBAL"], use },
      operation: "find_user",
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
  const finding = only("identical-breakers", { a: circuit({}), b: new CircuitBreaker(), c: circuit({}) });

  expect(finding.subject).toBe("a");
  expect(finding.message).toBe(
    'a, b and c have a circuit named "default" each, with the same settings: each counts its own failures, ' +
      "so one goes on calling a dependency that another has given up.",
  );
});

test("options and what is made of them are one circuit, and two such options are two", () => {
  const config = { maxAttempts: 3, budget, circuitBreaker: { name: "db" } };
  const made = { config, payments: RetryPolicy.from(config) };

  expect(of("identical-breakers", made)).toEqual([]);
  expect(only("identical-breakers", { ...made, orders: RetryPolicy.from(config) }).message).toMatch(/^payments and orders have/);
  expect(only("identical-breakers", { ...made, other: { ...config } }).message).toMatch(/^config and other have/);
  const circuitBreaker = { name: "db", failureThreshold: 3 };
  const options = { breaker: circuitBreaker, payments: { retry: { budget }, circuitBreaker } };
  expect(of("identical-breakers", options)).toEqual([]);
  expect(only("identical-breakers", { ...options, orders: { circuitBreaker, maxAttempts: 2 } }).subject).toBe("payments");
  expect(only("identical-breakers", { one: { name: "db", tripOn: [] }, other: { name: "db", tripOn: [] } }).subject).toBe("one");
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
      "windowMs (60000 ms); circuitBreaker.slowCalls.durationMs is 2000 ms, but a call takes 1000 ms at most, unless it is synchronous.",
  );
});

test("where the traffic is known, hedges and rates are judged by it", () => {
  const hedge = new Hedge({ quantile: 0.95 });
  const limiter = new RateLimiter({ name: "api", limit: 100, intervalMs: 1_000 });

  expect(only("hedge-never-fires", { hedge }, traffic({ callsPerSecond: 0.25 }))).toMatchObject({
    message: "hedge.loadRatio is 0.05, but at 0.25 calls per second that is less than one hedge a minute: none is ever started.",
    fix: "Set it to 0.067 or more, or leave the hedge out.",
  });
  expect(only("hedge-never-fires", { hedge }, traffic({ callsPerSecond: 1 }))).toMatchObject({
    message:
      "hedge.minSamples is 100, but at 1 call per second at most 60 can be known within hedge.windowMs (60000 ms): no hedge is ever started.",
    fix: "Lower it, lengthen hedge.windowMs, or give hedge.delayMs instead.",
  });
  expect(only("retries-fill-limit", { maxAttempts: 4, limiter }, traffic({ callsPerSecond: 50 }))).toMatchObject({
    message:
      'limiter.limit is 100 within 1000 ms, but while the dependency fails, 50 calls per second may make 150 further attempts in that time, which use up limiter "api" alone: first attempts are turned away.',
    fix: "Lower retry.maxAttempts, lengthen the delays, or give a budget that allows fewer retries: new Budget({ maxRetries, windowMs }).",
  });
});

test.each<[string, number | undefined, number, number]>([
  ["", undefined, 10, 40],
  [" and a burst", 5, 5, 49],
])(
  "a rate limiter with a queue%s admits before the deadline what the doctor says, and no more",
  async (_what, burst, atOnce, useful) => {
    const clock = new VirtualClock();
    const maxQueue = 100;
    const limiter = new RateLimiter({ limit: 10, intervalMs: 1_000, burst, maxQueue, clock });
    const policy = new Policy({ retry: { deadlineMs: 5_000 }, limiter, clock });
    const calls = Array.from({ length: atOnce + maxQueue }, () => policy.execute(() => true));
    await clock.run();
    const admitted = (await Promise.all(calls)).filter(({ ok }) => ok);

    expect(admitted).toHaveLength(atOnce + useful);
    expect(only("queue-outlasts-deadline", policy).fix).toMatch(new RegExp(`^Set it to ${useful} or less`));
  },
);

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
    { maxAttempts: 3, maxRetriesPerClass: { TRANSIENT: 3 } },
    "retry.maxRetriesPerClass.TRANSIENT is 3, but retry.maxAttempts (3) ends the call after 2 retries: the cap is never reached.",
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
    { maxAttempts: 4, budget: unlimited },
    "retry.budget is unlimited: while the dependency is down, every call makes up to 4 requests, so the load on it multiplies just then.",
    "Leave it out: the RetryThrottle that a retry has by default gives up retries after timeouts only in an overload, which ends as soon " +
      "as without retries. Without a budget it does not end at all (docs/evidence.md).",
  ],
  [
    "no-deadline",
    { deadlineMs: Infinity, attemptTimeoutMs: 1_000, strategy: constant(500) },
    "retry.deadlineMs is Infinity: 6 attempts and their delays may take 8500 ms.",
    "Set it to the time after which nobody waits for the answer any more.",
  ],
  [
    "no-deadline",
    { deadlineMs: Infinity, attemptTimeoutMs: 1_000, maxAttempts: 4 },
    "retry.deadlineMs is Infinity: the delays between 4 attempts may take any time.",
    "Set it to the time after which nobody waits for the answer any more.",
  ],
  [
    "unreachable-cap",
    { maxAttempts: 10, maxRetriesPerClass: { UNKNOWN: 5 } },
    "retry.maxRetriesPerClass.UNKNOWN is 5, but retry.maxUnknownRetries (2) ends the call after 2 retries of it: the cap is never reached.",
    "Raise retry.maxUnknownRetries to the cap, or leave the cap out.",
  ],
  [
    "unreachable-cap",
    { maxAttempts: 10, maxUnknownRetries: 5, maxRetriesPerClass: { UNKNOWN: 1 } },
    "retry.maxUnknownRetries is 5, but retry.maxRetriesPerClass.UNKNOWN (1) ends the call after 1 retry of it: the cap is never reached.",
    "Both count the same retries: leave one of them out.",
  ],
  [
    "unreachable-cap",
    {
      maxAttempts: Infinity,
      deadlineMs: 5_000,
      maxRetriesPerClass: { RATE_LIMIT: 50 },
      strategy: retryAfterOr(constant(1_000)),
    },
    "retry.maxRetriesPerClass.RATE_LIMIT is 50, but with the shortest delays of the strategies, only 5 attempts can begin within " +
      "retry.deadlineMs (5000 ms): the cap is never reached.",
    "Lower the cap, raise retry.deadlineMs, or shorten the delays.",
  ],
  [
    "unknown-cap-above-global",
    { maxAttempts: 3, maxUnknownRetries: 3 },
    "retry.maxUnknownRetries is 3, and retry.maxAttempts (3) allows 2 retries at all: failures that nobody could classify are retried as often as any other.",
    "Set it below 2, or to Infinity where unknown failures deserve as many retries as known ones.",
  ],
  [
    "budget-runs-dry",
    { budget: new Budget({ maxRetries: 0, windowMs: 1_000 }) },
    "retry.budget is a Budget with maxRetries 0: it never allows a retry.",
    "Set maxRetries above 0.",
  ],
  [
    "budget-runs-dry",
    { budget: new TokenBudget({ classCosts: { RATE_LIMIT: 101, UNKNOWN: 102 } }) },
    "retry.budget is a TokenBudget whose capacity (100) is below what a retry after RATE_LIMIT (101) and UNKNOWN (102) costs: it never pays for one.",
    "Set capacity to the retries that may be made at once, times what one costs.",
  ],
  [
    "no-budget",
    { maxAttempts: 2, budget: new Budget({ maxRetries: Infinity, windowMs: 1_000 }) },
    "retry.budget is a Budget with maxRetries Infinity, which bounds nothing: while the dependency is down, every call makes up to 2 " +
      "requests, so the load on it multiplies just then.",
    "Give maxRetries a number.",
  ],
  [
    "no-deadline",
    { deadlineMs: Infinity, maxAttempts: Infinity },
    "retry.deadlineMs is Infinity: nothing bounds the call: neither its attempts nor its time.",
    "Set it to the time after which nobody waits for the answer any more.",
  ],
  [
    "no-deadline",
    {
      deadlineMs: Infinity,
      attemptTimeoutMs: 1_000,
      strategy: constant(500),
      limiter: new Bulkhead({ maxConcurrent: 1, maxQueue: 1 }),
    },
    "retry.deadlineMs is Infinity: 6 attempts may wait for a limiter for any time.",
    "Set it to the time after which nobody waits for the answer any more.",
  ],
  [
    "unreachable-cap",
    { maxAttempts: 3, hedge: new Hedge({ delayMs: 50, maxHedges: 5 }) },
    "hedge.maxHedges is 5, but hedges are attempts, and retry.maxAttempts (3) allows 2 attempts beside the first: the cap is never reached.",
    "Lower it, or raise retry.maxAttempts.",
  ],
  [
    "hedge-never-fires",
    { attemptTimeoutMs: 2_000, hedge: new Hedge({ delayMs: 5_000 }) },
    "hedge.delayMs is 5000 ms, not below retry.attemptTimeoutMs (2000 ms), which has ended every attempt by then: a hedge is only started after one that has failed.",
    "Set it to what all but a few percent of attempts take, or give hedge.quantile instead.",
  ],
  [
    "hedge-never-fires",
    { deadlineMs: 1_000, hedge: new Hedge({ delayMs: 5_000 }) },
    "hedge.delayMs is 5000 ms, not below retry.deadlineMs (1000 ms), which has ended the call by then.",
    "Set it to what all but a few percent of attempts take, or give hedge.quantile instead.",
  ],
  [
    "hedge-never-fires",
    { maxAttempts: 1, hedge: new Hedge({ delayMs: 50, maxHedges: 2 }) },
    "retry.maxAttempts is 1, and a hedge is a further attempt: none is ever made.",
    "Set it to 2 or more, such as 1 + hedge.maxHedges (3), or leave the hedge out.",
  ],
  [
    "hedge-never-fires",
    { limiter: new Bulkhead({ name: "db", maxConcurrent: 1 }), hedge: new Hedge({ delayMs: 50 }) },
    'limiter.maxConcurrent is 1: the attempt beside which a hedge would be started holds the only place of limiter "db".',
    "Raise it, or leave the hedge out.",
  ],
  [
    "hedged-write",
    { hedge: new Hedge({ delayMs: 50 }), operation: "create_user" },
    'The operation "create_user" is named like a write, and the hedge starts it again while it is in flight: where both reach the dependency, it is carried out twice, although nothing has failed.',
    "Leave the hedge out; or make it safe to run twice at the same time, by an idempotency key say, and let its name tell so (idempotent).",
  ],
  [
    "queue-outlasts-deadline",
    { retry: {}, limiter: new Bulkhead({ name: "db", maxConcurrent: 5, maxQueue: 10 }) },
    'limiter.queueTimeoutMs is Infinity, not below retry.deadlineMs (60000 ms): limiter "db" may hold a call in its queue until the call is over, without an attempt.',
    "Set it to the part of 60000 ms that may be spent on waiting: what waits longer is turned away while its caller can still do without.",
  ],
  [
    "queue-outlasts-deadline",
    { deadlineMs: 5_000, limiter: new RateLimiter({ name: "api", limit: 10, intervalMs: 1_000, maxQueue: 100 }) },
    'limiter.maxQueue is 100, but no more than 40 of a full queue are admitted by limiter "api" before retry.deadlineMs (5000 ms): the others wait for nothing.',
    "Set it to 40 or less, or raise the limit or retry.deadlineMs.",
  ],
  [
    "limiter-below-probes",
    {
      circuitBreaker: { name: "db", halfOpenMaxCalls: 5 },
      limiter: new Bulkhead({ name: "places", maxConcurrent: 2, maxQueue: 1 }),
    },
    'limiter.maxConcurrent is 2 and limiter.maxQueue is 1, below circuitBreaker.halfOpenMaxCalls (5): of the probes that circuit "db" admits at a time, limiter "places" turns some away, which say nothing of the dependency.',
    "Set circuitBreaker.halfOpenMaxCalls to 2 or less, or raise limiter.maxConcurrent.",
  ],
  [
    "retries-fill-limit",
    { maxAttempts: 4, limiter: new RateLimiter({ name: "api", limit: 3, intervalMs: 60_000 }) },
    'limiter.limit is 3 within 60000 ms, but while the dependency fails, one call may make 3 further attempts in that time, which use up limiter "api" alone: first attempts are turned away.',
    "Lower retry.maxAttempts, lengthen the delays, or give a budget that allows fewer retries: new Budget({ maxRetries, windowMs }).",
  ],
  [
    "deadline-of-deliveries",
    { maxAttempts: 4, sleep: deferFrom(1_000) },
    "retry.deadlineMs is left at its default, 60000 ms, and spans all of up to 4 deliveries of a call, with the delays between.",
    "Set it to the time after which the job is not worth doing any more, such as 3_600_000 for an hour.",
  ],
])("%s says what, why and what to do", (rule, subject, message, fix) => {
  expect(only(rule, subject)).toMatchObject({ message, fix });
});

test("the classifiers that are said to know no delays are public, and their files speak of none", () => {
  const folder = join(root, "src/extras");
  const names = readdirSync(folder, { encoding: "utf8", recursive: true }).filter((name) => name.endsWith(".ts"));
  const files = names.map((name) => readFileSync(join(folder, name), "utf8"));
  for (const name of WITHOUT_DELAYS) {
    const [file, ...more] = files.filter((source) => source.includes(`export const ${name}:`));
    expect(more).toEqual([]);
    expect(file, name).not.toMatch(/retryAfter/);
    expect(Object.keys(extras)).toContain(name);
  }
});

test("asking tells a strategy of one's own nothing that did not happen, whatever it stands in", () => {
  let heard = 0;
  const own: Strategy = Object.assign(({ random }: { random(): number }) => 100 + random(), {
    recordFailure: () => void heard++,
    recordSuccess: () => void heard++,
  });
  for (const strategy of [own, retryAfterOr(own), adaptive(own), retryAfterOr(adaptive(own))]) {
    lint(new Policy({ retry: { strategy } }));
    envelope(new Policy({ retry: { strategy } }));
  }

  expect(heard).toBe(0);
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
