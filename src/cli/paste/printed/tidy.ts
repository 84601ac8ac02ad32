/* Takes away what surrounds an error that a program died of, and what a terminal or an editor has added. */
import { stripVTControlCharacters } from "node:util";

/** `file:line`, the line, and a mark below it: Node prints them above an error that nobody caught. */
const place = /^\S.*:\d+\n(?:.*\n){1,8}?[ \t]*\^+\n+/m;
const version = /(?<!\n)\n+(?:Node\.js v\d\S*|Bun v\d.*)$/;
const advice = /(?<!\n)\n+\(Use `[^`\n]*` to show where the [^)\n]*\) *$/;
const uncaught = /^(?:error: )?(?:Uncaught|Unhandled)(?: \(in promise\))?:?[ \n]+/;

/** The text without colours and indentation, with line feeds only. */
export function tidy(text: string): string {
  const lines = stripVTControlCharacters(text).replaceAll("\r\n", "\n").replaceAll("\t", "    ").trimEnd().split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const shared = indents.reduce((one, other) => Math.min(one, other), Infinity);
  return lines
    .map((line) => line.slice(shared))
    .join("\n")
    .replace(/^\n+/, "");
}

export function withoutPreamble(text: string): string {
  return text.replace(version, "").replace(advice, "").replace(place, "").replace(uncaught, "");
}
