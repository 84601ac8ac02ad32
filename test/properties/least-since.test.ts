import fc from "fast-check";
import { expect, test } from "vitest";
import { LeastSince } from "../../src/core/limit/rate/least-since.ts";

type Deed = { readonly note: number } | { readonly of: number; readonly lower: number };

const lives = (maxLength: number, value: fc.Arbitrary<number>): fc.Arbitrary<Deed[]> =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ note: value }) },
      { weight: 1, arbitrary: fc.record({ of: fc.nat(), lower: fc.nat(5) }) },
    ),
    { maxLength, size: "max" },
  );

/** Lives a life, and compares with a plain list in the end, at each value that was noted. */
function live(deeds: readonly Deed[], compare: (said: number, least: number) => void): void {
  const values = new LeastSince();
  const plain: number[] = [];
  const numbers: number[] = [];
  for (const deed of deeds) {
    if ("note" in deed) {
      numbers.push(values.note(deed.note));
      plain.push(deed.note);
    } else if (plain.length > 0) {
      const of = deed.of % plain.length;
      // No more than keeps them all >= 0, as a correction does.
      const by = Math.min(deed.lower, ...plain.slice(of + 1));
      values.lowerSince(numbers[of] as number, Number.isFinite(by) ? by : 0);
      for (let index = of + 1; index < plain.length; index++) (plain[index] as number) -= by;
    }
  }
  numbers.forEach((number, index) => compare(values.leastSince(number), Math.min(Infinity, ...plain.slice(index + 1))));
}

test("the least since any value is that of a plain list", () => {
  const property = fc.property(lives(40, fc.nat(20)), (deeds) => live(deeds, (said, least) => expect(said).toBe(least)));
  fc.assert(property, { numRuns: 500 });
});

test("of more values than are kept it is never more than that", () => {
  const values = new LeastSince();
  const numbers = Array.from({ length: 1_000 }, (_, value) => values.note(value));
  for (const [value, number] of numbers.entries()) {
    const least = value === 999 ? Infinity : value + 1;
    expect(values.leastSince(number)).toBeLessThanOrEqual(least);
    // The older they are, the more neighbours one value stands for.
    if (least < Infinity) expect(values.leastSince(number)).toBeGreaterThan(least - 128);
    if (value > 900) expect(values.leastSince(number)).toBe(least);
  }
});
