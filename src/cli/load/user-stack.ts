import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

/** Where this package lives: `dist/`, or `src/` when it runs from its sources. */
const ours = fileURLToPath(new URL("..", import.meta.url));

// A frame of Node's own, of this package (also of another copy of it), of what loads TypeScript; they tell nothing of the user's.
const frame = /^\s+at /;
const notTheirs = /\bnode:|[\\/]node_modules[\\/](redress|jiti|tsx)[\\/]|<anonymous>\)?$/;
const otherCopy = /[\\/]node_modules[\\/]redress[\\/]/;

/** The error as a person reads it, with what caused it, and of its stack only the frames of the user's code. */
export function theirStack(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return depth === 0 ? `Thrown: ${inspect(error)}` : inspect(error);
  const stack = String(error.stack ?? error)
    .split("\n")
    .filter((line) => !frame.test(line) || isTheirs(line))
    .join("\n");
  const inside: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const causes = error.cause === undefined ? inside : [error.cause, ...inside];
  // A chain of causes may be a circle.
  return depth === 5 ? stack : [stack, ...causes.map((cause) => `Caused by: ${theirStack(cause, depth + 1)}`)].join("\n");
}

/** A line of the user's code. */
export interface Place {
  /** As short as possible: relative to where the command runs. */
  readonly at: string;
  /** The line and its neighbours, with a mark; empty where the file cannot be read. */
  readonly frame: string;
}

/** The line of the user's code nearest to where the error was made, where the stack tells. */
export function theirPlace(error: Error): Place | null {
  const line = (error.stack ?? "").split("\n").find((candidate) => frame.test(candidate) && isTheirs(candidate));
  const found = line?.match(/\(?((?:file:\/\/|[A-Za-z]:\\|\/)[^()]*?):(\d+):(\d+)\)?$/);
  if (!found) return null;
  const [, place = "", row = "", column = ""] = found;
  const file = place.startsWith("file:") ? fileURLToPath(place) : place;
  return { at: `${relative(process.cwd(), file) || file}:${row}:${column}`, frame: codeFrame(file, Number(row), Number(column)) };
}

/** Whether code of this package, or of another copy of it, made the error: what it says is then addressed to the user. */
export function isThrownByUs(error: unknown): error is Error {
  const top = error instanceof Error ? (error.stack ?? "").split("\n").find((line) => frame.test(line)) : undefined;
  return top !== undefined && (isOurs(top) || otherCopy.test(top));
}

function isTheirs(line: string): boolean {
  return !notTheirs.test(line) && !isOurs(line);
}

const isOurs = (line: string): boolean => line.replace("file://", "").includes(ours);

function codeFrame(file: string, row: number, column: number): string {
  let lines: string[];
  try {
    lines = readFileSync(file, "utf8").trimEnd().split("\n");
  } catch {
    return "";
  }
  // What is refused mostly stands below the constructor.
  const first = Math.max(row - 1, 1);
  const last = Math.min(row + 4, lines.length);
  const gutter = String(last).length;
  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    out.push(`${number === row ? ">" : " "} ${String(number).padStart(gutter)} | ${lines[number - 1] ?? ""}`.trimEnd());
    if (number === row) out.push(`  ${" ".repeat(gutter)} | ${" ".repeat(Math.max(column - 1, 0))}^`);
  }
  return out.join("\n");
}
