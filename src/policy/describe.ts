import { type Description, descriptionOf } from "../core/backoff/strategy.ts";
import type { Breaker } from "../core/breaker/breaker.ts";
import type { RetrySettings } from "../core/retry/settings.ts";
import type { CallPlan } from "../run/plan.ts";

/** Plain JSON: what a policy will do. A part that was left out is `null`. */
export interface PolicyDescription {
  readonly operation: string | null;
  /** The parts from the outside in. */
  readonly nesting: readonly ("fallback" | "breaker" | "retry" | "attempt_timeout")[];
  readonly retry: RetryDescription | null;
  readonly circuitBreaker: Description | null;
  readonly budget: Description | null;
  readonly fallback: { readonly on: "any stop but ABORTED" | readonly string[] } | null;
  readonly hooks: number;
}

export interface RetryDescription {
  readonly maxAttempts: number | "Infinity";
  readonly maxUnknownAttempts: number | "Infinity";
  readonly perClassMaxAttempts: Readonly<Record<string, number | "Infinity">>;
  readonly deadlineMs: number | "Infinity";
  readonly attemptTimeoutMs: number | "Infinity";
  readonly strategy: Description | null;
  readonly strategies: Readonly<Record<string, Description>>;
  readonly classifier: string;
  readonly resultClassifier: string | null;
  readonly sleep: string | null;
  readonly sleeper: string | null;
  readonly onExhausted: "rethrow" | "wrap";
}

export function describePlan({ operation, retry, breaker, fallback, hooks }: CallPlan): PolicyDescription {
  const present = [
    ["fallback", fallback !== null],
    ["breaker", breaker !== null],
    ["retry", retry !== null],
    ["attempt_timeout", retry !== null && retry.attemptTimeoutMs < Infinity],
  ] as const;
  return json({
    operation: operation ?? null,
    nesting: present.filter(([, is]) => is).map(([part]) => part),
    retry: retry && describeRetry(retry),
    circuitBreaker: breaker && describeBreaker(breaker),
    budget: retry?.budget ? descriptionOf(retry.budget) : null,
    fallback: fallback && { on: fallback.on === null ? "any stop but ABORTED" : [...fallback.on] },
    hooks: hooks.length,
  });
}

function describeRetry(retry: RetrySettings): object {
  const { strategy, strategies, classifier, resultClassifier, sleep, sleeper, budget, beforeSleep, ...numbers } = retry;
  return {
    ...numbers,
    strategy: strategy ? descriptionOf(strategy) : null,
    strategies: Object.fromEntries(Object.entries(strategies).map(([errorClass, one]) => [errorClass, descriptionOf(one)])),
    classifier: nameOf(classifier),
    resultClassifier: resultClassifier ? nameOf(resultClassifier) : null,
    sleep: sleep ? nameOf(sleep) : null,
    sleeper: sleeper ? nameOf(sleeper) : null,
  };
}

function describeBreaker(breaker: Breaker): Description {
  const { name, settings } = descriptionOf(breaker);
  return { name, settings: { ...settings, name: breaker.name } };
}

const nameOf = (fn: { readonly name: string }): string => fn.name || "anonymous";

/** What JSON would make of it, but for Infinity, which it would turn into null. */
function json(value: object): PolicyDescription {
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => (part === Infinity ? "Infinity" : part)));
}
