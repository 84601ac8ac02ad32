/*
 *   closed     -- failures in the window reach a threshold --> open
 *   open       -- recovery time is over, a call asks       --> half-open (that call is a probe)
 *   half-open  -- enough probes succeed                    --> closed
 *   half-open  -- a probe fails with a class that counts,
 *                 or takes as long as a slow call          --> open
 *   half-open  -- a probe fails with any other class       --> a success where the dependency must have answered, else as cancelled
 *   half-open  -- a probe is cancelled                     --> half-open, its place is free again
 *
 * Every change of state starts a new epoch. A permit carries the epoch in which it was given; a result with an older one reports a
 * state that is over, and moves nothing. Time is told, never read.
 */
import type { Strategy } from "../backoff/strategy.ts";
import type { ErrorClass } from "../failure/error-class.ts";
import { SlicedWindow, type Tally } from "../window/sliced-window.ts";
import { TrailingWindow } from "../window/trailing-window.ts";
import { ANSWERED_CLASSES } from "./defaults.ts";
import { recoveryMsAfter } from "./recovery.ts";

export const CircuitState = { CLOSED: "closed", OPEN: "open", HALF_OPEN: "half_open" } as const;

export type CircuitState = (typeof CircuitState)[keyof typeof CircuitState];

/** Opens on a share of the calls in the window, once there are enough of them to judge by. */
export interface RateThreshold {
  readonly thresholdRatio: number;
  readonly minimumCalls: number;
}

/** What a circuit goes by, complete and checked. */
export interface CircuitSettings {
  /** Infinity: failures are not counted, only rates. */
  readonly failureThreshold: number;
  readonly windowMs: number;
  /** A success forgets the failures, and only a success does: `windowMs` does not. */
  readonly consecutive: boolean;
  readonly recoveryTimeoutMs: number;
  /** Gives the recovery times after failed probes; without it they are all the same. */
  readonly recoveryBackoff: Strategy | undefined;
  readonly tripOn: ReadonlySet<ErrorClass>;
  readonly classThresholds: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly failureRate: RateThreshold | undefined;
  readonly slowCalls: (RateThreshold & { readonly durationMs: number }) | undefined;
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
}

/** Proof that a call was admitted. Hand it back with the result. */
export interface Permit {
  readonly epoch: number;
  /** When it was given; 0 where no rule needs it. */
  readonly atMs: number;
}

export class Circuit {
  state: CircuitState = "closed";
  /** Opened by hand: no recovery time, only a reset ends it. */
  held = false;
  lastFailureAtMs: number | null = null;

  /** Counts the changes of state. */
  epoch = 0;
  readonly #settings: CircuitSettings;
  readonly #random: () => number;
  #openedAtMs = 0;
  #recoveryMs = 0;
  // Since the circuit was closed last.
  #failedProbes = 0;
  // One permit serves all calls of a closed epoch, unless their durations matter.
  #closedPermit: Permit | null = null;
  // Created with the first failure: most circuits never see one.
  #failures: TrailingWindow | null = null;
  #failuresOf: Map<ErrorClass, TrailingWindow> | null = null;
  #rates: SlicedWindow | null = null;
  // The probes under way, oldest first, while half-open.
  #probes: Set<Permit> | null = null;
  #probeSuccesses = 0;

  /** @param random what `recoveryBackoff` takes its chance from */
  constructor(settings: CircuitSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
  }

  /** A permit, or `null` when the call is rejected. The first call after the recovery time turns an open circuit half-open. */
  admit(nowMs: number): Permit | null {
    if (this.state === "closed") {
      if (this.#settings.slowCalls !== undefined) return { epoch: this.epoch, atMs: nowMs };
      this.#closedPermit ??= { epoch: this.epoch, atMs: 0 };
      return this.#closedPermit;
    }
    if (this.state === "open") {
      if (this.retryAfterMs(nowMs) > 0) return null;
      this.#enter("half_open");
    }
    return this.#probe(nowMs);
  }

  /** @throws what `recoveryBackoff` throws; the circuit is open then, for `recoveryTimeoutMs`. */
  success(permit: Permit, nowMs: number): void {
    const slow = this.#isSlow(permit, nowMs);
    if (!this.#accepts(permit)) return;
    if (this.state === "half_open") {
      if (slow) this.#reopen(nowMs, null);
      else this.#probeSucceeded();
      return;
    }
    if (this.#settings.consecutive) {
      this.#failures?.clear();
      this.#failuresOf = null;
    }
    this.#count(nowMs, false, slow);
  }

  /** @throws what `recoveryBackoff` throws; the circuit is open then, for `recoveryTimeoutMs`. */
  failure(permit: Permit, errorClass: ErrorClass, nowMs: number): void {
    const slow = this.#isSlow(permit, nowMs);
    if (!this.#accepts(permit)) return;
    const counts = this.#settings.tripOn.has(errorClass);
    if (counts) this.lastFailureAtMs = nowMs;
    if (this.state === "closed") this.#count(nowMs, counts && errorClass, slow);
    else if (counts || slow) this.#reopen(nowMs, errorClass);
    else if (ANSWERED_CLASSES.has(errorClass)) this.#probeSucceeded();
  }

  cancel(permit: Permit): void {
    this.#accepts(permit);
  }

  trip(nowMs: number): void {
    this.#open(nowMs);
    this.held = true;
  }

  close(): void {
    this.#enter("closed");
    this.#failures = this.#failuresOf = this.#rates = null;
    this.#failedProbes = 0;
  }

  /** Failures that count now, towards the threshold or, without one, the rate. */
  failureCount(nowMs: number): number {
    return this.#failures?.sum(nowMs) ?? this.#rates?.totals(nowMs).failed ?? 0;
  }

  /** Milliseconds until an open circuit may admit a probe. */
  retryAfterMs(nowMs: number): number {
    if (this.state !== "open") return 0;
    return this.held ? Infinity : Math.max(0, this.#openedAtMs + this.#recoveryMs - nowMs);
  }

  #probe(nowMs: number): Permit | null {
    const { halfOpenMaxCalls, recoveryTimeoutMs, windowMs } = this.#settings;
    this.#probes ??= new Set();
    for (const probe of this.#probes) {
      // The probe that holds this place has not been heard of for so long that it is taken for lost.
      if (this.#probes.size < halfOpenMaxCalls || nowMs - probe.atMs < Math.max(recoveryTimeoutMs, windowMs)) break;
      this.#probes.delete(probe);
    }
    if (this.#probes.size >= halfOpenMaxCalls) return null;
    const permit = { epoch: this.epoch, atMs: nowMs };
    this.#probes.add(permit);
    return permit;
  }

  /** Whether a result counts in this state. A probe counts once, and gives its place back. */
  #accepts(permit: Permit): boolean {
    return permit.epoch === this.epoch && (this.state === "closed" || this.#probes?.delete(permit) === true);
  }

  #isSlow(permit: Permit, nowMs: number): boolean {
    const { slowCalls } = this.#settings;
    return slowCalls !== undefined && nowMs - permit.atMs >= slowCalls.durationMs;
  }

  #count(nowMs: number, failed: ErrorClass | false, slow: boolean): void {
    const { failureThreshold, windowMs, consecutive, classThresholds, failureRate, slowCalls } = this.#settings;
    const countedMs = consecutive ? Infinity : windowMs;
    let open = false;
    if (failed !== false) {
      if (failureThreshold < Infinity) {
        this.#failures ??= new TrailingWindow(countedMs);
        open = reached(this.#failures, nowMs, failureThreshold);
      }
      const classThreshold = classThresholds[failed] ?? Infinity;
      if (classThreshold < Infinity) {
        this.#failuresOf ??= new Map();
        const window = this.#failuresOf.get(failed) ?? new TrailingWindow(countedMs);
        this.#failuresOf.set(failed, window);
        open = reached(window, nowMs, classThreshold) || open;
      }
    }
    if (failureRate !== undefined || slowCalls !== undefined) {
      this.#rates ??= new SlicedWindow(windowMs);
      const tally = this.#rates.add(nowMs, failed !== false, slow);
      open ||= exceeds(failureRate, tally, tally.failed) || exceeds(slowCalls, tally, tally.slow);
    }
    if (open) this.#open(nowMs);
  }

  #probeSucceeded(): void {
    if (++this.#probeSuccesses < this.#settings.successThreshold) return;
    const { recoveryBackoff } = this.#settings;
    const delayed = this.#failedProbes > 0;
    this.close();
    if (delayed) recoveryBackoff?.recordSuccess?.();
  }

  #open(nowMs: number): void {
    this.#enter("open");
    this.#openedAtMs = nowMs;
    this.#recoveryMs = this.#settings.recoveryTimeoutMs;
  }

  /** After a failed probe. The circuit is open before the strategy is asked, so that one that throws leaves it open, and not for ever. */
  #reopen(nowMs: number, errorClass: ErrorClass | null): void {
    const { recoveryBackoff } = this.#settings;
    const afterMs = this.#recoveryMs;
    this.#open(nowMs);
    this.#failedProbes++;
    if (recoveryBackoff === undefined) return;
    const probe = { failedProbes: this.#failedProbes, errorClass, afterMs, random: this.#random };
    this.#recoveryMs = recoveryMsAfter(recoveryBackoff, probe) ?? this.#recoveryMs;
  }

  #enter(state: CircuitState): void {
    this.state = state;
    this.held = false;
    this.epoch++;
    this.#closedPermit = this.#probes = null;
    this.#probeSuccesses = 0;
  }
}

function reached(window: TrailingWindow, nowMs: number, threshold: number): boolean {
  window.add(nowMs, 1);
  return window.sum(nowMs) >= threshold;
}

function exceeds(rate: RateThreshold | undefined, tally: Readonly<Tally>, count: number): boolean {
  return rate !== undefined && tally.calls >= rate.minimumCalls && count >= rate.thresholdRatio * tally.calls;
}
