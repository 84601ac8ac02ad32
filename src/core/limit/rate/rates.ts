/*
 * All dimensions of a rate limit together. An attempt is admitted where each of them has room for what it costs there, and then takes from each;
 * while the dependency wants to be left alone, none is.
 */
import { exact } from "../../budget/exact.ts";
import type { Allowance } from "./allowance.ts";

/** What an attempt costs in each dimension. */
export type Costs = readonly number[];

/** What was taken from each dimension, and by what each of them knows it again. */
export interface Taken {
  readonly costs: Costs;
  readonly marks: readonly number[];
}

export class Rates {
  readonly #allowances: readonly Allowance[];
  #pausedUntilMs = -Infinity;
  /** The latest instant that was told. */
  #nowMs = -Infinity;

  constructor(allowances: readonly Allowance[]) {
    this.#allowances = allowances;
  }

  /** Until when nothing is admitted. */
  get pausedUntilMs(): number {
    return this.#pausedUntilMs;
  }

  /** Admits nothing until an instant. A later pause that ends sooner does not shorten it. */
  pauseUntil(atMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, atMs);
  }

  /** The first dimension that can never admit these costs; -1 where all can. */
  tooDear(costs: Costs): number {
    return this.#allowances.findIndex(({ most }, index) => (costs[index] as number) > most);
  }

  /** The instant from which on these can be taken, as far as can be told. */
  readyAtMs(nowMs: number, totals: Costs): number {
    // A clock that was set back takes its pauses with it.
    if (nowMs < this.#nowMs) this.#pausedUntilMs -= this.#nowMs - nowMs;
    this.#nowMs = nowMs;
    let readyAtMs = Math.max(nowMs, this.#pausedUntilMs);
    for (let index = 0; index < totals.length; index++)
      readyAtMs = Math.max(readyAtMs, (this.#allowances[index] as Allowance).readyAtMs(nowMs, totals[index] as number));
    return readyAtMs;
  }

  /** The dimension in which these can be taken last. */
  scarcest(nowMs: number, totals: Costs): number {
    const readyAtMs = this.#allowances.map((allowance, index) => allowance.readyAtMs(nowMs, totals[index] as number));
    return readyAtMs.indexOf(Math.max(...readyAtMs));
  }

  /** @returns by what each dimension knows it again */
  take(nowMs: number, costs: Costs): readonly number[] {
    const marks: number[] = [];
    for (let index = 0; index < costs.length; index++)
      marks.push((this.#allowances[index] as Allowance).take(nowMs, costs[index] as number));
    return marks;
  }

  /** Nothing of what was taken was needed. */
  giveBack(nowMs: number, { costs, marks }: Taken): void {
    this.correct(
      nowMs,
      { costs, marks },
      costs.map(() => 0),
    );
  }

  /** What it has really cost: less is given back, more counts from now on. */
  correct(nowMs: number, { costs, marks }: Taken, real: Costs): void {
    this.#allowances.forEach((allowance, index) => {
      const more = exact((real[index] as number) - (costs[index] as number));
      if (more > 0) allowance.take(nowMs, more);
      else if (more < 0) allowance.giveBack(nowMs, marks[index] as number, -more);
    });
  }

  remaining(nowMs: number): readonly number[] {
    return this.#allowances.map((allowance) => Math.max(0, allowance.remaining(nowMs)));
  }
}
