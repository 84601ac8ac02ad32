/* The page about the rest of the field, against what was recorded of it. */
import { expect, test } from "vitest";
import { field, fieldCases, packagesOf } from "../fixtures/recordings.ts";
import { codeIn, tableBelow } from "./pages.ts";

const rowsBelow = (heading: string): readonly { readonly packages: readonly string[]; readonly recorded: string }[] =>
  tableBelow("docs/field.md", heading).map((row) => ({
    packages: codeIn(row["library"] ?? ""),
    recorded: row["recorded"] ?? "",
  }));
const rows = [...rowsBelow("The libraries"), ...rowsBelow("Libraries without rules")];

/** "12 provoked, 2 by hand, 3 read": how recorded errors came to be. A recording counts in the first row that names its package. */
function recordedIn(row: number): string {
  const cases = field.filter((library) => rowOf(library) === row).flatMap((library) => fieldCases(library));
  const parts = [
    [cases.filter(({ how }) => how === "provoked").length, "provoked"],
    [cases.filter(({ how }) => how === "constructed").length, "by hand"],
    [cases.filter(({ how }) => how === "read").length, "read"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`);
  return said.join(", ") || "with another row";
}

function rowOf(library: string): number {
  const [thrower] = packagesOf(library);
  return rows.findIndex(({ packages }) => packages.includes(thrower as string));
}

test("every library that was recorded has a row", () => {
  expect(field.filter((library) => rowOf(library) < 0)).toEqual([]);
});

test.each(rows.map(({ packages, recorded }, row) => [packages.join(", "), recorded, row] as const))(
  "the row of %s says that %s were recorded",
  (_packages, recorded, row) => {
    expect(recorded).toBe(recordedIn(row));
  },
);

test("at least 150 errors are recorded, two thirds of them thrown by the real packages", () => {
  const cases = field.flatMap((library) => fieldCases(library));
  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect(cases.filter(({ how }) => how === "provoked").length / cases.length).toBeGreaterThan(2 / 3);
});
