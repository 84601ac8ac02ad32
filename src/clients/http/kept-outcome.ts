import { type Failure, type Outcome, outcomeOf as outcomeOfFailure } from "../../index.ts";

/**
 * A member that is not enumerated. Every answer has one: to enter each into a WeakMap takes longer than all else that is done for a request, since it makes
 * the garbage collector look at all of them.
 */
const OUTCOME = Symbol("redress.outcome");

/** Of what cannot be given a member: what is frozen. */
const outcomes = new WeakMap<object, Outcome<unknown>>();

/** Keeps how the call ended that gave this answer, or the error made of it. */
export function keepOutcome(of: unknown, outcome: Outcome<unknown>): void {
  if (typeof of !== "object" || of === null) return;
  const isKept = Reflect.defineProperty(of, OUTCOME, { value: outcome, writable: true, configurable: true });
  if (!isKept) outcomes.set(of, outcome);
}

/** What happened in the call that gave this answer, or that threw this error; `undefined` for what no call gave. */
export function outcomeOf(of: unknown): Outcome<unknown> | Failure | undefined {
  return keptOf(of) ?? outcomeOfFailure(of);
}

function keptOf(of: unknown): Outcome<unknown> | undefined {
  if (typeof of !== "object" || of === null) return undefined;
  // What inherits from an answer is another one.
  const own = Object.getOwnPropertyDescriptor(of, OUTCOME);
  return (own?.value as Outcome<unknown> | undefined) ?? outcomes.get(of);
}
