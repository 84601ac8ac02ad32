import type { ErrorClass } from "../../core/failure/error-class.ts";
import { Acceptance, type AcceptanceSlice } from "../../core/limit/acceptance.ts";
import type { Applicant, AttemptEnd, Limiter, LimitPermit, Rejection } from "../../core/limit/limiter.ts";
import { aboveZero, aFunction, checkOptions, finiteFrom, text } from "../../core/option-rules.ts";
import { type Description, PART, type Part } from "../../core/part.ts";
import { type Clock, systemClock } from "../../run/time/clock.ts";
import { clockRule } from "../clock-rule.ts";
import { HeldPermit } from "./held-permit.ts";
import { plainDescription } from "./plain-description.ts";
import { StandaloneLimiter } from "./standalone.ts";

export interface AdaptiveThrottleOptions {
  /** The limiter's name in errors and events. @default "default" */
  readonly name?: string | undefined;
  /**
   * How many times what the dependency takes is sent to it, at most: a finite number >= 1. At 2, half of what it gets may be refused before anything is held
   * back; nearer to 1, less is wasted on refusals, and it takes longer until more is sent again to a dependency that has recovered.
   *
   * @default 2
   */
  readonly multiplier?: number | undefined;
  /** How long a request counts, in milliseconds, > 0. @default 120_000 */
  readonly windowMs?: number | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
  /** Decides which attempts are held back: 0 <= n < 1. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Counts since construction, or since `reset()`. */
export interface AdaptiveThrottleStats {
  readonly admitted: number;
  readonly rejected: number;
  /** Admitted attempts that the dependency took. */
  readonly accepted: number;
  /** Admitted attempts that it refused. */
  readonly refused: number;
  /** The share of the next attempts that is held back, 0 to 1. */
  readonly rejectionRatio: number;
}

/** A dependency that fails like this did not take the request. Every other failure is an answer. */
const REFUSALS: ReadonlySet<ErrorClass> = /* @__PURE__ */ new Set<ErrorClass>(["RATE_LIMIT", "SERVER_ERROR", "TRANSIENT"]);

/**
 * Holds back part of the attempts where a dependency refuses so many that refusing them is a load of its own: at random, with the probability
 * `max(0, (requests - multiplier x accepts) / (requests + 1))`, of the last `windowMs`. So a dependency in overload gets about `multiplier`
 * times what it takes, whatever the load is, and hears at once when it takes more again. "Client-Side Throttling" in chapter 21 of Google's SRE
 * book, https://sre.google/sre-book/handling-overload/.
 *
 * Refused are failures of the classes RATE_LIMIT, SERVER_ERROR and TRANSIENT; successes, and failures of all other classes, are answers of a
 * dependency that is there. An attempt that was cut, or is still in flight, counts neither as a request nor as accepted: it says nothing of the
 * dependency. Attempts that are held back here count as requests.
 *
 * Not a `CircuitBreaker`, which lets nothing through while it is open: a throttle always lets a part through, and needs no recovery time. Not
 * for dependencies that are called a few times a minute: of two requests, one failure is half.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * const throttle = new AdaptiveThrottle({ name: "search" });
 * const policy = new Policy({ retry: { maxAttempts: 3 }, limiter: throttle });
 */
export class AdaptiveThrottle extends StandaloneLimiter implements Limiter {
  readonly #acceptance: Acceptance;
  readonly #random: () => number;
  #counts: Counts = noCounts();

  constructor(options: AdaptiveThrottleOptions = {}) {
    const {
      name = "default",
      multiplier = 2,
      windowMs = 120_000,
      clock = systemClock,
      random = Math.random,
    } = checkOptions("adaptiveThrottle", options, {
      name: text,
      multiplier: finiteFrom(1),
      windowMs: aboveZero,
      clock: clockRule,
      random: aFunction,
    });
    super(name, clock);
    this.#acceptance = new Acceptance(multiplier, windowMs);
    this.#random = random;
  }

  /** @internal */
  get [PART](): Part<AdaptiveThrottle> {
    const { multiplier, windowMs } = this.#acceptance;
    const settings = { name: this.name, multiplier, windowMs };
    return {
      kind: "limiter",
      name: "AdaptiveThrottle",
      settings,
      clock: this.clock,
      another: (clock, _standIn, random = this.#random) => new AdaptiveThrottle({ ...settings, clock: clock as Clock, random }),
    };
  }

  /** The share of the next attempts that is held back: 0 to 1. */
  get rejectionRatio(): number {
    return this.#acceptance.rejectionRatio(this.clock.now());
  }

  get stats(): AdaptiveThrottleStats {
    return { ...this.#counts, rejectionRatio: this.rejectionRatio };
  }

  /** Plain JSON: what it is, and how it stands. */
  describe(): Description & { readonly state: AdaptiveThrottleStats } {
    return plainDescription(this[PART], this.stats);
  }

  /** Answers at once: it has no queue. */
  admit(_applicant?: Applicant): LimitPermit | Rejection {
    const nowMs = this.clock.now();
    const ratio = this.#acceptance.rejectionRatio(nowMs);
    const slice = this.#acceptance.sliceAt(nowMs);
    if (ratio === 0 || this.#random() >= ratio) {
      this.#counts.admitted++;
      return new ThrottlePermit(this, slice, this.#counts);
    }
    this.#counts.rejected++;
    this.#acceptance.heard(slice, false);
    const why = `the dependency refuses so much that ${Math.round(100 * ratio)} % of the attempts are not sent`;
    return { kind: "rejected", limiter: this.name, reason: "throttled", retryAfterMs: null, why };
  }

  /**
   * @throws TypeError for what is no permit of this limiter, or was given back before
   */
  release(permit: LimitPermit, end: AttemptEnd): void {
    const { slice, counts } = HeldPermit.takeBack("adaptiveThrottle", this, ThrottlePermit, permit);
    if (end === "unused") counts.admitted--;
    if (end === "unused" || end === "cancel") return;
    const accepted = end === "success" || !REFUSALS.has(end.errorClass);
    counts[accepted ? "accepted" : "refused"]++;
    this.#acceptance.heard(slice, accepted);
  }

  /** Forgets what it heard, and begins its counts anew. What is in flight counts no more when it ends. */
  reset(): void {
    this.#acceptance.clear();
    this.#counts = noCounts();
  }
}

type Counts = { -readonly [Count in "admitted" | "rejected" | "accepted" | "refused"]: number };

const noCounts = (): Counts => ({ admitted: 0, rejected: 0, accepted: 0, refused: 0 });

class ThrottlePermit extends HeldPermit {
  readonly slice: AcceptanceSlice;
  /** What it is counted with: not that of after a `reset()`. */
  readonly counts: Counts;

  constructor(holder: Limiter, slice: AcceptanceSlice, counts: Counts) {
    super(holder);
    this.slice = slice;
    this.counts = counts;
  }
}
