import type { Cursor } from "./cursor.ts";

// A value ends where a comma, a bracket, an arrow or the line does.
const end = String.raw`(?=\s*(?:[,\]}]|=>|\n|$))`;
const sticky = (pattern: string): RegExp => new RegExp(`(?:${pattern})${end}`, "y");

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["Invalid Date", new Date(Number.NaN)],
]);

/** How each kind of value is printed that consists of nothing else, and what it is. */
const kinds: readonly (readonly [pattern: RegExp, value: (match: RegExpExecArray) => unknown])[] = [
  [sticky([...words.keys()].join("|")), ([text]) => words.get(text)],
  [sticky(String.raw`(?:[+-]\d{6}|\d{4})-\d\d-\d\dT[\d:.]+Z`), ([text]) => new Date(text)],
  [sticky(String.raw`(-?\d[\d_]*)n`), ([, digits = ""]) => BigInt(digits.replaceAll("_", ""))],
  [sticky(String.raw`-?\d[\d_]*(?:\.[\d_]+)?(?:e[+-]?\d+)?`), ([text]) => Number(text.replaceAll("_", ""))],
  [sticky(String.raw`Symbol\((.*?)\)`), ([, description]) => Symbol(description)],
  [sticky(String.raw`/(?:[^/\n\\]|\\.)+/[a-z]*`), ([text]) => text],
  [
    sticky(String.raw`<(?:Buffer ?)?((?:[\da-f]{2} ?)*)(?:\.\.\. \d+ more bytes?)?>`),
    ([, bytes = ""]) => Buffer.from(bytes.replaceAll(" ", ""), "hex"),
  ],
  [sticky(String.raw`\[(?:Number|Boolean|BigInt|Symbol|Date): ([^\]\n]*)\]`), ([, inside]) => inside],
  [sticky(String.raw`\[String: (['"])(.*?)\1\]`), ([, , text]) => text],
];

/** Reads a number, a word such as `null`, a date, a symbol, a pattern or bytes; `null` where nothing of this kind stands. */
export function readPrimitive(cursor: Cursor): { readonly value: unknown } | null {
  for (const [pattern, value] of kinds) {
    const match = cursor.take(pattern);
    if (match !== null) return { value: value(match) };
  }
  return null;
}
