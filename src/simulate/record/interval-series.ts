/* The series of a report: one entry per interval, computed from running totals. */
import type { HedgeColumns } from "./hedge-recorder.ts";
import { Histogram } from "./histogram.ts";
import type { LimitColumns } from "./limit-recorder.ts";
import type { Series } from "./series.ts";

export const INTERVAL_MS = 1000;

/** What is counted over the whole simulation. */
export interface Totals {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly fellBack: number;
  readonly rejected: number;
  readonly attempts: number;
  readonly requests: number;
}

/** States at the end of an interval, or averages over it; `null` where no client has such a part. */
export interface IntervalStates {
  readonly circuits: { readonly open: number; readonly halfOpen: number } | null;
  readonly budgetLevel: number | null;
}

/** The columns of every report; those of hedges and limiters have recorders of their own. */
export type CommonSeries = Omit<Series, keyof HedgeColumns | keyof LimitColumns>;

type Columns = {
  -readonly [Name in keyof CommonSeries]: CommonSeries[Name] extends readonly (infer Cell)[] ? Cell[] : CommonSeries[Name];
};

export class IntervalSeries {
  readonly #columns: Columns = {
    intervalMs: INTERVAL_MS,
    atMs: [],
    offered: [],
    attempts: [],
    requests: [],
    succeeded: [],
    served: [],
    failed: [],
    rejected: [],
    fellBack: [],
    inFlight: [],
    p50Ms: [],
    p99Ms: [],
    breakersOpen: [],
    breakersHalfOpen: [],
    budgetLevel: [],
  };
  /** How long the calls took that succeeded in this interval. */
  readonly #durations = new Histogram();
  /** The totals at the beginning of the interval. */
  #before: Totals = { started: 0, succeeded: 0, failed: 0, fellBack: 0, rejected: 0, attempts: 0, requests: 0 };

  get columns(): CommonSeries {
    return this.#columns;
  }

  /** When the current interval began. */
  get beginMs(): number {
    return this.#columns.atMs.length * INTERVAL_MS;
  }

  succeeded(startMs: number, elapsedMs: number): void {
    this.#durations.add(elapsedMs);
    countAt(this.#columns.served, startMs);
  }

  /** Whether the totals have grown since the last interval was completed. */
  isBehind(totals: Totals): boolean {
    const before = this.#before;
    return Object.entries(totals).some(([name, total]) => total > before[name as keyof Totals]);
  }

  /** Completes the current interval. */
  complete(totals: Totals, { circuits, budgetLevel }: IntervalStates): void {
    const columns = this.#columns;
    const before = this.#before;
    this.#before = totals;
    columns.atMs.push(this.beginMs);
    columns.offered.push(totals.started - before.started);
    columns.attempts.push(totals.attempts - before.attempts);
    columns.requests.push(totals.requests - before.requests);
    columns.succeeded.push(totals.succeeded - before.succeeded);
    if (columns.served.length < columns.atMs.length) columns.served.push(0);
    columns.failed.push(totals.failed - before.failed);
    columns.rejected.push(totals.rejected - before.rejected);
    columns.fellBack.push(totals.fellBack - before.fellBack);
    columns.inFlight.push(totals.started - totals.succeeded - totals.failed - totals.fellBack);
    columns.p50Ms.push(this.#durations.quantile(0.5));
    columns.p99Ms.push(this.#durations.quantile(0.99));
    this.#durations.clear();
    if (circuits !== null) {
      columns.breakersOpen.push(circuits.open);
      columns.breakersHalfOpen.push(circuits.halfOpen);
    }
    if (budgetLevel !== null) columns.budgetLevel.push(budgetLevel);
  }
}

/** Counts one more in the interval of an instant. */
export function countAt(counts: number[], atMs: number): void {
  const interval = Math.floor(atMs / INTERVAL_MS);
  while (counts.length <= interval) counts.push(0);
  counts[interval] = (counts[interval] as number) + 1;
}
