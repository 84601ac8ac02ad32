/*
 * Turns what a person has pasted into a live error: JSON first, for nothing else looks like it, then what a program prints, and then a
 * message alone.
 */
import { errorIn, type Found } from "./error-in.ts";
import { hideSecrets, isSecret } from "./hide-secrets.ts";
import { readJson } from "./json/index.ts";
import { readPrinted } from "./printed/index.ts";
import type { Unread } from "./unread.ts";

export interface Paste {
  /** As close to the original as the text allows, without the values of fields that are named like secrets. */
  readonly error: unknown;
  /** What the text was taken for, in words. */
  readonly form: string;
  readonly unread: readonly Unread[];
}

/** Reads a pasted text. `null` where there is nothing in it. */
export function readPaste(text: string): Paste | null {
  if (text.trim() === "") return null;
  const fromText = (inner: string): unknown => readPaste(inner)?.error;
  const read = readJson(text, (value) => errorIn(value, fromText) !== null) ?? readPrinted(text);
  if (typeof read.value === "string") return readPaste(read.value);
  const found = errorIn(read.value, fromText) ?? { error: read.value, path: "error" };
  hideSecrets(found.error);
  const others = Array.isArray(read.value) ? read.value.length - 1 : 0;
  const more = others > 0 ? [{ at: "beside it", text: `${others} more in the same list` }] : [];
  return { error: found.error, form: read.form, unread: [...read.unread.flatMap((part) => within(part, found)), ...more] };
}

/** A part by its path from the error that was found; none for a part of something else in the same record. */
function within({ at, text }: Unread, { path }: Found): readonly Unread[] {
  if (!at.startsWith("error")) return [{ at, text }];
  if (!at.startsWith(path)) return [];
  return [{ at: `error${at.slice(path.length)}`, text: isSecret(at) ? "[hidden]" : text }];
}
