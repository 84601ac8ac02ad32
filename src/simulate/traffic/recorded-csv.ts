/* Reads a recording: lines with an instant each and, where there is a column of that name, a number of calls. */
import { refuse } from "../../core/option-rules.ts";
import { linesOf, separatorOf } from "./csv-lines.ts";

/** What a line says: the instant of a call, or how many calls began in the interval from an instant on. */
export type Row = number | { readonly atMs: number; readonly calls: number };

export function readCsv(text: string): readonly Row[] {
  const separator = separatorOf(text);
  const lines = linesOf(text, separator);
  const first = lines[0]?.cells ?? [];
  const found = first.findIndex((name) => /^at_?ms$/i.test(name));
  const at = Math.max(0, found);
  // The first line has names only where one of them is known, or where it has no instant: otherwise it is a line of the recording.
  const named = found !== -1 || instantOf(first[0] ?? "") === null;
  const calls = named ? first.findIndex((name) => /^calls$/i.test(name)) : -1;
  if (calls === at)
    refuse("recorded.source", "a CSV file with its instants in a column atMs, or in the first one", first.join(","));

  // Two numbers without names may be one with a decimal comma.
  if (separator === "," && !named && first.length > 1 && /^\d+$/.test(first[1] ?? ""))
    refuse(
      "recorded.source",
      "a CSV file with names in its first line where there are several numbers in a line",
      first.join(","),
    );

  let unit: string | undefined;
  return lines.slice(named ? 1 : 0).map(({ number, cells }): Row => {
    const owner = `recorded.source, line ${number}`;
    if (cells.length > first.length && cells.slice(first.length).some((extra) => extra !== ""))
      refuse(
        owner,
        `of ${first.length} ${first.length === 1 ? "cell" : "cells"}, as the first line has (a decimal comma needs quotes, or another separator)`,
        cells.join(separator),
      );
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

/** An instant in milliseconds, from a number or from a date; `null` for neither. */
function instantOf(cell: string): { readonly atMs: number; readonly unit: string } | null {
  const ms = cell === "" ? Number.NaN : Number(cell.replace(DECIMAL_COMMA, "$1.$2"));
  if (!Number.isNaN(ms)) return { atMs: ms, unit: "milliseconds" };
  const date = /^\d{4}-\d\d-\d\d/.test(cell) ? Date.parse(cell) : Number.NaN;
  return Number.isNaN(date) ? null : { atMs: date, unit: "an ISO 8601 date" };
}

// A comma before three digits may also be one between thousands, but for "0,250" and "1000,250".
const DECIMAL_COMMA = /^(-?(?:\d+(?=,\d{1,2}$|,\d{4,}$)|0|\d{4,})),(\d+)$/;
