import type { Breaker } from "../core/breaker/breaker.ts";
import type { RetryBudget } from "../core/budget/retry-budget.ts";
import type { Limiter } from "../core/limit/limiter.ts";
import { wallClock } from "../run/time/wall-clock.ts";
import type { Circuits } from "./circuits.ts";
import type { Labels } from "./labels.ts";
import { readBudget, readLimiter } from "./parts.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import type { RegistrySnapshot } from "./snapshot.ts";
import { describeHolder, inFlightOf, keysOf, partsOf, type Subject } from "./subject.ts";

/** A policy of a registry that lives. */
export interface Member {
  readonly name: string;
  readonly subject: Omit<Subject, "holder">;
  readonly counts: PolicyCounts;
  readonly holder: Subject["holder"];
}

/** Reads each part once, though several policies share it. */
export function takeSnapshot(members: readonly Member[], circuits: Circuits, limiterLabels: Labels): RegistrySnapshot {
  const breakers = new Sharing<Breaker>();
  const budgets = new Sharing<RetryBudget>();
  const limiters = new Sharing<Limiter>();
  const parted = members.map((member) => ({ ...member, parts: partsOf(member.holder) }));
  for (const { name, parts } of parted) {
    if (parts.breaker !== null) breakers.add(parts.breaker, name);
    if (parts.budget !== null) budgets.add(parts.budget, name);
    for (const limiter of parts.limiters) limiters.add(limiter, name);
  }
  const circuitOf = breakers.read((breaker, names) => circuits.read(breaker, names));
  const budgetOf = budgets.read(readBudget);
  const limiterOf = limiters.read((limiter, names) => readLimiter(limiter, limiterLabels.of(limiter, limiter.name), names));
  return {
    atMs: wallClock.now(),
    policies: parted.map(({ name, subject, counts, holder, parts }) => ({
      name,
      operation: subject.operation,
      inFlight: inFlightOf(holder),
      ...counts.read(),
      circuit: (parts.breaker && circuitOf.get(parts.breaker)?.name) ?? null,
      budget: (parts.budget && budgetOf.get(parts.budget)?.name) ?? null,
      limiters: parts.limiters.flatMap((limiter) => limiterOf.get(limiter)?.name ?? []),
      keys: keysOf(holder, parts.breaker),
      describe: describeHolder(holder),
    })),
    circuits: [...circuitOf.values()],
    budgets: [...budgetOf.values()],
    limiters: [...limiterOf.values()],
  };
}

/** Which policies share a part. */
class Sharing<Part extends object> {
  readonly #names = new Map<Part, string[]>();

  add(part: Part, policy: string): void {
    const names = this.#names.get(part);
    if (names === undefined) this.#names.set(part, [policy]);
    else if (!names.includes(policy)) names.push(policy);
  }

  /** What each part says of itself; those that say nothing are left out. */
  read<Row>(read: (part: Part, policies: readonly string[]) => Row | null): Map<Part, Row> {
    const rows = new Map<Part, Row>();
    for (const [part, names] of this.#names) {
      const row = read(part, names);
      if (row !== null) rows.set(part, row);
    }
    return rows;
  }
}
