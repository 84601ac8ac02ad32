import type { Breaker, BreakerDecision } from "../core/breaker/breaker.ts";
import { Circuit, type CircuitSettings, type CircuitState, type Permit } from "../core/breaker/circuit.ts";
import { BREAKER_DEFAULTS } from "../core/breaker/defaults.ts";
import type { Classifier } from "../core/failure/classification.ts";
import { ERROR_CLASSES, type ErrorClass, isErrorClass } from "../core/failure/error-class.ts";
import { refuse } from "../core/option-rules.ts";
import { PART, type Part } from "../core/part.ts";
import { Call } from "../run/call/call.ts";
import { NO_SETTINGS } from "../run/call/call-settings.ts";
import { type GateWatcher, WATCHER } from "../run/call/gate.ts";
import { observe } from "../run/call/isolation.ts";
import { type CallPlan, makePlan } from "../run/call/plan.ts";
import { defaultClassifier } from "../run/default-classifiers.ts";
import { performAsync } from "../run/perform/async.ts";
import { performSync } from "../run/perform/sync.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import { type CircuitBreakerOptions, type StateChange, toCircuitSettings } from "./circuit-breaker-options.ts";
import { checkFunction, sameSignature } from "./wrapping.ts";

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
  // The last decision: all calls of a closed epoch share a permit, and so the decision that admits them.
  #admitted: BreakerDecision | null = null;
  #plan: CallPlan | null = null;
  /** @internal Who hears of the changes of state that a call causes, while it asks or reports. */
  [WATCHER]: GateWatcher | null = null;

  constructor(options: CircuitBreakerOptions = {}) {
    this.#settings = toCircuitSettings(options);
    this.#byRate = this.#settings.failureRate !== undefined || this.#settings.slowCalls !== undefined;
    this.name = options.name ?? BREAKER_DEFAULTS.name;
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

  /** @internal */
  get [PART](): Part<CircuitBreaker> {
    const { tripOn, ...limits } = this.#settings;
    const settings = { ...limits, name: this.name, tripOn: [...tripOn] };
    return {
      kind: "circuit-breaker",
      name: "CircuitBreaker",
      settings,
      clock: this.#clock,
      another: (clock) => new CircuitBreaker({ ...settings, classifier: this.#classifier, clock: clock as Clock }),
    };
  }

  /** @internal What errors are classified by where no retry does. */
  get classifier(): Classifier {
    return this.#classifier;
  }

  /** Asks to make a call. Report the end of an admitted one with its permit, once. */
  allow(): BreakerDecision {
    const circuit = this.#circuit;
    const before = circuit.state;
    let permit = circuit.admit(before === "closed" && this.#settings.slowCalls === undefined ? 0 : this.#clock.now());
    this.#stats.totalCalls++;
    if (circuit.state !== before) {
      const { epoch } = circuit;
      this.#changed(before, null);
      // An observer may have opened or closed the circuit by hand: then it is asked again.
      if (circuit.epoch !== epoch) permit = circuit.state === "closed" ? circuit.admit(this.#clock.now()) : null;
    }
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
    checkFunction("circuitBreaker.call.fn", fn);
    return performAsync(new Call(this.#standalone(), NO_SETTINGS, "value"), fn) as Promise<T>;
  }

  /** The same for a synchronous function. */
  callSync<T>(fn: () => T): T {
    checkFunction("circuitBreaker.callSync.fn", fn);
    return performSync(new Call(this.#standalone(), NO_SETTINGS, "value"), fn) as T;
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
    this[WATCHER]?.changed({ to: this.#circuit.state, errorClass });
    const onStateChange = this.#onStateChange;
    if (onStateChange === undefined) return;
    const change = { breaker: this.name, from, to: this.#circuit.state, atMs: this.#clock.now(), errorClass };
    observe(() => onStateChange(change));
  }
}

function checkPermit(method: string, permit: unknown): void {
  if (typeof permit !== "object" || permit === null)
    refuse(`circuitBreaker.${method}.permit`, "the permit that allow() answered", permit);
}
