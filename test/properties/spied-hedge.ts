/* Stands between the calls of a world and their Hedge, and holds the Hedge to its load. */
import { Hedge } from "redress";
import { type Hedging, ROUNDS } from "../../src/core/hedge/hedging.ts";
import type { HedgeScript } from "./limit-script.ts";

const MINUTE_MS = 60_000;

export class SpiedHedge implements Hedging {
  readonly script: HedgeScript;
  readonly inner: Hedge;
  readonly maxHedges: number;
  readonly startedAtMs: number[] = [];
  readonly begunAtMs: number[] = [];
  wonByHedge = 0;
  wonByFirst = 0;
  cut = 0;
  readonly #breaks: (law: string) => void;

  constructor(script: HedgeScript, breaks: (law: string) => void) {
    const { delay, maxHedges, loadRatio } = script;
    this.script = script;
    this.maxHedges = maxHedges;
    this.inner = new Hedge({ ...delay, maxHedges, loadRatio: loadRatio ?? 1 });
    this.#breaks = breaks;
  }

  get [ROUNDS](): object {
    return this.inner[ROUNDS];
  }

  get learns(): boolean {
    return this.inner.learns;
  }

  began(nowMs: number): void {
    this.begunAtMs.push(nowMs);
    this.inner.began(nowMs);
  }

  delayMs(nowMs: number): number {
    return this.inner.delayMs(nowMs);
  }

  allows(nowMs: number): boolean {
    return this.script.loadRatio === null || this.inner.allows(nowMs);
  }

  started(nowMs: number): void {
    this.startedAtMs.push(nowMs);
    this.inner.started(nowMs);
    const { loadRatio } = this.script;
    const ofLastMinute = (instants: readonly number[]): number => instants.filter((atMs) => atMs > nowMs - MINUTE_MS).length;
    const calls = ofLastMinute(this.begunAtMs);
    const hedges = ofLastMinute(this.startedAtMs);
    if (loadRatio !== null && hedges > loadRatio * calls) this.#breaks(`${hedges} hedges of ${calls} calls`);
  }

  refused(): void {
    this.inner.refused();
  }

  firstTook(nowMs: number, durationMs: number): void {
    if (!(durationMs >= 0)) this.#breaks(`a first attempt took ${durationMs} ms`);
    this.inner.firstTook(nowMs, durationMs);
  }

  won(byHedge: boolean, cut: number): void {
    if (byHedge) this.wonByHedge++;
    else this.wonByFirst++;
    this.cut += cut;
    this.inner.won(byHedge, cut);
  }
}
