import type { FailedBefore, RetryBudget } from "../core/budget/retry-budget.ts";
import { Throttle } from "../core/budget/throttle.ts";
import { checkOptions, checkValue, finiteAboveZero, finiteFrom, notAbove } from "../core/option-rules.ts";
import { PART, type Part } from "../core/part.ts";

export interface RetryThrottleOptions {
  /** Tokens at the start, and at most: > 0. @default 500 */
  readonly capacity?: number | undefined;
  /** So many tokens may be missing while a retry after a timeout is still made: from 0 to `capacity`. @default 5 */
  readonly timeoutCapacity?: number | undefined;
  /** Tokens that a successful call gives back: >= 0. @default 0.1 */
  readonly successRefund?: number | undefined;
}

const CAPACITY = 500;
const TIMEOUT_CAPACITY = 5;

/**
 * The default retry budget: it ends retries before they keep an overload alive, and carries a restart of the dependency all the same.
 *
 * It starts full. Each failed attempt that a retry would follow takes a token, whether the retry is made or not; each call that succeeds gives
 * `successRefund` back. A retry after a timeout is made only while at most `timeoutCapacity` tokens are missing, any other while a token is left:
 * a failure that comes at once cost the dependency nothing, a timeout is the mark of overload. The figures are in docs/evidence.md; it grew out
 * of gRPC's throttle (gRFC A6), which knows one measure.
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
    const { capacity, timeoutCapacity } = this.#throttle;
    const settings = { capacity, timeoutCapacity, successRefund: this.#successRefund };
    return { kind: "retry-throttle", name: "RetryThrottle", settings, another: () => new RetryThrottle(settings) };
  }

  /**
   * Takes the tokens, and says whether the retry may be made.
   *
   * @param cost > 0 @default 1
   */
  consume(cost = 1, failed?: FailedBefore): boolean {
    if (cost !== 1) checkValue("retryThrottle.consume.cost", cost, finiteAboveZero);
    return this.#throttle.take(cost, failed?.timeout === true);
  }

  remaining(): number {
    return this.#throttle.tokens;
  }

  recordSuccess(): void {
    this.#throttle.give(this.#successRefund);
  }
}

/**
 * No limit on retries, said aloud: it switches off the budget that a retry has by default.
 *
 * @example
 * const policy = new Policy({ retry: { maxAttempts: 3 }, budget: unlimited });
 */
export const unlimited: RetryBudget = /* @__PURE__ */ Object.freeze({
  [PART]: { kind: "no-budget", name: "unlimited", settings: {} } satisfies Part,
  consume: () => true,
  remaining: () => Infinity,
});
