/* The tables of docs/evidence.md: they stand in the page between two comments. */
import { readFileSync, writeFileSync } from "node:fs";

type Cell = string | number | null;

/** A table in Markdown. Numbers are right-aligned. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map((cell) => cell ?? "-").join(" | ")} |`;
  const rule = head.map((_, column) => (rows.every((row) => /^[-\d]/.test(String(row[column] ?? "-"))) ? "---:" : "---"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

export function rounded(value: number | null, digits: number): string | null {
  if (value === null) return null;
  // Not "-0.0".
  const told = Math.abs(value) < 0.5 / 10 ** digits ? 0 : value;
  return told.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Replaces the text of a page between `<!-- figures:NAME -->` and `<!-- /figures -->`. */
export function intoPage(page: URL, name: string, text: string): void {
  const before = readFileSync(page, "utf8");
  const section = new RegExp(`(<!-- figures:${name} -->\n)(?:(?!<!-- ).)*(<!-- /figures -->)`, "s");
  if (!section.test(before)) throw new Error(`${page.pathname} has no section ${name}.`);
  writeFileSync(
    page,
    before.replace(section, (_all, begin: string, end: string) => `${begin}${text}\n${end}`),
  );
}
