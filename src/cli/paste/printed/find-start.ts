/* Where in a text the printed error begins: before it, there may be the time, the level and the words of a log. */
import { firstFrame } from "../frames.ts";
import { Cursor } from "./cursor.ts";
import { startsError } from "./error-head.ts";

const opening =
  /\{(?=\s|\})|\[(?=[\s\]])|[A-Za-z_$][\w$.]*(?:\(\d+\)| \(\d+ bytes\))?(?: \[[^\]\n]*\])? \{(?=\s|\})|\[[\w$.]+: null prototype\] \{|<ref \*\d+> /y;
// What stands in the brackets is a code, or a name: no bracket. A line with very many that open and none that closes is looked at once.
const errorName = String.raw`(?:[A-Za-z_$][\w$.]*)?(?:Error|Exception)(?: \[[^\][\n]+\])?`;
const head = new RegExp(String.raw`(?:${errorName}|error)(?:: |(?=\n\s+at ))|\[${errorName}(?:: |\])`, "y");
/** What a line may have in the middle that begins an error: a name that ends as those of errors do, or braces. */
const within = new RegExp(
  [
    String.raw`(?<![\w$.\[])${errorName}(?:: |(?=\n\s+at )|(?=\n?$))`,
    String.raw`\[${errorName}(?:: |\])`,
    "(?<=: )error: ",
    String.raw`(?<=^|[\s:=])(?:<ref \*\d+> )?(?:[A-Z][\w$.]*(?:\(\d+\))? )?\{(?=\s)`,
  ].join("|"),
  "m",
);

/** The place where an error or an object begins; `null` for a text that is a message and nothing else. */
export function findStart(text: string): number | null {
  const cursor = new Cursor(text);
  if (cursor.sees(opening) || cursor.sees(head)) return 0;
  const found = text.search(within);
  const isNamed = startsError(cursor);
  // Where frames follow, what stands below them belongs to the error above.
  const isBelowFrames = isNamed && found > firstFrame(text);
  if (found >= 0 && !isBelowFrames) return found;
  return isNamed ? 0 : null;
}
