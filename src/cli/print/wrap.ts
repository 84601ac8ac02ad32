import { stripVTControlCharacters } from "node:util";

// A number and its unit stay together.
const unit = /(?<=\d) (?=(?:ms|s|min|h|%|x)(?![\p{L}\d]))/gu;
const glue = "\u0000";

/** Breaks a text into lines of at most `width`, all of them indented. A longer word keeps its length: it may be a path. */
export function wrap(text: string, width: number, indent = "", firstIndent = indent): string {
  const lines: string[] = [];
  for (const paragraph of text.replaceAll(unit, glue).split("\n")) {
    let line = lines.length === 0 ? firstIndent : indent;
    let empty = true;
    for (const word of paragraph.split(/ /)) {
      if (!empty && columnsOf(line) + 1 + columnsOf(word) > width) {
        lines.push(line);
        line = indent;
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    lines.push(line.trimEnd());
  }
  return lines.join("\n").replaceAll(glue, " ");
}

/** Names and their descriptions, in two columns. */
export function columns(rows: readonly (readonly [name: string, text: string])[], width: number): string {
  const column = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, text]) => wrap(text, width, " ".repeat(column), `  ${name}`.padEnd(column))).join("\n");
}

/** The columns that a text takes: colours take none. */
const columnsOf = (text: string): number => stripVTControlCharacters(text).length;
