import type { FailedBefore, RetryBudget } from "../core/budget/retry-budget.ts";
import { Throttle } from "../core/budget/throttle.ts";
import { checkOptions, checkValue, finiteAboveZero, finiteFrom, notAbove } from "../core/option-rules.ts";
import { PART, type Part } from "../core/part.ts";

export interface RetryThrottleOptions {
  /** Failures that came at once, and are still retried while they are not made up for by successes: > 0. @default 500 */
  readonly capacity?: number | undefined;
  /** The same for timeouts: from 0, for none, to `capacity`. @default 5 */
  readonly timeoutCapacity?: number | undefined;
  /** What a successful call makes up for, of both: failures, >= 0. @default 0.1 */
  readonly successRefund?: number | undefined;
}

const CAPACITY = 500;
const TIMEOUT_CAPACITY = 5;

/**
 * The default retry budget: it ends retries before they keep an overload alive, and carries a restart of the dependency all the same.
 *
 * It counts failed attempts that a retry would follow, whether the retry is made or not: those that came at once, and timeouts, apart. Each call
 * that succeeds takes `successRefund` off both counts. A retry is made while the count of its kind is within its limit: a failure that came at
 * once cost the dependency little, a timeout is the mark of overload. While timeouts exceed their limit, nothing is retried; nor is a timeout
 * while less than a tenth of `capacity` is left, since after an outage a dependency starts cold.
 *
 * A timeout is what this policy's own `attemptTimeoutMs` cuts short, and every failure whose classification says `timeout: true`. Calls share
 * the budget where they share a policy or a `Retry`; policies of one dependency may share one of their own. It lives in one process. The figures are
 * in docs/evidence.md; it grew out of gRPC's throttle (gRFC A6), which counts all failures alike.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * const budget = new RetryThrottle({ timeoutCapacity: 10 });
 * const users = new Policy({ retry: { maxAttempts: 4 }, budget });
 * const orders = new Policy({ retry: { maxAttempts: 4 }, budget });
 */
export class RetryThrottle implements RetryBudget {
  readonly #throttle: Throttle;
  readonly #successRefund: number;

  constructor(options: RetryThrottleOptions = {}) {
    const {
      capacity = CAPACITY,
      timeoutCapacity = Math.min(TIMEOUT_CAPACITY, capacity),
      successRefund = 0.1,
    } = checkOptions("retryThrottle", options, {
      capacity: finiteAboveZero,
      timeoutCapacity: notAbove(finiteFrom(0), "capacity", CAPACITY),
      successRefund: finiteFrom(0),
    });
    this.#throttle = new Throttle(capacity, timeoutCapacity);
    this.#successRefund = successRefund;
  }

  /** @internal */
  get [PART](): Part<RetryThrottle> {
    const { failures, timeouts } = this.#throttle;
    const settings = { capacity: failures.limit, timeoutCapacity: timeouts.limit, successRefund: this.#successRefund };
    return { kind: "retry-throttle", name: "RetryThrottle", settings, another: () => new RetryThrottle(settings) };
  }

  /**
   * Counts a failure, and says whether a retry may follow it.
   *
   * @param cost what it counts, > 0 @default 1
   * @param failed the failure; one that is not known came at once
   */
  consume(cost = 1, failed?: FailedBefore): boolean {
    if (cost !== 1) checkValue("retryThrottle.consume.cost", cost, finiteAboveZero);
    return this.#throttle.take(cost, failed?.timeout === true);
  }

  /** Retries that may be made whatever the failures before them: the less of what is left after failures at once and after timeouts. */
  remaining(): number {
    return this.#throttle.remaining;
  }

  recordSuccess(): void {
    this.#throttle.give(this.#successRefund);
  }
}

/**
 * No limit on retries, said aloud: it switches off the budget that a retry has by default. For retries that must never be given up, such as those of
 * a worker that reconnects; not for calls under load, whose retries keep an overload alive.
 *
 * @example
 * const policy = new Policy({ retry: { maxAttempts: 3 }, budget: unlimited });
 */
export const unlimited: RetryBudget = /* @__PURE__ */ Object.freeze({
  [PART]: { kind: "no-budget", name: "unlimited", settings: {}, another: () => unlimited } satisfies Part,
  consume: () => true,
  remaining: () => Infinity,
});
