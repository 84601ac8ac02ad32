/* A recording is a file that somebody has sent: arrivals, or a TypeError or RangeError, in work that grows as the text does. */
import fc from "fast-check";
import { recorded } from "redress/simulate";
import { describe, expect, test, vi } from "vitest";
import { survived } from "./unharmed.ts";

const cell = fc.oneof(
  fc.integer({ min: -5, max: 5_000 }).map(String),
  fc.constantFrom(
    "",
    '"',
    '""',
    '"a""b"',
    "atMs",
    "calls",
    "at_ms",
    "1e999",
    "Infinity",
    "NaN",
    "0x10",
    "1,5",
    "2026-01-01",
    "2026-99-99",
    "\ufeff",
    "__proto__",
    "-0",
  ),
  fc.string({ maxLength: 8 }),
);
const csv = fc
  .tuple(
    fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 8 }),
    fc.constantFrom(",", ";", "\t"),
    fc.constantFrom("\n", "\r\n", "\r"),
  )
  .map(([lines, separator, end]) => lines.map((cells) => cells.join(separator)).join(end));

test("arrivals, or a refusal in words", () => {
  let read = 0;
  fc.assert(
    fc.property(csv, (text) => {
      if (survived(() => recorded(text))) read++;
    }),
    { numRuns: 3_000 },
  );
  expect(read).toBeGreaterThan(20);
});

test("entries that are no numbers, and lists that are none", () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.anything(), { maxLength: 4 }), fc.anything()), (source) => {
      survived(() => recorded(source as never));
    }),
    { numRuns: 1_000 },
  );
});

/** How often a pattern is used, and on how many letters in all. */
function work(text: string): number {
  let steps = 0;
  const exec = RegExp.prototype.exec;
  const spy = vi.spyOn(RegExp.prototype, "exec").mockImplementation(function (this: RegExp, given: string) {
    const found = exec.call(this, given);
    steps += 1 + (found?.[0].length ?? 0);
    return found;
  });
  try {
    survived(() => recorded(text));
  } finally {
    spy.mockRestore();
  }
  return steps;
}

describe("the work grows no faster than the text", () => {
  test.each<[string, string]>([
    ["cells", "1,"],
    ["lines", "1\n"],
    ["quotes", '"'],
    ["pairs of quotes", '""'],
    ["cells that open a quote", '"a,'],
    ["quotes that close too early", '"a"b,'],
    ["empty lines", "\n"],
    ["spaces", " "],
    ["separators", ";"],
    ["returns", "\r"],
  ])("of %s", (_what, piece) => {
    const [small, large] = [work(`atMs\n${piece.repeat(2_000)}`), work(`atMs\n${piece.repeat(4_000)}`)];
    expect(small).toBeGreaterThan(0);
    expect(large).toBeLessThanOrEqual(2 * small + 100);
  });
});
