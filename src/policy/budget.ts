import type { RetryBudget } from "../core/budget/retry-budget.ts";
import { RollingCount } from "../core/budget/rolling-count.ts";
import { aboveZero, checkOptions, checkValue, finiteAboveZero, wholeFrom } from "../core/option-rules.ts";
import { PART, type Part } from "../core/part.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import { clockRule } from "./clock-rule.ts";

export interface BudgetOptions {
  /** Retries that all calls together may make within any `windowMs`: an integer >= 0. */
  readonly maxRetries: number;
  /** Milliseconds, > 0. */
  readonly windowMs: number;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

/**
 * A retry budget over a rolling window, shared by any number of policies: at most `maxRetries` within any `windowMs`.
 *
 * Simple to reason about, blind to how calls fare; `TokenBudget` is earned by successes instead.
 *
 * @throws TypeError or RangeError for a missing, wrong or unknown option.
 * @example
 * const budget = new Budget({ maxRetries: 100, windowMs: 10_000 });
 * const policy = new Policy({ retry: { maxAttempts: 4 }, budget });
 */
export class Budget implements RetryBudget {
  readonly #count: RollingCount;
  readonly #clock: Clock;

  constructor(options: BudgetOptions) {
    const {
      maxRetries,
      windowMs,
      clock = systemClock,
    } = checkOptions("budget", options, { maxRetries: wholeFrom(0), windowMs: aboveZero, clock: clockRule }, [
      "maxRetries",
      "windowMs",
    ]);
    this.#count = new RollingCount(maxRetries, windowMs);
    this.#clock = clock;
  }

  /** @internal */
  get [PART](): Part<Budget> {
    const { maxRetries, windowMs } = this.#count;
    return {
      kind: "rolling-budget",
      name: "Budget",
      settings: { maxRetries, windowMs },
      clock: this.#clock,
      another: (clock) => new Budget({ maxRetries, windowMs, clock: clock as Clock }),
    };
  }

  /**
   * Takes `cost` retries out of the window, or nothing.
   *
   * @param cost > 0 @default 1
   */
  consume(cost = 1): boolean {
    checkValue("budget.consume.cost", cost, finiteAboveZero);
    return this.#count.take(this.#clock.now(), cost);
  }

  remaining(): number {
    return this.#count.remaining(this.#clock.now());
  }
}
