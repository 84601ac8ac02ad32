import type { Admission, Applicant, AttemptEnd, Limiter, LimitPermit, Rejection } from "../../core/limit/limiter.ts";
import { Places, partOf } from "../../core/limit/places.ts";
import { Waiting, WaitingLine } from "../../core/limit/waiting-line.ts";
import { aboveZero, checkOptions, text, wholeFrom } from "../../core/option-rules.ts";
import { type Description, PART, type Part } from "../../core/part.ts";
import { alarmsOn } from "../../run/time/alarms.ts";
import { type Clock, systemClock } from "../../run/time/clock.ts";
import type { Alarms } from "../../run/time/waiter.ts";
import { clockRule } from "../clock-rule.ts";
import { HeldPermit } from "./held-permit.ts";
import { plainDescription } from "./plain-description.ts";
import { QueueTimeout } from "./queue-timeout.ts";
import { StandaloneLimiter } from "./standalone.ts";

export interface BulkheadOptions {
  /** The limiter's name in errors and events. @default "default" */
  readonly name?: string | undefined;
  /** Attempts in flight at the same time: an integer >= 1. */
  readonly maxConcurrent: number;
  /** Attempts that wait for a place: an integer >= 0. Further ones are turned away as `full`. @default 0 */
  readonly maxQueue?: number | undefined;
  /**
   * How long an attempt waits for a place before it is turned away (`queue_timeout`), in milliseconds, > 0. The deadline of its call ends its wait,
   * too: this is for waits that are to be shorter than that. @default Infinity
   */
  readonly queueTimeoutMs?: number | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

/** How a bulkhead stands, and what it has done since it was made, or since `reset()`. */
export interface BulkheadStats {
  /** Attempts that were given a place, at once or from the queue. */
  readonly admitted: number;
  /** Attempts that were turned away, at once or from the queue. */
  readonly rejected: number;
  /** Attempts that had to wait. */
  readonly queued: number;
  /** Those of the rejected that have waited for `queueTimeoutMs`. */
  readonly timedOut: number;
  /** Places that are taken now. */
  readonly inUse: number;
  /** Attempts that wait now. */
  readonly waiting: number;
}

/** What a bulkhead is, and how it stands. */
export interface BulkheadDescription extends Description {
  readonly state: BulkheadStats;
}

/**
 * Lets at most `maxConcurrent` attempts be in flight at a time, so that a slow dependency does not take every connection, worker and byte of memory of
 * those who call it. Further ones wait in a queue of `maxQueue`, first come, first served, or are turned away: an error at once is better than
 * one more who waits for what does not come. Share one per dependency between policies.
 *
 * A place is given back when the attempt ends, or is cut by its timeout or deadline: an operation that goes on then, since it does not heed its
 * signal, holds no place any more. Between its attempts a call holds none. Not a `RateLimiter`: a bulkhead counts what is in flight, and lets fast
 * calls through as fast as they end. It lives in one process.
 *
 * @throws TypeError or RangeError for a missing, wrong or unknown option.
 * @example
 * const bulkhead = new Bulkhead({ name: "reports", maxConcurrent: 10, maxQueue: 20 });
 * const policy = new Policy({ retry: { maxAttempts: 3 }, limiter: bulkhead });
 * await policy.call(({ signal }) => fetchUser("7", { signal }));
 */
export class Bulkhead extends StandaloneLimiter implements Limiter {
  readonly #maxQueue: number;
  readonly #queueTimeoutMs: number;
  readonly #line: WaitingLine<BulkheadWaiting>;
  readonly #places: Places<BulkheadWaiting>;
  // Made for the first that waits.
  #alarms: Alarms | null = null;
  #counts: Counts = noCounts();
  readonly #timedOut = (waiting: BulkheadWaiting): void => {
    if (!this.#line.leave(waiting)) return;
    this.#counts.rejected++;
    this.#counts.timedOut++;
    const why = `none of its ${this.#placesInWords()} came free within ${this.#queueTimeoutMs} ms`;
    waiting.applicant.rejected(this.#rejection("queue_timeout", why));
  };

  constructor(options: BulkheadOptions) {
    const {
      name = "default",
      maxConcurrent,
      maxQueue = 0,
      queueTimeoutMs = Infinity,
      clock = systemClock,
    } = checkOptions(
      "bulkhead",
      options,
      { name: text, maxConcurrent: wholeFrom(1), maxQueue: wholeFrom(0), queueTimeoutMs: aboveZero, clock: clockRule },
      ["maxConcurrent"],
    );
    super(name, clock);
    this.#maxQueue = maxQueue;
    this.#queueTimeoutMs = queueTimeoutMs;
    this.#line = new WaitingLine({
      left: ({ timeout }) => timeout !== null && (this.#alarms as Alarms).remove(timeout),
      cancelled: () => {},
      // Only who has a place can make way.
      readyInMs: () => Infinity,
    });
    this.#places = new Places(maxConcurrent, this.#line, () => this.#permit());
  }

  /** @internal */
  get [PART](): Part<Bulkhead> {
    const settings = {
      name: this.name,
      maxConcurrent: this.#places.most,
      maxQueue: this.#maxQueue,
      queueTimeoutMs: this.#queueTimeoutMs,
    };
    return {
      kind: "limiter",
      name: "Bulkhead",
      settings,
      clock: this.clock,
      another: (clock) => new Bulkhead({ ...settings, clock: clock as Clock }),
    };
  }

  /** Places that are taken now. */
  get inUse(): number {
    return this.#places.taken;
  }

  /** Attempts that wait now. */
  get waiting(): number {
    return this.#line.length;
  }

  get stats(): BulkheadStats {
    return { ...this.#counts, inUse: this.inUse, waiting: this.waiting };
  }

  /** Plain JSON: what it is, and how it stands. */
  describe(): BulkheadDescription {
    return plainDescription(this[PART], this.stats);
  }

  /** Admits, turns away, or lets wait: `Policy`, `run` and `tryAcquire` do the asking. */
  admit(applicant: Applicant): Admission {
    const room = partOf(this.#places.most + this.#maxQueue, applicant.share ?? 1);
    if (this.inUse + this.waiting >= room) return this.#turnAway(room);
    if (this.#places.take()) return this.#permit();
    if (this.#line.length < this.#maxQueue && applicant.maxWaitMs > 0) return this.#queue(applicant);
    return this.#turnAway(room);
  }

  /**
   * Gives a place back, once, however the attempt ended. Who has waited longest gets it.
   *
   * @throws TypeError for what is no permit of this bulkhead, or was given back before.
   */
  release(permit: LimitPermit, _end?: AttemptEnd): void {
    HeldPermit.takeBack("bulkhead", this, HeldPermit, permit);
    this.#places.giveBack();
  }

  /** As new, but for the places that are taken: those who wait are turned away, and the counts begin anew. */
  reset(): void {
    this.#counts = noCounts();
    this.#line.turnAway(this.#rejection("full", "it was reset while the call waited for a place"));
  }

  #permit(): HeldPermit {
    this.#counts.admitted++;
    return new HeldPermit(this);
  }

  #queue(applicant: Applicant): BulkheadWaiting {
    const waiting = new BulkheadWaiting(applicant, this.#line);
    const waitMs = this.#queueTimeoutMs;
    if (waitMs < Infinity) {
      this.#alarms ??= alarmsOn(this.clock);
      waiting.timeout = new QueueTimeout(this.clock.now(), waitMs, waiting, this.#timedOut);
      this.#alarms.add(waiting.timeout);
    }
    this.#line.join(waiting);
    this.#counts.queued++;
    return waiting;
  }

  #turnAway(room: number): Rejection {
    this.#counts.rejected++;
    return this.#rejection("full", this.#whyFull(room));
  }

  #rejection(reason: "full" | "queue_timeout", why: string): Rejection {
    return { kind: "rejected", limiter: this.name, reason, retryAfterMs: null, why };
  }

  #whyFull(room: number): string {
    if (room < this.#places.most + this.#maxQueue)
      return `${this.inUse} are in and ${this.waiting} wait, and the rest is for what matters more`;
    const taken = `its ${this.#placesInWords()} ${this.#places.most === 1 ? "is" : "are"} taken`;
    if (this.#maxQueue === 0) return `${taken}, and it has no queue (maxQueue is 0)`;
    if (this.#line.length < this.#maxQueue) return `${taken}, and the attempt does not wait`;
    return `${taken}, and ${this.#line.length} wait already (maxQueue)`;
  }

  #placesInWords(): string {
    const { most } = this.#places;
    return most === 1 ? "one place" : `${most} places`;
  }
}

/** One who waits for a place, and perhaps not for ever. */
class BulkheadWaiting extends Waiting {
  timeout: QueueTimeout<BulkheadWaiting> | null = null;
}

type Counts = { -readonly [Count in "admitted" | "rejected" | "queued" | "timedOut"]: number };

const noCounts = (): Counts => ({ admitted: 0, rejected: 0, queued: 0, timedOut: 0 });
