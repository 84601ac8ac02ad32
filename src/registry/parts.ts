/* What a budget and a limiter say of themselves, in the words of a snapshot. Those of the user's own say what they want. */
import type { RetryBudget } from "../core/budget/retry-budget.ts";
import type { Limiter } from "../core/limit/limiter.ts";
import { anotherOf, descriptionOf } from "../core/part.ts";
import { systemClock } from "../run/time/clock.ts";
import { asked, finite } from "./asked.ts";
import type { BudgetSnapshot, LimiterSnapshot } from "./snapshot.ts";

const remainingOf = (budget: RetryBudget | null): number | null =>
  budget === null ? null : finite(asked(budget, "budget.remaining", () => budget.remaining()));

/** `null` for one that has no end, such as `unlimited`. */
export function readBudget(budget: RetryBudget, policies: readonly string[]): BudgetSnapshot | null {
  const remaining = remainingOf(budget);
  if (remaining === null) return null;
  // A budget begins full: another one with the same settings shows how much that is.
  const capacity = remainingOf(anotherOf(budget, systemClock));
  return { name: policies.join(", "), remaining, capacity, policies };
}

/** What the limiters of this package have, each some of it. */
interface Telling {
  readonly inUse?: unknown;
  readonly waiting?: unknown;
  readonly stats?: Readonly<Record<string, unknown>>;
  remaining?(): unknown;
}

export function readLimiter(limiter: Limiter & Telling, name: string, policies: readonly string[]): LimiterSnapshot {
  const { name: kind, settings } = descriptionOf(limiter);
  const stats = numbersOf(asked(limiter, "limiter.stats", () => limiter.stats));
  const inUse = stats["inUse"] ?? finite(asked(limiter, "limiter.inUse", () => limiter.inUse)) ?? 0;
  const queued = stats["waiting"] ?? finite(asked(limiter, "limiter.waiting", () => limiter.waiting)) ?? 0;
  const remaining = asked(limiter, "limiter.remaining", () => limiter.remaining?.());
  return {
    name,
    kind,
    inUse,
    queued,
    limit: stats["limit"] ?? finite(settings["maxConcurrent"]),
    maxQueue: finite(settings["maxQueue"]),
    remaining: typeof remaining === "object" ? numbersOf(remaining) : finite(remaining),
    stats,
    policies,
  };
}

/** The members that are finite numbers. */
function numbersOf(members: object | null | undefined): Record<string, number> {
  return Object.fromEntries(
    Object.entries(members ?? {}).filter((member): member is [string, number] => finite(member[1]) !== null),
  );
}
