/* A retry budget under watch: the naive models of properties/ recount what it is asked. */
import type { ErrorClass, RetryBudget } from "redress";
import { BudgetModel, ThrottleModel, TokenBudgetModel } from "../properties/budget-models.ts";
import type { Library } from "./library.ts";
import type { WatchingWorld } from "./watched-breaker.ts";
import type { BudgetPlan } from "./world-plan.ts";

interface Naive {
  consume(cost: number | undefined, failed: { readonly errorClass: ErrorClass; readonly timeout: boolean } | undefined): boolean;
  succeeds(): void;
  remaining(): number;
}

const inBillionths = (cost: number | undefined): bigint | undefined => (cost === undefined ? undefined : billionths(cost));
const billionths = (amount: number): bigint => BigInt(Math.round(amount * 1e9));

export class WatchedBudget implements RetryBudget {
  readonly plan: BudgetPlan;
  /** Retries and hedges that it has allowed. */
  granted = 0;
  readonly #inner: RetryBudget;
  readonly #naive: Naive;
  readonly #world: WatchingWorld;

  constructor(lib: Library, plan: BudgetPlan, world: WatchingWorld) {
    this.plan = plan;
    this.#world = world;
    const { kind: _, ...options } = plan;
    if (plan.kind === "rolling") {
      this.#inner = new lib.Budget({ maxRetries: plan.maxRetries, windowMs: plan.windowMs, clock: world.clock });
    } else if (plan.kind === "tokens") {
      const { capacity, retryCost, successRefund, transientCost } = plan;
      const classCosts = transientCost === null ? {} : { TRANSIENT: transientCost };
      this.#inner = new lib.TokenBudget({ capacity, retryCost, successRefund, classCosts });
    } else this.#inner = new lib.RetryThrottle(options as { capacity: number });
    this.#naive = naiveOf(plan, () => this.#world.clock.now());
  }

  consume(cost?: number, failed?: Parameters<RetryBudget["consume"]>[1]): boolean {
    const allows = this.take(cost, failed);
    if (allows) this.granted++;
    return allows;
  }

  /** Also by hand, and not for a retry. */
  take(cost?: number, failed?: Parameters<RetryBudget["consume"]>[1]): boolean {
    const expected = this.#naive.consume(cost, failed);
    const allows = this.#inner.consume(cost, failed);
    if (allows !== expected)
      this.#world.breaks("budget", allows ? "a retry is allowed" : "a retry is refused", "recounted, it is otherwise");
    this.#compare();
    return allows;
  }

  remaining(): number {
    return this.#inner.remaining();
  }

  recordSuccess(): void {
    this.#naive.succeeds();
    this.#inner.recordSuccess?.();
    this.#compare();
  }

  recordFailure(errorClass: ErrorClass): void {
    this.#inner.recordFailure?.(errorClass);
    this.#compare();
  }

  #compare(): void {
    const [left, expected] = [this.#inner.remaining(), this.#naive.remaining()];
    if (Math.abs(left - expected) > 1e-9 || left < 0) this.#world.breaks("budget", `${left} left`, `recounted, ${expected}`);
  }
}

function naiveOf(plan: BudgetPlan, now: () => number): Naive {
  if (plan.kind === "rolling") {
    const model = new BudgetModel(plan.maxRetries, plan.windowMs);
    return { consume: (cost = 1) => model.consume(now(), cost), succeeds: () => {}, remaining: () => model.remaining(now()) };
  }
  if (plan.kind === "tokens") {
    const { capacity, retryCost, successRefund, transientCost } = plan;
    const model = new TokenBudgetModel({
      capacity: billionths(capacity),
      retryCost: billionths(retryCost),
      successRefund: billionths(successRefund),
      classCosts: transientCost === null ? {} : { TRANSIENT: billionths(transientCost) },
    });
    return {
      consume: (cost, failed) => model.consume(inBillionths(cost), failed?.errorClass),
      succeeds: () => model.recordSuccess(),
      remaining: () => Number(model.tokens) / 1e9,
    };
  }
  const model = new ThrottleModel({
    capacity: billionths(plan.capacity),
    timeoutCapacity: billionths(plan.timeoutCapacity),
    successRefund: billionths(plan.successRefund),
  });
  return {
    consume: (cost, failed) => model.consume(inBillionths(cost), failed?.timeout),
    succeeds: () => model.recordSuccess(),
    remaining: () => Number(model.remaining) / 1e9,
  };
}
