/* The page about the rest of the field, against what was recorded of it. */
import { expect, test } from "vitest";
import { field, fieldCases, packagesOf } from "../fixtures/recordings.ts";
import { codeIn, tableBelow } from "./pages.ts";

const rows = tableBelow("docs/field.md", "The libraries").map((row) => ({
  packages: codeIn(row["library"] ?? ""),
  recorded: row["recorded"] ?? "",
}));

/** "12 provoked, 2 by hand, 3 read": how the recorded errors of these packages came to be. */
function recordedOf(packages: readonly string[]): string {
  const cases = field
    .filter((library) => packagesOf(library).some((name) => packages.includes(name)))
    .flatMap((library) => fieldCases(library));
  const parts = [
    [cases.filter(({ how }) => how === "provoked").length, "provoked"],
    [cases.filter(({ how }) => how === "constructed").length, "by hand"],
    [cases.filter(({ how }) => how === "read").length, "read"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, how]) => `${count} ${how}`)
    .join(", ");
}

test("every library that was recorded has one row", () => {
  for (const library of field) {
    const [first = library] = packagesOf(library);
    expect(rows.filter(({ packages }) => packages.includes(first)).length, `${library}: ${first}`).toBe(1);
  }
});

test.each(rows)("the row of $packages says how many errors were recorded, and how", ({ packages, recorded }) => {
  expect(recorded).toBe(recordedOf(packages));
});

test("at least 150 errors are recorded, two thirds of them thrown by the real packages", () => {
  const cases = field.flatMap((library) => fieldCases(library));
  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect(cases.filter(({ how }) => how === "provoked").length / cases.length).toBeGreaterThan(2 / 3);
});
