/* Reads a recording: lines with an instant each and, where there is a column of that name, a number of calls. */
import { refuse } from "../../core/option-rules.ts";

/** What a line says: the instant of a call, or how many calls began in the interval from an instant on. */
export type Row = number | { readonly atMs: number; readonly calls: number };

interface Line {
  /** Counted from 1, as editors do. */
  readonly number: number;
  readonly cells: readonly string[];
}

export function readCsv(text: string): readonly Row[] {
  const lines = text
    .split(/\r?\n/)
    .map((line, index): Line => ({ number: index + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  const first = lines[0]?.cells ?? [];
  const found = first.findIndex((name) => /^at_?ms$/i.test(name));
  const at = Math.max(0, found);
  // The first line has names only where one of them is known, or where it has no instant: otherwise it is a line of the recording.
  const named = found !== -1 || instantOf(first[0] ?? "") === null;
  const calls = named ? first.findIndex((name) => /^calls$/i.test(name)) : -1;
  if (calls === at)
    refuse("recorded.source", "a CSV file with its instants in a column atMs, or in the first one", first.join(","));

  let unit: string | undefined;
  return lines.slice(named ? 1 : 0).map(({ number, cells }): Row => {
    const owner = `recorded.source, line ${number}`;
    const cell = cells[at] ?? "";
    const instant = instantOf(cell);
    if (instant === null) refuse(owner, "milliseconds or an ISO 8601 date", cell);
    unit ??= instant.unit;
    if (instant.unit !== unit) refuse(owner, `${unit}, as the lines before it`, cell);
    if (calls === -1) return instant.atMs;
    const many = cells[calls] ?? "";
    if (!/^\d+$/.test(many)) refuse(owner, "an integer >= 0 in the column calls", many);
    return { atMs: instant.atMs, calls: Number(many) };
  });
}

/** The cells of a line, separated by commas, semicolons or tabs; a quoted cell may contain them (RFC 4180). */
function cellsOf(line: string): readonly string[] {
  const cells = line.match(/(?:"(?:[^"]|"")*"|[^,;\t"]|")+|(?<=[,;\t]|^)(?=[,;\t]|$)/g) ?? [];
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .replaceAll('""', '"'),
  );
}

/** An instant in milliseconds, from a number or from a date; `null` for neither. */
function instantOf(cell: string): { readonly atMs: number; readonly unit: string } | null {
  const ms = cell === "" ? Number.NaN : Number(cell);
  if (!Number.isNaN(ms)) return { atMs: ms, unit: "milliseconds" };
  const date = /^\d{4}-\d\d-\d\d/.test(cell) ? Date.parse(cell) : Number.NaN;
  return Number.isNaN(date) ? null : { atMs: date, unit: "an ISO 8601 date" };
}
