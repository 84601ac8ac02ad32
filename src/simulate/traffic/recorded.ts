import { refuse } from "../../core/option-rules.ts";
import type { Arrivals, Callers } from "./arrivals.ts";
import { readCsv } from "./recorded-csv.ts";

/** How many calls began in the interval from `atMs` to the next entry. The last interval is as long as the one before it. */
export interface CallCount {
  readonly atMs: number;
  readonly calls: number;
}

/**
 * Calls as they were recorded: from the instants of single calls in milliseconds, from counts per interval, or from the text of a CSV file with
 * a column of instants (`atMs`, or the first one; milliseconds, or dates as ISO 8601 has them) and, for counts, one named `calls`.
 * Time begins with the first entry. The calls of an interval are spread over it at random, and all come from the clients in turn.
 *
 * @throws TypeError for anything else, an instant that is no number, or a count that is no integer >= 0; RangeError for entries out of order.
 * @example
 * import { recorded } from "redress/simulate";
 *
 * const arrivals = recorded("atMs,calls\n0,120\n1000,480\n2000,90");
 */
export function recorded(source: readonly number[] | readonly CallCount[] | string): Arrivals {
  const rows: readonly unknown[] = typeof source === "string" ? readCsv(source) : source;
  if (!Array.isArray(rows) || rows.length === 0)
    refuse("recorded.source", "instants, counts, or the text of a CSV file, with at least one entry", source);
  const counted = typeof rows[0] === "object";
  const counts = rows.map((row, index) => checked(counted ? row : { atMs: row, calls: 1 }, index, counted));
  const startMs = counts[0]?.atMs ?? 0;
  counts.forEach(({ atMs }, index) => {
    const before = counts[index - 1]?.atMs ?? startMs;
    if (atMs < before) refuse(`recorded.source[${index}]`, `at or after the entry before it (${before} ms)`, atMs, RangeError);
  });
  const lengthOf = (index: number): number => {
    const at = Math.min(index, counts.length - 2);
    return at < 0 ? 0 : (counts[at + 1]?.atMs ?? 0) - (counts[at]?.atMs ?? 0);
  };
  const start = (callers: Callers): void => {
    let turn = 0;
    const call = (): void => callers.call(turn++ % callers.clients);
    // Of `calls` instants that are spread at random over `leftMs`, the first comes after this long. One call is scheduled after the other, and
    // one entry after the other, so that a long recording is not in the event queue at once.
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
  const lastsMs = (counts.at(-1)?.atMs ?? 0) - startMs + (counted ? lengthOf(counts.length - 1) : 0);
  return Object.assign(start, { lastsMs });
}

function checked(row: unknown, index: number, counted: boolean): CallCount {
  const { atMs, calls } = (typeof row === "object" && row !== null ? row : {}) as Partial<CallCount>;
  const option = `recorded.source[${index}]`;
  if (typeof atMs !== "number" || !Number.isFinite(atMs))
    refuse(counted ? `${option}.atMs` : option, "a finite number of milliseconds", atMs);
  if (!Number.isInteger(calls) || (calls as number) < 0) refuse(`${option}.calls`, "an integer >= 0", calls);
  return { atMs, calls: calls as number };
}
