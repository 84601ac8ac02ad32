import { describe, expect, test } from "vitest";
import { TrailingWindow } from "../../src/core/window/trailing-window.ts";

/** Tells how often the entries inside were moved to a list of their own, and how many are kept. */
class Watched extends TrailingWindow {
  moves = 0;

  get list(): readonly number[] {
    return this.entries;
  }

  override sum(nowMs: number): number {
    const before = this.entries;
    const sum = super.sum(nowMs);
    if (this.entries !== before) this.moves++;
    return sum;
  }
}

describe("what has left a trailing window", () => {
  test.each([1, 20, 32, 33, 100, 500])(
    "is let go of once it is more than what is inside, and more than 32: %d inside",
    (inside) => {
      const window = new Watched(inside);
      for (let nowMs = 0; nowMs < 5_000; nowMs++) {
        window.add(nowMs, 1);
        const sum = window.sum(nowMs);
        if (sum !== Math.min(nowMs + 1, inside)) throw new Error(`${sum} at ${nowMs}`);
      }
      // So each that leaves costs less than one move, and no more is kept than twice of what is inside, but for the 32.
      expect(window.moves).toBe(Math.floor((5_000 - inside) / Math.max(33, inside + 1)));
      expect(window.list.length / 2).toBeLessThanOrEqual(Math.max(2 * inside, inside + 32));
    },
  );

  test("costs no new list when nothing is inside", () => {
    const window = new Watched(100);
    const before = window.list;
    window.clear();
    expect(window.list).toBe(before);
    window.add(0, 1);
    window.clear();
    expect(window.list).toEqual([]);
  });
});
