/* The tables about a classifier: in the pages, and in the sources. */
import type { Classifier } from "redress";
import { classificationOf, type Kind } from "../../src/core/failure/kind.ts";
import type { Codes } from "../../src/extras/shared/index.ts";
import { bare, codeIn, tableBelow } from "./pages.ts";

/** The rows of a table about a classifier, each with its class, the codes that one of its columns names, and that cell. */
export function rowsOf(
  page: string,
  heading: string,
  column: string,
  nth = 0,
): (readonly [errorClass: string, codes: readonly string[], cell: string])[] {
  return tableBelow(`docs/${page}.md`, heading, nth).map((row) => {
    const cell = row[column] ?? "";
    return [bare(row["class"]), codeIn(cell), cell];
  });
}

/** The whole numbers in a cell; 5–7 stands for 5, 6 and 7. */
export function numbersIn(cell: string): number[] {
  return [...cell.matchAll(/(?<![\w.…-])(-?\d+)(?:–(\d+))?(?![\w…])/g)].flatMap(([, from = "", to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i),
  );
}

/** What a table of the sources says, as lines to compare: the class and the code. */
export const linesOf = (codes: Codes): string[] =>
  Object.entries(codes).flatMap(([kind, list]) => list.map((code) => `${classOfKind(kind as Kind)} ${code}`));

/** A timeout has a class like any other failure. */
export const classOfKind = (kind: Kind): string => given(classificationOf(kind));

export const given = (answer: ReturnType<Classifier>): string => (typeof answer === "string" ? answer : answer.errorClass);
