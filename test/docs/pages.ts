import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
export const read = (file: string): string => readFileSync(join(root, file), "utf8");
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => `${folder}/${file}`)
    .filter((file) => file.endsWith(ending))
    .sort();

export const pages: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...filesIn("docs", ".md"),
];
/** Those of integrations need their libraries: test/services/pages.test.ts runs them. */
export const examples: readonly string[] = filesIn("examples", ".ts").filter(
  (file) => !/^examples.(clients|queues|servers|telemetry|testing)/.test(file),
);
export const sources: readonly string[] = filesIn("src", ".ts");

/** A piece of code in a page, or in the JSDoc of a source. */
export interface Snippet {
  readonly file: string;
  /** The line of its first line of code, 1-based. */
  readonly line: number;
  readonly code: string;
  /** A whole program, or statements that need names from around them. */
  readonly kind: "program" | "fragment";
  /** What it must print: the `text` block that follows a program. */
  readonly prints: string | null;
}

/** The `ts` and `ts fragment` blocks of a page. */
export function blocksOf(file: string): Snippet[] {
  const page = read(file);
  const fences = [...page.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)];
  return fences.flatMap(([, info = "", code = ""], index) => {
    if (info !== "ts" && info !== "ts fragment") return [];
    const [, next, output = ""] = fences[index + 1] ?? [];
    const line = page.slice(0, fences[index]?.index).split("\n").length + 1;
    const kind = info === "ts" ? "program" : "fragment";
    return [{ file, line, code, kind, prints: kind === "program" && next === "text" ? output : null }];
  });
}

/** The rows of the first table below a heading, each by the names of its columns, as they stand there. */
export function tableBelow(file: string, heading: string, nth = 0): Record<string, string>[] {
  const [, section] = read(file).split(new RegExp(`^#+ ${heading}$`, "m"));
  if (section === undefined) throw new Error(`${file} has no heading "${heading}".`);
  const tables = section.split(/^#+ /m)[0]?.match(/(^\|.*\n)+/gm) ?? [];
  const [head, , ...rows] = (tables[nth] ?? "").trimEnd().split("\n").map(cellsOf);
  if (head === undefined || rows.length === 0) throw new Error(`${file} has no table ${nth} below "${heading}".`);
  return rows.map((cells) => Object.fromEntries(head.map((column, i) => [column, cells[i] ?? ""])));
}

const cellsOf = (row: string): string[] =>
  row
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

/** One column of a table, without the marks of code. */
export function column(rows: readonly Record<string, string>[], name: string): string[] {
  return rows.map((row) => bare(row[name]));
}

export const bare = (cell = ""): string => cell.replaceAll("`", "");

/** The words in a cell that are marked as code. */
export const codeIn = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
