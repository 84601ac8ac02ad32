import { TrailingWindow } from "../window/trailing-window.ts";
import { exact } from "./exact.ts";

/** How a rolling budget counts: at most `most` within any `windowMs`, taken whole or not at all. Memory is bounded by `most`. */
export class RollingCount {
  readonly #most: number;
  readonly #window: TrailingWindow;

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#window = new TrailingWindow(windowMs);
  }

  remaining(nowMs: number): number {
    return exact(this.#most - this.#window.sum(nowMs));
  }

  take(nowMs: number, cost: number): boolean {
    if (cost > this.remaining(nowMs)) return false;
    if (this.#most < Infinity) this.#window.add(nowMs, cost);
    return true;
  }
}
