/*
 * The words that services and clients all over the field have for the same few things, wherever an error or its answer has a code in words. These are
 * words and no facts: they are asked after every rule that knows its library.
 */
import type { Kind } from "../../core/failure/kind.ts";
import { isObject } from "../../core/is-object.ts";
import type { Link, Verdict } from "../shared/index.ts";
import { answersOf } from "./answers.ts";
import { kindOfWord, LONGEST_CODE } from "./code-in-words.ts";

/** Where errors, and the bodies of answers that they hold, keep a code in words; in the order in which they are believed. */
export const CODES: readonly string[] = ["code", "errorCode", "error_code", "errcode", "serverResponseCode"];
export const SORTS: readonly string[] = ["type", "kind", "reason"];
export const OF_ERROR: readonly string[] = [...CODES, ...SORTS, "error", "statusText"];
export const OF_ANSWER: readonly string[] = [...CODES, ...SORTS, "error", "status", "statusText"];
export const OF_ANYTHING: readonly string[] = [...CODES, "error"];

/** What the code in words means that the error or its answer has, and failing that, its name or the name of its class. */
export function vocabularyRule(link: Link): Verdict {
  const [byCode] = kindsOfCodes(link);
  if (byCode !== undefined) return byCode;
  for (const name of [link.name, link.text("constructor", "name")]) {
    const kind = isOfDom(name, link) ? "PERMANENT" : kindOfWord(nameOf(name));
    // What calls everything an error of the connection knows less than its cause.
    if (kind !== undefined && !(kind === "TRANSIENT" && isObject(link.read("cause")))) return kind;
  }
  return ONE_CODE.test(link.message) ? kindOfWord(link.message) : undefined;
}

/** A message that is nothing but a code: "rate_limited", "TOKEN_EXPIRED". One word alone is none. */
const ONE_CODE = /^[A-Za-z]+([_-][A-Za-z]+){1,8}$/;

/** What the codes in words mean: that of the error itself first, then those of the answer, nearest first. */
export function* kindsOfCodes(link: Link): Generator<Kind> {
  for (const { code, mayBeState } of codesIn(link)) {
    const kind = kindOfWord(code, mayBeState);
    if (kind !== undefined) yield kind;
  }
}

/** The codes in words themselves. */
export function* codesOf(link: Link): Generator<string> {
  for (const { code } of codesIn(link)) yield code;
}

interface Code {
  readonly code: string;
  /** Whether it stands where applications write what has become of a thing. */
  readonly mayBeState: boolean;
}

function* codesIn(link: Link): Generator<Code> {
  for (const { object, isAnswer } of answersOf(link))
    for (const field of object === link.error ? OF_ERROR : isAnswer ? OF_ANSWER : OF_ANYTHING) {
      const code = link.reader.read(object, field);
      if (typeof code === "string" && code.length <= LONGEST_CODE) yield { code, mayBeState: !isAnswer && SORTS.includes(field) };
    }
}

/** Storage is full, or more random bytes were wanted than there are at once: of the DOM, whose codes are numbers. Source: WebIDL, QuotaExceededError. */
const isOfDom = (name: string, link: Link): boolean => name === "QuotaExceededError" && link.read("code") === 22;

/** Of "RateLimitError[/channels]" the first part. */
const nameOf = (name: string): string => name.replace(/[^\w$].*/s, "");
