/*
 * The retry quota and the backoff of the AWS SDKs' standard mode, in the words of:
 *   "AWS SDKs and Tools Reference Guide", page "Retry behavior", sections "Retry quota" and "Backoff":
 *     https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 *   the cases of "Standard mode" by which the SDKs are tested, as two of them publish them:
 *     until 2026: aws-amplify/amplify-flutter, the tests of smithy_aws' AWSRetryer ("Retry eventually succeeds", ...)
 *     since 2026: smithy-lang/smithy-typescript, packages/util-retry, "specification tests"
 *
 * It is long because the cases stand as they are published, one line for each response.
 *
 * What is the same here: tokens are taken before a retry, whole or not at all; no retry without them; first attempts ask for none; a call whose attempts
 * are used up takes none; a delay doubles, is capped first and then fully jittered; costs and delays go by the kind of failure, the number of the attempt
 * by all of them.
 *
 * What differs, and is pinned at the end: a budget hears that a call has succeeded, and not what its last retry took (docs/reference.md, "Budgets": "a
 * success gives a tenth of one back"); and what a server asks for is never shortened (`retryAfterOr`).
 */
import {
  type Classification,
  type ErrorClass,
  fullJitter,
  Policy,
  type PolicyOptions,
  RateLimitError,
  type RetryConfig,
  RetryThrottle,
  retryAfterOr,
  ServerError,
  TokenBudget,
  type TokenBudgetOptions,
} from "redress";
import { awsClassifier } from "redress/extras";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

/** What the specification's cases set: b, which is random otherwise, is 1. */
const exponentialBase = 1 - Number.EPSILON / 2;

/** In the specification's words: what came of a response, the tokens that are left, and the delay in seconds. */
type Outcome = "retry_request" | "success" | "max_attempts_exceeded" | "retry_quota_exceeded";
type Step = readonly [status: number, outcome: Outcome, quota: number, delaySeconds?: number];

interface Given {
  readonly maxAttempts?: number;
  readonly initialTokens?: number;
  readonly maxBackoffSeconds?: number;
}

/** How one of the two generations of the mode is written with this package. */
interface Mode {
  readonly costs: TokenBudgetOptions;
  backoff(maxMs: number): RetryConfig;
}

/** Delays of b * 2^i seconds, and 5 tokens for each retry. */
const until2026: Mode = {
  costs: { retryCost: 5 },
  backoff: (maxMs) => ({ strategy: fullJitter({ baseMs: 500, maxMs }) }),
};

/** Delays of b * 2^i times 50 ms, after throttling 1 s; 14 tokens for a retry, after throttling 5. */
const since2026: Mode = {
  costs: { retryCost: 14, classCosts: { RATE_LIMIT: 5 } },
  backoff: (maxMs) => ({
    strategy: fullJitter({ baseMs: 25, maxMs }),
    strategies: { RATE_LIMIT: fullJitter({ baseMs: 500, maxMs }) },
  }),
};

/** A budget that starts with fewer tokens than it holds. */
function withTokens(tokens: number, options: TokenBudgetOptions): TokenBudget {
  const budget = new TokenBudget({ capacity: 500, ...options });
  if (tokens < 500) budget.consume(500 - tokens);
  return budget;
}

/** One line for each response, as the steps of a case are. */
async function played(mode: Mode, given: Given, statuses: readonly number[], refund: number): Promise<readonly Step[]> {
  const { maxAttempts = 3, initialTokens = 500, maxBackoffSeconds = 20 } = given;
  const clock = new VirtualClock();
  const budget = withTokens(initialTokens, { ...mode.costs, successRefund: refund });
  const steps: Step[] = [];
  const policy = new Policy({
    retry: {
      maxAttempts,
      deadlineMs: Infinity,
      ...mode.backoff(maxBackoffSeconds * 1_000),
      beforeSleep: (_context, ms) =>
        void steps.push([statuses[steps.length] as number, "retry_request", budget.remaining(), ms / 1_000]),
    },
    budget,
    clock,
    random: () => exponentialBase,
  });
  // A case may be of several calls: one ends with a success.
  while (steps.length < statuses.length) {
    const call = policy.execute(() => {
      const status = statuses[steps.length] as number;
      if (status === 429) throw new RateLimitError("429");
      if (status !== 200) throw new ServerError(`${status}`);
    });
    await clock.run();
    const outcome = await call;
    const status = statuses[steps.length] as number;
    if (outcome.ok) steps.push([status, "success", budget.remaining()]);
    else {
      const stops: Record<string, Outcome> = {
        MAX_ATTEMPTS_GLOBAL: "max_attempts_exceeded",
        BUDGET_EXHAUSTED: "retry_quota_exceeded",
      };
      steps.push([status, stops[outcome.stopReason] as Outcome, budget.remaining()]);
    }
  }
  return steps;
}

/** The delays of the specification are exact, ours a hair below them. */
const rounded = (steps: readonly Step[]): readonly Step[] =>
  steps.map(([status, outcome, quota, delay]) =>
    delay === undefined ? [status, outcome, quota] : [status, outcome, quota, Math.round(delay * 1e6) / 1e6],
  );

type Case = readonly [name: string, given: Given, steps: readonly Step[]];

/** Each call of these cases gives back what its last retry took, which one cost is for all. */
describe.each<[string, Mode, number, readonly Case[]]>([
  [
    "until 2026",
    until2026,
    5,
    [
      [
        "Retry eventually succeeds",
        {},
        [
          [500, "retry_request", 495, 1],
          [500, "retry_request", 490, 2],
          [200, "success", 495],
        ],
      ],
      [
        "Fail due to max attempts reached",
        {},
        [
          [502, "retry_request", 495, 1],
          [502, "retry_request", 490, 2],
          [502, "max_attempts_exceeded", 490],
        ],
      ],
      [
        "Retry Quota reached after a single retry",
        { initialTokens: 5 },
        [
          [500, "retry_request", 0, 1],
          [502, "retry_quota_exceeded", 0],
        ],
      ],
      ["No retries at all if retry quota is 0", { initialTokens: 0 }, [[500, "retry_quota_exceeded", 0]]],
      [
        "Verifying exponential backoff timing",
        { maxAttempts: 5 },
        [
          [500, "retry_request", 495, 1],
          [500, "retry_request", 490, 2],
          [500, "retry_request", 485, 4],
          [500, "retry_request", 480, 8],
          [500, "max_attempts_exceeded", 480],
        ],
      ],
      [
        "Verify max backoff time",
        { maxAttempts: 5, maxBackoffSeconds: 3 },
        [
          [500, "retry_request", 495, 1],
          [500, "retry_request", 490, 2],
          [500, "retry_request", 485, 3],
          [500, "retry_request", 480, 3],
          [500, "max_attempts_exceeded", 480],
        ],
      ],
    ],
  ],
  [
    "since 2026",
    since2026,
    14,
    [
      [
        "Retry eventually succeeds",
        {},
        [
          [500, "retry_request", 486, 0.05],
          [500, "retry_request", 472, 0.1],
          [200, "success", 486],
        ],
      ],
      [
        "Fail due to max attempts reached",
        {},
        [
          [502, "retry_request", 486, 0.05],
          [502, "retry_request", 472, 0.1],
          [502, "max_attempts_exceeded", 472],
        ],
      ],
      [
        "Retry Quota reached after a single retry",
        { initialTokens: 14 },
        [
          [500, "retry_request", 0, 0.05],
          [500, "retry_quota_exceeded", 0],
        ],
      ],
      ["No retries at all if retry quota is 0", { initialTokens: 0 }, [[500, "retry_quota_exceeded", 0]]],
      [
        "Verifying exponential backoff timing",
        { maxAttempts: 5 },
        [
          [500, "retry_request", 486, 0.05],
          [500, "retry_request", 472, 0.1],
          [500, "retry_request", 458, 0.2],
          [500, "retry_request", 444, 0.4],
          [500, "max_attempts_exceeded", 444],
        ],
      ],
      [
        "Retry Stops After Retry Quota Exhaustion",
        { maxAttempts: 5, initialTokens: 20 },
        [
          [500, "retry_request", 6, 0.05],
          [502, "retry_quota_exceeded", 6],
        ],
      ],
      [
        "Retry quota Recovery After Successful Responses",
        { maxAttempts: 5, initialTokens: 30 },
        [
          [500, "retry_request", 16, 0.05],
          [502, "retry_request", 2, 0.1],
          [200, "success", 16],
          [500, "retry_request", 2, 0.05],
          [200, "success", 16],
        ],
      ],
      // "Throttling Error Token Bucket Drain (5 tokens) and Backoff Duration (1000ms)"; what is given back is capped by the capacity.
      [
        "Throttling Error Token Bucket Drain and Backoff Duration",
        {},
        [
          [429, "retry_request", 495, 1],
          [200, "success", 500],
        ],
      ],
      // The timings "8x - transient mixed" and "8x - throttling mixed" of the same tests: all failures count for the exponent.
      [
        "8x - transient mixed",
        { maxAttempts: 8 },
        [
          [429, "retry_request", 495, 1],
          [429, "retry_request", 490, 2],
          [500, "retry_request", 476, 0.2],
          [500, "retry_request", 462, 0.4],
          [500, "retry_request", 448, 0.8],
          [500, "retry_request", 434, 1.6],
          [429, "retry_request", 429, 20],
          [500, "max_attempts_exceeded", 429],
        ],
      ],
      [
        "8x - throttling mixed",
        { maxAttempts: 8 },
        [
          [500, "retry_request", 486, 0.05],
          [429, "retry_request", 481, 2],
          [429, "retry_request", 476, 4],
          [429, "retry_request", 471, 8],
          [429, "retry_request", 466, 16],
          [500, "retry_request", 452, 1.6],
          [429, "retry_request", 447, 20],
          [429, "max_attempts_exceeded", 447],
        ],
      ],
    ],
  ],
])("standard mode %s", (_when, mode, refund, cases) => {
  test.each(cases)("%s", async (_name, given, steps) => {
    const statuses = steps.map(([status]) => status);
    expect(rounded(await played(mode, given, statuses, refund))).toEqual(steps);
  });
});

test("the jitter is full: b times the delay, for every b from 0 to 1", () => {
  const strategy = fullJitter({ baseMs: 500, maxMs: 20_000 });
  const classification: Classification = { errorClass: "SERVER_ERROR" };
  for (const b of [0, 0.25, 0.5, 0.999])
    for (const [i, seconds] of [1, 2, 4, 8, 16, 20, 20].entries())
      expect(
        strategy({
          attempt: i + 1,
          classification,
          errorClass: "SERVER_ERROR",
          prevSleepMs: null,
          remainingMs: Infinity,
          cause: "exception",
          random: () => b,
        }),
      ).toBe(b * seconds * 1_000);
});

/** Throttling and what is transient, by the codes that the guide lists under "Which errors are retried". */
test.each<[ErrorClass, string]>([
  ["RATE_LIMIT", "BandwidthLimitExceeded"],
  ["RATE_LIMIT", "LimitExceededException"],
  ["RATE_LIMIT", "ProvisionedThroughputExceededException"],
  ["RATE_LIMIT", "RequestLimitExceeded"],
  ["RATE_LIMIT", "RequestThrottled"],
  ["RATE_LIMIT", "RequestThrottledException"],
  ["RATE_LIMIT", "SlowDown"],
  ["RATE_LIMIT", "ThrottledException"],
  ["RATE_LIMIT", "Throttling"],
  ["RATE_LIMIT", "ThrottlingException"],
  ["RATE_LIMIT", "TooManyRequestsException"],
  ["RATE_LIMIT", "PriorRequestNotComplete"],
  // Throttling there. Here it is as docs/classifiers-clouds.md says: somebody else holds the same thing.
  ["CONCURRENCY", "TransactionInProgressException"],
  ["TRANSIENT", "RequestTimeout"],
  ["TRANSIENT", "RequestTimeoutException"],
])("%s: %s", (errorClass, code) => {
  const answer = awsClassifier(Object.assign(new Error("x"), { name: code, $metadata: { httpStatusCode: 400 } }));
  expect(typeof answer === "string" ? answer : answer.errorClass).toBe(errorClass);
});

describe("what differs", () => {
  test("a success gives back one amount, and not what the last retry of its call took: 1 without a retry there, the same here", async () => {
    const steps: readonly Step[] = [
      [429, "retry_request", 95, 1],
      [200, "success", 100],
      [500, "retry_request", 86, 0.05],
      [200, "success", 100],
      [200, "success", 100],
    ];
    const statuses = steps.map(([status]) => status);
    // By the specification: 95, 100, 86, 100, 101.
    const ours = await played(since2026, { initialTokens: 100 }, statuses, 1);
    expect(rounded(ours).map(([, , quota]) => quota)).toEqual([95, 96, 82, 83, 84]);
  });

  test("a timeout costs 10 tokens there, until 2026; a TokenBudget goes by the class, and a RetryThrottle counts timeouts apart", () => {
    const timeout = { errorClass: "TRANSIENT", timeout: true } as const;
    const atOnce = { errorClass: "TRANSIENT", timeout: false } as const;
    const tokens = new TokenBudget({ capacity: 500, retryCost: 5, classCosts: { TRANSIENT: 10 } });
    for (const failed of [timeout, atOnce]) expect(tokens.consume(undefined, failed)).toBe(true);
    expect(tokens.remaining()).toBe(480);
    const throttle = new RetryThrottle();
    while (throttle.consume(undefined, timeout));
    expect(throttle.remaining()).toBe(0);
    expect(new RetryThrottle().consume(undefined, atOnce)).toBe(true);
  });

  test.each<[headerMs: string, theirsMs: number, oursMs: number]>([
    // There: not less than the backoff, 50 ms, and not more than 5 s above it.
    ["1500", 1_500, 1_500],
    ["20", 50, 20],
    ["60000", 5_050, 60_000],
    // An invalid header is ignored by both.
    ["invalid", 50, 50],
    ["-5", 50, 50],
  ])("x-amz-retry-after: %s is %i ms there, and here what was asked for: %i ms", async (header, _theirsMs, oursMs) => {
    const clock = new VirtualClock();
    const delays: number[] = [];
    const options: PolicyOptions<unknown, unknown> = {
      retry: {
        classifier: awsClassifier,
        maxAttempts: 2,
        deadlineMs: Infinity,
        strategy: retryAfterOr(fullJitter({ baseMs: 25, maxMs: 20_000 }), { jitterMs: 0 }),
        beforeSleep: (_context, ms) => void delays.push(Math.round(ms)),
      },
      clock,
      random: () => exponentialBase,
    };
    const call = new Policy(options).execute(() => {
      throw Object.assign(new Error("x"), {
        name: "InternalError",
        $metadata: { httpStatusCode: 500 },
        $response: { headers: { "x-amz-retry-after": header } },
      });
    });
    await clock.run();
    await call;
    expect(delays).toEqual([oursMs]);
  });
});
