import type { FailedBefore, RetryBudget } from "../../core/budget/retry-budget.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { ADMIT_OR_REJECT, Decisions, type FakeOptions, fakeRules, readFake } from "./decisions.ts";

/** What a budget was asked, and what it said. */
export interface BudgetRequest {
  readonly cost: number | undefined;
  /** What the retry would follow. */
  readonly failed: FailedBefore | undefined;
  readonly admitted: boolean;
}

/** What a budget was told of a call that is over. */
export type BudgetReport = { readonly kind: "success" } | { readonly kind: "failure"; readonly errorClass: ErrorClass };

/**
 * A retry budget that decides what a test says, and keeps what it was asked and told.
 *
 * @example
 * import { FakeBudget } from "redress/testing";
 * const budget = new FakeBudget({ decisions: ["admit"], otherwise: "reject" }); // one retry
 * const policy = new Policy({ retry: { budget } });
 *
 * @throws TypeError or RangeError for options that do not hold
 */
export class FakeBudget implements RetryBudget {
  /** Each time that it was asked. */
  readonly requests: BudgetRequest[] = [];
  /** How calls ended. */
  readonly reports: BudgetReport[] = [];
  readonly #decisions: Decisions<"admit" | "reject">;

  constructor(options: FakeOptions<"admit" | "reject">) {
    this.#decisions = new Decisions("FakeBudget", readFake("fakeBudget", options, fakeRules(ADMIT_OR_REJECT)));
  }

  consume(cost?: number, failed?: FailedBefore): boolean {
    const admitted = this.#decisions.next() === "admit";
    this.requests.push({ cost, failed, admitted });
    return admitted;
  }

  /** The retries that it would still admit. */
  remaining(): number {
    if (this.#decisions.otherwise === "admit") return Infinity;
    return this.#decisions.left.filter((decision) => decision === "admit").length;
  }

  recordSuccess(): void {
    this.reports.push({ kind: "success" });
  }

  recordFailure(errorClass: ErrorClass): void {
    this.reports.push({ kind: "failure", errorClass });
  }

  /** @throws Error where it was asked less often than it has decisions */
  assertDone(): void {
    this.#decisions.assertDone();
  }
}
