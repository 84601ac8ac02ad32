/*
 * The forms of a library's tables. Each groups what a library says by what it means; codes stand whole, with their names behind them
 * where the library gives numbers, so that a person can check them against the source that the table names. TIMEOUT is TRANSIENT after a wait that was given up: by
 * the client, or by a server that cancelled what took too long. To wait for a lock is none: that is about another transaction.
 */
import type { Kind } from "../../core/failure/kind.ts";

/** Codes, names or numbers of errors, whole. */
export type Codes = Readonly<Partial<Record<Kind, readonly (string | number)[]>>>;

/** The words with which a message begins. */
export type Beginnings = Readonly<Partial<Record<Kind, readonly string[]>>>;

/** What to look for where a field is open-ended. The first pattern that matches counts. */
export type Patterns = Readonly<Partial<Record<Kind, RegExp>>>;

export function kindOfCode(codes: Codes, code: string | number): Kind | undefined {
  for (const kind in codes) if ((codes[kind as Kind] as readonly unknown[]).includes(code)) return kind as Kind;
  return undefined;
}

export function kindOfBeginning(beginnings: Beginnings, message: string): Kind | undefined {
  for (const kind in beginnings)
    if ((beginnings[kind as Kind] as readonly string[]).some((words) => message.startsWith(words))) return kind as Kind;
  return undefined;
}

export function kindOfPattern(patterns: Patterns, text: string): Kind | undefined {
  for (const kind in patterns) if ((patterns[kind as Kind] as RegExp).test(text)) return kind as Kind;
  return undefined;
}
