import type { FailedBefore, RetryBudget } from "../core/budget/retry-budget.ts";
import { TokenBucket } from "../core/budget/token-bucket.ts";
import { type ErrorClass, tablePerClass } from "../core/failure/error-class.ts";
import { checkOptions, checkValue, finiteAboveZero, finiteFrom } from "../core/option-rules.ts";
import { PART, type Part } from "../core/part.ts";

export interface TokenBudgetOptions {
  /** Tokens at the start, and at most: > 0. @default 100 */
  readonly capacity?: number | undefined;
  /** Tokens that a retry takes: > 0. @default 1 */
  readonly retryCost?: number | undefined;
  /** Tokens that a successful call gives back: >= 0. @default 0.1 */
  readonly successRefund?: number | undefined;
  /** Tokens that a retry after a failure of this class takes, where not `retryCost`: >= 0. */
  readonly classCosts?: Readonly<Partial<Record<ErrorClass, number>>> | undefined;
}

/**
 * A retry budget that successes earn, shared by any number of policies. It starts full. While a dependency is down nothing succeeds,
 * nothing is earned, and the retries end; budgets that are earned by requests keep an overloaded system down.
 *
 * Source: Marc Brooker, "Fixing retries with token buckets and circuit breakers" (2022). gRFC A6 has a bucket too, from which failures take, not
 * retries, and whose lower half is never spent.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * const budget = new TokenBudget({ capacity: 50, classCosts: { RATE_LIMIT: 5 } });
 */
export class TokenBudget implements RetryBudget {
  readonly #bucket: TokenBucket;
  readonly #retryCost: number;
  readonly #successRefund: number;
  readonly #classCosts: Readonly<Partial<Record<ErrorClass, number>>>;

  constructor(options: TokenBudgetOptions = {}) {
    const {
      capacity = 100,
      retryCost = 1,
      successRefund = 0.1,
      classCosts = {},
    } = checkOptions("tokenBudget", options, {
      capacity: finiteAboveZero,
      retryCost: finiteAboveZero,
      successRefund: finiteFrom(0),
      classCosts: tablePerClass(finiteFrom(0)),
    });
    this.#bucket = new TokenBucket(capacity);
    this.#retryCost = retryCost;
    this.#successRefund = successRefund;
    this.#classCosts = { ...classCosts };
  }

  /** @internal */
  get [PART](): Part<TokenBudget> {
    const settings = {
      capacity: this.#bucket.capacity,
      retryCost: this.#retryCost,
      successRefund: this.#successRefund,
      classCosts: this.#classCosts,
    };
    return { kind: "token-budget", name: "TokenBudget", settings, another: () => new TokenBudget(settings) };
  }

  /**
   * Takes the tokens, or nothing.
   *
   * @param cost > 0 @default what a retry of this class costs
   */
  consume(cost?: number, failed?: FailedBefore): boolean {
    if (cost !== undefined) checkValue("tokenBudget.consume.cost", cost, finiteAboveZero);
    const classCost = failed === undefined ? undefined : this.#classCosts[failed.errorClass];
    return this.#bucket.take(cost ?? classCost ?? this.#retryCost);
  }

  remaining(): number {
    return this.#bucket.tokens;
  }

  recordSuccess(): void {
    this.#bucket.give(this.#successRefund);
  }
}
