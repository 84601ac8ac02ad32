import type { Cursor } from "./cursor.ts";

const token = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[{[()\]},\n]|[^'"{[()\]},\n]+|['"]/y;
const closedBy: ReadonlyMap<string, string> = new Map([
  ["{", "}"],
  ["[", "]"],
  ["(", ")"],
]);
const closing: ReadonlySet<string> = new Set(closedBy.values());
const ending: ReadonlySet<string> = new Set([",", "\n", ...closing]);

// Brackets that are not closed within so many letters were none.
const MOST_LETTERS = 20_000;

/** Passes over what cannot be read: to a comma, the end of a line or a bracket that was open before. Returns what it was. */
export function skipMember(cursor: Cursor): string {
  const { at: start, text } = cursor;
  const nearest = text.slice(start, start + MOST_LETTERS).search(/[,\n]/);
  const end = endOfMember(cursor) ?? (nearest < 0 ? text.length : start + nearest);
  // Where it is a bracket that ends something else, that is passed over.
  cursor.at = Math.min(Math.max(end, start + 1), text.length);
  return text.slice(start, cursor.at);
}

/** `null` where its brackets do not belong together. */
function endOfMember(cursor: Cursor): number | null {
  const last = cursor.at + MOST_LETTERS;
  const open: string[] = [];
  while (cursor.at <= last) {
    const { at } = cursor;
    const [part] = cursor.take(token) ?? [];
    if (part === undefined) return open.length === 0 ? at : null;
    if (open.length === 0 && ending.has(part)) return at;
    const closer = closedBy.get(part);
    if (closer !== undefined) open.push(closer);
    else if (closing.has(part) && open.pop() !== part) return null;
  }
  return null;
}
