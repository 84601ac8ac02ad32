import { expect, test } from "vitest";
import { TimeSlices } from "../../src/core/window/time-slices.ts";

/** How many slices have begun at each of these instants, one after the other, of four slices of a second. */
function begun(...instants: readonly number[]): number[] {
  const slices = new TimeSlices(1_000, 4);
  return instants.map((nowMs) => slices.begun(nowMs));
}

test("at first all slices begin, then one with each slice of time, and never more than there are", () => {
  expect(begun(5_000, 5_000, 5_999.9, 6_000, 8_500, 8_501, 20_000, 20_001)).toEqual([4, 0, 0, 1, 2, 0, 4, 0]);
});

test("a clock that steps back by up to the window stays in the newest slice until it has caught up", () => {
  expect(begun(20_000, 16_000, 19_000, 20_999, 21_000)).toEqual([4, 0, 0, 0, 1]);
});

test("a clock that steps back by more than the window begins a new one", () => {
  expect(begun(20_000, 15_999, 16_000)).toEqual([4, 4, 1]);
  expect(begun(5_000, 500, 1_000)).toEqual([4, 4, 1]);
});
