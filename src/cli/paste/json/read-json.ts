import { ERROR_NAME } from "../live-error.ts";
import type { Unread } from "../unread.ts";
import { revive } from "./revive.ts";

/** What a text in JSON holds, brought to life. */
export interface ReadJson {
  readonly value: unknown;
  readonly form: string;
  readonly unread: readonly Unread[];
}

/**
 * Reads a text that is JSON as a whole, or a log with a record of JSON on each line, of which the last counts that holds an error.
 *
 * @param holdsError whether an error is in a value
 */
export function readJson(text: string, holdsError: (value: unknown) => boolean): ReadJson | null {
  const whole = parsed(text);
  if (whole !== undefined) return alive(whole, "JSON");
  const lines = text.trimEnd().split("\n");
  for (const [index, line] of [...lines.entries()].reverse()) {
    const record = recordIn(line);
    if (record === undefined) continue;
    const read = alive(record, lines.length === 1 ? "JSON in a line of a log" : `JSON, line ${index + 1} of ${lines.length}`);
    if (holdsError(read.value)) return read;
  }
  return null;
}

function alive(value: unknown, form: string): ReadJson {
  const unread: Unread[] = [];
  return { value: revive(value, "error", unread), form, unread };
}

/** The record of a line, which may have a time and a level before it; but not an error whose message ends in JSON. */
function recordIn(line: string): unknown {
  const start = line.indexOf("{");
  const before = line.slice(0, Math.max(start, 0));
  const isMessage = before
    .split(/:\s/)
    .slice(0, -1)
    .some((part) => ERROR_NAME.test(part.trim()));
  return start < 0 || isMessage ? undefined : parsed(line.slice(start));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
