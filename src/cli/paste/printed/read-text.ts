import type { Cursor } from "./cursor.ts";

/** A text in quotes. `cut`: the printer left its end out, or its closing quote is missing. */
export interface ReadText {
  readonly value: string;
  readonly cut: boolean;
}

const quoted = {
  "'": /'([^'\\]*(?:\\.[^'\\]*)*)'/sy,
  '"': /"([^"\\]*(?:\\.[^"\\]*)*)"/sy,
  "`": /`([^`\\]*(?:\\.[^`\\]*)*)`/sy,
};

/** Long texts are printed line by line, with a plus sign between. */
const plus = /\s*\+\s*(?=['"`])/y;
const more = /\.\.\. \d+ more characters?/y;
const openEnded = /['"`]([^\n]*)/y;

/** Reads a text in quotes of any kind, over all the lines that it is printed on; `null` where no quote stands. */
export function readText(cursor: Cursor): ReadText | null {
  if (!cursor.sees(/['"`]/y)) return null;
  let value = "";
  do {
    const part = cursor.take(quoted[cursor.text[cursor.at] as keyof typeof quoted]);
    if (part === null) return { value: value + unescaped(cursor.take(openEnded)?.[1] ?? ""), cut: true };
    value += unescaped(part[1] ?? "");
  } while (cursor.take(plus) !== null);
  return { value, cut: cursor.take(more) !== null };
}

const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", "0": "\0" };

/** What a text means that is written with escapes. */
export function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\}|(.))/gis,
    (_all, byte?: string, unit?: string, point?: string, letter = "") => {
      const code = Number.parseInt(byte ?? unit ?? point ?? "", 16);
      if (Number.isNaN(code)) return letters[letter] ?? letter;
      return code > 0x10_ffff ? "\ufffd" : String.fromCodePoint(code);
    },
  );
}
