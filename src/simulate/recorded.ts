import { refuse } from "../core/option-rules.ts";
import type { Arrivals } from "./arrivals.ts";

/** How many calls began in the interval from `atMs` to the next entry; the last interval is as long as the one before it. */
export interface CallCount {
  readonly atMs: number;
  readonly calls: number;
}

/**
 * Calls as they once came: from the instants of single calls in milliseconds, from counts per interval, or from the text of a CSV file with
 * a column of instants (`atMs`, or the first one; milliseconds, or dates as ISO 8601 has them) and, for counts, one named `calls`.
 * Time begins with the first entry. The calls of an interval are spread over it at random, and all come from the clients in turn.
 *
 * @throws TypeError for what is none of these, or in which an instant is no number, a count no integer >= 0, or the order is not that of time.
 * @example
 * import { recorded } from "redress/simulate";
 *
 * const arrivals = recorded("atMs,calls\n0,120\n1000,480\n2000,90");
 */
export function recorded(source: readonly number[] | readonly CallCount[] | string): Arrivals {
  const rows: readonly unknown[] = typeof source === "string" ? rowsOf(source) : source;
  if (!Array.isArray(rows) || rows.length === 0)
    refuse("recorded.source", "instants, counts, or the text of a CSV file, with at least one entry", source);
  const counted = typeof rows[0] === "object";
  const counts = rows.map((row, index) => checked(counted ? row : { atMs: row, calls: 1 }, index, counted));
  const startMs = counts[0]?.atMs ?? 0;
  counts.forEach(({ atMs }, index) => {
    const before = counts[index - 1]?.atMs ?? startMs;
    if (atMs < before) refuse(`recorded.source[${index}]`, `at or after the entry before it (${before} ms)`, atMs, RangeError);
  });
  return (callers) => {
    let turn = 0;
    const call = (): void => callers.call(turn++ % callers.clients);
    const lengthOf = (index: number): number => {
      const at = Math.min(index, counts.length - 2);
      return at < 0 ? 0 : (counts[at + 1]?.atMs ?? 0) - (counts[at]?.atMs ?? 0);
    };
    // Of so many instants that are spread at random, the first is this far into what is left. One call after the other, and one entry after
    // the other, so that a long recording is not in the queue at once.
    const spread = (calls: number, leftMs: number): void => {
      if (calls === 0) return;
      const ms = leftMs * (1 - (1 - callers.random()) ** (1 / calls));
      callers.after(ms, () => {
        call();
        spread(calls - 1, leftMs - ms);
      });
    };
    const play = (index: number): void => {
      const entry = counts[index];
      if (entry === undefined) return;
      const next = counts[index + 1];
      if (next !== undefined) callers.after(next.atMs - entry.atMs, () => play(index + 1));
      if (counted) spread(entry.calls, lengthOf(index));
      else call();
    };
    callers.after(0, () => play(0));
  };
}

function checked(row: unknown, index: number, counted: boolean): CallCount {
  const { atMs, calls } = (typeof row === "object" && row !== null ? row : {}) as Partial<CallCount>;
  const option = `recorded.source[${index}]`;
  if (typeof atMs !== "number" || !Number.isFinite(atMs))
    refuse(counted ? `${option}.atMs` : option, "a finite number of milliseconds", atMs);
  if (!Number.isInteger(calls) || (calls as number) < 0) refuse(`${option}.calls`, "an integer >= 0", calls);
  return { atMs, calls: calls as number };
}

function rowsOf(text: string): readonly unknown[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const cells = lines.map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
  const first = cells[0] ?? [];
  const found = first.findIndex((name) => /^at_?ms$/i.test(name));
  const at = Math.max(0, found);
  // Words beside an instant are data, not names: nothing of a recording is lost.
  const named = found !== -1 || Number.isNaN(instantOf(first[0] ?? ""));
  const calls = named ? first.findIndex((name) => /^calls$/i.test(name)) : -1;
  if (calls === at)
    refuse("recorded.source", "a CSV file with its instants in a column atMs, or in the first one", first.join(","));
  return cells.slice(named ? 1 : 0).map((row, index) => {
    const atMs = instantOf(row[at] ?? "");
    if (Number.isNaN(atMs)) refuse(`recorded.source, entry ${index + 1}`, "milliseconds or an ISO 8601 date", row[at] ?? "");
    return calls === -1 ? atMs : { atMs, calls: Number(row[calls] || Number.NaN) };
  });
}

/** Milliseconds as a number, or those of a date. */
function instantOf(cell: string): number {
  const ms = cell === "" ? Number.NaN : Number(cell);
  return Number.isNaN(ms) && /^\d{4}-\d\d-\d\d/.test(cell) ? Date.parse(cell) : ms;
}
