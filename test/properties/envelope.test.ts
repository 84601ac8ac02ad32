import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  adaptive,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  decorrelatedJitter,
  deferFrom,
  exponential,
  fullJitter,
  Hedge,
  keyed,
  type Limiter,
  Policy,
  type PolicyOptions,
  RateLimiter,
  Retry,
  type RetryConfig,
  retryAfterOr,
  type Strategy,
  TokenBudget,
  unlimited,
} from "redress";
import { type AllCalls, envelope, nestedEnvelope, type WorstCase } from "redress/doctor";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";

const worst = (
  attempts: WorstCase["attempts"],
  totalMs: WorstCase["totalMs"],
  asleepMs: WorstCase["asleepMs"],
  more: Partial<WorstCase> = {},
): WorstCase => ({ attempts, atOnce: 1, totalMs, asleepMs, queuedMs: 0, deliveries: 1, ...more });
const noDeadline = { deadlineMs: Infinity, attemptTimeoutMs: 100 };

test.each<[string, RetryConfig, WorstCase]>([
  // The dependency may ask for any delay that fits.
  ["the defaults", {}, worst(6, 60_000, 60_000)],
  // 750 + 2250 + 3 x 5000
  ["the delays of the defaults", { strategy: decorrelatedJitter({ maxMs: 5_000 }) }, worst(6, 60_000, 18_000)],
  ["one attempt", { maxAttempts: 1 }, worst(1, 60_000, 0)],
  ["one attempt that times out", { maxAttempts: 1, attemptTimeoutMs: 500 }, worst(1, 500, 0)],
  [
    "timeouts and delays below the deadline",
    { maxAttempts: 3, attemptTimeoutMs: 1_000, strategy: constant(500) },
    worst(3, 4_000, 1_000),
  ],
  ["timeouts and delays beyond the deadline", { attemptTimeoutMs: 30_000, strategy: constant(500) }, worst(6, 60_000, 2_500)],
  ["no deadline, but timeouts", { ...noDeadline, maxAttempts: 4, strategy: constant(1_000) }, worst(4, 3_400, 3_000)],
  ["neither", { deadlineMs: Infinity, strategy: decorrelatedJitter({ maxMs: 5_000 }) }, worst(6, "Infinity", 18_000)],
  ["a dependency that may ask for any delay", { ...noDeadline, maxAttempts: 4 }, worst(4, "Infinity", "Infinity")],
  [
    "a dependency that may ask to come back at once",
    { maxAttempts: 20, deadlineMs: 1_000, strategy: retryAfterOr(constant(400)) },
    worst(20, 1_000, 1_000),
  ],
  [
    "a strategy that listens, up to a limit",
    {
      ...noDeadline,
      maxAttempts: 3,
      strategy: ({ classification: { retryAfterMs = 50 } }) => Math.min(retryAfterMs, 700),
    },
    worst(3, 1_700, 1_400),
  ],
  [
    "a strategy that listens up to a limit, and else does not",
    {
      maxAttempts: 4,
      attemptTimeoutMs: 1_000,
      deadlineMs: 600_000,
      strategy: ({ classification: { retryAfterMs = Infinity }, random }) =>
        retryAfterMs <= 60_000 ? retryAfterMs : 100 * random(),
    },
    worst(4, 600_000, 600_000),
  ],
  [
    "a strategy that listens once it has heard of failures",
    {
      maxAttempts: 3,
      attemptTimeoutMs: 20,
      deadlineMs: 5_000,
      strategy: adaptive(retryAfterOr(constant(100), { jitterMs: 0 }), { minMultiplier: 0, maxMultiplier: 1 }),
    },
    worst(3, 5_000, 5_000),
  ],
  [
    "a strategy whose delays fall as its chance grows",
    { ...noDeadline, maxAttempts: 4, strategy: ({ random }) => 1_000 - random() * 900 },
    worst(4, 3_400, 3_000),
  ],
  [
    "a strategy whose shortest delay is in the middle",
    { ...noDeadline, maxAttempts: 2, strategy: ({ random }) => 100 * Math.abs(random() - 0.5) },
    worst(2, "Infinity", "Infinity"),
  ],
  [
    "delays that go on growing after the thousandth",
    { ...noDeadline, maxAttempts: 1_003, strategy: ({ attempt }) => attempt },
    worst(1_003, 602_804, 502_504),
  ],
  [
    "a sleeper of one's own",
    { maxAttempts: 3, deadlineMs: 1_000, attemptTimeoutMs: 10, strategy: constant(400), sleeper: () => {} },
    worst(3, 1_000, 1_000),
  ],
  [
    "a sleep handler of one's own",
    { maxAttempts: 3, deadlineMs: 1_000, attemptTimeoutMs: 10, strategy: constant(10), sleep: () => "sleep" },
    worst(3, 1_000, 20, { deliveries: 3 }),
  ],
  [
    "retries that are left to later deliveries",
    { ...noDeadline, maxAttempts: 3, strategy: constant(500), sleep: deferFrom(0) },
    worst(3, 1_300, 1_000, { deliveries: 3 }),
  ],
  [
    "delays that are too short to be left to a later delivery",
    { ...noDeadline, maxAttempts: 3, strategy: constant(500), sleep: deferFrom(501) },
    worst(3, 1_300, 1_000),
  ],
  [
    "delays that the dependency may make long enough for it",
    { maxAttempts: 3, strategy: retryAfterOr(constant(500)), sleep: deferFrom(10_000) },
    worst(3, 60_000, 60_000, { deliveries: 3 }),
  ],
  ["deliveries without a retry", { ...noDeadline, maxAttempts: 1, sleep: deferFrom(0) }, worst(1, 100, 0)],
  ["delays beyond the deadline", { deadlineMs: 4_000, strategy: fullJitter() }, worst(6, 4_000, 4_000)],
  ["fixed delays: the third does not fit", { deadlineMs: 1_000, strategy: constant(400) }, worst(3, 1_000, 800)],
  ["a delay as long as the deadline", { deadlineMs: 400, strategy: constant(400) }, worst(1, 400, 0)],
  // 500 + 1000 + 2000, spread by a tenth: only the last is kept below the cap.
  ["a spread and a cap", { maxAttempts: 4, strategy: exponential({ baseMs: 500, maxMs: 2_000 }) }, worst(4, 60_000, 3_650)],
  [
    "an adaptive strategy after failures only",
    { maxAttempts: 3, strategy: adaptive(constant(100), { maxMultiplier: 4 }) },
    worst(3, 60_000, 800),
  ],
  ["no strategy for any class", { strategies: {} }, worst(1, 60_000, 0)],
  ["unknown failures only", { strategies: { UNKNOWN: constant(10) } }, worst(3, 60_000, 20)],
  [
    "one class with a cap",
    { strategies: { TRANSIENT: constant(10) }, maxRetriesPerClass: { TRANSIENT: 1 } },
    worst(2, 60_000, 10),
  ],
  [
    "caps of several classes add up",
    { strategies: { TRANSIENT: constant(10), UNKNOWN: constant(1) }, maxRetriesPerClass: { TRANSIENT: 1 } },
    worst(4, 60_000, 12),
  ],
  [
    "the longest delays only as often as their class is retried",
    { strategies: { RATE_LIMIT: constant(10_000), TRANSIENT: constant(100) }, maxRetriesPerClass: { RATE_LIMIT: 1 } },
    worst(6, 60_000, 10_400),
  ],
  [
    "attempts without end, delays that may be 0",
    { maxAttempts: Infinity, strategy: fullJitter() },
    worst("Infinity", 60_000, 60_000),
  ],
  [
    "attempts without end, delays that are not",
    { maxAttempts: Infinity, deadlineMs: 1_000, strategy: decorrelatedJitter() },
    worst(4, 1_000, 1_000),
  ],
  ["more attempts than are counted one by one", { maxAttempts: Infinity, strategy: constant(10) }, worst(6_000, 60_000, 59_990)],
  ["attempts without end or deadline", { ...noDeadline, maxAttempts: Infinity }, worst("Infinity", "Infinity", "Infinity")],
  [
    "attempts without end that never wait",
    { ...noDeadline, maxAttempts: Infinity, strategy: constant(0) },
    worst("Infinity", "Infinity", 0),
  ],
  ["a delay that never fits", { strategy: () => Infinity }, worst(1, 60_000, 0)],
  ["delays that are no delays", { maxAttempts: 3, strategy: () => Number.NaN }, worst(3, 60_000, 0)],
])("the worst case of %s", (_what, config, worstCase) => {
  expect(envelope(config).worstCase).toEqual(worstCase);
  expect(envelope(new Policy({ retry: config })).worstCase).toEqual(worstCase);
});

test.each<[string, unknown]>([
  ["a policy without retry", new Policy()],
  ["a breaker", new CircuitBreaker()],
])("%s makes one attempt, and nothing bounds it", (_what, subject) => {
  expect(envelope(subject).worstCase).toEqual(worst(1, "Infinity", 0));
  expect(envelope(subject).because.at(-1)).toBe("Nothing bounds the time that it takes.");
});

const bulkhead = { name: "db", maxConcurrent: 5, maxQueue: 10 };
const brief = { maxAttempts: 3, attemptTimeoutMs: 1_000, strategy: constant(100) };
const unknownOnly = { maxAttempts: 9, attemptTimeoutMs: 1_000, strategies: { UNKNOWN: constant(10) } };
const ownLimiter: Limiter = { name: "own", admit: () => ({ kind: "admitted" }), release: () => {} };

test.each<[string, PolicyOptions, WorstCase]>([
  ["hedges without a retry", { hedge: new Hedge({ delayMs: 50, maxHedges: 2 }) }, worst(3, "Infinity", 0, { atOnce: 3 })],
  [
    "hedges, which are attempts like others",
    { retry: { ...brief, maxAttempts: 4 }, hedge: new Hedge({ delayMs: 200 }) },
    worst(4, 4_300, 300, { atOnce: 2 }),
  ],
  // A hedge that was left out when it was due is started once the attempt before it was cut short.
  [
    "hedges beside attempts that the caps of the classes allow",
    { retry: unknownOnly, hedge: new Hedge({ delayMs: 200 }) },
    worst(6, 6_020, 20, { atOnce: 2 }),
  ],
  ["a hedge that is never made", { retry: { ...brief, maxAttempts: 1 }, hedge: new Hedge({ delayMs: 50 }) }, worst(1, 1_000, 0)],
  [
    "a hedge where nothing is retried",
    { retry: { ...unknownOnly, strategies: {} }, hedge: new Hedge({ delayMs: 200 }) },
    worst(2, 2_000, 0, { atOnce: 2 }),
  ],
  // The delays after two rounds are asked for after 2 and 4 attempts.
  [
    "delays that grow with the attempts, hedges among them",
    {
      retry: { ...unknownOnly, strategies: { UNKNOWN: ({ attempt }) => attempt * 100 } },
      hedge: new Hedge({ delayMs: 200 }),
    },
    worst(6, 6_600, 600, { atOnce: 2 }),
  ],
  [
    "hedges without end",
    { retry: unknownOnly, hedge: new Hedge({ delayMs: 200, maxHedges: Infinity }) },
    worst(9, 9_020, 20, { atOnce: 9 }),
  ],
  ["no queue", { retry: brief, limiter: new Bulkhead({ maxConcurrent: 5 }) }, worst(3, 3_200, 200)],
  [
    "a queue, before each attempt",
    { retry: brief, limiter: new Bulkhead({ ...bulkhead, queueTimeoutMs: 500 }) },
    worst(3, 4_700, 200, { queuedMs: 1_500 }),
  ],
  [
    "several queues",
    {
      retry: brief,
      limiter: [new Bulkhead({ ...bulkhead, queueTimeoutMs: 500 }), new Bulkhead({ ...bulkhead, queueTimeoutMs: 100 })],
    },
    worst(3, 5_000, 200, { queuedMs: 1_800 }),
  ],
  [
    "a queue that only the deadline ends",
    { retry: brief, limiter: new Bulkhead(bulkhead) },
    worst(3, 60_000, 200, { queuedMs: 60_000 }),
  ],
  ["a queue that nothing ends", { limiter: new Bulkhead(bulkhead) }, worst(1, "Infinity", 0, { queuedMs: "Infinity" })],
  [
    "a queue that hedges do not wait in",
    {
      retry: brief,
      limiter: new Bulkhead({ ...bulkhead, maxConcurrent: 2, queueTimeoutMs: 500 }),
      hedge: new Hedge({ delayMs: 200, maxHedges: 2 }),
    },
    worst(3, 4_700, 200, { queuedMs: 1_500, atOnce: 2 }),
  ],
  // The dependency may ask all that wait for any pause.
  [
    "a rate with a queue",
    { retry: brief, limiter: new RateLimiter({ limit: 5, intervalMs: 100, maxQueue: 10 }) },
    worst(3, 60_000, 200, { queuedMs: 60_000 }),
  ],
  ["a rate without one", { retry: brief, limiter: new RateLimiter({ limit: 5, intervalMs: 100 }) }, worst(3, 3_200, 200)],
  [
    "limiters that find their limits",
    { retry: brief, limiter: [new AdaptiveConcurrency(), new AdaptiveThrottle()] },
    worst(3, 3_200, 200),
  ],
  ["a limiter of one's own", { retry: brief, limiter: ownLimiter }, worst(3, 60_000, 200, { queuedMs: 60_000 })],
])("the worst case of %s", (_what, options, worstCase) => {
  expect(envelope(options).worstCase).toEqual(worstCase);
  expect(envelope(new Policy(options)).worstCase).toEqual(worstCase);
});

test("a hedge for which there was no place when it was due is started once an attempt has failed: a round takes as long as all of its attempts", async () => {
  const clock = new VirtualClock();
  const subject = new Policy({
    retry: { maxAttempts: 2, attemptTimeoutMs: 100, strategies: {} },
    limiter: new Bulkhead({ maxConcurrent: 1 }),
    hedge: new Hedge({ delayMs: 10, loadRatio: 1 }),
    clock,
  });
  const ending = subject.execute(({ signal }) => clock.sleep(1_000, signal));
  await clock.run();

  expect(await ending).toMatchObject({ ok: false, attempts: 2, elapsedMs: 200 });
  expect(envelope(subject).worstCase).toEqual(worst(2, 200, 0));
});

const unbounded: AllCalls = { atOnce: "Infinity", rates: [], hedgesPerCall: 0 };

test.each<[string, unknown, Partial<AllCalls>]>([
  ["without limiters and hedges, by nothing", new Policy({ retry: {} }), {}],
  ["of a retry alone, by nothing", new Retry(), {}],
  [
    "by the narrowest of several limiters",
    { limiter: [new Bulkhead({ maxConcurrent: 50 }), new AdaptiveConcurrency({ max: 40 }), ownLimiter] },
    { atOnce: 40 },
  ],
  [
    "by every rate, with its burst",
    {
      limiter: [
        new RateLimiter({ name: "api", limit: 100, intervalMs: 1_000, burst: 20 }),
        new RateLimiter({
          name: "model",
          limits: {
            requests: { limit: 60, intervalMs: 60_000, cost: 1 },
            tokens: { limit: 90_000, intervalMs: 60_000, cost: 800 },
          },
        }),
      ],
    },
    {
      rates: [
        { limiter: "api", unit: "requests", most: 120, intervalMs: 1_000 },
        { limiter: "model", unit: "requests", most: 60, intervalMs: 60_000 },
        { limiter: "model", unit: "tokens", most: 90_000, intervalMs: 60_000 },
      ],
    },
  ],
  ["by the load that hedges may add", { hedge: new Hedge({ delayMs: 50, loadRatio: 0.02 }) }, { hedgesPerCall: 0.02 }],
  ["without hedges where a call makes one attempt", { maxAttempts: 1, hedge: new Hedge({ delayMs: 50 }) }, {}],
])("all calls are bounded %s", (_how, subject, bounds) => {
  expect(envelope(subject).allCalls).toEqual({ ...unbounded, ...bounds });
});

let count = 0;

test.each<[string, Strategy]>([
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  [
    "answers no number",
    (async () => {
      throw new Error("no");
    }) as unknown as Strategy,
  ],
  ["takes its chance from elsewhere", () => Math.random()],
  ["counts its calls", () => count++],
])("a strategy that %s counts as unbounded, and that is said", (_what, strategy) => {
  const { worstCase, because } = envelope({ strategies: { TRANSIENT: strategy } });

  expect(worstCase).toEqual(worst(6, 60_000, 60_000));
  expect(because).toContain(
    "The strategy of TRANSIENT could not be asked: it throws, answers no number, or takes its chance from elsewhere. " +
      "Its delays count as unbounded.",
  );
});

const parts: PolicyOptions<unknown, string> = {
  retry: { maxAttempts: 3, strategy: retryAfterOr(constant(100)), attemptTimeoutMs: 1_000 },
  budget: new TokenBudget({ capacity: 10, retryCost: 2, successRefund: 0.5 }),
  circuitBreaker: { name: "db" },
  fallback: () => "at hand",
};
const SYNC = "A synchronous attempt cannot be interrupted, and may take longer.";
const OVERLAP =
  "An attempt that is cut short goes on in the background, beside the next one, unless its operation stops by attempt.signal; " +
  "wrapped functions get it by passAttempt.";

test.each<[string, unknown, string[]]>([
  [
    "all parts",
    parts,
    [
      "retry.maxAttempts allows 3 attempts: each is a request, 3 requests per call.",
      "The longest delays of 2 retries add up to 200 ms.",
      "A dependency may ask for longer delays (retryAfterMs), below retry.deadlineMs (60000 ms).",
      `retry.deadlineMs ends a call after 60000 ms, whatever it is doing. ${SYNC}`,
      OVERLAP,
      "The budget allows 5 retries of all calls together and, once they are spent, 0.25 per success.",
      "While the circuit is open, calls are rejected without an attempt.",
      "The fallback runs after that: nothing bounds the time that it takes.",
    ],
  ],
  [
    "a circuit whose recovery time grows without end",
    {
      retry: { maxAttempts: 1, budget: unlimited },
      circuitBreaker: { recoveryTimeoutMs: 5_000, recoveryBackoff: exponential({ maxMs: Number.POSITIVE_INFINITY }) },
    },
    [
      "retry.maxAttempts is 1: a call makes one attempt, which is one request.",
      `retry.deadlineMs ends a call after 60000 ms, whatever it is doing. ${SYNC}`,
      "While the circuit is open, calls are rejected without an attempt: for circuitBreaker.recoveryTimeoutMs (5000 ms) at first and, after a " +
        "failed probe, for as long as circuitBreaker.recoveryBackoff says (exponential), which has no limit of its own.",
    ],
  ],
  [
    "a deadline that few attempts fit in",
    { deadlineMs: 1_000, strategy: constant(400), budget: new Budget({ maxRetries: 7, windowMs: 1_000 }) },
    [
      "The shortest delays let 3 attempts begin within retry.deadlineMs (1000 ms): each is a request, 3 requests per call.",
      "The longest delays of 2 retries add up to 800 ms.",
      `retry.deadlineMs ends a call after 1000 ms, whatever it is doing. ${SYNC}`,
      "The budget allows 7 retries of all calls together within any 1000 ms.",
    ],
  ],
  [
    "timeouts and a budget with costs of its own",
    {
      maxAttempts: 3,
      strategies: { TRANSIENT: constant(100), RATE_LIMIT: constant(50) },
      attemptTimeoutMs: 1_000,
      budget: new TokenBudget({ capacity: 10, classCosts: { RATE_LIMIT: 5 } }),
    },
    [
      "retry.maxAttempts allows 3 attempts: each is a request, 3 requests per call.",
      "The longest delays of 2 retries add up to 200 ms.",
      `3 attempts x retry.attemptTimeoutMs (1000 ms) + 200 ms of delays = 3200 ms. ${SYNC}`,
      OVERLAP,
      "The budget has 10 tokens for the retries of all calls together. A retry takes 5 after RATE_LIMIT and 1 after TRANSIENT; a success gives 0.1 back.",
    ],
  ],
  [
    "delays that may be shorter or longer than the strategy's",
    {
      maxAttempts: 20,
      deadlineMs: 1_000,
      strategy: retryAfterOr(constant(400)),
      sleep: () => "sleep",
      budget: new Budget({ maxRetries: Infinity, windowMs: 1 }),
    },
    [
      "retry.maxAttempts allows 20 attempts: each is a request, 20 requests per call. The shortest delays of the strategies let 3 begin " +
        "within retry.deadlineMs (1000 ms); a dependency that asks for shorter ones (retryAfterMs) lets more of them begin.",
      "The longest delays of 19 retries add up to 7600 ms.",
      "A call sleeps for less than retry.deadlineMs (1000 ms).",
      "A dependency may ask for longer delays (retryAfterMs), below retry.deadlineMs (1000 ms).",
      "retry.sleep may take its time to answer, below retry.deadlineMs (1000 ms), and may leave each retry to a later delivery: up to 20 deliveries. Caps and deadline hold over all of them, with the delays between, where each goes on from the progress of the one before.",
      `retry.deadlineMs ends a call after 1000 ms, whatever it is doing. ${SYNC}`,
      "The budget allows any number of retries.",
    ],
  ],
  [
    "attempts without end",
    { maxAttempts: Infinity, strategy: fullJitter(), budget: { consume: () => true, remaining: () => 1 } },
    [
      "retry.maxAttempts is Infinity: nothing bounds the attempts but retry.deadlineMs (60000 ms), since the shortest delays are 0 ms. Each is a request.",
      "The delays add up without end.",
      "A call sleeps for less than retry.deadlineMs (60000 ms).",
      `retry.deadlineMs ends a call after 60000 ms, whatever it is doing. ${SYNC}`,
      "The budget may refuse retries: it tells nothing of its settings.",
    ],
  ],
  [
    "classes with caps",
    {
      deadlineMs: Infinity,
      strategies: { UNKNOWN: constant(10), TRANSIENT: constant(10) },
      maxRetriesPerClass: { TRANSIENT: 1 },
    },
    [
      "The caps on retries of single classes (TRANSIENT 1, UNKNOWN 2) allow 4 attempts, below retry.maxAttempts (6): each is a request, 4 requests per call.",
      "The longest delays of 3 retries add up to 30 ms.",
      "Nothing bounds the time of a call: retry.deadlineMs is Infinity, and so is retry.attemptTimeoutMs.",
      "The budget makes retries of all calls together while at most 500 failures and at most 5 timeouts are not made up for: each success makes up for 0.1 of both.",
    ],
  ],
  [
    "no limit to the retries",
    { maxAttempts: 2, strategy: constant(10), budget: unlimited },
    [
      "retry.maxAttempts allows 2 attempts: each is a request, 2 requests per call.",
      "The longest delays of 1 retry add up to 10 ms.",
      `retry.deadlineMs ends a call after 60000 ms, whatever it is doing. ${SYNC}`,
      "The budget is unlimited: it allows any number of retries.",
    ],
  ],
  [
    "hedges and limiters",
    {
      retry: { ...unknownOnly, budget: unlimited },
      limiter: [
        new RateLimiter({ name: "api", limit: 100, intervalMs: 1_000 }),
        new Bulkhead({ ...bulkhead, queueTimeoutMs: 500 }),
      ],
      hedge: new Hedge({ delayMs: 200 }),
    },
    [
      "The caps on retries of single classes (UNKNOWN 2) allow 3 attempts, below retry.maxAttempts (9), each with up to 1 hedge: 6 requests per call.",
      "A hedge is started beside an attempt that has taken hedge.delayMs (200 ms), or as soon as one has failed, up to hedge.maxHedges (1) beside one attempt: a call has up to 2 requests in flight at a time.",
      "Hedges of all calls together are at most hedge.loadRatio (0.05) of the calls of a minute. Each takes from the budget, as a retry does.",
      "The longest delays of 2 retries add up to 20 ms.",
      'Limiter "api" admits of all calls together 100 requests within any 1000 ms, and turns away the rest.',
      'Limiter "db" lets 5 attempts of all calls be in flight at a time; up to 10 others wait for limiter[1].queueTimeoutMs (500 ms) at most.',
      "A call that a limiter turns away makes no further attempt (LIMITED). A hedge does not wait in a queue: where there is no room, it is not made.",
      `6 attempts x retry.attemptTimeoutMs (1000 ms) + 20 ms of delays + 1500 ms in queues = 7520 ms. ${SYNC}`,
      OVERLAP,
      "The budget is unlimited: it allows any number of retries.",
    ],
  ],
  [
    "queues of all kinds, and hedges without a retry",
    {
      limiter: [
        new RateLimiter({ name: "api", limit: 100, intervalMs: 1_000, burst: 20, maxQueue: 50 }),
        new RateLimiter({
          name: "model",
          limits: {
            requests: { limit: 60, intervalMs: 60_000, cost: 1 },
            tokens: { limit: 90_000, intervalMs: 60_000, cost: 800 },
          },
        }),
        new Bulkhead(bulkhead),
        new AdaptiveConcurrency({ name: "places", max: 50 }),
        new AdaptiveThrottle({ name: "throttle" }),
        ownLimiter,
      ],
      hedge: new Hedge({ quantile: 0.95, maxHedges: 2 }),
    },
    [
      "There is no retry: a call makes one attempt, and up to 2 hedges beside it: 3 requests.",
      "A hedge is started beside an attempt that has taken longer than hedge.quantile (0.95) of first attempts, or as soon as one has failed, up to hedge.maxHedges (2) beside one attempt: a call has up to 3 requests in flight at a time.",
      "Hedges of all calls together are at most hedge.loadRatio (0.05) of the calls of a minute.",
      'Limiter "api" admits of all calls together 100 requests per 1000 ms and up to 20 at once, which is 120 within any 1000 ms; up to 50 others wait, the last of them for 500 ms, or for as long as the dependency asks (retryAfterMs).',
      'Limiter "model" admits of all calls together 60 requests within any 60000 ms and 90000 tokens within any 60000 ms, and turns away the rest.',
      'Limiter "db" lets 5 attempts of all calls be in flight at a time; up to 10 others wait, and nothing bounds how long.',
      'Limiter "places" lets 1 to 50 attempts of all calls be in flight at a time, by how long they take, and turns away the rest.',
      'Limiter "throttle" lets about limiter[4].multiplier (2) times as many attempts through as the dependency has accepted in the last 120000 ms, and turns away the rest.',
      'Limiter "own" tells nothing of its limits: an attempt may wait for it for any time.',
      "A call that a limiter turns away makes no further attempt (LIMITED). A hedge does not wait in a queue: where there is no room, it is not made.",
      "Nothing bounds the time that it takes.",
    ],
  ],
])("says how the numbers come about: %s", (_what, subject, because) => {
  expect(envelope(subject).because).toEqual(because);
});

test("the settings are what describe() tells, of every kind of subject", () => {
  const retry = new Retry({ maxAttempts: 3 });
  const breaker = new CircuitBreaker({ name: "db" });
  const policy = new Policy({ retry, circuitBreaker: breaker });

  expect(envelope(policy).settings).toEqual(policy.describe());
  expect(envelope(retry).settings).toEqual(new Policy({ retry }).describe());
  expect(envelope({ maxAttempts: 3 }).settings).toEqual(new Policy({ retry }).describe());
  expect(envelope(breaker).settings).toEqual(new Policy({ circuitBreaker: breaker }).describe());
  expect(JSON.parse(JSON.stringify(envelope(policy)))).toStrictEqual(envelope(policy));
});

test("an envelope has the name it is given, else its operation's", () => {
  expect(envelope({}, "users").subject).toBe("users");
  expect(envelope(new Policy({ operation: "get_user" })).subject).toBe("get_user");
});

test.each<[unknown, string]>([
  [3, "envelope.subject must be a Policy, the policies of keyed(), a Retry, CircuitBreaker, or the options of one, got 3."],
  [{ port: 80 }, "got an object with port."],
  [{ maxAttempts: 0 }, "retry.maxAttempts must be an integer >= 1, got 0."],
  [{ maxAttemps: 3 }, "retry.maxAttemps is not an option; did you mean `maxAttempts`?"],
])("%o has no envelope", (subject, message) => {
  expect(() => envelope(subject)).toThrow(TypeError);
  expect(() => envelope(subject)).toThrow(message);
});

test("layers multiply, from the outside in", () => {
  const four = { maxAttempts: 4 };

  expect(nestedEnvelope({ gateway: four, retry: new Retry(four), client: new Policy({ retry: four }) })).toEqual({
    layers: [
      { subject: "gateway", attempts: 4 },
      { subject: "retry", attempts: 4 },
      { subject: "client", attempts: 4 },
    ],
    requestsPerCall: 64,
    requestsInOneProcess: 4,
    because: "4 x 4 x 4 = 64 requests",
  });
});

test.each<[string, Record<string, unknown>, number]>([
  ["a layer that retries whatever was retried", { outer: { maxAttempts: 4, nested: "retry" }, inner: { maxAttempts: 4 } }, 16],
  [
    "a layer with delays longer than all of the inner one's",
    { outer: { maxAttempts: 4, strategy: constant(9_000) }, inner: { maxAttempts: 4 } },
    16,
  ],
  ["a layer with short delays", { outer: { maxAttempts: 6, strategy: constant(10) }, inner: { maxAttempts: 4 } }, 6],
  ["layers that do not retry between", { outer: { maxAttempts: 4 }, none: { maxAttempts: 1 }, inner: { maxAttempts: 4 } }, 4],
  [
    "a layer that hedges, but does not retry again",
    { outer: { maxAttempts: 4, hedge: new Hedge({ delayMs: 50 }) }, inner: { maxAttempts: 4 } },
    8,
  ],
  [
    "a layer that hedges within one that retries",
    { outer: { maxAttempts: 4 }, inner: new Policy({ hedge: new Hedge({ delayMs: 50 }) }) },
    8,
  ],
])("in one process, %s", (_what, layers, requests) => {
  expect(nestedEnvelope(layers).requestsInOneProcess).toBe(requests);
});

test("a layer without end makes the product endless", () => {
  const endless = { maxAttempts: Infinity, strategy: fullJitter() };

  expect(nestedEnvelope({ a: { maxAttempts: 4 }, b: endless })).toMatchObject({
    layers: [{ attempts: 4 }, { attempts: "Infinity" }],
    requestsPerCall: "Infinity",
    because: "4 x Infinity = Infinity requests",
  });
});

test("a single layer is its own product", () => {
  expect(nestedEnvelope({ a: new CircuitBreaker() })).toMatchObject({ requestsPerCall: 1, because: "1 request" });
});

test.each<[unknown, string]>([
  [{}, "nestedEnvelope.subjects must be a plain object with the layers, from the outside in, got an object with no keys."],
  [
    { a: new Policy(), b: 3 },
    "nestedEnvelope.subjects.b must be a Policy, the policies of keyed(), a Retry, CircuitBreaker, or the options of one, got 3.",
  ],
  [new Policy(), "got an instance of Policy."],
])("%o are no layers", (subjects, message) => {
  expect(() => nestedEnvelope(subjects as Record<string, unknown>)).toThrow(TypeError);
  expect(() => nestedEnvelope(subjects as Record<string, unknown>)).toThrow(message);
});

test("of keyed policies, it is that of the policy of a key", () => {
  const options = { retry: { maxAttempts: 4 }, circuitBreaker: { name: "users" } };
  const { settings, ...rest } = envelope(keyed(options), "tenants");
  expect(rest).toEqual({ ...envelope(new Policy(options), "tenants"), settings: undefined } satisfies object);
  expect(settings.circuitBreaker?.settings["name"]).toBe("users a key of tenants");
});
