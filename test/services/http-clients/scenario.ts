/*
 * What a client must keep to in every version, as programs that throw where it does not: vitest runs them for the versions that this Node can run, and a newer Node for
 * the others.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { constant, outcomeOf, Policy, type RetryOptions, unlimited } from "redress";

export type Scenarios<Given> = Readonly<Record<string, (given: Given) => Promise<void>>>;

export interface User {
  readonly name: string;
}

export const policy = (retry: RetryOptions = {}): Policy =>
  new Policy({ retry: { maxAttempts: 3, strategy: constant(1), budget: unlimited, ...retry } });

export async function thrownBy(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It has not thrown.");
}

/** What an outcome says, as far as these tests ask. */
export function told(of: unknown, outcome: (of: unknown) => unknown = outcomeOf): Record<string, unknown> {
  const { ok, attempts, stopReason, refusal } = (outcome(of) ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries({ ok, attempts, stopReason, refusal }).filter(([, value]) => value !== undefined));
}

export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !holds(); turn++) await sleep(10);
  assert.ok(holds(), `in vain: ${holds}`);
}
