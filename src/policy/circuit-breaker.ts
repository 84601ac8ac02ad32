import { freshStrategy, type Strategy } from "../core/backoff/strategy.ts";
import type { Breaker, BreakerDecision } from "../core/breaker/breaker.ts";
import { Circuit, type CircuitSettings, type CircuitState, type Permit } from "../core/breaker/circuit.ts";
import { BREAKER_DEFAULTS } from "../core/breaker/defaults.ts";
import type { Classifier } from "../core/failure/classification.ts";
import { ERROR_CLASSES, type ErrorClass, isErrorClass } from "../core/failure/error-class.ts";
import { refuse } from "../core/option-rules.ts";
import { PART, type Part } from "../core/part.ts";
import { WrongAnswer } from "../core/retry/wrong-answer.ts";
import { Call } from "../run/call/call.ts";
import { NO_SETTINGS } from "../run/call/call-settings.ts";
import { type GateWatcher, WATCHER } from "../run/call/gate.ts";
import { hooksWithoutPolicy } from "../run/call/hook-errors.ts";
import { withInherited } from "../run/call/inherited-settings.ts";
import { abandonPromise } from "../run/call/isolation.ts";
import { type CallPlan, makePlan } from "../run/call/plan.ts";
import { defaultClassifier } from "../run/default-classifiers.ts";
import { performAsync } from "../run/perform/async.ts";
import { performSync } from "../run/perform/sync.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import { CHANGE_LISTENERS, type ChangeListener } from "./breaker-changes.ts";
import { type BreakerStats, NO_STATS } from "./breaker-stats.ts";
import { alreadyChecked } from "./checked-options.ts";
import {
  type CircuitBreakerOptions,
  readBreakerOptions,
  type StateChange,
  toCircuitSettings,
} from "./circuit-breaker-options.ts";
import { detachedMethod } from "./detached-method.ts";
import { type Protect, protectWith } from "./protect.ts";
import { checkFunction } from "./wrapping.ts";

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
  // Whether a closed circuit learns anything from a success.
  readonly #countsSuccesses: boolean;
  readonly #classifier: Classifier;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onStateChange: ((change: StateChange) => void) | undefined;
  readonly #stats = { ...NO_STATS } as { -readonly [Count in keyof BreakerStats]: number };
  // The last decision: all calls of a closed epoch share a permit, and so the decision that admits them.
  #admitted: BreakerDecision | null = null;
  #plan: CallPlan | null = null;
  /** @internal Who hears of the changes of state that a call causes, while it asks or reports. */
  [WATCHER]: GateWatcher | null = null;
  /** @internal Who hears of all its changes of state. */
  [CHANGE_LISTENERS]: readonly ChangeListener[] = [];

  constructor(given: CircuitBreakerOptions = {}) {
    const options = readBreakerOptions(given);
    this.#settings = toCircuitSettings(options);
    const { consecutive, failureRate, slowCalls } = this.#settings;
    this.#countsSuccesses = consecutive || failureRate !== undefined || slowCalls !== undefined;
    this.name = options.name ?? BREAKER_DEFAULTS.name;
    this.#random = options.random ?? Math.random;
    this.#circuit = new Circuit(this.#settings, this.#random);
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

  /** Whether it was opened by hand: then only `reset()` closes it. */
  get isHeld(): boolean {
    return this.#circuit.held;
  }

  /** Failures that count now. */
  get failureCount(): number {
    return this.#circuit.failureCount(this.#clock.now());
  }

  /** When the last failure that counted was heard of, on the breaker's clock; `null` if there was none. */
  get lastFailureAtMs(): number | null {
    return this.#circuit.lastFailureAtMs;
  }

  /** Milliseconds until an open circuit may admit a probe: 0 in the other states, Infinity when only `reset()` closes it. */
  get retryAfterMs(): number {
    return this.#circuit.retryAfterMs(this.#clock.now());
  }

  get stats(): BreakerStats {
    return { ...this.#stats };
  }

  /** @internal */
  get [PART](): Part<CircuitBreaker, Strategy> {
    const { tripOn, ...limits } = this.#settings;
    const settings = { ...limits, name: this.name, tripOn: [...tripOn] };
    return {
      kind: "circuit-breaker",
      name: "CircuitBreaker",
      settings,
      clock: this.#clock,
      another: (clock, standIn, random = this.#random) => {
        const { recoveryBackoff } = settings;
        return new CircuitBreaker(
          // Complete settings need no second check; given as options, some would contradict others that are only their defaults.
          alreadyChecked({
            ...settings,
            recoveryBackoff: recoveryBackoff && freshStrategy(recoveryBackoff, clock, standIn),
            classifier: this.#classifier,
            clock: clock as Clock,
            random,
          }),
        );
      },
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
      return { admitted: false, state: circuit.state, permit: null };
    }
    if (this.#admitted?.permit !== permit) this.#admitted = { admitted: true, state: circuit.state, permit };
    return this.#admitted as BreakerDecision;
  }

  recordSuccess(permit: Permit): void {
    checkPermit("recordSuccess", permit);
    this.#stats.successfulCalls++;
    // The common case: a closed circuit that goes by failures alone has nothing to learn from a success.
    if (this.#circuit.state === "closed" && !this.#countsSuccesses) return;
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
   * Makes one call through the circuit, without a retry. `fn` is called without arguments.
   *
   * @throws CircuitOpenError when rejected; else whatever `fn` throws, as it was.
   */
  call<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction("circuitBreaker.call.fn", fn);
    return performAsync(new Call(CircuitBreaker.#planOf(this, "call"), withInherited(NO_SETTINGS), "value"), () =>
      fn(),
    ) as Promise<T>;
  }

  /** The same for a synchronous function. */
  callSync<T>(fn: () => T): T {
    checkFunction("circuitBreaker.callSync.fn", fn);
    return performSync(new Call(CircuitBreaker.#planOf(this, "callSync"), withInherited(NO_SETTINGS), "value"), () => fn()) as T;
  }

  /**
   * A function with the same parameters and `this`, whose every call goes through the circuit. It decorates methods too, with standard or legacy
   * decorators. It is bound to the breaker: compilers detach a decorator from the object that it stands on.
   *
   * @throws TypeError for what is no function or method.
   * @example
   * const breaker = new CircuitBreaker({ name: "users" });
   * class Users {
   *   @breaker.protect
   *   async load(id: string) {
   *     return fetchUser(id);
   *   }
   * }
   */
  get protect(): Protect {
    return protectWith((fn, self, args) => {
      const call = new Call(this.#standalone(), withInherited(NO_SETTINGS), "value");
      return performAsync(call, () => fn.apply(self, args));
    });
  }

  /** @throws TypeError where the method was taken off its breaker */
  static #planOf(breaker: unknown, method: string): CallPlan {
    if (typeof breaker === "object" && breaker !== null && #circuit in breaker) return breaker.#standalone();
    throw detachedMethod("breaker", method);
  }

  #standalone(): CallPlan {
    this.#plan ??= makePlan({
      retry: null,
      classifier: this.#classifier,
      // What `fn` returns is the caller's, whatever it is.
      resultClassifier: null,
      breaker: this,
      limiter: null,
      hedge: null,
      chaos: null,
      fallback: null,
      operation: undefined,
      hooks: [],
      onHookError: undefined,
      discard: undefined,
      clock: this.#clock,
      random: Math.random,
    });
    return this.#plan;
  }

  #move(errorClass: ErrorClass | null, how: (circuit: Circuit, nowMs: number) => void): void {
    const before = this.#circuit.state;
    try {
      how(this.#circuit, this.#clock.now());
    } catch (fault) {
      // The strategy of the recovery times has not decided: the circuit has opened before it was asked.
      abandonPromise(WrongAnswer.answerOf(fault));
      throw fault;
    } finally {
      if (this.#circuit.state !== before) this.#changed(before, errorClass);
    }
  }

  #changed(from: CircuitState, errorClass: ErrorClass | null): void {
    const to = this.#circuit.state;
    // A probe may fail with a class that shows that the dependency is there: that closes the circuit, and is no failure then.
    const openedBy = to === "open" ? errorClass : null;
    this.#stats.stateChanges++;
    this.#admitted = null;
    this[WATCHER]?.changed({ to, errorClass: openedBy });
    const onStateChange = this.#onStateChange;
    const change = { breaker: this.name, from, to, atMs: this.#clock.now(), errorClass: openedBy };
    for (const listener of this[CHANGE_LISTENERS]) listener(change);
    if (onStateChange === undefined) return;
    hooksWithoutPolicy.observe("onStateChange", onStateChange, undefined, () => onStateChange(change));
  }
}

function checkPermit(method: string, permit: unknown): void {
  if (typeof permit !== "object" || permit === null)
    refuse(`circuitBreaker.${method}.permit`, "the permit that allow() answered", permit);
}
