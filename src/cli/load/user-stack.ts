/* Error stacks as the user needs them: without the frames of Node, of this package, and of the loaders of TypeScript. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { codeFolder } from "../installation.ts";
import { codeFrame } from "./code-frame.ts";

const ours = fileURLToPath(codeFolder);

const frame = /^\s+at /;
const notUsers = /\bnode:|[\\/]node_modules[\\/](redress|jiti|tsx)[\\/]|<anonymous>\)?$/;
const otherCopy = /[\\/]node_modules[\\/]redress[\\/]/;

/** A chain of causes may be a circle: it is printed to this depth. */
const MOST_CAUSES = 5;

/** The error as a person reads it, with its causes; of its stack only the frames of the user's code. */
export function userStack(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return depth === 0 ? `Thrown: ${inspect(error)}` : inspect(error);
  const stack = String(error.stack ?? error)
    .split("\n")
    .filter((line) => !frame.test(line) || isUsers(line))
    .join("\n");
  const inside: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const causes = error.cause === undefined ? inside : [error.cause, ...inside];
  if (depth === MOST_CAUSES) return stack;
  return [stack, ...causes.map((cause) => `Caused by: ${userStack(cause, depth + 1)}`)].join("\n");
}

/** A line of the user's code. */
export interface Place {
  /** File, line and column; the path is relative to the working directory. */
  readonly at: string;
  /** The line and its neighbours, with a mark; empty where the file cannot be read. */
  readonly frame: string;
}

/** The line of the user's code nearest to where the error was made; `null` where the stack has none. */
export function userPlace(error: Error): Place | null {
  const line = (error.stack ?? "").split("\n").find((candidate) => frame.test(candidate) && isUsers(candidate));
  const found = line?.match(/\(?((?:file:\/\/|[A-Za-z]:\\|\/)[^()]*?):(\d+):(\d+)\)?$/);
  if (!found) return null;
  const [, place = "", row = "", column = ""] = found;
  const file = place.startsWith("file:") ? fileURLToPath(place) : place;
  return { at: `${relative(process.cwd(), file) || file}:${row}:${column}`, frame: codeFrame(file, Number(row), Number(column)) };
}

/** Whether code of this package, or of another copy of it, made the error: then its message is written for the user. */
export function isThrownByRedress(error: unknown): error is Error {
  const top = error instanceof Error ? (error.stack ?? "").split("\n").find((line) => frame.test(line)) : undefined;
  return top !== undefined && (isOurs(top) || otherCopy.test(top));
}

function isUsers(line: string): boolean {
  return !notUsers.test(line) && !isOurs(line);
}

const isOurs = (line: string): boolean => line.replace("file://", "").includes(ours);
