/* A small world, written down: plain data, so that it can be drawn, shrunk and printed. What happens in it, and when, is the schedule's. */
import type { ErrorClass, SleepDecision } from "redress";
import type { LimiterScript } from "../properties/limit-script.ts";

export interface BreakerPlan {
  /** `null`: only rates open the circuit, and classes with a threshold of their own. */
  readonly failureThreshold: number | null;
  readonly classThresholds: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly failureRate: { readonly thresholdRatio: number; readonly minimumCalls: number } | null;
  readonly windowMs: number;
  readonly recoveryTimeoutMs: number;
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly consecutive: boolean;
}

export type BudgetPlan =
  | { readonly kind: "rolling"; readonly maxRetries: number; readonly windowMs: number }
  | {
      readonly kind: "tokens";
      readonly capacity: number;
      readonly retryCost: number;
      readonly successRefund: number;
      readonly transientCost: number | null;
    }
  | { readonly kind: "throttle"; readonly capacity: number; readonly timeoutCapacity: number; readonly successRefund: number };

export type LimiterPlan = Exclude<LimiterScript, { readonly kind: "own" }>;

export interface SleepPlan {
  readonly answer: SleepDecision;
  /** By a promise, which the schedule fulfils. */
  readonly later: boolean;
}

export interface RetryPlan {
  readonly maxAttempts: number;
  readonly deadlineMs: number;
  readonly attemptTimeoutMs: number;
  readonly maxUnknownRetries: number;
  readonly maxRetriesPerClass: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly delaysMs: readonly number[];
  /** What the sleep handler answers, in turn; `null` for none. */
  readonly sleep: readonly SleepPlan[] | null;
}

/** Code of the user's that decides, and of which the policy takes the answer. */
export type Decider = "classifier" | "resultClassifier" | "strategy" | "sleep" | "budget" | "abortIf" | "refuseRepeat";

/** A hook that always fails. */
export interface FailingHook<Hook> {
  readonly hook: Hook;
  readonly how: "throws" | "rejects";
}

export type HookOfPolicy = "discard" | "budget.recordSuccess" | "budget.recordFailure";

export interface PolicyPlan {
  readonly retry: RetryPlan | null;
  readonly breaker: number | null;
  readonly budget: number | null;
  readonly limiters: readonly number[];
  readonly hedge: { readonly delayMs: number; readonly maxHedges: number } | null;
  readonly fallback: "returns" | "throws" | "promises" | "rejects" | null;
  /** Which code of its that decides throws, and when: at which visit, from 0. */
  readonly faulty: { readonly code: Decider; readonly nth: number } | null;
  /** One of its hooks fails, or of the way to its budget. */
  readonly failing: FailingHook<HookOfPolicy> | null;
}

/** How an invocation of the operation ends. */
export interface StepPlan {
  readonly ends: "value" | "error" | "result" | "hangs";
  /** Of what class the error or the result is. */
  readonly as: ErrorClass;
  /** Without a promise. */
  readonly atOnce: boolean;
  /** It reads its signal; `obeys`: and ends when that aborts. */
  readonly signal: "ignores" | "reads" | "obeys";
}

export type HookOfCall = "onCallStart" | "onAttemptStart" | "onMetric" | "onLog" | "onAttemptEnd" | "onCallEnd" | "beforeSleep";

export type Place =
  | "onCallStart"
  | "onAttemptStart"
  | "operation"
  | "onMetric"
  | "onAttemptEnd"
  | "onCallEnd"
  | "beforeSleep"
  | "fallback"
  | "discard";

/** What is done by hand, by the schedule or by code that the library calls. */
export type Deed =
  | { readonly what: "call"; readonly call: number }
  | { readonly what: "abort"; readonly signal: number }
  | { readonly what: "trip" | "close"; readonly breaker: number }
  | { readonly what: "reset"; readonly limiter: number }
  | { readonly what: "consume"; readonly budget: number; readonly cost: number }
  | { readonly what: "wait until idle"; readonly policy: number };

export interface Meddling {
  readonly where: Place;
  /** At which visit, from 0. */
  readonly nth: number;
  readonly deed: Deed;
}

export interface CallPlan {
  readonly id: number;
  readonly policy: number;
  readonly how: "call" | "execute" | "callSync" | "executeSync";
  readonly signal: number | null;
  /** The call is made inside of a scope that is bounded so. */
  readonly scope: { readonly deadlineMs: number; readonly signal: number | null } | null;
  readonly deadlineMs: number | null;
  /** What each of its attempts takes of a rate limiter; `null` for what it counts itself. */
  readonly cost: number | null;
  /** It has hooks. */
  readonly observed: boolean;
  /** One of its hooks fails. */
  readonly failing: FailingHook<HookOfCall> | null;
  readonly timeline: boolean;
  /** The call whose progress it goes on from. */
  readonly resumes: number | null;
  /** It is made by code that the library calls, and not by the schedule. */
  readonly byHook: boolean;
  readonly steps: readonly StepPlan[];
  readonly meddling: Meddling | null;
}

export interface WorldPlan {
  /** All alarms of a policy share one of the clock's. */
  readonly instants: boolean;
  /** Alarms may ring late. */
  readonly late: boolean;
  /** Several things may happen within one turn. */
  readonly crowded: boolean;
  readonly breakers: readonly BreakerPlan[];
  readonly budgets: readonly BudgetPlan[];
  readonly limiters: readonly LimiterPlan[];
  readonly policies: readonly PolicyPlan[];
  readonly calls: readonly CallPlan[];
  readonly deeds: readonly Deed[];
  /** Times in which nothing happens: they pass when no alarm is due before they are over. */
  readonly pausesMs: readonly number[];
}
