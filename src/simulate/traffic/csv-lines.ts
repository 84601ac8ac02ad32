/* Splits a CSV file as RFC 4180 has it: a quoted cell may contain separators, quotes (doubled) and ends of lines. */

export interface CsvLine {
  /** Where it begins, counted from 1, as editors do. */
  readonly number: number;
  readonly cells: readonly string[];
}

/** What separates cells. Where it is no comma, a comma may be that of a decimal number. */
export type Separator = "," | ";" | "\t";

/** The separator of a file, by its first line. */
export function separatorOf(text: string): Separator {
  const [first = ""] = text
    .trimStart()
    .replace(/"(?:[^"]|"")*"/g, "")
    .split(/[\r\n]/, 1);
  return first.includes("\t") ? "\t" : first.includes(";") ? ";" : ",";
}

/** The lines that have something in them. */
export function linesOf(text: string, separator: Separator): readonly CsvLine[] {
  const cellOrEnd = new RegExp(
    `[^\\S\\t\\r\\n]*"((?:[^"]|"")*)"[^\\S\\t\\r\\n]*(${separator}|\\r\\n|\\r|\\n|$)|([^${separator}\\r\\n]*)(${separator}|\\r\\n|\\r|\\n|$)`,
    "y",
  );
  const lines: CsvLine[] = [];
  let number = 1;
  let cells: string[] = [];
  let begin = 1;
  while (cellOrEnd.lastIndex < text.length || cells.length > 0) {
    const [all = "", quoted, afterQuoted, plain = "", afterPlain] = cellOrEnd.exec(text) ?? [];
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"').trim());
    number += all.match(/\r\n|\r|\n/g)?.length ?? 0;
    if ((afterQuoted ?? afterPlain) === separator) continue;
    if (cells.some((cell) => cell !== "")) lines.push({ number: begin, cells });
    cells = [];
    begin = number;
  }
  return lines;
}
