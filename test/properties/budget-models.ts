/* The budgets as naively as they can be told. Numbers are integers: thousandths of a retry, billionths of a token or a failure. */
import type { ErrorClass } from "redress";

/** Keeps everything that was ever taken, and recounts what is still inside the window. */
export class BudgetModel {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #taken: { readonly atMs: number; readonly cost: number }[] = [];

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  remaining(nowMs: number): number {
    return this.#taken.filter(({ atMs }) => atMs > nowMs - this.#windowMs).reduce((left, { cost }) => left - cost, this.#most);
  }

  consume(nowMs: number, cost: number): boolean {
    if (cost > this.remaining(nowMs)) return false;
    this.#taken.push({ atMs: nowMs, cost });
    return true;
  }
}

export interface TokenSettings {
  readonly capacity: bigint;
  readonly retryCost: bigint;
  readonly successRefund: bigint;
  readonly classCosts: Readonly<Partial<Record<ErrorClass, bigint>>>;
}

export class TokenBudgetModel {
  readonly #settings: TokenSettings;
  tokens: bigint;

  constructor(settings: TokenSettings) {
    this.#settings = settings;
    this.tokens = settings.capacity;
  }

  consume(cost: bigint | undefined, errorClass: ErrorClass | undefined): boolean {
    const { retryCost, classCosts } = this.#settings;
    const price = cost ?? (errorClass === undefined ? undefined : classCosts[errorClass]) ?? retryCost;
    if (price > this.tokens) return false;
    this.tokens -= price;
    return true;
  }

  recordSuccess(): void {
    const { capacity, successRefund } = this.#settings;
    const sum = this.tokens + successRefund;
    this.tokens = sum > capacity ? capacity : sum;
  }
}

export interface ThrottleSettings {
  readonly capacity: bigint;
  readonly timeoutCapacity: bigint;
  readonly successRefund: bigint;
}

export class ThrottleModel {
  readonly #settings: ThrottleSettings;
  #failures = 0n;
  #timeouts = 0n;

  constructor(settings: ThrottleSettings) {
    this.#settings = settings;
  }

  get remaining(): bigint {
    const { timeoutCapacity } = this.#settings;
    const left = [this.#leftForTimeouts(), timeoutCapacity - this.#timeouts];
    const least = left.reduce((one, other) => (one < other ? one : other));
    return least < 0n ? 0n : least;
  }

  consume(cost = 1_000_000_000n, timeout = false): boolean {
    const { capacity, timeoutCapacity } = this.#settings;
    if (timeout) {
      const counted = this.#timeouts + cost;
      this.#timeouts = counted > 2n * timeoutCapacity ? 2n * timeoutCapacity : counted;
      return counted <= timeoutCapacity && this.#leftForTimeouts() >= 0n;
    }
    const counted = this.#failures + cost;
    this.#failures = counted > capacity ? capacity : counted;
    return counted <= capacity && this.#timeouts <= timeoutCapacity;
  }

  /** A tenth of the capacity is not for timeouts. */
  #leftForTimeouts(): bigint {
    const { capacity } = this.#settings;
    return capacity - this.#failures - capacity / 10n;
  }

  recordSuccess(): void {
    const { successRefund } = this.#settings;
    const less = (count: bigint): bigint => (count > successRefund ? count - successRefund : 0n);
    this.#failures = less(this.#failures);
    this.#timeouts = less(this.#timeouts);
  }
}
