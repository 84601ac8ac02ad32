import { describe, expect, test } from "vitest";
import { LeastSince } from "../../src/core/limit/rate/least-since.ts";

/** What is least since each of these, in the order in which they were noted. */
function leastOf(...values: readonly number[]): { since: LeastSince; least: () => number[] } {
  const since = new LeastSince();
  const numbers = values.map((value) => since.note(value));
  return { since, least: () => numbers.map((number) => since.leastSince(number)) };
}

describe("the least since a value", () => {
  test("is that of those noted after it, and infinite after the last", () => {
    expect(leastOf(3, 1, 4, 2, 6, 5).least()).toEqual([1, 2, 2, 5, 5, Infinity]);
  });

  test("is lowered by as much as all that follow a value, and by nothing after the last", () => {
    const { since, least } = leastOf(1, 2, 6, 9);
    since.lowerSince(4, 1);
    expect(least()).toEqual([2, 6, 9, Infinity]);
    since.lowerSince(2, 3);
    expect(least()).toEqual([2, 3, 6, Infinity]);
  });

  test("is the lowered one also for those before, where that is less than they are now", () => {
    const { since, least } = leastOf(1, 5, 6, 7);
    since.lowerSince(3, 4);
    expect(least()).toEqual([3, 3, 3, Infinity]);
  });

  test("is exact while no more rise than there is room for, also where others were noted that are the same, or were lowered to it", () => {
    const rising = Array.from({ length: 255 }, (_, value) => value);
    const { least } = leastOf(...rising, 255, 255);
    expect(least()).toEqual([...rising.map((value) => value + 1), 255, Infinity]);

    const lowered = leastOf(...rising, 255);
    lowered.since.lowerSince(101, 1);
    lowered.since.note(300);
    expect(lowered.least()).toEqual([...rising.map((value) => (value < 100 ? value + 1 : value)), 300]);
  });

  test("is never more than it is where more are kept than there is room for, and exact for the latest", () => {
    const { least } = leastOf(...Array.from({ length: 300 }, (_, value) => value));
    const said = least();
    said.slice(0, -1).forEach((value, index) => {
      expect(value).toBeLessThanOrEqual(index + 1);
      expect(value).toBeGreaterThanOrEqual(index);
    });
    // Fewer are kept than were noted: neighbours share the lesser.
    expect(new Set(said).size).toBeLessThan(260);
    expect(said.slice(270)).toEqual([...Array.from({ length: 29 }, (_, index) => 271 + index), Infinity]);
  });
});
