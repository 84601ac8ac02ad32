/* What is printed in place of a value, in brackets: `[Function: get]`, `[Circular *1]`, `[Object]`, `[Getter]`, `[Error: a message]`. */
import { ERROR_NAME } from "../live-error.ts";
import type { Cursor } from "./cursor.ts";
import { type ErrorHead, named } from "./error-head.ts";

export type Token =
  /** A function or a class: what it does is not in the text. */
  | { readonly kind: "function" }
  | { readonly kind: "circular"; readonly reference: string | undefined }
  /** An error without frames. Of one without a message, no more than the name may have been printed. */
  | { readonly kind: "error"; readonly head: ErrorHead; readonly whole: boolean }
  /** What lies too deep to be printed, or would have had to be called. */
  | { readonly kind: "elided"; readonly text: string };

const functions = /\[(?:(?:Async)?(?:Generator)?Function\b|class\b)[^\n]*?\](?=\s*(?:[,\]}]|\n|$)| \{)/y;
const circular = /\[Circular(?: \*(\d+))?\]/y;
const elided = /\[(?:[^\]\n]*)\]/y;
const errorBegins = /\[([A-Za-z_$][\w$.-]*)(?: \[([^\]\n]+)\])?(?:: |(?=\]))/y;

/** A bracket behind which a value may end. */
const ends = /\](?=\s*(?:[,\]}]|\n|$)| \{)/g;

export function readToken(cursor: Cursor): Token | null {
  if (!cursor.sees(/\[/y)) return null;
  if (cursor.take(functions) !== null) return { kind: "function" };
  const loop = cursor.take(circular);
  if (loop !== null) return { kind: "circular", reference: loop[1] };
  const [start = "", first = "", inner] = cursor.look(errorBegins) ?? [];
  if (ERROR_NAME.test(first) || (inner !== undefined && start.endsWith(": "))) return readErrorToken(cursor, start, first, inner);
  const [text] = cursor.take(elided) ?? [];
  return text === undefined ? null : { kind: "elided", text };
}

function readErrorToken(cursor: Cursor, start: string, first: string, inner: string | undefined): Token {
  const from = cursor.at + start.length;
  const end = endOfMessage(cursor.text, from);
  const message = cursor.text.slice(from, end);
  cursor.at = end + 1;
  return { kind: "error", head: { ...named(first, inner), message }, whole: start.endsWith(": ") };
}

/** A message may have brackets of its own: it ends where they are even, failing that at the first that can be its end. */
function endOfMessage(text: string, from: number): number {
  ends.lastIndex = from;
  const candidates = [...text.matchAll(ends)].map(({ index }) => index).filter((index) => index >= from);
  const isEven = (index: number): boolean => {
    const letters = [...text.slice(from, index)];
    return letters.filter((letter) => letter === "[").length === letters.filter((letter) => letter === "]").length;
  };
  return candidates.find(isEven) ?? candidates[0] ?? text.length;
}
