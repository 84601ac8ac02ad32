import { exact } from "../../budget/exact.ts";
import { CorrectableWindow } from "../../window/correctable-window.ts";
import type { Allowance } from "./allowance.ts";

/** At most `limit` within any interval, wherever it begins: what was taken comes back when it is as old as the interval. */
export class WindowAllowance implements Allowance {
  readonly most: number;
  readonly #intervalMs: number;
  readonly #window: CorrectableWindow;

  constructor(limit: number, intervalMs: number) {
    this.most = limit;
    this.#intervalMs = intervalMs;
    this.#window = new CorrectableWindow(intervalMs);
  }

  readyAtMs(nowMs: number, total: number): number {
    const excess = exact(this.#window.sum(nowMs) + total - this.most);
    // The common case, and that of no limit at all.
    if (!(excess > 0)) return nowMs;
    // Of what is more than the limit by itself, as much as the limit is taken in each interval that follows.
    const intervals = Math.max(0, Math.ceil(exact(total / this.most)) - 1);
    const toLeave = exact(excess - intervals * this.most);
    return (toLeave > 0 ? this.#window.leavesAtMs(toLeave) : nowMs) + intervals * this.#intervalMs;
  }

  take(nowMs: number, cost: number): number {
    if (cost > 0 && this.most < Infinity) this.#window.add(nowMs, cost);
    return nowMs;
  }

  giveBack(nowMs: number, taken: number, amount: number): void {
    this.#window.reduce(nowMs, taken, amount);
  }

  remaining(nowMs: number): number {
    return exact(this.most - this.#window.sum(nowMs));
  }
}
