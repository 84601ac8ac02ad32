import type { RetryBudget } from "../../core/budget/retry-budget.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { partOf } from "../../core/part.ts";
import type { Retried } from "./retried-classes.ts";

/** What a budget says of its limits. */
export type BudgetLimits =
  | { readonly kind: "rolling"; readonly maxRetries: number; readonly windowMs: number }
  | {
      readonly kind: "tokens";
      readonly capacity: number;
      readonly successRefund: number;
      /** What a retry takes, after a failure of each class that is retried. */
      readonly costs: readonly (readonly [ErrorClass, number])[];
    }
  | {
      readonly kind: "throttle";
      readonly capacity: number;
      readonly timeoutCapacity: number;
      readonly successRefund: number;
    }
  | { readonly kind: "unlimited" }
  /** A budget of the user's own. */
  | { readonly kind: "other" };

/** What a budget allows the retries of these classes. */
export function budgetLimits(budget: RetryBudget, retried: readonly Retried[]): BudgetLimits {
  const { kind, settings = {} } = partOf(budget) ?? {};
  const number = (setting: string): number => Number(settings[setting]);
  if (kind === "rolling-budget") return { kind: "rolling", maxRetries: number("maxRetries"), windowMs: number("windowMs") };
  if (kind === "no-budget") return { kind: "unlimited" };
  if (kind === "retry-throttle")
    return {
      kind: "throttle",
      capacity: number("capacity"),
      timeoutCapacity: number("timeoutCapacity"),
      successRefund: number("successRefund"),
    };
  if (kind !== "token-budget") return { kind: "other" };
  const classCosts = settings["classCosts"] as Readonly<Partial<Record<ErrorClass, number>>>;
  return {
    kind: "tokens",
    capacity: number("capacity"),
    successRefund: number("successRefund"),
    costs: retried.map(({ errorClass }) => [errorClass, classCosts[errorClass] ?? number("retryCost")] as const),
  };
}
