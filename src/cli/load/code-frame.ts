import { readFileSync } from "node:fs";

/** Lines of a file around a place, with a mark at it; empty where the file cannot be read. */
export function codeFrame(file: string, row: number, column: number): string {
  let lines: string[];
  try {
    lines = readFileSync(file, "utf8").trimEnd().split("\n");
  } catch {
    return "";
  }
  // More lines after the place than before it: the refused option mostly stands below the constructor.
  const first = Math.max(row - 1, 1);
  const last = Math.min(row + 4, lines.length);
  const gutter = String(last).length;
  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    out.push(`${number === row ? ">" : " "} ${String(number).padStart(gutter)} | ${lines[number - 1] ?? ""}`.trimEnd());
    if (number === row) out.push(`  ${" ".repeat(gutter)} | ${" ".repeat(Math.max(column - 1, 0))}^`);
  }
  return out.join("\n");
}
