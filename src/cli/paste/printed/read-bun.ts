/*
 * Reads what Bun prints: lines of the source with a mark, the head, the fields, the frames, and then its cause in the same way.
 *
 *   4 | const error = new HttpError("failed");
 *                     ^
 *   HttpError: failed
 *    status: 503,
 *      code: "X"
 *
 *         at /app/main.ts:4:15
 */
import { liveError, markIfOurs, setField } from "../live-error.ts";
import { fieldOf, type Unread, unreadAt } from "../unread.ts";
import { Cursor } from "./cursor.ts";
import { readHead } from "./error-head.ts";
import { ValueReader } from "./read-value.ts";

/** Lines of source, which may have words of a log before them, and a mark below, where the line is not too long for one. */
const source = /^(?: *|(\S.{0,300}?[ :]) *)\d+ \| .*\n(?: *\d+ \| .*\n|\n)*(?:[ \t]*\^\n)?/gm;
const mark = /^[ \t]*\^$/m;
const nextError = /(?<!\n)\n{2,}(?=[\w$.]*(?:[Ee]rror|Exception): )/;
const headline = /^(?:\[?[\w$.]*(?:[Ee]rror|Exception)\b|[A-Z][\w$.]*: )/;
const frame = /^ {6}at \S/;
const field =
  /^ *(?:[\w$-]+|"[^"\n]*"): (?=["'\d[{<-]|true\b|false\b|null\b|undefined\b|NaN\b|[A-Za-z_$][\w$]*(?:\(\d+\)| \(\d+ bytes\))? ?[{[])/;

/** Whether Bun printed a text: with lines of source, or with fields below the head whose names end in the same column. */
export function isByBun(text: string): boolean {
  if (text.search(source) >= 0) return mark.test(text) || /\n {6}at \S/.test(text);
  const [head = "", ...rest] = text.split("\n");
  const fields = rest.filter((line) => field.test(line));
  if (!/(?:[Ee]rror|Exception): /.test(head) || fields.length === 0 || head.endsWith("{")) return false;
  const columns = new Set(fields.map((line) => line.indexOf(":")));
  return (
    columns.size === 1 &&
    fields.some((line) => /^ \S/.test(line)) &&
    rest.every((line) => field.test(line) || line.trim() === "" || frame.test(line))
  );
}

/** Reads the errors of a text, each as the cause of the one before: Bun does not say which of them were causes, and which fields. */
export function readBun(text: string): { readonly error: Error; readonly unread: readonly Unread[] } | null {
  const blocks = text
    .replaceAll(source, (_lines, before = "") => `${before}\n\0`)
    .split(/\n?\0/)
    .flatMap((block) => block.split(nextError))
    .map((block) => block.trim())
    .filter((block) => block !== "");
  const unread: Unread[] = [];
  let first: Error | undefined;
  let last: Error | undefined;
  let path = "error";
  for (const block of blocks) {
    if (!headline.test(block)) {
      unread.push(unreadAt(first === undefined ? "before it" : "after it", block));
      continue;
    }
    const error = readBlock(block, path, unread);
    first ??= error;
    if (last !== undefined && !("cause" in last)) setField(last, "cause", error, true);
    last = error;
    path = fieldOf(path, "cause");
  }
  return first === undefined ? null : { error: first, unread };
}

function readBlock(block: string, path: string, unread: Unread[]): Error {
  const lines = block.split("\n");
  const until = (index: number): number => (index < 0 ? lines.length : index);
  const frames = until(lines.findIndex((line) => frame.test(line)));
  const fields = Math.min(until(lines.findIndex((line, index) => index > 0 && field.test(line))), frames);
  const head = [...lines.slice(0, fields), ...lines.slice(frames).filter((line) => frame.test(line))].join("\n");
  const { name, ...facts } = readHead(new Cursor(head.replace(/^error(?=: |$)/, "Error")), true);
  const error = liveError({ ...facts, message: facts.message.trimEnd(), name });
  const reader = new ValueReader(lines.slice(fields, frames).join("\n"));
  reader.fields(error, path);
  unread.push(...reader.unread);
  markIfOurs(error);
  return error;
}
