import { TrailingWindow } from "../window/trailing-window.ts";
import { exact } from "./exact.ts";

/**
 * How a rolling budget counts: at most `maxRetries` within any `windowMs`, taken whole or not at all. Beyond a thousand retries in the window, some
 * of them count for up to a thousandth of it longer.
 */
export class RollingCount {
  readonly maxRetries: number;
  readonly windowMs: number;
  readonly #window: TrailingWindow;

  constructor(maxRetries: number, windowMs: number) {
    this.maxRetries = maxRetries;
    this.windowMs = windowMs;
    this.#window = new TrailingWindow(windowMs, "late");
  }

  remaining(nowMs: number): number {
    return exact(this.maxRetries - this.#window.sum(nowMs));
  }

  take(nowMs: number, cost: number): boolean {
    if (cost > this.remaining(nowMs)) return false;
    if (this.maxRetries < Infinity) this.#window.add(nowMs, cost);
    return true;
  }
}
