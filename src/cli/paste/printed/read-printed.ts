import { withoutFrames } from "../frames.ts";
import { liveError } from "../live-error.ts";
import { type Unread, unreadAt } from "../unread.ts";
import { findStart } from "./find-start.ts";
import { isByBun, readBun } from "./read-bun.ts";
import { ValueReader } from "./read-value.ts";
import { tidy, withoutPreamble } from "./tidy.ts";

/** What was printed, and what it was taken for. */
export interface ReadPrinted {
  readonly value: unknown;
  readonly form: string;
  readonly unread: readonly Unread[];
}

/** Reads a text that a program has printed: an error with all of its fields, one without, or no more than a message. */
export function readPrinted(text: string): ReadPrinted {
  const tidied = tidy(text);
  const bun = isByBun(tidied) ? readBun(withoutPreamble(tidied)) : null;
  if (bun !== null) return { value: bun.error, form: "what Bun prints", unread: bun.unread };
  const printed = withoutPreamble(tidied);
  const start = findStart(printed);
  if (start === null) return { value: messageAlone(printed), form: "a message", unread: [] };

  const reader = new ValueReader(printed.slice(start));
  const value = reader.top("error");
  const before = printed.slice(0, start).trim();
  const after = reader.cursor.text.slice(reader.cursor.at).trim();
  const around = [
    ...(before === "" ? [] : [unreadAt("before it", before)]),
    ...(after === "" ? [] : [unreadAt("after it", after)]),
  ];
  return { value, form: "what console.log prints", unread: [...reader.unread, ...around] };
}

/** `NoSuchKey: ...`: a name in one word, with a capital in the middle of it. Of any other word before a colon, nothing says that it is a name. */
const nameInFront = /^([A-Z][a-z\d]+[A-Z][A-Za-z\d]*): /;

function messageAlone(text: string): Error {
  const stack = text.trim();
  const [start, name = "Error"] = nameInFront.exec(stack) ?? [""];
  return liveError({ name, message: withoutFrames(stack.slice(start.length)) });
}
