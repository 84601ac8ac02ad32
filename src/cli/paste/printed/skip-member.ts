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

/*
 * Where so many letters in all were followed in vain, this is a log whose lines open what no line closes, and each line would be followed as far: from then on only so many
 * letters are.
 */
const MOST_IN_VAIN = 1_000_000;
const FEW_LETTERS = 500;

/** Passes over what cannot be read. One for each text: it knows how much was followed in vain. */
export class MemberSkipper {
  readonly #cursor: Cursor;
  #inVain = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** To a comma, the end of a line or a bracket that was open before. Returns what it was. */
  skip(): string {
    const cursor = this.#cursor;
    const { at: start, text } = cursor;
    const end = this.#endOfMember() ?? nearestEnd(text, start);
    // Where it is a bracket that ends something else, that is passed over.
    cursor.at = Math.min(Math.max(end, start + 1), text.length);
    return text.slice(start, cursor.at);
  }

  /** `null` where its brackets do not belong together. */
  #endOfMember(): number | null {
    const cursor = this.#cursor;
    const { at: start } = cursor;
    const end = endWithin(cursor, start + (this.#inVain > MOST_IN_VAIN ? FEW_LETTERS : MOST_LETTERS));
    if (end === null) this.#inVain += cursor.at - start;
    return end;
  }
}

function nearestEnd(text: string, start: number): number {
  const nearest = text.slice(start, start + MOST_LETTERS).search(/[,\n]/);
  return nearest < 0 ? text.length : start + nearest;
}

function endWithin(cursor: Cursor, last: number): number | null {
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
