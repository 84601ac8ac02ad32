import { describe, expect, test } from "vitest";
import { CorrectableWindow } from "../../src/core/window/correctable-window.ts";

/** Adds 1, 2, 3 at 0, 10, 20 ms to a window of 100 ms. */
function window(): CorrectableWindow {
  const made = new CorrectableWindow(100);
  made.add(0, 1);
  made.add(10, 2);
  made.add(20, 3);
  return made;
}

describe("a window that can be corrected", () => {
  test("says when so much of it has left", () => {
    const made = window();
    expect(made.sum(50)).toBe(6);
    expect([0.5, 1, 1.5, 3, 3.5, 6].map((weight) => made.leavesAtMs(weight))).toEqual([100, 100, 110, 110, 120, 120]);
    expect(made.sum(100)).toBe(5);
    expect([2, 3, 5].map((weight) => made.leavesAtMs(weight))).toEqual([110, 120, 120]);
  });

  test("says when all has left, of a hair more than is inside", () => {
    const made = window();
    expect([made.sum(50), made.leavesAtMs(6 + 1e-6)]).toEqual([6, 120]);
  });

  test("takes off what an addition was too much, from then on, and until it has left", () => {
    const made = window();
    made.reduce(50, 10, 1.5);
    expect([50, 100, 110, 120].map((nowMs) => made.sum(nowMs))).toEqual([4.5, 3.5, 3, 0]);
  });

  test("leaves alone what has left, and what came after it", () => {
    const made = window();
    made.reduce(100, 0, 1);
    expect([100, 110].map((nowMs) => made.sum(nowMs))).toEqual([5, 3]);
    made.clear();
    made.reduce(100, 20, 3);
    expect(made.sum(100)).toBe(0);
  });

  test("finds an addition that was counted together with others", () => {
    const made = new CorrectableWindow(1_000);
    for (let i = 0; i < 5_000; i++) made.add(i / 16, 1);
    expect(made.sum(320)).toBe(5_000);
    made.reduce(320, 4_990 / 16, 0.75);
    made.reduce(320, 10 / 16, 0.5);
    expect(made.sum(320)).toBe(4_998.75);
    expect(made.sum(1_000 + 20 / 16)).toBe(4_979 - 0.75);
    expect(made.sum(1_313)).toBe(0);
  });

  test("takes what was added at one instant for one addition", () => {
    const made = new CorrectableWindow(100);
    made.add(0, 1);
    made.add(30, 1);
    made.add(30, 1);
    made.reduce(30, 30, 1);
    made.reduce(30, 30, 1);
    made.add(30, 1);
    expect([made.sum(30), made.leavesAtMs(1), made.leavesAtMs(2)]).toEqual([2, 100, 130]);
  });

  test("counts what a clock that steps back adds, until it leaves with what was before it", () => {
    const made = new CorrectableWindow(100);
    made.add(50, 1);
    made.add(10, 2);
    expect([140, 150].map((nowMs) => made.sum(nowMs))).toEqual([3, 0]);
  });

  test("keeps nothing for longer than the window after the clock was set back", () => {
    const made = new CorrectableWindow(100);
    made.add(1_000, 1);
    made.add(1_050, 2);
    expect([made.sum(0), made.leavesAtMs(1), made.leavesAtMs(3)]).toEqual([3, 100, 100]);
    expect([99, 100].map((nowMs) => made.sum(nowMs))).toEqual([3, 0]);
  });

  test("keeps nothing for longer than the window, where something was added before the clock that was set back was seen", () => {
    const made = new CorrectableWindow(100);
    made.add(1_000, 1);
    made.add(0, 2);
    expect([0, 99, 100].map((nowMs) => made.sum(nowMs))).toEqual([3, 3, 0]);
  });

  test("without an end is corrected, and has nothing that leaves", () => {
    const made = new CorrectableWindow(Infinity);
    made.add(0, 3);
    made.add(1e9, 2);
    made.reduce(1e9, 0, 1);
    expect([made.sum(1e12), made.leavesAtMs(1)]).toEqual([4, Infinity]);
  });

  test("of which nothing is inside never has any to leave", () => {
    expect(new CorrectableWindow(100).leavesAtMs(1)).toBe(Infinity);
  });
});
