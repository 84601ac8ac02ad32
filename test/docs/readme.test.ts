/* What the README promises of itself, and the sizes in its comparison, against those that bench/ has measured. */
import { expect, test } from "vitest";
import { bare, read, tableBelow } from "./pages.ts";

test("the README is read in three minutes: it has at most 180 lines", () => {
  expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(180);
});

test("the sizes in the comparison are those that bench/ has measured", () => {
  const [head = "", , ...rows] = read("bench/README.md").match(/^\|.*$/gm) ?? [];
  const cells = (row: string): string[] => row.split("|").map((cell) => cell.trim());
  const measured = cells(rows.find((row) => row.includes("min + gzip, what a retry with a breaker takes")) ?? "");
  const bytesOf = (library: string): number => {
    const cell = measured[cells(head).indexOf(library.toLowerCase())] ?? "";
    return Number(/^[\d,]+/.exec(cell)?.[0].replaceAll(",", ""));
  };
  const sizes = tableBelow("README.md", "Compared with").find((row) => row[""]?.startsWith("min + gzip")) ?? {};
  // bench/ leaves ky out: it needs Node 22.
  const compared = Object.keys(sizes).filter((library) => !["", "ky"].includes(library));

  expect(compared.length).toBeGreaterThan(3);
  for (const library of compared) expect(bare(sizes[library]), library).toBe(`${(bytesOf(library) / 1000).toPrecision(2)} kB`);
});
