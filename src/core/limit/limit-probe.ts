import type { Observation } from "./latency-window.ts";
import type { UnqueuedLatency } from "./unqueued-latency.ts";

/** Once what an answer takes is known, a probe goes down to this share of the limit. */
const GENTLE = 0.85;
/** The first one, and as deep as it gets while each one finds that there was a queue. */
const DEEP = 0.5;
/** A probe keeps from a tenth to a sixth of the work away while it lasts: once in twenty times as long, that is less than 1 %. */
const SELDOM = 20;
/** While little is known, or what was known turned out wrong, more often. */
const OFTEN = 3;
/** The longest time between two probes, in milliseconds. */
const LONGEST_MS = 30_000;
/** A probe in which fewer than this much less was in flight has shown nothing: 5 %. */
const LEAST_WAY = 0.05;
/** Where answers take less by this share of the way, those that are fewer are still in a queue. */
const STILL = 0.75;
/** What was taken for no queue is doubted from so many standard deviations on, where fewer in flight took as much less time. */
const DOUBT = 2.5;
/** A difference below this is none. */
const SAME = 0.02;
/** So many times what answers took, places may take to come free before a probe begins to listen. */
const DRAIN = 20;
/** It is broken off when it has listened for so long, in milliseconds, and for so many times what answers took. */
const OVERDUE_MS = 5_000;

/**
 * Now and then the limit is lowered for a moment, to see how long answers take with fewer in flight. Without that, nothing would tell that a
 * limit was too high from the start: what answers took then had a queue in it already. The probes become deeper and follow each other at once
 * while they find that there was a queue, which costs nothing, and gentle and rare when they do not.
 */
export class LimitProbes {
  #depth = DEEP;
  #intervalMs = 0;
  #nextAtMs = -Infinity;
  #current: Probe | null = null;

  /** The limit while a probe is under way; else `null`. */
  get limit(): number | null {
    return this.#current?.limit ?? null;
  }

  get isUnderWay(): boolean {
    return this.#current !== null;
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#nextAtMs;
  }

  /**
   * Begins one, where there is room below.
   *
   * @param least the lowest limit that may be
   * @param peak the most that were in use: what were in use on average is less where they come in batches
   * @param meanMs what answers take now
   */
  begin(nowMs: number, least: number, limit: number, peak: number, seen: Observation, meanMs: number): void {
    const inUse = this.#depth === GENTLE ? peak : Math.exp(seen.logUse);
    const lowered = Math.max(least, Math.round(this.#depth * Math.min(limit, inUse)));
    if (lowered >= Math.round(limit)) return;
    const drainedByMs = nowMs + DRAIN * meanMs;
    this.#current = {
      limit: lowered,
      high: seen,
      meanMs,
      beganMs: nowMs,
      drainedByMs,
      overdueAtMs: drainedByMs + Math.max(OVERDUE_MS, DRAIN * meanMs),
    };
  }

  /** When it begins to listen, once no more are in use than its limit allows; `null` before. */
  listensFromMs(nowMs: number, inUse: number): number | null {
    const probe = this.#current;
    if (probe === null || (inUse > probe.limit && nowMs < probe.drainedByMs)) return null;
    return nowMs + probe.meanMs;
  }

  /**
   * Ends it, and says what it has shown: `queue`, that what was taken for no queue was one; `nothing`, where as many were in flight as before;
   * else `none`.
   *
   * @param low what was seen in it
   * @param isLower whether answers took less than was ever heard without a queue
   */
  end(nowMs: number, low: Observation, unqueued: UnqueuedLatency, isLower: boolean): Probed {
    const { high, beganMs } = this.#current as Probe;
    this.#current = null;
    const way = high.logUse - low.logUse;
    const fallen = high.log - low.log;
    const isDoubtful = low.log < unqueued.log - DOUBT * unqueued.chance(low) - SAME;
    const shows = isLower || (fallen > way / 2 && isDoubtful) ? "queue" : way < LEAST_WAY ? "nothing" : "none";
    const tookMs = nowMs - beganMs;
    if (shows === "nothing" || (shows === "queue" && fallen > STILL * way)) {
      this.#depth = Math.max(DEEP, this.#depth ** 2);
      this.#intervalMs = 0;
    } else {
      this.#depth = GENTLE;
      this.#intervalMs =
        shows === "queue" || !unqueued.isKnown
          ? OFTEN * tookMs
          : Math.min(Math.max(2 * this.#intervalMs, SELDOM * tookMs), Math.max(LONGEST_MS, 2 * SELDOM * tookMs));
    }
    this.#nextAtMs = nowMs + this.#intervalMs;
    return { shows, high };
  }

  /** Whether one takes so long that nothing will come of it. */
  isOverdue(nowMs: number): boolean {
    return this.#current !== null && nowMs >= this.#current.overdueAtMs;
  }

  /** Breaks off what is under way. */
  abandon(nowMs: number): void {
    this.#current = null;
    this.#nextAtMs = nowMs + this.#intervalMs;
  }
}

/** What a probe has shown, and what was seen before it. */
export interface Probed {
  readonly shows: "queue" | "none" | "nothing";
  readonly high: Observation;
}

interface Probe {
  readonly limit: number;
  /** What was seen before it. */
  readonly high: Observation;
  readonly meanMs: number;
  readonly beganMs: number;
  readonly drainedByMs: number;
  readonly overdueAtMs: number;
}
