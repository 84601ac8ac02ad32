import { aStrategy, type Strategy } from "../core/backoff/strategy.ts";
import type { CircuitSettings, CircuitState, RateThreshold } from "../core/breaker/circuit.ts";
import { BREAKER_DEFAULTS, DEFAULT_TRIP_ON } from "../core/breaker/defaults.ts";
import type { Classifier } from "../core/failure/classification.ts";
import { ERROR_CLASSES, type ErrorClass, tablePerClass } from "../core/failure/error-class.ts";
import {
  aboveZero,
  aFunction,
  arrayOf,
  type OptionRule,
  type OptionTable,
  oneOf,
  ratio,
  report,
  requireOptions,
  tableOf,
  text,
  trueOrFalse,
  wholeFrom,
  zeroOrMore,
} from "../core/option-rules.ts";
import type { Demand } from "../core/refusal.ts";
import type { Clock } from "../run/time/clock.ts";
import { checkedOnce } from "./checked-options.ts";
import { clockRule } from "./clock-rule.ts";

/** When a circuit opens, how long it stays open, and how it closes again. */
export interface CircuitBreakerOptions {
  /** The circuit's name in errors and state changes. @default "default" */
  readonly name?: string | undefined;
  /** Failures within `windowMs` that open the circuit: an integer >= 1. @default 5; none where `failureRate` or `slowCalls` is given */
  readonly failureThreshold?: number | undefined;
  /** How long a failure counts, in milliseconds, > 0. With `consecutive` only rates have a window. @default 60_000 */
  readonly windowMs?: number | undefined;
  /**
   * Whether a success forgets the failures counted so far, so that only failures in a row open the circuit, however far apart they are. Failures of
   * classes that do not count forget nothing. It concerns `failureThreshold` and `classThresholds`, so one of them must be given beside a rate.
   *
   * @default false
   */
  readonly consecutive?: boolean | undefined;
  /** How long an open circuit rejects before it admits a probe, in milliseconds, >= 0. Infinity: until `reset()`. @default 30_000 */
  readonly recoveryTimeoutMs?: number | undefined;
  /**
   * The recovery time after a failed probe, in milliseconds: `attempt` is 1 after the first probe that failed since the circuit was closed last, 2
   * after the second; `prevSleepMs` is the recovery time before. The first recovery time is always `recoveryTimeoutMs`, which also holds where
   * the strategy gives no finite number >= 0, or throws. Not the strategy of a retry: a circuit knows the class of a failure and no more of it
   * (a slow probe reads TRANSIENT), and no deadline ends its wait.
   *
   * @example
   * const breaker = new CircuitBreaker({ recoveryTimeoutMs: 5_000, recoveryBackoff: exponential({ baseMs: 10_000, maxMs: 300_000 }) });
   */
  readonly recoveryBackoff?: Strategy | undefined;
  /** The classes that count. @default ["TRANSIENT", "SERVER_ERROR"] */
  readonly tripOn?: readonly ErrorClass[] | undefined;
  /** Thresholds of single classes beside the common one: integers >= 1. Its classes join `tripOn`. @default {} */
  readonly classThresholds?: Readonly<Partial<Record<ErrorClass, number>>> | undefined;
  /** Opens when at least this share of the calls in the window failed: ratio > 0 to 1, and an integer >= 1 of calls to judge by. */
  readonly failureRate?: RateThreshold | undefined;
  /** Opens when at least this share of the calls in the window took `durationMs` or longer. A slow probe reopens. */
  readonly slowCalls?: (RateThreshold & { readonly durationMs: number }) | undefined;
  /** Probes under way at the same time: an integer >= 1. May be smaller than `successThreshold`. @default 1 */
  readonly halfOpenMaxCalls?: number | undefined;
  /** Probes that must succeed to close the circuit: an integer >= 1. @default 1 */
  readonly successThreshold?: number | undefined;
  /** Classifies errors in standalone use, and in a policy without `retry`. @default defaultClassifier */
  readonly classifier?: Classifier | undefined;
  /** Observes changes of state. What it throws changes nothing; the first time that it does, the process is warned. */
  readonly onStateChange?: ((change: StateChange) => void) | undefined;
  /** @default the policy's where the options stand in a policy, else the system's */
  readonly clock?: Clock | undefined;
  /** What `recoveryBackoff` takes its chance from: 0 <= n < 1. @default the policy's where the options stand in a policy, else Math.random */
  readonly random?: (() => number) | undefined;
}

/** A change of a circuit's state. */
export interface StateChange {
  readonly breaker: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** On the breaker's clock. */
  readonly atMs: number;
  /** The class of the failure that opened the circuit; `null` otherwise. */
  readonly errorClass: ErrorClass | null;
}

const rateRules = { thresholdRatio: ratio, minimumCalls: wholeFrom(1) };
const slowRules = { ...rateRules, durationMs: aboveZero };
/** An object in which nothing has a default. */
const complete = (rules: OptionTable["rules"]): OptionRule => tableOf({ rules, required: Object.keys(rules) });

const contradiction = (text: string, advice: string): Demand => ({ text, type: "", advice, why: "contradiction" });

/** Only failures that are counted can be counted in a row, and in a row there is no window. */
const consecutiveRule: OptionRule = {
  ...trueOrFalse,
  inside: (consecutive: boolean, place, { failureThreshold, classThresholds, failureRate, slowCalls, windowMs }) => {
    if (!consecutive) return;
    const byRate = failureRate !== undefined || slowCalls !== undefined;
    const fault =
      byRate && failureThreshold === undefined && classThresholds === undefined
        ? contradiction("left out where only rates are counted", "Give failureThreshold or classThresholds, or leave it out.")
        : !byRate && windowMs !== undefined
          ? contradiction(
              "left out beside windowMs, since failures in a row count however far apart",
              "Leave one of the two out.",
            )
          : null;
    if (fault !== null) report(place, consecutive, fault);
  },
};

const recoveryBackoffRule: OptionRule = {
  ...aStrategy,
  inside: (strategy: Strategy, place, given) => {
    aStrategy.inside?.(strategy as never, place, given);
    if (given["recoveryTimeoutMs"] !== Infinity) return;
    report(
      place,
      strategy,
      contradiction("left out where recoveryTimeoutMs is Infinity: no probe is ever made", "Leave one of the two out."),
    );
  },
};

export const breakerRules: Readonly<Record<keyof CircuitBreakerOptions, OptionRule>> = {
  name: text,
  failureThreshold: wholeFrom(1),
  windowMs: aboveZero,
  consecutive: consecutiveRule,
  recoveryTimeoutMs: zeroOrMore,
  recoveryBackoff: recoveryBackoffRule,
  tripOn: arrayOf("an array of error classes", oneOf(ERROR_CLASSES)),
  classThresholds: tablePerClass(wholeFrom(1)),
  failureRate: complete(rateRules),
  slowCalls: complete(slowRules),
  halfOpenMaxCalls: wholeFrom(1),
  successThreshold: wholeFrom(1),
  classifier: aFunction,
  onStateChange: aFunction,
  clock: clockRule,
  random: aFunction,
};

export const breakerTable: OptionTable<keyof CircuitBreakerOptions> = {
  rules: breakerRules,
  insideOrder: ["classThresholds", "consecutive", "failureRate", "recoveryBackoff", "slowCalls", "tripOn"],
};

/** Reads and checks the options. */
export function readBreakerOptions(options: CircuitBreakerOptions): CircuitBreakerOptions {
  return checkedOnce(options, (given) => requireOptions("circuitBreaker", given, breakerTable));
}

/** Completes those of the checked options that the circuit goes by. */
export function toCircuitSettings(options: CircuitBreakerOptions): CircuitSettings {
  const { classThresholds, failureRate, slowCalls } = options;
  const byRate = failureRate !== undefined || slowCalls !== undefined;
  return {
    failureThreshold: options.failureThreshold ?? (byRate ? Infinity : BREAKER_DEFAULTS.failureThreshold),
    windowMs: options.windowMs ?? BREAKER_DEFAULTS.windowMs,
    consecutive: options.consecutive ?? BREAKER_DEFAULTS.consecutive,
    recoveryTimeoutMs: options.recoveryTimeoutMs ?? BREAKER_DEFAULTS.recoveryTimeoutMs,
    recoveryBackoff: options.recoveryBackoff,
    tripOn: tripClasses(options.tripOn, classThresholds),
    classThresholds: classThresholds === undefined ? NO_THRESHOLDS : { ...classThresholds },
    failureRate: failureRate && { ...failureRate },
    slowCalls: slowCalls && { ...slowCalls },
    halfOpenMaxCalls: options.halfOpenMaxCalls ?? BREAKER_DEFAULTS.halfOpenMaxCalls,
    successThreshold: options.successThreshold ?? BREAKER_DEFAULTS.successThreshold,
  };
}

// Most breakers share it.
const NO_THRESHOLDS = Object.freeze({});

function tripClasses(
  tripOn: CircuitBreakerOptions["tripOn"],
  classThresholds: CircuitBreakerOptions["classThresholds"],
): ReadonlySet<ErrorClass> {
  if (classThresholds === undefined) return tripOn === undefined ? DEFAULT_TRIP_ON : new Set(tripOn);
  return new Set([
    ...(tripOn ?? DEFAULT_TRIP_ON),
    ...ERROR_CLASSES.filter((errorClass) => classThresholds[errorClass] !== undefined),
  ]);
}
