/*
 * The head of a printed error: what stands before the braces with its fields. It has no end of its own, for a message may contain anything,
 * so its end is found by what follows it:
 *
 *   TypeError: a message, which may have         AxiosError [ECONNRESET]: ...        [Error: without a stack]
 *   several lines                                DOMException [TimeoutError]: ...
 *       at frames, four further in {
 */
import { ERROR_NAME, type ErrorFacts } from "../live-error.ts";
import type { Cursor } from "./cursor.ts";

export interface ErrorHead extends ErrorFacts {
  /** Printed beside the name, in brackets. */
  readonly code: string | undefined;
}

const headline = /([A-Za-z_$][\w$.-]*)(?: \[([^\]\n]+)\])?(?:: ?|(?=\s*(?:\n|$)))/y;
const frame = /^\s*(?:at \S|\.\.\. \d+ lines matching cause stack trace)/;

/* Fields in the line of the last frame, as people shorten what they paste. */
const FIELDS_ON_FRAME = /(\n(?:[^\S\n]*\n|[^\S\n]+)at [^\n{]*[^\n{ ]) \{ [^\n]+ \}$/;

/** Whether an error is printed here: by its name, or by the frames that follow. */
export function startsError(cursor: Cursor): boolean {
  const [, name = ""] = cursor.look(headline) ?? [];
  if (name === "") return false;
  return ERROR_NAME.test(name) || framesIn(linesFrom(cursor), cursor.indent) > 0;
}

/** Reads a head. `alone`: nothing stands around the error, so that without frames all of the text is its message. */
export function readHead(cursor: Cursor, alone: boolean): ErrorHead {
  const { indent } = cursor;
  const [start = "", first = "", inner] = cursor.take(headline) ?? [];
  const lines = linesFrom(cursor);
  const from = framesIn(lines, indent);
  const count = from < 0 ? lengthWithoutFrames(lines, alone) : from + lines.slice(from).findIndex((line) => !frame.test(line));
  const all = lines.slice(0, count).join("\n");
  const text = all.replace(/(?: \{|,)$/, "").replace(FIELDS_ON_FRAME, "$1");
  cursor.at += text.length;
  const own = text.split("\n").map((line, index) => (index === 0 ? line : withoutIndent(line, indent)));
  const message = own.slice(0, from < 0 ? own.length : from).join("\n");
  // Azure writes its fields as JSON into a line of their own.
  const opensBelow = from < 0 && text !== all && message.endsWith("\n");
  return { ...named(first, inner), message: opensBelow ? message.trimEnd() : message, stack: start + own.join("\n") };
}

/** What stands before the colon: a name, with a code or with the name of a class that says something else. */
export function named(first: string, inner: string | undefined): Pick<ErrorHead, "className" | "name" | "code"> {
  if (inner === undefined) return { name: first, className: undefined, code: undefined };
  const isName = first === "DOMException" || ERROR_NAME.test(inner);
  return isName ? { className: first, name: inner, code: undefined } : { className: undefined, name: first, code: inner };
}

// A head that is longer has its end cut off: it bounds the work in a long log.
const MOST_LETTERS = 200_000;

/** The lines from the cursor on; past the end stands an empty one, which is no frame. */
function linesFrom(cursor: Cursor): string[] {
  return [...cursor.text.slice(cursor.at, cursor.at + MOST_LETTERS).split("\n"), ""];
}

/** The first line that is a frame of this error; -1 where it has none. */
function framesIn(lines: readonly string[], indent: number): number {
  const isOver = (line: string): boolean => line.trim() !== "" && indentOf(line) < indent;
  const end = lines.findIndex((line, index) => index > 0 && isOver(line));
  const own = end < 0 ? lines : lines.slice(0, end);
  const exact = own.findIndex((line, index) => index > 0 && frame.test(line) && indentOf(line) === indent + 4);
  return exact > 0 ? exact : own.findIndex((line, index) => index > 0 && frame.test(line));
}

function lengthWithoutFrames(lines: readonly string[], alone: boolean): number {
  const opens = lines.findIndex((line) => line.endsWith(" {"));
  if (alone) return opens < 0 ? lines.length - 1 : opens + 1;
  return 1;
}

const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;
const withoutIndent = (line: string, indent: number): string => line.slice(Math.min(indent, indentOf(line)));
