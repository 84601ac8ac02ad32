/*
 * When to come back, where an error says it in a field or in words. The unit stands in the name: `retryAfterMs` is milliseconds,
 * `retryAfter` and `retry_after` are seconds as in HTTP's header (Slack, Telegram, most services), a text is whatever the header may be, and
 * what ends in "At" is an instant. A field that is no delay says nothing.
 */
import type { Classification } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { asText, type Link, millisFromNow, type Rule } from "../shared/index.ts";
import { answersOf } from "./answers.ts";

const IN_MILLIS: readonly string[] = [
  "retryAfterMs",
  "retry_after_ms",
  "retryAfterInMs",
  "retryAfterMillis",
  "retryAfterMilliseconds",
  "retryDelayMs",
  "msBeforeNext", // rate-limiter-flexible
  "nextRetryDelay", // Temporal
];

const IN_SECONDS: readonly string[] = [
  "retryAfter",
  "retry_after",
  "retryAfterSeconds",
  "retry_after_seconds",
  "retryAfterSecs",
  "retryAfterSec",
  "retry-after",
  "retry_in_seconds",
  "retryInSeconds",
];

const INSTANTS: readonly string[] = ["retryAt", "retry_at", "retryAfterAt", "resetAt", "reset_at", "resetsAt"];

/** An error that nothing else is known of, and that says when to come back. */
export const delayRule: Rule = (link) => (ownDelay(link) === undefined ? undefined : "RATE_LIMIT");

/** The delay in the error's own fields. */
export const ownDelay = (link: Link): number | undefined => delayIn(link, link.error);

/**
 * The answer, with the delay in milliseconds that the error carries, where the answer has none. A RATE_LIMIT may say it anywhere in what the
 * error holds of the answer, or in words; a SERVER_ERROR in the error's own fields.
 */
export function withDelay(answer: ErrorClass | Classification, link: Link): ErrorClass | Classification {
  const known: Classification = typeof answer === "string" ? { errorClass: answer } : answer;
  if (known.retryAfterMs !== undefined) return answer;
  const { errorClass } = known;
  const retryAfterMs =
    errorClass === "RATE_LIMIT" ? delayAnywhere(link) : errorClass === "SERVER_ERROR" ? ownDelay(link) : undefined;
  return retryAfterMs === undefined ? answer : { ...known, retryAfterMs };
}

function delayAnywhere(link: Link): number | undefined {
  const answers = answersOf(link);
  for (const answer of answers) {
    const delayMs = delayIn(link, answer);
    if (delayMs !== undefined) return delayMs;
  }
  for (const answer of answers)
    for (const name of TEXTS) {
      const text = link.reader.read(answer, name);
      const delayMs = typeof text === "string" ? delayInWords(text.slice(0, LONGEST_TEXT)) : undefined;
      if (delayMs !== undefined) return delayMs;
    }
  return undefined;
}

function delayIn({ reader }: Link, object: object): number | undefined {
  for (const name of IN_MILLIS) {
    const delayMs = amount(reader.read(object, name), 1);
    if (delayMs !== undefined) return delayMs;
  }
  for (const name of IN_SECONDS) {
    const delayMs = amount(reader.read(object, name), 1_000);
    if (delayMs !== undefined) return delayMs;
  }
  for (const name of INSTANTS) {
    const value = reader.read(object, name);
    const delayMs = value instanceof Date ? fromDate(value) : millisFromNow(asText(value));
    if (delayMs !== undefined) return delayMs;
  }
  return undefined;
}

/** A number in its unit; a date; or a text, which is read as the header is. */
function amount(value: unknown, unitMs: number): number | undefined {
  if (typeof value === "number") return value >= 0 && value < Infinity ? value * unitMs : undefined;
  if (value instanceof Date) return fromDate(value);
  if (typeof value !== "string") return undefined;
  const number = value === "" ? NaN : Number(value);
  return number >= 0 ? number * unitMs : (millisFromNow(value) ?? millisOf(AMOUNT.exec(value)?.[0]));
}

function fromDate(date: Date): number | undefined {
  return Number.isNaN(date.getTime()) ? undefined : millisFromNow(date.toISOString());
}

/** Where the error and the bodies of answers have their words. */
const TEXTS: readonly string[] = ["message", "detail", "error", "description", "error_message"];
const LONGEST_TEXT = 500;

/* "Please try again in 20s", "retry after 17" (Telegram), "Retry in 1.5 minutes", "wait 30 seconds", "try again in 6m0s" (OpenAI, Groq). */
const IN_WORDS =
  /\b(?:re-?try|try again|wait|available|resets?)\b(?: your request| again| in| after| for|:)*:? (?:about )?((?:\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)(?![a-z]))+|\d+(?:\.\d+)?)/i;

/* "5 seconds", as the package ms writes it. */
const AMOUNT = /^\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)$/i;

const AMOUNTS = /(\d+(?:\.\d+)?) ?([a-z]*)/gi;

/** By how the unit begins; a number without one is of seconds. */
const UNITS: readonly (readonly [unit: RegExp, ms: number])[] = [
  [/^(ms|mill)/i, 1],
  [/^m/i, 60_000],
  [/^h/i, 3_600_000],
  [/^s?/i, 1_000],
];

const delayInWords = (message: string): number | undefined => millisOf(IN_WORDS.exec(message)?.[1]);

function millisOf(amounts: string | undefined): number | undefined {
  if (amounts === undefined) return undefined;
  let delayMs = 0;
  for (const [, number, unit = ""] of amounts.matchAll(AMOUNTS))
    delayMs += Number(number) * (UNITS.find(([pattern]) => pattern.test(unit))?.[1] as number);
  return delayMs;
}
