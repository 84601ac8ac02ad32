/*
 * The breaker of design.md, section 5, as naively as it can be told: it keeps every event there ever was, and recounts them all.
 * Where rates decide, it answers what may be: windows are counted in hundredths, so up to one of them may be missing.
 */
import type { CircuitState, ErrorClass } from "redress";

interface Rate {
  readonly thresholdRatio: number;
  readonly minimumCalls: number;
}

export interface ModelSettings {
  readonly failureThreshold: number;
  readonly windowMs: number;
  readonly consecutive: boolean;
  readonly recoveryTimeoutMs: number;
  /** The recovery time after the probe that failed as the nth since the circuit was closed. */
  readonly recoveryBackoff?: ((probe: { readonly attempt: number }) => number) | undefined;
  readonly tripOn: readonly ErrorClass[];
  readonly classThresholds: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly failureRate?: Rate | undefined;
  readonly slowCalls?: (Rate & { readonly durationMs: number }) | undefined;
}

/** An admitted call, and what became of it. */
export interface Ticket {
  readonly epoch: number;
  readonly atMs: number;
  readonly probe: boolean;
  heard: boolean;
  lost: boolean;
}

/** What only a dependency that is there can answer. */
const ANSWERED: readonly string[] = ["AUTH", "PERMISSION", "PERMANENT", "CONCURRENCY", "RATE_LIMIT"];

interface Result {
  readonly atMs: number;
  readonly errorClass: ErrorClass | null;
  readonly slow: boolean;
}

export class BreakerModel {
  state: CircuitState = "closed";
  lastFailureAtMs: number | null = null;
  readonly settings: ModelSettings;
  stats = { totalCalls: 0, successfulCalls: 0, failedCalls: 0, rejectedCalls: 0, cancelledCalls: 0, stateChanges: 0 };
  #epoch = 0;
  #openedAtMs = 0;
  #recoveryMs = 0;
  #failedProbes = 0;
  #held = false;
  #results: Result[] = [];
  #tickets: Ticket[] = [];
  #probeSuccesses = 0;

  constructor(settings: ModelSettings) {
    this.settings = settings;
  }

  /** Of the state that it is in: a ticket of an older one changes nothing. */
  get epoch(): number {
    return this.#epoch;
  }

  retryAfterMs(nowMs: number): number {
    if (this.state !== "open") return 0;
    return this.#held ? Infinity : Math.max(0, this.#openedAtMs + this.#recoveryMs - nowMs);
  }

  /** Failures in the window that count, given that what is younger than `gapMs` above the cutoff may be gone. */
  failureCount(nowMs: number, gapMs = 0): number {
    return this.#window(nowMs, gapMs).filter(({ errorClass }) => this.#counts(errorClass)).length;
  }

  /** Failures that count towards a threshold: those in the window, or those since the last success. */
  failuresInLine(nowMs: number): Result[] {
    const { consecutive } = this.settings;
    const since = consecutive ? this.#results.map(({ errorClass }) => errorClass).lastIndexOf(null) + 1 : 0;
    const inLine = consecutive ? this.#results.slice(since) : this.#window(nowMs, 0);
    return inLine.filter(({ errorClass }) => this.#counts(errorClass));
  }

  allow(nowMs: number): Ticket | null {
    this.stats.totalCalls++;
    if (this.state === "open" && !this.#held && nowMs - this.#openedAtMs >= this.#recoveryMs) this.#enter("half_open");
    if (this.state === "open" || (this.state === "half_open" && !this.#hasPlace(nowMs))) {
      this.stats.rejectedCalls++;
      return null;
    }
    const ticket = { epoch: this.#epoch, atMs: nowMs, probe: this.state === "half_open", heard: false, lost: false };
    this.#tickets.push(ticket);
    return ticket;
  }

  /** The result of a call. `actual` settles what the hundredths leave open. */
  report(ticket: Ticket, result: "success" | "cancel" | ErrorClass, nowMs: number, actual: CircuitState): void {
    const { slowCalls, successThreshold } = this.settings;
    if (result === "success") this.stats.successfulCalls++;
    else if (result === "cancel") this.stats.cancelledCalls++;
    else this.stats.failedCalls++;
    ticket.heard = true;
    if (ticket.epoch !== this.#epoch || ticket.lost || result === "cancel") return;
    const slow = slowCalls !== undefined && nowMs - ticket.atMs >= slowCalls.durationMs;
    const counts = result !== "success" && this.#counts(result);
    if (counts) this.lastFailureAtMs = nowMs;
    if (this.state === "half_open") {
      if (counts || slow) this.#reopen(nowMs);
      else if ((result === "success" || ANSWERED.includes(result)) && ++this.#probeSuccesses === successThreshold) this.reset();
      return;
    }
    this.#results.push({ atMs: nowMs, errorClass: result === "success" ? null : result, slow });
    if (this.#mustOpen(nowMs, result) || (actual === "open" && this.#mayOpen(nowMs))) this.#open(nowMs);
    else if (actual !== "open" && this.#mustOpenByRate(nowMs)) this.#open(nowMs);
  }

  trip(nowMs: number): void {
    this.#open(nowMs);
    this.#held = true;
  }

  reset(): void {
    this.#enter("closed");
    this.#results = [];
    this.#failedProbes = 0;
  }

  #hasPlace(nowMs: number): boolean {
    const { halfOpenMaxCalls, recoveryTimeoutMs, windowMs } = this.settings;
    const underWay = this.#tickets.filter(({ epoch, heard, lost }) => epoch === this.#epoch && !heard && !lost);
    if (underWay.length < halfOpenMaxCalls) return true;
    const lapsed = underWay.find(({ atMs }) => nowMs - atMs >= Math.max(recoveryTimeoutMs, windowMs));
    if (lapsed !== undefined) lapsed.lost = true;
    return lapsed !== undefined;
  }

  #counts(errorClass: ErrorClass | null): boolean {
    return (
      errorClass !== null &&
      (this.settings.tripOn.includes(errorClass) || this.settings.classThresholds[errorClass] !== undefined)
    );
  }

  #window(nowMs: number, gapMs: number): Result[] {
    return this.#results.filter(({ atMs }) => atMs > nowMs - this.settings.windowMs + gapMs);
  }

  #mustOpen(nowMs: number, result: "success" | ErrorClass): boolean {
    if (result === "success" || !this.#counts(result)) return false;
    const inLine = this.failuresInLine(nowMs);
    const ofClass = inLine.filter(({ errorClass }) => errorClass === result).length;
    return inLine.length >= this.settings.failureThreshold || ofClass >= (this.settings.classThresholds[result] ?? Infinity);
  }

  /** Every window that the hundredths may make of the real one. */
  #windows(nowMs: number): Result[][] {
    const sliceMs = this.settings.windowMs / 100;
    const all = this.#window(nowMs, 0);
    const gaps = all.map(({ atMs }) => atMs - (nowMs - this.settings.windowMs)).filter((gapMs) => gapMs <= sliceMs + 1e-9);
    return [0, ...gaps].map((gapMs) => this.#window(nowMs, gapMs));
  }

  #exceeds(window: readonly Result[]): boolean {
    const { failureRate, slowCalls } = this.settings;
    const over = (rate: Rate | undefined, count: number): boolean =>
      rate !== undefined && window.length >= rate.minimumCalls && count >= rate.thresholdRatio * window.length;
    const failed = window.filter(({ errorClass }) => this.#counts(errorClass)).length;
    return over(failureRate, failed) || over(slowCalls, window.filter(({ slow }) => slow).length);
  }

  #mayOpen(nowMs: number): boolean {
    return this.#windows(nowMs).some((window) => this.#exceeds(window));
  }

  #mustOpenByRate(nowMs: number): boolean {
    return this.#windows(nowMs).every((window) => this.#exceeds(window));
  }

  #open(nowMs: number): void {
    this.#enter("open");
    this.#openedAtMs = nowMs;
    this.#recoveryMs = this.settings.recoveryTimeoutMs;
  }

  #reopen(nowMs: number): void {
    this.#open(nowMs);
    this.#failedProbes++;
    const asked = this.settings.recoveryBackoff?.({ attempt: this.#failedProbes });
    if (asked !== undefined && asked >= 0 && asked < Infinity) this.#recoveryMs = asked;
  }

  #enter(state: CircuitState): void {
    if (state !== this.state) this.stats.stateChanges++;
    this.state = state;
    this.#epoch++;
    this.#held = false;
    this.#probeSuccesses = 0;
  }
}
