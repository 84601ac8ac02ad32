import { exact } from "../budget/exact.ts";
import { TrailingWindow } from "./trailing-window.ts";

/** A trailing window that can say when so much of it has left, and from which can be taken off what an addition was too much. Nothing leaves it early. */
export class CorrectableWindow extends TrailingWindow {
  constructor(windowMs: number) {
    super(windowMs, "late");
  }

  /** What is in the future of a clock that was set back counts as added now: nobody waits for longer than the window. */
  override sum(nowMs: number): number {
    const { entries, head } = this;
    const latestMs = nowMs + this.windowMs;
    for (let index = entries.length - 2; index >= head && (entries[index] as number) > latestMs; index -= 2)
      entries[index] = latestMs;
    return super.sum(nowMs);
  }

  /**
   * The instant at which so much of what was inside when `sum` was asked last has left.
   *
   * @param weight > 0, and no more than that sum
   */
  leavesAtMs(weight: number): number {
    const { entries, left } = this;
    const at = this.#firstFrom((index) => exact((entries[index + 1] as number) - left) >= weight);
    return entries[Math.min(at, entries.length - 2)] ?? Infinity;
  }

  /** Takes off what an earlier addition was too much. What has left is left alone. */
  reduce(nowMs: number, addedAtMs: number, weight: number): void {
    this.sum(nowMs);
    const { entries } = this;
    const leavesAtMs = addedAtMs + this.windowMs;
    const at = this.#firstFrom((index) => (entries[index] as number) >= leavesAtMs);
    if (leavesAtMs <= nowMs || at === entries.length) return;
    for (let index = at; index < entries.length; index += 2) (entries[index + 1] as number) -= weight;
    this.added -= weight;
  }

  /** The index of the first entry inside for which something holds that holds for all later ones; beyond the last where it holds for none. */
  #firstFrom(holds: (index: number) => boolean): number {
    let low = this.head;
    let high = this.entries.length;
    while (low < high) {
      const middle = low + 2 * Math.floor((high - low) / 4);
      if (holds(middle)) high = middle;
      else low = middle + 2;
    }
    return low;
  }
}
