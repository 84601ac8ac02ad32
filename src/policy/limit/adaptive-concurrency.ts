import { ConcurrencyLimit } from "../../core/limit/concurrency-limit.ts";
import type { Applicant, AttemptEnd, Limiter, LimitPermit, Rejection } from "../../core/limit/limiter.ts";
import { partOf } from "../../core/limit/places.ts";
import { checkOptions, type OptionRule, report, text } from "../../core/option-rules.ts";
import { type Description, PART, type Part } from "../../core/part.ts";
import { type Clock, systemClock } from "../../run/time/clock.ts";
import { clockRule } from "../clock-rule.ts";
import { HeldPermit } from "./held-permit.ts";
import { plainDescription } from "./plain-description.ts";
import { StandaloneLimiter } from "./standalone.ts";

export interface AdaptiveConcurrencyOptions {
  /** The limiter's name in errors and events. @default "default" */
  readonly name?: string | undefined;
  /** Attempts under way at a time that are always allowed: an integer >= 1. @default 1 */
  readonly min?: number | undefined;
  /** Attempts under way at a time, at most: an integer >= `min`. @default 1_000 */
  readonly max?: number | undefined;
  /** Where the limit begins: from `min` to `max`. @default 20; `min` or `max` where that is not between them */
  readonly initial?: number | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

/** Counts since construction, or since `reset()`, and how it stands. */
export interface AdaptiveConcurrencyStats {
  readonly admitted: number;
  readonly rejected: number;
  /** Attempts that the dependency refused: each window with some of them lowers the limit. */
  readonly refused: number;
  readonly inUse: number;
  readonly limit: number;
}

const MIN = 1;
const MAX = 1_000;
const INITIAL = 20;

/** Infinity is no limit to begin with: what is found is found by steps. */
const places: OptionRule = {
  text: "a finite integer >= 1",
  type: "number",
  ok: (value: number) => Number.isInteger(value) && value >= 1,
};

const demandAtLeast = (name: string, least: number) => ({ ...places, text: `a number >= ${name} (${least})` });
const demandAtMost = (name: string, most: number) => ({ ...places, text: `a number <= ${name} (${most})` });

/**
 * Finds out how many attempts a dependency can work on at a time, and lets no more be in flight: from how long its answers take, without being
 * told, and again when that changes. So an overload stands outside as rejections that cost nothing, and not in the queue of the dependency,
 * where it makes every answer late. For a dependency of which a known number is right, a `Bulkhead` is simpler. It has no queue.
 *
 * Where more is in flight than can be worked on, answers take as much longer (Little's law): the limit goes down to what would be in flight
 * without a queue, and a little more, so that the dependency never waits for work. While they do not take longer, it goes up, where at least
 * half of it is in use. Windows of 100 ms or more are compared, by the mean of the logarithms, which a long tail does not upset, and differences
 * that chance explains are none. How long an answer takes without a queue is known from when little is in use, and from probes: now and then the
 * limit is lowered for a moment. Where fewer in flight are no help, answers take longer for another reason: that is the new measure, and the
 * limit goes back.
 *
 * Successes and timeouts are measured. RATE_LIMIT, and a SERVER_ERROR or TRANSIENT that comes sooner than answers do, are refusals: they lower
 * the limit by their share of a window. Other failures, cancels, and attempts that were never made, say nothing of it.
 *
 * It grew out of Gradient2 of Netflix's concurrency-limits (https://github.com/Netflix/concurrency-limits), whose long average takes up the queue
 * of a lasting overload; the probes are those of BBR (https://queue.acm.org/detail.cfm?id=3022184) and of Envoy's adaptive concurrency filter.
 * The figures are in docs/evidence.md. It lives in one process: several that call one dependency share it, unequally, with a longer queue.
 *
 * @throws TypeError or RangeError for a wrong or unknown option.
 * @example
 * const concurrency = new AdaptiveConcurrency({ name: "search", max: 200 });
 * const policy = new Policy({ retry: { maxAttempts: 3, attemptTimeoutMs: 1_000 }, limiter: concurrency });
 */
export class AdaptiveConcurrency extends StandaloneLimiter implements Limiter {
  readonly #settings: { readonly name: string; readonly min: number; readonly max: number; readonly initial: number };
  #limit: ConcurrencyLimit;
  #inUse = 0;
  #counts = noCounts();

  constructor(options: AdaptiveConcurrencyOptions = {}) {
    const read = checkOptions("adaptiveConcurrency", options, {
      name: text,
      min: places,
      max: {
        ...places,
        inside: (max: number, place, { min = MIN }) => {
          if (typeof min === "number" && max < min) report(place, max, demandAtLeast("min", min));
        },
      },
      initial: {
        ...places,
        inside: (initial: number, place, { min = MIN, max }) => {
          if (typeof min !== "number") return;
          const most = max ?? Math.max(MAX, min);
          if (initial < min) report(place, initial, demandAtLeast("min", min));
          else if (typeof most === "number" && initial > most) report(place, initial, demandAtMost("max", most));
        },
      },
      clock: clockRule,
    });
    const { name = "default", min = MIN, clock = systemClock } = read;
    const { max = Math.max(MAX, min) } = read;
    const { initial = Math.min(max, Math.max(min, INITIAL)) } = read;
    super(name, clock);
    this.#settings = { name, min, max, initial };
    this.#limit = new ConcurrencyLimit(this.#settings, clock.now(), 0);
  }

  /** @internal */
  get [PART](): Part<AdaptiveConcurrency> {
    return {
      kind: "limiter",
      name: "AdaptiveConcurrency",
      settings: { ...this.#settings },
      clock: this.clock,
      another: (clock) => new AdaptiveConcurrency({ ...this.#settings, clock: clock as Clock }),
    };
  }

  /** Attempts that may be under way at a time, as of now. */
  get limit(): number {
    return this.#limit.limitAt(this.clock.now(), this.#inUse);
  }

  /** Attempts that are under way. */
  get inUse(): number {
    return this.#inUse;
  }

  get stats(): AdaptiveConcurrencyStats {
    return { ...this.#counts, inUse: this.#inUse, limit: this.limit };
  }

  /** Plain JSON: what it is, and how it stands. */
  describe(): Description & { readonly state: AdaptiveConcurrencyStats } {
    return plainDescription(this[PART], this.stats);
  }

  /** Answers at once: it has no queue. */
  admit({ share = 1 }: Pick<Applicant, "share"> = {}): LimitPermit | Rejection {
    const nowMs = this.clock.now();
    const limit = this.#limit.limitAt(nowMs, this.#inUse);
    const most = partOf(limit, share);
    if (this.#inUse >= most) {
      this.#counts.rejected++;
      return { kind: "rejected", limiter: this.name, reason: "full", retryAfterMs: null, why: whyFull(most, limit) };
    }
    this.#inUse++;
    this.#counts.admitted++;
    this.#limit.took(this.#inUse);
    return new Place(this, nowMs, this.#inUse, this.#counts);
  }

  /** @throws TypeError for what is no permit of this limiter, or was given back before */
  release(permit: LimitPermit, end: AttemptEnd): void {
    const { beganMs, use, counts } = HeldPermit.takeBack("adaptiveConcurrency", this, Place, permit);
    this.#inUse--;
    if (end === "unused") counts.admitted--;
    if (end === "unused" || end === "cancel") return;
    const nowMs = this.clock.now();
    const tookMs = nowMs - beganMs;
    if (end === "success" || end.timeout === true) this.#limit.answered(nowMs, tookMs, use, this.#inUse, end !== "success");
    else if (end.errorClass === "RATE_LIMIT") {
      counts.refused++;
      this.#limit.refused(nowMs, this.#inUse);
    } else if (end.errorClass === "SERVER_ERROR" || end.errorClass === "TRANSIENT") {
      if (this.#limit.failed(nowMs, tookMs, use, this.#inUse)) counts.refused++;
    }
  }

  /** The limit is what it began with, and the counts begin anew. Places in use stay in use. */
  reset(): void {
    this.#limit = new ConcurrencyLimit(this.#settings, this.clock.now(), this.#inUse);
    this.#counts = noCounts();
  }
}

function whyFull(most: number, limit: number): string {
  if (most < limit) return `${most} of its ${limit} places are taken, and the others are for what matters more`;
  return limit === 1 ? "its 1 place is taken" : `all ${limit} places are taken`;
}

type Counts = { -readonly [Count in "admitted" | "rejected" | "refused"]: number };

const noCounts = (): Counts => ({ admitted: 0, rejected: 0, refused: 0 });

class Place extends HeldPermit {
  readonly beganMs: number;
  /** How many places were in use when it was taken, itself included. */
  readonly use: number;
  /** What it is counted with: not that of after a `reset()`. */
  readonly counts: Counts;

  constructor(holder: Limiter, beganMs: number, use: number, counts: Counts) {
    super(holder);
    this.beganMs = beganMs;
    this.use = use;
    this.counts = counts;
  }
}
