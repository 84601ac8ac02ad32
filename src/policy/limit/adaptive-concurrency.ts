import type { ErrorClass } from "../../core/failure/error-class.ts";
import { ConcurrencyLimit } from "../../core/limit/concurrency-limit.ts";
import type { Applicant, AttemptEnd, Limiter, LimitPermit, Rejection } from "../../core/limit/limiter.ts";
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

/** A dependency that fails like this at once refuses work. */
const REFUSALS: ReadonlySet<ErrorClass> = /* @__PURE__ */ new Set<ErrorClass>(["RATE_LIMIT", "SERVER_ERROR", "TRANSIENT"]);

/** @throws TypeError or RangeError for a wrong or unknown option. */
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
        inside: (initial: number, place, { min = MIN, max = Math.max(MAX, min as number) }) => {
          if (typeof min === "number" && initial < min) report(place, initial, demandAtLeast("min", min));
          else if (typeof max === "number" && initial > max) report(place, initial, demandAtMost("max", max));
        },
      },
      clock: clockRule,
    });
    const { name = "default", min = MIN, clock = systemClock } = read;
    const { max = Math.max(MAX, min) } = read;
    const { initial = Math.min(max, Math.max(min, INITIAL)) } = read;
    super(name, clock);
    this.#settings = { name, min, max, initial };
    this.#limit = new ConcurrencyLimit(this.#settings, clock.now());
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
    return this.#limit.limit;
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
  admit(_applicant?: Applicant): LimitPermit | Rejection {
    const { limit } = this;
    if (this.#inUse >= limit) {
      this.#counts.rejected++;
      const why = limit === 1 ? "its 1 place is taken" : `all ${limit} places are taken`;
      return { kind: "rejected", limiter: this.name, reason: "full", retryAfterMs: null, why };
    }
    this.#inUse++;
    this.#counts.admitted++;
    this.#limit.begun(this.#inUse);
    return new Place(this, this.clock.now(), this.#inUse, this.#counts);
  }

  /** @throws TypeError for what is no permit of this limiter, or was given back before */
  release(permit: LimitPermit, end: AttemptEnd): void {
    const { beganMs, use, counts } = HeldPermit.takeBack("adaptiveConcurrency", this, Place, permit);
    this.#inUse--;
    if (end === "unused") counts.admitted--;
    if (end === "unused" || end === "cancel") return;
    const nowMs = this.clock.now();
    const tookMs = nowMs - beganMs;
    if (end === "success") this.#limit.answered(nowMs, tookMs, use, this.#inUse, false);
    else if (end.timeout === true) this.#limit.answered(nowMs, tookMs, use, this.#inUse, true);
    else if (REFUSALS.has(end.errorClass)) {
      counts.refused++;
      this.#limit.refused(nowMs, this.#inUse);
    }
  }

  /** The limit is what it began with, and the counts begin anew. Places in use stay in use. */
  reset(): void {
    this.#limit = new ConcurrencyLimit(this.#settings, this.clock.now());
    this.#counts = noCounts();
  }
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
