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

/**
 * What the whole code says, and failing that, the end of it: "id-token-expired", "StripeRateLimitError". Where it may be what has become of a thing, a
 * whole code that is a state says nothing.
 */
export function kindOfWord(code: string, mayBeState = false): Kind | undefined {
  kinds ??= byWord(WORDS);
  kindsBeforeError ??= byWord(WORDS_BEFORE_ERROR);
  const { letters, starts, isError } = lastPart(code);
  if (mayBeState && !isError && STATES.includes(letters)) return undefined;
  for (const [index, start] of starts.entries()) {
    const word = letters.slice(start);
    const kind = kinds.get(word) ?? (isError ? kindsBeforeError.get(word) : undefined);
    if (kind === undefined) continue;
    const before = letters.slice(starts[index - 1] ?? 0, start);
    if (!NEGATIONS.includes(before) && (start === 0 || !NEVER_LAST.includes(word))) return kind;
  }
  return undefined;
}

/** The words that only say that it is an error, at the beginning or the end of a code. */
const ERROR_FIRST = /^(err|error)[^a-z]/i;
const ERROR_LAST = /(err|errors?|exception)$/i;

interface LastPart {
  readonly letters: string;
  readonly starts: readonly number[];
  readonly isError: boolean;
}

/** The letters of the last part of a code, small, where in them a word begins, and whether it is called an error. */
function lastPart(code: string): LastPart {
  const from = Math.max(code.lastIndexOf("/"), code.lastIndexOf("."), code.lastIndexOf(":")) + 1;
  const whole = code.slice(from);
  const part = whole.replace(ERROR_FIRST, "").replace(ERROR_LAST, "");
  const starts: number[] = [];
  let letters = "";
  let before = "";
  for (const sign of part) {
    if (isLetter(sign)) {
      // A word begins after a sign, and where a capital follows a small letter.
      if (!isLetter(before) || (isSmall(before) && !isSmall(sign))) starts.push(letters.length);
      letters += sign.toLowerCase();
    }
    before = sign;
  }
  // Codes of a service have its name before them: "functions/internal".
  return { letters, starts, isError: part !== whole || from > 0 };
}

const isSmall = (sign: string): boolean => sign >= "a" && sign <= "z";
const isLetter = (sign: string): boolean => isSmall(sign) || (sign >= "A" && sign <= "Z");
