import { type Breaker, isBreaker } from "../core/breaker/breaker.ts";
import type { RetryBudget } from "../core/budget/retry-budget.ts";
import type { Hooks } from "../core/events.ts";
import { type Hedging, isHedging } from "../core/hedge/hedging.ts";
import { isPlain } from "../core/is-object.ts";
import { isLimiter, type Limiter } from "../core/limit/limiter.ts";
import {
  aFunction,
  below,
  check,
  checkedByOwner,
  checkTable,
  demand,
  type OptionRule,
  type OptionTable,
  type Place,
  report,
  text,
} from "../core/option-rules.ts";
import { copyOfArray, copyOfOptions } from "../core/read-options.ts";
import type { Demand } from "../core/refusal.ts";
import { type Chaos, isChaosMonkey } from "../run/call/chaos.ts";
import type { OnHookError } from "../run/call/hook-errors.ts";
import type { Clock } from "../run/time/clock.ts";
import { hooksRule } from "./call-options.ts";
import { breakerTable, type CircuitBreakerOptions } from "./circuit-breaker-options.ts";
import { clockRule } from "./clock-rule.ts";
import { type Fallback, fallbackRule } from "./fallback.ts";
import { budgetRule, hasOwnBudget, Retry, type RetryOptions, retryTable } from "./retry.ts";

/** What a policy is made of. Every part may be left out. */
export interface PolicyOptions<R = unknown, F = never> {
  /** Without it, a call makes exactly one attempt. */
  readonly retry?: Retry<R> | RetryOptions<R> | undefined;
  /** A breaker to share with other policies, or the options of one of its own. */
  readonly circuitBreaker?: Breaker | CircuitBreakerOptions | undefined;
  /**
   * Limits the retries of all calls that share it. The same as `retry.budget`: give one of them. `unlimited` is none.
   *
   * @default new RetryThrottle(), that of the retry
   */
  readonly budget?: RetryBudget | undefined;
  /**
   * Admits or turns away each attempt before it is made: a limiter, shared with other policies or not, or several, which are asked in order. An
   * attempt that waits in a queue waits under the deadline; its timeout begins when it is admitted.
   */
  readonly limiter?: Limiter | readonly Limiter[] | undefined;
  /**
   * Starts a further attempt while one is still in flight, for operations that may run twice at the same time. Synchronous calls do not hedge. Without
   * a retry, `maxHedges` alone bounds the attempts.
   */
  readonly hedge?: Hedging | undefined;
  /** Gives a value where a call fails. */
  readonly fallback?: Fallback<F> | undefined;
  /**
   * Makes some attempts fail, in the place of the operation: a `chaos(...)` of `redress/testing`, for staging and tests. It is off unless it was switched on.
   *
   * @default none
   */
  readonly chaos?: Chaos | undefined;
  /** The low-cardinality name of the operation in telemetry. */
  readonly operation?: string | undefined;
  /** Observers of every call. */
  readonly hooks?: Hooks | readonly Hooks[] | undefined;
  /**
   * Hears of a hook that has thrown, or whose promise has rejected, the first time that this hook does: it changes no call, but what it should have
   * counted is lost. The same goes for `beforeSleep`, `discard`, for what budgets, strategies and breakers hear of a call's end, and for a classifier
   * that throws or returns a promise, which counts as `UNKNOWN`.
   *
   * @default a warning of the process with the code `REDRESS_HOOK_ERROR`; on the console where there is no process
   * @example
   * const policy = new Policy({ onHookError: (error, { name, operation }) => log.warn(`${name} of ${operation} failed`, error) });
   */
  readonly onHookError?: OnHookError | undefined;
  /**
   * Gets every value that no caller will get: what an attempt gives after it was cut short, and results that were judged failures and are followed
   * by another attempt. Releases connections, cancels bodies. What it throws changes nothing. Without it, the body of a `Response` is cancelled, and
   * other values are dropped.
   */
  readonly discard?: ((value: R) => unknown) | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
  /** The source of chance for backoff, 0 <= n < 1. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** The place of options that have an owner of their own. */
const ownedBy = (owner: string, { refusals }: Place): Place => ({ owner, path: [], refusals });

const retryRule: OptionRule = {
  ...checkedByOwner,
  table: retryTable,
  copy: (retry) => copyOfOptions(retry, retryTable),
  inside: (retry: unknown, place) => {
    if (!(retry instanceof Retry)) checkTable(retry, retryTable, ownedBy("retry", place));
  },
};

const breakerRule: OptionRule = {
  ...checkedByOwner,
  owner: "policy",
  table: breakerTable,
  copy: (breaker) => (isBreaker(breaker) ? breaker : copyOfOptions(breaker, breakerTable)),
  inside: (breaker: unknown, place) => {
    if (isBreaker(breaker)) return;
    if (isPlain(breaker)) checkTable(breaker, breakerTable, ownedBy("circuitBreaker", place));
    else report(place, breaker, demand("a CircuitBreaker or a plain object of its options"));
  },
};

const contradiction = (text: string): Demand => ({ ...demand(text), why: "contradiction" });

/** A budget limits retries, so it needs a retry, and it is given in one place: here, or in the retry. */
const outerBudgetRule: OptionRule = {
  ...budgetRule,
  inside: (budget: unknown, place, { retry }) => {
    if (retry === undefined) report(place, budget, contradiction("left out where there is no retry"));
    if (hasOwnBudget(retry as RetryOptions<never> | undefined))
      report(place, budget, contradiction("left out where retry.budget is given"));
  },
};

const aLimiter: OptionRule = { text: "a limiter, such as a Bulkhead or a RateLimiter", type: "object", ok: isLimiter };

const limiterRule: OptionRule = {
  text: "a limiter, such as a Bulkhead or a RateLimiter, or a non-empty array of them",
  type: "object",
  ok: (limiter: object) => isLimiter(limiter) || (Array.isArray(limiter) && limiter.length > 0),
  copy: copyOfArray,
  inside: (limiter: unknown, place) => {
    if (!Array.isArray(limiter)) return;
    limiter.forEach((each, index) => check(each, aLimiter, below(place, index)));
  },
};

const hedgeRule: OptionRule = {
  text: "a Hedge: new Hedge({ delayMs }) or new Hedge({ quantile })",
  type: "object",
  ok: isHedging,
};

const chaosRule: OptionRule = {
  text: "a chaos(...) of redress/testing",
  type: "object",
  ok: isChaosMonkey,
};

export const policyRules: Readonly<Record<keyof PolicyOptions, OptionRule>> = {
  retry: retryRule,
  circuitBreaker: breakerRule,
  budget: outerBudgetRule,
  limiter: limiterRule,
  hedge: hedgeRule,
  fallback: fallbackRule,
  chaos: chaosRule,
  operation: text,
  hooks: hooksRule,
  onHookError: aFunction,
  discard: aFunction,
  clock: clockRule,
  random: aFunction,
};

export const policyTable: OptionTable<keyof PolicyOptions> = {
  rules: policyRules,
  insideOrder: ["retry", "budget", "circuitBreaker", "limiter", "hooks", "fallback"],
};
