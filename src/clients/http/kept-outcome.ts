import { type Failure, type Outcome, outcomeOf as outcomeOfFailure } from "../../index.ts";

const outcomes = new WeakMap<object, Outcome<unknown>>();

/** Keeps how the call ended that gave this answer, or the error made of it. */
export function keepOutcome(of: unknown, outcome: Outcome<unknown>): void {
  if (typeof of === "object" && of !== null) outcomes.set(of, outcome);
}

/** What happened in the call that gave this answer, or that threw this error; `undefined` for what no call gave. */
export function outcomeOf(of: unknown): Outcome<unknown> | Failure | undefined {
  const kept = typeof of === "object" && of !== null ? outcomes.get(of) : undefined;
  return kept ?? outcomeOfFailure(of);
}
