import type { Breaker } from "../../core/breaker/breaker.ts";
import type { Hooks } from "../../core/events.ts";
import type { Classifier, ResultClassifier } from "../../core/failure/classification.ts";
import type { FallbackRule } from "../../core/failure/fallback.ts";
import type { Hedging } from "../../core/hedge/hedging.ts";
import type { Limiter } from "../../core/limit/limiter.ts";
import { LimiterChain } from "../../core/limit/limiter-chain.ts";
import { alarmsOn, ownAlarmsOn } from "../time/alarms.ts";
import type { Clock } from "../time/clock.ts";
import type { Alarms } from "../time/waiter.ts";
import type { Chaos } from "./chaos.ts";
import { BreakerGate, type Gate } from "./gate.ts";
import { HookErrors, type OnHookError } from "./hook-errors.ts";
import { InFlight } from "./in-flight.ts";
import type { RetrySettings } from "./retry-settings.ts";

/** What a driver performs: a policy, complete and checked. Shared by all its calls, so nothing of a call lives here but that it is in flight. */
export interface CallPlan {
  readonly retry: RetrySettings | null;
  readonly classifier: Classifier;
  /** `null` where every returned value is a success. */
  readonly resultClassifier: ResultClassifier<never> | null;
  readonly breaker: Breaker | null;
  /** What admits each attempt. */
  readonly limiter: Limiter | null;
  /** When a further attempt is started beside one that is in flight. */
  readonly hedge: Hedging | null;
  readonly fallback: FallbackRule | null;
  /** What stands between each attempt and the operation, to make it fail. */
  readonly chaos: Chaos | null;
  readonly operation: string | undefined;
  readonly hooks: readonly Hooks[];
  /** Who observes its calls: its hooks and, after them, those that have joined it since (`join`). Each call keeps those that it began with. */
  observers: readonly Hooks[];
  readonly onHookError: OnHookError | undefined;
  /** Takes the values that no caller will get, in place of what discard.ts does with them. */
  readonly discard: ((value: unknown) => unknown) | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** What answers its calls in place of their operations, in a test; `null` for nothing. */
  readonly answers: Gate | null;
  /** What admits a call before its first attempt. */
  readonly gate: Gate | null;
  /** Where calls wait for their deadlines, and attempts for their timeouts; `null` where there are none. */
  readonly deadlines: Alarms | null;
  readonly timeouts: Alarms | null;
  /** Where attempts wait for their hedges. */
  readonly hedges: Alarms | null;
  /** Where calls wait for deadlines of their own. */
  readonly ownDeadlines: Alarms;
  readonly inFlight: InFlight;
  /** Where the failures of hooks are told. */
  readonly hookErrors: HookErrors;
}

/** Under this key a policy shows its plan to whoever performs it otherwise, or judges it: also to another copy of this package. */
export const PLAN: unique symbol = Symbol.for("redress.plan/1");

/** What a policy gives; the rest is made of it. */
export type PlanParts = Omit<
  CallPlan,
  "answers" | "observers" | "gate" | "deadlines" | "timeouts" | "hedges" | "ownDeadlines" | "inFlight" | "hookErrors"
> & { readonly answers?: Gate | null | undefined };

/** Under this key, options that were made here bring what answers calls in place of their operations: policies that are made after another one have it, too. */
export const ANSWERS: unique symbol = Symbol("redress.answers");

/**
 * Under this key, hooks that were made here give others for each call, which tell the events of calls at the same time apart. These have it, too.
 */
export const OF_CALL: unique symbol = Symbol("redress.hooks.ofCall");

interface HooksOfCalls extends Hooks {
  readonly [OF_CALL]?: () => Hooks;
}

/** What a plan has in common with the one that it was made after. */
export interface PlanFamily {
  /** Where its calls count, too. */
  readonly within: readonly InFlight[];
  /** A hook that fails in all of the family is told once. */
  readonly hookErrors: HookErrors;
}

/** Under this key, options that were made here say which family their policy belongs to. */
export const FAMILY: unique symbol = Symbol("redress.family");

/** Completes a plan with the gate that its calls pass and the alarms that they wait for. */
export function makePlan(parts: PlanParts, family?: PlanFamily): CallPlan {
  const { clock, breaker, retry, hedge, limiter, onHookError, answers = null } = parts;
  const hookErrors = family?.hookErrors ?? new HookErrors(onHookError);
  const tell = (each: Limiter, error: unknown): void => hookErrors.tell("limiter.release", each, parts, error);
  const alarms = (ms = Infinity): Alarms | null => (ms === Infinity ? null : alarmsOn(clock));
  const plan: CallPlan = {
    ...parts,
    answers,
    observers: parts.hooks,
    limiter: limiter instanceof LimiterChain ? new LimiterChain(limiter.limiters, tell) : limiter,
    gate: answers ?? (breaker && new BreakerGate(breaker, hookErrors)),
    deadlines: alarms(retry?.deadlineMs),
    timeouts: alarms(retry?.attemptTimeoutMs),
    hedges: hedge && alarmsOn(clock),
    ownDeadlines: ownAlarmsOn(clock),
    inFlight: new InFlight(family?.within),
    hookErrors,
  };
  return parts.hooks.some((hooks: HooksOfCalls) => hooks[OF_CALL] !== undefined) ? observedAnew(plan) : plan;
}

/** Each call finds observers of its own, where they want to be. No other plan has the accessor. */
function observedAnew(plan: CallPlan): CallPlan {
  let { observers } = plan as { observers: readonly HooksOfCalls[] };
  return Object.defineProperty(plan, "observers", {
    get: () => observers.map((hooks) => hooks[OF_CALL]?.() ?? hooks),
    set: (joined: typeof observers) => {
      observers = joined;
    },
  });
}

/**
 * Lets hooks observe the calls that begin from now on. They are no part of the policy: what is made after it (`with`, `keyed`) does not have them, and
 * `describe()` does not count them. Returns what ends it.
 *
 * @throws TypeError for a plan of a copy of this package that knows no observers
 */
export function join(plan: CallPlan, hooks: Hooks): () => void {
  if (!Array.isArray(plan.observers))
    throw new TypeError(
      "The policy was made by another copy of redress, whose calls cannot be observed from here: install one version.",
    );
  plan.observers = [...plan.observers, hooks];
  return () => {
    plan.observers = plan.observers.filter((other) => other !== hooks);
  };
}
