import type { Classification } from "../../core/failure/classification.ts";
import type { Admission, Applicant, AttemptEnd, Cost, Limiter, LimitPermit, Rejection } from "../../core/limit/limiter.ts";
import { type Costs, Rates } from "../../core/limit/rate/rates.ts";
import { type Description, PART, type Part } from "../../core/part.ts";
import { abandonPromise } from "../../run/call/isolation.ts";
import type { Clock } from "../../run/time/clock.ts";
import { CostReader } from "./costs.ts";
import { HeldPermit } from "./held-permit.ts";
import { plainDescription } from "./plain-description.ts";
import {
  allowanceOf,
  type CompleteDimension,
  type RateLimiterOptions,
  type RateLimiterSettings,
  readRateOptions,
  toRateOptions,
} from "./rate-limiter-options.ts";
import { RateLine } from "./rate-line.ts";
import { StandaloneLimiter } from "./standalone.ts";
import { type Need, whyNever, whyNotNow } from "./why-not-now.ts";

/** A number for each dimension, by its name; one number where there is one limit without a name. */
export type PerDimension<Dimension extends string> = [Dimension] extends [never] ? number : Readonly<Record<Dimension, number>>;

/** How a rate limiter stands, and what it has done since it was made, or since `reset()`. */
export interface RateLimiterStats {
  /** Attempts that were admitted, at once or from the queue. */
  readonly admitted: number;
  /** Attempts that were turned away. */
  readonly rejected: number;
  /** Attempts that had to wait. */
  readonly queued: number;
  /** Attempts that wait now. */
  readonly waiting: number;
  /** How long the dependency wants to be left alone from now on, in milliseconds. */
  readonly pausedMs: number;
}

/** What a rate limiter is, and how it stands. */
export interface RateLimiterDescription extends Description {
  readonly state: RateLimiterStats & { readonly remaining: number | Readonly<Record<string, number>> };
}

/**
 * Admits so many attempts per interval, or so much of whatever they cost, in one dimension or in several that are kept together. Further ones wait
 * in a queue of `maxQueue`, strictly first come, first served, or are turned away. Share one per dependency, and key, between policies.
 *
 * It also heeds what the dependency says: a failure of class RATE_LIMIT with a `retryAfterMs` pauses everyone behind it for that long. And it counts
 * what calls have really cost: `used` says it by the value of an attempt, `spend` later.
 *
 * Every attempt counts, retries and hedges too, whether it succeeds or not. Not a `Bulkhead`, which limits what is in flight at a time. It lives in
 * one process: of a limit that several processes share, give each its part.
 *
 * @throws TypeError or RangeError for a missing, wrong or unknown option.
 * @example
 * const limiter = new RateLimiter({ name: "maps", limit: 50, intervalMs: 1_000, maxQueue: 200 });
 * const policy = new Policy({ retry: { maxAttempts: 3 }, limiter });
 * await policy.call(({ signal }) => fetchUser("7", { signal }));
 * @example
 * // A language model: requests and tokens per minute. A call says what it may take at most, and the answer what it took.
 * const model = new RateLimiter({
 *   name: "model",
 *   limits: {
 *     requests: { limit: 500, intervalMs: 60_000, cost: 1 },
 *     tokens: { limit: 200_000, intervalMs: 60_000, cost: 2_000 },
 *   },
 *   maxQueue: 1_000,
 *   used: (answer: { usage?: { total_tokens: number } }) => answer.usage && { tokens: answer.usage.total_tokens },
 * });
 */
export class RateLimiter<Dimension extends string = never> extends StandaloneLimiter implements Limiter {
  readonly #settings: RateLimiterSettings;
  readonly #reader: CostReader;
  readonly #line: RateLine;
  #rates: Rates;
  #counts: Counts = noCounts();

  constructor(options: RateLimiterOptions<Dimension>) {
    const settings = readRateOptions(options);
    const { name, clock, dimensions, names } = settings;
    super(name, clock);
    this.#settings = settings;
    this.#reader = new CostReader(
      names,
      dimensions.map(({ cost }) => cost),
    );
    this.#rates = new Rates(dimensions.map(allowanceOf));
    this.#line = new RateLine(clock, dimensions.length, {
      readyAtMs: (nowMs, totals) => this.#rates.readyAtMs(nowMs, totals),
      permit: (nowMs, costs) => this.#permit(nowMs, costs),
    });
  }

  /** @internal */
  get [PART](): Part<RateLimiter<Dimension>> {
    const { used } = this.#settings;
    const settings = toRateOptions(this.#settings);
    return {
      kind: "limiter",
      name: "RateLimiter",
      settings: { ...settings, used },
      clock: this.clock,
      // Without `used`: a simulation has no values that it could be asked about.
      another: (clock) => new RateLimiter({ ...settings, clock: clock as Clock }) as unknown as RateLimiter<Dimension>,
    };
  }

  /** Attempts that wait now. */
  get waiting(): number {
    return this.#line.length;
  }

  /** How long the dependency wants to be left alone from now on, in milliseconds; 0 where it does not. */
  get pausedMs(): number {
    return Math.max(0, this.#rates.pausedUntilMs - this.clock.now());
  }

  get stats(): RateLimiterStats {
    return { ...this.#counts, waiting: this.waiting, pausedMs: this.pausedMs };
  }

  /** What can be taken now: a number or, of a limiter with `limits`, one for each of them. */
  remaining(): PerDimension<Dimension> {
    const { names } = this.#reader;
    const remaining = this.#rates.remaining(this.clock.now());
    return (names === null ? remaining[0] : Object.fromEntries(names.map((name, index) => [name, remaining[index]]))) as never;
  }

  /** Plain JSON: what it is, and how it stands. */
  describe(): RateLimiterDescription {
    return plainDescription(this[PART], { ...this.stats, remaining: this.remaining() });
  }

  /**
   * Admits, turns away, or lets wait: `Policy`, `run` and `tryAcquire` do the asking.
   *
   * @throws TypeError or RangeError for a cost that is none, or names a dimension that there is not.
   */
  admit(applicant: Applicant): Admission {
    const costs = this.#reader.read("rateLimiter.cost", applicant.cost, this.#reader.usual);
    const nowMs = this.clock.now();
    if (this.#line.length === 0 && this.#rates.readyAtMs(nowMs, costs) <= nowMs) return this.#permit(nowMs, costs);
    const never = this.#rates.tooDear(costs);
    if (never !== -1) return this.#rejection(Infinity, whyNever(this.#needOf(nowMs, costs, never)));
    const readyAtMs = this.#line.readyAtMs(nowMs, costs);
    if (this.waiting < this.#settings.maxQueue && readyAtMs - nowMs < applicant.maxWaitMs) {
      this.#counts.queued++;
      return this.#line.join(applicant, costs, nowMs, readyAtMs);
    }
    const need = this.#needOf(nowMs, costs, this.#rates.scarcest(nowMs, costs));
    const queue = { waiting: this.waiting, maxQueue: this.#settings.maxQueue };
    return this.#rejection(readyAtMs - nowMs, whyNotNow(need, this.#rates.pausedUntilMs - nowMs, queue));
  }

  /**
   * Takes a permit back, once. What the attempt took stays taken, but for `unused`, and for what `used` says of a success.
   *
   * @throws TypeError for what is no permit of this limiter, or was given back before; what `used` throws, or for what it returns that is no cost
   */
  release(permit: LimitPermit, end: AttemptEnd, value?: unknown): void {
    const taken = HeldPermit.takeBack("rateLimiter", this, RatePermit, permit);
    if (end === "unused") taken.rates.giveBack(this.clock.now(), taken);
    else if (end === "success") this.#correct(taken, value);
    else if (end !== "cancel") this.#heed(end);
    this.#line.serve();
  }

  /** Counts what was taken beside the attempts, or is learnt when they have ended, such as at the end of a stream. It has happened, so it is never refused. */
  spend(cost: Cost): void {
    const costs = this.#reader.read(
      "rateLimiter.spend.cost",
      cost,
      this.#reader.usual.map(() => 0),
    );
    this.#rates.take(this.clock.now(), costs);
  }

  /** As new: what was taken is forgotten, a pause is over, and the counts begin anew. Those who wait are admitted as far as there is room. */
  reset(): void {
    this.#rates = new Rates(this.#settings.dimensions.map(allowanceOf));
    this.#counts = noCounts();
    this.#line.serve();
  }

  #permit(nowMs: number, costs: Costs): RatePermit {
    this.#counts.admitted++;
    return new RatePermit(this, this.#rates, costs, this.#rates.take(nowMs, costs));
  }

  #correct(taken: RatePermit, value: unknown): void {
    const { used } = this.#settings;
    if (used === undefined) return;
    const real: unknown = used(value);
    abandonPromise(real);
    taken.rates.correct(this.clock.now(), taken, this.#reader.read("rateLimiter.used()", real as Cost, taken.costs));
  }

  /** The dependency may have said when it wants to be asked again. */
  #heed({ errorClass, retryAfterMs = 0 }: Classification): void {
    if (errorClass === "RATE_LIMIT" && retryAfterMs > 0 && retryAfterMs < Infinity)
      this.#rates.pauseUntil(this.clock.now() + retryAfterMs);
  }

  #rejection(retryAfterMs: number, why: string): Rejection {
    this.#counts.rejected++;
    return { kind: "rejected", limiter: this.name, reason: "rate", retryAfterMs, why };
  }

  #needOf(nowMs: number, costs: Costs, index: number): Need {
    const { names, dimensions } = this.#settings;
    return {
      name: names === null ? null : (names[index] as string),
      dimension: dimensions[index] as CompleteDimension,
      cost: costs[index] as number,
      left: this.#rates.remaining(nowMs)[index] as number,
    };
  }
}

/** What was taken for an attempt. */
class RatePermit extends HeldPermit {
  /** What it was taken from: not what counts after a `reset()`. */
  readonly rates: Rates;
  readonly costs: Costs;
  readonly marks: readonly number[];

  constructor(holder: Limiter, rates: Rates, costs: Costs, marks: readonly number[]) {
    super(holder);
    this.rates = rates;
    this.costs = costs;
    this.marks = marks;
  }
}

type Counts = { -readonly [Count in "admitted" | "rejected" | "queued"]: number };

const noCounts = (): Counts => ({ admitted: 0, rejected: 0, queued: 0 });
