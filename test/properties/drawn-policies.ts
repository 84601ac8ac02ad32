/* Policies drawn at random, as plain data, and made for whichever driver: what a dependency answers is classified already. */
import fc from "fast-check";
import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  adaptive,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  type ErrorClass,
  exponential,
  Hedge,
  type Limiter,
  type PolicyOptions,
  RateLimiter,
  type RetryBudget,
  retryAfterOr,
  type Strategy,
  TokenBudget,
} from "redress";
import { ERROR_CLASSES } from "../../src/core/failure/error-class.ts";

/** What the dependency answers to one attempt. */
export interface Answer {
  readonly afterMs: number;
  readonly failsAs: ErrorClass | null;
  readonly retryAfterMs: number | undefined;
}

export type Options = PolicyOptions<unknown, unknown>;
type Parts = Pick<Options, "clock" | "random">;

class AnsweredFailure extends Error {
  readonly failsAs: ErrorClass;
  readonly retryAfterMs: number | undefined;

  constructor({ failsAs, retryAfterMs }: Answer) {
    super("failed");
    this.failsAs = failsAs ?? "UNKNOWN";
    this.retryAfterMs = retryAfterMs;
  }
}

export const failureOf = (answer: Answer): Error => new AnsweredFailure(answer);

const classifier = (error: unknown) =>
  error instanceof AnsweredFailure
    ? { errorClass: error.failsAs, ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }) }
    : ("TRANSIENT" as const);

const errorClass = fc.constantFrom(...ERROR_CLASSES);
export const answer: fc.Arbitrary<Answer> = fc.record({
  afterMs: fc.integer({ min: 0, max: 900 }),
  failsAs: fc.option(errorClass, { nil: null }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
});
const STRATEGIES: Readonly<Record<string, (parts: Parts) => Strategy>> = {
  none: () => constant(0),
  constant: () => constant(120.0051),
  exponential: () => exponential({ baseMs: 33.0013, maxMs: 500 }),
  retryAfter: () => retryAfterOr(constant(70.0029)),
  adaptive: ({ clock }) => adaptive(constant(40.0083), { windowMs: 1_000, clock }),
};
const retry = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  deadlineMs: fc.constantFrom(500.00031, 1_500.00031, 5_000, Infinity),
  attemptTimeoutMs: fc.constantFrom(200.00017, 600.00017, Infinity),
  maxUnknownRetries: fc.integer({ min: 0, max: 3 }),
  maxRetriesPerClass: fc.dictionary(errorClass, fc.integer({ min: 0, max: 3 }), { maxKeys: 3 }),
  sleepAnswer: fc.constantFrom("sleep" as const, "sleep" as const, "sleep" as const, "defer" as const, "abort" as const),
});
const breaker = fc.record({
  failureThreshold: fc.integer({ min: 1, max: 3 }),
  windowMs: fc.constantFrom(300, 5_000),
  recoveryTimeoutMs: fc.constantFrom(0, 250, 1_000),
  slow: fc.boolean(),
});
const limiter = fc.oneof(
  fc.record({
    kind: fc.constant("bulkhead" as const),
    maxConcurrent: fc.integer({ min: 1, max: 3 }),
    maxQueue: fc.constantFrom(0, 1, 5),
    queueTimeoutMs: fc.constantFrom(Infinity, 100.0021, 900.0021),
  }),
  fc.record({
    kind: fc.constant("rate" as const),
    limit: fc.integer({ min: 1, max: 4 }),
    intervalMs: fc.constantFrom(150.0019, 700.0019),
    burst: fc.constantFrom(undefined, 1, 3),
    maxQueue: fc.constantFrom(0, 1, 5),
  }),
  fc.record({
    kind: fc.constant("adaptive" as const),
    min: fc.constant(1),
    max: fc.integer({ min: 2, max: 4 }),
    initial: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({ kind: fc.constant("throttle" as const), multiplier: fc.constantFrom(1, 2), windowMs: fc.constant(2_000) }),
);
const hedge = fc.record({
  delayMs: fc.integer({ min: 0, max: 500 }),
  maxHedges: fc.integer({ min: 1, max: 3 }),
  loadRatio: fc.constantFrom(1, 0.5),
});
const parts = {
  retry: fc.option(retry),
  strategy: fc.constantFrom(...Object.keys(STRATEGIES)),
  breaker: fc.option(breaker),
  budget: fc.constantFrom(null, "tokens" as const, "rolling" as const),
  fallback: fc.constantFrom(null, "all" as const, "some" as const),
  limiters: fc.oneof(fc.constant([]), fc.array(limiter, { minLength: 1, maxLength: 3 })),
  hedge: fc.option(hedge),
};

type Drawn<From> = From extends fc.Arbitrary<infer Value> ? Value : never;
export type DrawnPolicy = { readonly [Part in keyof typeof parts]: Drawn<(typeof parts)[Part]> };

// One of the two has the classifier.
export const drawnPolicies: fc.Arbitrary<DrawnPolicy> = fc
  .record(parts)
  .filter((drawn) => drawn.retry !== null || drawn.breaker !== null) as fc.Arbitrary<DrawnPolicy>;

/** No two of its delays are the same: else a hedge and a timeout fall on one instant, and which comes first is nothing that is promised. */
class UnevenHedge extends Hedge {
  #asked = 0;

  override delayMs(nowMs: number): number {
    return super.delayMs(nowMs) + 0.00129 * ++this.#asked;
  }
}

function budgetOf(drawn: DrawnPolicy["budget"], { clock }: Parts): RetryBudget | undefined {
  if (drawn === null) return undefined;
  return drawn === "tokens"
    ? new TokenBudget({ capacity: 3, successRefund: 0.4 })
    : new Budget({ maxRetries: 2, windowMs: 700, clock });
}

function limiterOf(drawn: Drawn<typeof limiter>, { clock, random }: Parts): Limiter {
  const { kind: name, ...rest } = drawn;
  const options = { name, clock, ...rest };
  if ("limit" in options) return new RateLimiter(options);
  if ("initial" in options) return new AdaptiveConcurrency(options);
  return "multiplier" in options ? new AdaptiveThrottle({ ...options, random }) : new Bulkhead(options);
}

export function optionsOf(drawn: DrawnPolicy, given: Parts): Options {
  const { clock } = given;
  const { sleepAnswer = "sleep", ...bounds } = drawn.retry ?? {};
  const { slow, ...thresholds } = drawn.breaker ?? { slow: false };
  const slowCalls = slow ? { durationMs: 400, thresholdRatio: 0.5, minimumCalls: 2 } : undefined;
  const retry = {
    ...bounds,
    classifier,
    strategy: STRATEGIES[drawn.strategy]?.(given),
    budget: budgetOf(drawn.budget, given),
    sleep: () => sleepAnswer,
  };
  return {
    ...given,
    retry: drawn.retry === null ? undefined : retry,
    circuitBreaker: drawn.breaker === null ? undefined : new CircuitBreaker({ ...thresholds, slowCalls, classifier, clock }),
    limiter: drawn.limiters.length === 0 ? undefined : drawn.limiters.map((each) => limiterOf(each, given)),
    hedge: drawn.hedge === null ? undefined : new UnevenHedge(drawn.hedge),
    ...(drawn.fallback === "all" && { fallback: () => "instead" }),
    ...(drawn.fallback === "some" && { fallback: { on: ["RATE_LIMIT", "CIRCUIT_OPEN", "ABORTED"], use: () => 1 } }),
  };
}
