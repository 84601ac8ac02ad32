import type { Limiter, LimitReason } from "../../core/limit/limiter.ts";
import { Histogram } from "./histogram.ts";
import type { LimitedCalls, SimulationReport } from "./report.ts";
import type { LimitedColumn, Series } from "./series.ts";
import { statOf } from "./stat.ts";

export type LimitColumns = Pick<Series, "waiting" | "waitedP50Ms" | "waitedP99Ms" | "limited" | "adaptiveLimits">;

/** The rows that a report lists: limiters may be named after anything. What exceeds it is counted together. */
const MOST_ROWS = 50;
const OTHERS = "(others)";

/** Records what the limiters of the clients did: whom they turned away, how long calls waited for them, and the limits that adapt. */
export class LimitRecorder {
  /** Those whose limit adapts, by their names. */
  readonly #adaptive = new Map<string, Set<Limiter>>();
  #isIdle = true;
  readonly #rejections = new Map<string, Rejections>();
  #waiting = 0;
  readonly #waited = new Histogram();
  readonly #waitedInInterval = new Histogram();
  readonly #waitingColumns = {
    waiting: [] as number[],
    waitedP50Ms: [] as (number | null)[],
    waitedP99Ms: [] as (number | null)[],
  };
  readonly #limits = new Map<string, number[]>();
  #intervals = 0;

  /** Records a limiter from now on, once for all clients that share it. */
  add(limiter: Limiter): void {
    this.#isIdle = false;
    if (statOf(limiter, "limit") === null) return;
    const { name } = limiter;
    const key = this.#adaptive.has(name) || this.#adaptive.size < MOST_ROWS ? name : OTHERS;
    const known = this.#adaptive.get(key) ?? new Set();
    this.#adaptive.set(key, known.add(limiter));
  }

  limited(limiter: string, reason: LimitReason): void {
    const exact = `${reason} ${limiter}`;
    const isListed = this.#rejections.has(exact) || this.#rejections.size < MOST_ROWS;
    const [key, name] = isListed ? [exact, limiter] : [`${reason} ${OTHERS}`, OTHERS];
    const known = this.#rejections.get(key) ?? new Rejections(name, reason);
    this.#rejections.set(key, known);
    known.count++;
  }

  queued(): void {
    this.#waiting++;
  }

  waited(ms: number): void {
    this.#waiting--;
    this.#waited.add(ms);
    this.#waitedInInterval.add(ms);
  }

  completeInterval(): void {
    if (this.#isIdle) return;
    const { waiting, waitedP50Ms, waitedP99Ms } = this.#waitingColumns;
    waiting.push(this.#waiting);
    waitedP50Ms.push(this.#waitedInInterval.quantile(0.5));
    waitedP99Ms.push(this.#waitedInInterval.quantile(0.99));
    this.#waitedInInterval.clear();
    for (const rejections of this.#rejections.values()) rejections.completeInterval(this.#intervals);
    for (const [name, limiters] of this.#adaptive) {
      const column = this.#limits.get(name) ?? [];
      this.#limits.set(name, column);
      column.push(meanLimit(limiters));
    }
    this.#intervals++;
  }

  get columns(): LimitColumns {
    return {
      ...this.#waitingColumns,
      limited: [...this.#rejections.values()].map(({ limiter, reason, counts }): LimitedColumn => ({ limiter, reason, counts })),
      adaptiveLimits: [...this.#limits].map(([limiter, limits]) => ({ limiter, limits })),
    };
  }

  report(): Pick<SimulationReport, "limited" | "waitedMs"> {
    const limited = [...this.#rejections.values()].map(
      ({ limiter, reason, count }): LimitedCalls => ({ limiter, reason, count }),
    );
    return { limited, waitedMs: this.#waited.summary() };
  }
}

/** The calls that a limiter turned away for one reason. */
class Rejections {
  readonly limiter: string;
  readonly reason: LimitReason;
  count = 0;
  #before = 0;
  readonly counts: number[] = [];

  constructor(limiter: string, reason: LimitReason) {
    this.limiter = limiter;
    this.reason = reason;
  }

  /** @param earlier the intervals that have been completed before */
  completeInterval(earlier: number): void {
    while (this.counts.length < earlier) this.counts.push(0);
    this.counts.push(this.count - this.#before);
    this.#before = this.count;
  }
}

function meanLimit(limiters: ReadonlySet<Limiter>): number {
  let sum = 0;
  for (const limiter of limiters) sum += statOf(limiter, "limit") ?? 0;
  return sum / limiters.size;
}
