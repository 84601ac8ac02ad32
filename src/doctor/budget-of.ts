import type { RetryBudget } from "../core/budget/retry-budget.ts";
import type { ErrorClass } from "../core/failure/error-class.ts";
import { partOf } from "../core/part.ts";
import type { Retried } from "./retried.ts";

/** What a budget tells of itself. */
export type ToldBudget =
  | { readonly kind: "rolling"; readonly maxRetries: number; readonly windowMs: number }
  | {
      readonly kind: "tokens";
      readonly capacity: number;
      readonly successRefund: number;
      /** What a retry takes, after a failure of each class that is retried. */
      readonly costs: readonly (readonly [ErrorClass, number])[];
    }
  /** Somebody else's. */
  | { readonly kind: "other" };

export function budgetOf(budget: RetryBudget, retried: readonly Retried[]): ToldBudget {
  const { kind, settings = {} } = partOf(budget) ?? {};
  const number = (setting: string): number => Number(settings[setting]);
  if (kind === "rolling-budget") return { kind: "rolling", maxRetries: number("maxRetries"), windowMs: number("windowMs") };
  if (kind !== "token-budget") return { kind: "other" };
  const classCosts = settings["classCosts"] as Readonly<Partial<Record<ErrorClass, number>>>;
  return {
    kind: "tokens",
    capacity: number("capacity"),
    successRefund: number("successRefund"),
    costs: retried.map(({ errorClass }) => [errorClass, classCosts[errorClass] ?? number("retryCost")] as const),
  };
}
