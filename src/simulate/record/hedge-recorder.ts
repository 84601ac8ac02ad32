import type { Hedging } from "../../core/hedge/hedging.ts";
import type { HedgeCounts } from "./report.ts";
import type { Series } from "./series.ts";
import { statOf } from "./stat.ts";

export type HedgeColumns = Pick<Series, "hedged" | "hedgesWon" | "hedgesRefused" | "attemptsCut" | "hedgeDelayMs">;

const NONE: HedgeCounts = { started: 0, won: 0, refused: 0, cut: 0 };

/** Counts the hedges of the clients. */
export class HedgeRecorder {
  /** What each hedge had refused before: one that the policy's maker keeps may be older than the simulation. */
  readonly #hedges = new Map<Hedging, number>();
  readonly #total = { started: 0, won: 0, cut: 0 };
  #before = NONE;
  readonly columns = {
    hedged: [] as number[],
    hedgesWon: [] as number[],
    hedgesRefused: [] as number[],
    attemptsCut: [] as number[],
    hedgeDelayMs: [] as (number | null)[],
  } satisfies HedgeColumns;

  /** Records a hedge from now on, once for all clients that share it. */
  add(hedge: Hedging): void {
    if (!this.#hedges.has(hedge)) this.#hedges.set(hedge, refusedBy(hedge));
  }

  started(): void {
    this.#total.started++;
  }

  won(): void {
    this.#total.won++;
  }

  cut(): void {
    this.#total.cut++;
  }

  /** Whether hedges were refused since the last interval was completed. Everything else of a hedge is part of an attempt that begins or ends. */
  get isBehind(): boolean {
    return this.#counts().refused > this.#before.refused;
  }

  /** Without a hedge there are no entries. */
  completeInterval(): void {
    if (this.#hedges.size === 0) return;
    const { columns } = this;
    const before = this.#before;
    const counts = this.#counts();
    this.#before = counts;
    columns.hedged.push(counts.started - before.started);
    columns.hedgesWon.push(counts.won - before.won);
    columns.hedgesRefused.push(counts.refused - before.refused);
    columns.attemptsCut.push(counts.cut - before.cut);
    columns.hedgeDelayMs.push(this.#meanDelayMs());
  }

  report(): HedgeCounts | null {
    return this.#hedges.size === 0 ? null : this.#counts();
  }

  #meanDelayMs(): number | null {
    const known = [...this.#hedges.keys()].map((hedge) => statOf(hedge, "delayMs")).filter((ms) => ms !== null);
    return known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0) / known.length;
  }

  #counts(): HedgeCounts {
    let refused = 0;
    for (const [hedge, earlier] of this.#hedges) refused += refusedBy(hedge) - earlier;
    return { ...this.#total, refused };
  }
}

const refusedBy = (hedge: Hedging): number => statOf(hedge, "refused") ?? 0;
