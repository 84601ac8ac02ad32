/*
 * The forms of a library's tables. Each groups what a library says by what it means; codes stand whole, with their names behind them
 * where the library gives numbers, so that a person can check them against the source that the table names.
 */
import type { ErrorClass } from "../../core/failure/error-class.ts";

/** Codes, names or numbers of errors, whole. */
export type Codes = Readonly<Partial<Record<ErrorClass, readonly (string | number)[]>>>;

/** The words with which a message begins. */
export type Beginnings = Readonly<Partial<Record<ErrorClass, readonly string[]>>>;

/** What to look for where a field is open-ended. The first pattern that matches counts. */
export type Patterns = Readonly<Partial<Record<ErrorClass, RegExp>>>;

export function classOfCode(codes: Codes, code: string | number): ErrorClass | undefined {
  for (const errorClass in codes) if (codes[errorClass as ErrorClass]?.includes(code)) return errorClass as ErrorClass;
  return undefined;
}

export function classOfBeginning(beginnings: Beginnings, message: string): ErrorClass | undefined {
  for (const errorClass in beginnings)
    if (beginnings[errorClass as ErrorClass]?.some((words) => message.startsWith(words))) return errorClass as ErrorClass;
  return undefined;
}

export function classOfPattern(patterns: Patterns, text: string): ErrorClass | undefined {
  for (const errorClass in patterns) if (patterns[errorClass as ErrorClass]?.test(text)) return errorClass as ErrorClass;
  return undefined;
}
