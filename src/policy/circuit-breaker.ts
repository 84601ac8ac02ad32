import type { Breaker, BreakerDecision } from "../core/breaker/breaker.ts";
import { Circuit, type CircuitSettings, type CircuitState, type Permit, type RateThreshold } from "../core/breaker/circuit.ts";
import { DESCRIPTION, type Description } from "../core/description.ts";
import type { Classifier } from "../core/failure/classification.ts";
import { defaultClassifier } from "../core/failure/default-classifier.ts";
import { ERROR_CLASSES, type ErrorClass, isErrorClass, perClass } from "../core/failure/error-class.ts";
import {
  aboveZero,
  aFunction,
  anObject,
  checkedByOwner,
  checkOptions,
  checkValue,
  type OptionRule,
  oneOf,
  ratio,
  refuse,
  text,
  wholeFrom,
  zeroOrMore,
} from "../core/option-rules.ts";
import { runAsync } from "../run/async-driver.ts";
import { type Clock, systemClock } from "../run/clock.ts";
import { observe } from "../run/isolation.ts";
import { type CallPlan, makePlan } from "../run/plan.ts";
import { runSync } from "../run/sync-driver.ts";
import { clockRule } from "./clock-rule.ts";
import { checkFunction, sameSignature } from "./wrapping.ts";

export interface CircuitBreakerOptions {
  /** The circuit's name in errors and state changes. @default "default" */
  readonly name?: string | undefined;
  /** Failures within `windowMs` that open the circuit: an integer >= 1. @default 5; none where `failureRate` or `slowCalls` is given */
  readonly failureThreshold?: number | undefined;
  /** How long a failure counts, in milliseconds, > 0. @default 60_000 */
  readonly windowMs?: number | undefined;
  /** How long an open circuit rejects before it admits a probe, in milliseconds, >= 0. @default 30_000 */
  readonly recoveryTimeoutMs?: number | undefined;
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
  /** Observes changes of state. What it throws changes nothing. */
  readonly onStateChange?: ((change: StateChange) => void) | undefined;
  /** @default the policy's where the options stand in a policy, else the system's */
  readonly clock?: Clock | undefined;
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

/** Counts since construction. `totalCalls` includes the rejected ones. */
export interface BreakerStats {
  readonly totalCalls: number;
  readonly successfulCalls: number;
  readonly failedCalls: number;
  readonly rejectedCalls: number;
  readonly cancelledCalls: number;
  readonly stateChanges: number;
}

const NO_STATS: BreakerStats = {
  totalCalls: 0,
  successfulCalls: 0,
  failedCalls: 0,
  rejectedCalls: 0,
  cancelledCalls: 0,
  stateChanges: 0,
};

const rateRules = { thresholdRatio: ratio, minimumCalls: wholeFrom(1) };
const slowRules = { ...rateRules, durationMs: aboveZero };

const rules: Readonly<Record<keyof CircuitBreakerOptions, OptionRule>> = {
  name: text,
  failureThreshold: wholeFrom(1),
  windowMs: aboveZero,
  recoveryTimeoutMs: zeroOrMore,
  tripOn: checkedByOwner,
  classThresholds: anObject,
  failureRate: anObject,
  slowCalls: anObject,
  halfOpenMaxCalls: wholeFrom(1),
  successThreshold: wholeFrom(1),
  classifier: aFunction,
  onStateChange: aFunction,
  clock: clockRule,
};

const REJECTED: Readonly<Record<CircuitState, BreakerDecision>> = {
  closed: { admitted: false, state: "closed", permit: null },
  open: { admitted: false, state: "open", permit: null },
  half_open: { admitted: false, state: "half_open", permit: null },
};

/**
 * Stops calling a dependency that keeps failing, and probes whether it is back. Share one per dependency between policies.
 *
 * Not a retry limit: a breaker watches a dependency over many calls, and hears of each call once, retries included.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * const breaker = new CircuitBreaker({ name: "payments", failureThreshold: 3, recoveryTimeoutMs: 10_000 });
 * const policy = new Policy({ retry: {}, circuitBreaker: breaker });
 */
export class CircuitBreaker implements Breaker {
  readonly name: string;
  readonly #settings: CircuitSettings;
  readonly #circuit: Circuit;
  readonly #byRate: boolean;
  readonly #classifier: Classifier;
  readonly #clock: Clock;
  readonly #onStateChange: ((change: StateChange) => void) | undefined;
  readonly #stats = { ...NO_STATS } as { -readonly [Count in keyof BreakerStats]: number };
  // The last answer: all calls of a closed epoch share a permit, and so its answer.
  #admitted: BreakerDecision | null = null;
  #plan: CallPlan | null = null;

  constructor(options: CircuitBreakerOptions = {}) {
    checkOptions("circuitBreaker", options, rules);
    const { classThresholds = {}, failureRate, slowCalls } = options;
    checkOptions("circuitBreaker.classThresholds", classThresholds, perClass(wholeFrom(1)));
    if (failureRate !== undefined) checkOptions("circuitBreaker.failureRate", failureRate, rateRules, Object.keys(rateRules));
    if (slowCalls !== undefined) checkOptions("circuitBreaker.slowCalls", slowCalls, slowRules, Object.keys(slowRules));
    const byRate = failureRate !== undefined || slowCalls !== undefined;
    this.#byRate = byRate;
    this.name = options.name ?? "default";
    this.#settings = {
      failureThreshold: options.failureThreshold ?? (byRate ? Infinity : 5),
      windowMs: options.windowMs ?? 60_000,
      recoveryTimeoutMs: options.recoveryTimeoutMs ?? 30_000,
      tripOn: tripClasses(options.tripOn, options.classThresholds),
      classThresholds: options.classThresholds === undefined ? NO_THRESHOLDS : { ...classThresholds },
      failureRate: failureRate && { ...failureRate },
      slowCalls: slowCalls && { ...slowCalls },
      halfOpenMaxCalls: options.halfOpenMaxCalls ?? 1,
      successThreshold: options.successThreshold ?? 1,
    };
    this.#circuit = new Circuit(this.#settings);
    this.#classifier = options.classifier ?? defaultClassifier;
    this.#clock = options.clock ?? systemClock;
    this.#onStateChange = options.onStateChange;
  }

  /** The state as the last call left it: an open circuit turns half-open when, after the recovery time, the next call asks. */
  get state(): CircuitState {
    return this.#circuit.state;
  }

  get isOpen(): boolean {
    return this.#circuit.state === "open";
  }

  /** Failures that count now. */
  get failureCount(): number {
    return this.#circuit.failureCount(this.#clock.now());
  }

  /** When the last failure that counted was heard of, on the breaker's clock; `null` if there was none. */
  get lastFailureAtMs(): number | null {
    return this.#circuit.lastFailureAtMs;
  }

  /** Milliseconds until an open circuit may admit a probe: 0 in the other states, Infinity when it was opened by hand. */
  get retryAfterMs(): number {
    return this.#circuit.retryAfterMs(this.#clock.now());
  }

  get stats(): BreakerStats {
    return { ...this.#stats };
  }

  get [DESCRIPTION](): Description {
    const { tripOn, ...settings } = this.#settings;
    return { name: "CircuitBreaker", settings: { ...settings, name: this.name, tripOn: [...tripOn] } };
  }

  /** @internal What errors are classified by where no retry does. */
  get classifier(): Classifier {
    return this.#classifier;
  }

  /** Asks to make a call. Report the end of an admitted one with its permit, once. */
  allow(): BreakerDecision {
    const circuit = this.#circuit;
    const before = circuit.state;
    const permit = circuit.admit(before === "closed" && this.#settings.slowCalls === undefined ? 0 : this.#clock.now());
    this.#stats.totalCalls++;
    if (circuit.state !== before) this.#changed(before, null);
    if (permit === null) {
      this.#stats.rejectedCalls++;
      return REJECTED[circuit.state];
    }
    if (this.#admitted?.permit !== permit) this.#admitted = { admitted: true, state: circuit.state, permit };
    return this.#admitted as BreakerDecision;
  }

  recordSuccess(permit: Permit): void {
    checkPermit("recordSuccess", permit);
    this.#stats.successfulCalls++;
    // The common case: a closed circuit that goes by failures alone has nothing to learn from a success.
    if (this.#circuit.state === "closed" && !this.#byRate) return;
    this.#move(null, (circuit, nowMs) => circuit.success(permit, nowMs));
  }

  recordFailure(errorClass: ErrorClass, permit: Permit): void {
    if (!isErrorClass(errorClass))
      refuse("circuitBreaker.recordFailure.errorClass", `one of ${ERROR_CLASSES.join(", ")}`, errorClass);
    checkPermit("recordFailure", permit);
    this.#stats.failedCalls++;
    this.#move(errorClass, (circuit, nowMs) => circuit.failure(permit, errorClass, nowMs));
  }

  /** The call ended without a word about the dependency. A probe gives its place back. */
  recordCancel(permit: Permit): void {
    checkPermit("recordCancel", permit);
    this.#stats.cancelledCalls++;
    this.#circuit.cancel(permit);
  }

  /** Opens the circuit by hand: it rejects every call until `reset()`. */
  trip(): void {
    this.#move(null, (circuit, nowMs) => circuit.trip(nowMs));
  }

  /** Closes the circuit by hand and forgets the failures. Results of calls from before are ignored; `stats` stay. */
  reset(): void {
    this.#move(null, (circuit) => circuit.close());
  }

  /**
   * Makes one call through the circuit, without a retry.
   *
   * @throws CircuitOpenError when rejected; else whatever `fn` throws, as it was.
   */
  call<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    return runAsync(this.#standalone(), checkFunction("circuitBreaker.call.fn", fn), undefined, undefined, false) as Promise<T>;
  }

  /** The same for a synchronous function. */
  callSync<T>(fn: () => T): T {
    return runSync(this.#standalone(), checkFunction("circuitBreaker.callSync.fn", fn), undefined, undefined, false) as T;
  }

  /** A function with the same parameters and `this`, whose every call goes through the circuit. */
  protect<This, Args extends unknown[], T>(
    fn: (this: This, ...args: Args) => T | PromiseLike<T>,
  ): (this: This, ...args: Args) => Promise<T> {
    const breaker = this;
    checkFunction("circuitBreaker.protect.fn", fn);
    return sameSignature(fn, function (this: This, ...args: Args) {
      return breaker.call(() => fn.apply(this, args));
    });
  }

  #standalone(): CallPlan {
    this.#plan ??= makePlan({
      retry: null,
      classifier: this.#classifier,
      breaker: this,
      fallback: null,
      operation: undefined,
      hooks: [],
      clock: this.#clock,
      random: Math.random,
    });
    return this.#plan;
  }

  #move(errorClass: ErrorClass | null, how: (circuit: Circuit, nowMs: number) => void): void {
    const before = this.#circuit.state;
    how(this.#circuit, this.#clock.now());
    if (this.#circuit.state !== before) this.#changed(before, errorClass);
  }

  #changed(from: CircuitState, errorClass: ErrorClass | null): void {
    this.#stats.stateChanges++;
    this.#admitted = null;
    const onStateChange = this.#onStateChange;
    if (onStateChange === undefined) return;
    const change = { breaker: this.name, from, to: this.#circuit.state, atMs: this.#clock.now(), errorClass };
    observe(() => onStateChange(change));
  }
}

// Most breakers share these.
const NO_THRESHOLDS = Object.freeze({});
const DEFAULT_CLASSES: ReadonlySet<ErrorClass> = new Set(["TRANSIENT", "SERVER_ERROR"]);

function tripClasses(tripOn: unknown, classThresholds: CircuitBreakerOptions["classThresholds"]): ReadonlySet<ErrorClass> {
  if (tripOn === undefined && classThresholds === undefined) return DEFAULT_CLASSES;
  const classes = tripOn === undefined ? [...DEFAULT_CLASSES] : tripOn;
  if (!Array.isArray(classes)) refuse("circuitBreaker.tripOn", "an array of error classes", tripOn);
  classes.forEach((errorClass, index) => checkValue(`circuitBreaker.tripOn[${index}]`, errorClass, oneOf(ERROR_CLASSES)));
  return new Set([...classes, ...ERROR_CLASSES.filter((errorClass) => classThresholds?.[errorClass] !== undefined)]);
}

function checkPermit(method: string, permit: unknown): void {
  if (typeof permit !== "object" || permit === null)
    refuse(`circuitBreaker.${method}.permit`, "the permit that allow() answered", permit);
}
