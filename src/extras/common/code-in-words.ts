/*
 * What one code in words means. It is compared without its case, its spaces and its signs, so that "rate_limited", "RateLimited" and "rate-limited" are
 * one word; of "storage/unauthorized" and "Neo.ClientError.Statement.SyntaxError" the last part counts, of a longer code its end, and of a name what
 * stands before Error or Exception.
 */
import type { Kind } from "../../core/failure/kind.ts";
import type { Codes } from "../shared/index.ts";
import { NEGATIONS, NEVER_LAST, STATES, WORDS, WORDS_BEFORE_ERROR } from "./words.ts";

// Built when the first error comes that nothing else knows.
let kinds: ReadonlyMap<string, Kind> | undefined;
let kindsBeforeError: ReadonlyMap<string, Kind> | undefined;

const byWord = (codes: Codes): ReadonlyMap<string, Kind> =>
  new Map(Object.entries(codes).flatMap(([kind, words]) => words.map((word) => [`${word}`, kind as Kind] as const)));

/** A code that is longer is a sentence. */
export const LONGEST_CODE = 80;

/**
 * What the whole code says, and failing that, the end of it: "id-token-expired", "StripeRateLimitError". Where it may be what has become of a thing, a
 * whole code that is a state says nothing.
 */
export function kindOfWord(code: string, mayBeState = false): Kind | undefined {
  if (code.length > LONGEST_CODE) return undefined;
  kinds ??= byWord(WORDS);
  kindsBeforeError ??= byWord(WORDS_BEFORE_ERROR);
  const { words, isError } = lastPart(code);
  if (mayBeState && !isError && STATES.includes(words.join(""))) return undefined;
  for (const index of words.keys()) {
    const end = words.slice(index).join("");
    const kind = kinds.get(end) ?? (isError ? kindsBeforeError.get(end) : undefined);
    if (kind === undefined || NEGATIONS.includes(words[index - 1] as string)) continue;
    if (index === 0 || !NEVER_LAST.includes(end)) return kind;
  }
  return undefined;
}

/** The words that only say that it is an error, at the beginning or the end of a code. */
const ERROR_FIRST = /^(err|error)[^a-z]/i;
const ERROR_LAST = /(err|errors?|exception)$/i;

/** A word begins after a sign, and where a capital follows a small letter. */
const WORD = /[A-Z]+[a-z]*|[a-z]+/g;

interface LastPart {
  readonly words: readonly string[];
  readonly isError: boolean;
}

/** The words of the last part of a code, in small letters, and whether it is called an error. */
function lastPart(code: string): LastPart {
  const from = Math.max(code.lastIndexOf("/"), code.lastIndexOf("."), code.lastIndexOf(":")) + 1;
  const whole = code.slice(from);
  const part = whole.replace(ERROR_FIRST, "").replace(ERROR_LAST, "");
  const words = Array.from(part.matchAll(WORD), ([word]) => word.toLowerCase());
  // Codes of a service have its name before them: "functions/internal".
  return { words, isError: part !== whole || from > 0 };
}
