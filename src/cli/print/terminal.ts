import { stripVTControlCharacters } from "node:util";

/** What a command needs of a stream. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Where a command runs: all that it touches of the process. */
export interface Terminal {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of a terminal; 80 where nobody knows. */
  readonly columns?: number | undefined;
}

type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
};

/** FORCE_COLOR decides, then NO_COLOR (https://no-color.org), then whether a person is looking. */
export function painter(stream: Stream, env: Terminal["env"]): Paint {
  const forced = env["FORCE_COLOR"];
  const coloured =
    forced !== undefined && forced !== ""
      ? forced !== "0" && forced !== "false"
      : !env["NO_COLOR"] && stream.isTTY === true && env["TERM"] !== "dumb";
  return (style, text) => (coloured ? `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : text);
}

/** Columns to write in: neither so few that nothing fits, nor so many that the eye loses the line. */
export function widthOf({ columns }: Terminal): number {
  return Math.min(Math.max(columns || 80, 40), 160);
}

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
      if (!empty && seen(line) + 1 + seen(word) > width) {
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

/** Names and what there is to say of each, in two columns. */
export function columns(rows: readonly (readonly [name: string, text: string])[], width: number): string {
  const column = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, text]) => wrap(text, width, " ".repeat(column), `  ${name}`.padEnd(column))).join("\n");
}

/** The columns that a text takes: colours take none. */
const seen = (text: string): number => stripVTControlCharacters(text).length;
