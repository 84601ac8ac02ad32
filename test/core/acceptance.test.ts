import { expect, test } from "vitest";
import { Acceptance } from "../../src/core/limit/acceptance.ts";

test("all that begins within a hundredth of the window is counted in one place, and on a clock that steps back in the last", () => {
  const acceptance = new Acceptance(2, 1_000);
  const first = acceptance.sliceAt(10_000);
  expect(acceptance.sliceAt(10_009)).toBe(first);
  const second = acceptance.sliceAt(10_010);
  expect(acceptance.sliceAt(10_019)).toBe(second);
  expect(acceptance.sliceAt(9_000)).toBe(second);
  expect(acceptance.sliceAt(10_020)).not.toBe(second);
  expect([first.index, second.index]).toEqual([1_000, 1_001]);
});
