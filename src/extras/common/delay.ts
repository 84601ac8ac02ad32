/*
 * When to come back, where an error says it in a field or in words. The unit stands in the name: `retryAfterMs` is milliseconds,
 * `retryAfter` and `retry_after` are seconds as in HTTP's header (Slack, Telegram, most services), a text is whatever the header may be, and
 * what ends in "At" is an instant. A field that is no delay says nothing.
 */
import type { Classification } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { isObject } from "../../core/is-object.ts";
import { asText, type Link, millisFromNow, parseRetryAfter, type Rule } from "../shared/index.ts";
import { answersOf } from "./answers.ts";

export const IN_MILLIS: readonly string[] = [
  "retryAfterMs",
  "retry_after_ms",
  "retryAfterInMs",
  "retryAfterMillis",
  "retryAfterMilliseconds",
  "retryDelayMs",
  "msBeforeNext", // rate-limiter-flexible
  "nextRetryDelay", // Temporal
  "throttleReset", // imapflow
];

export const IN_SECONDS: readonly string[] = [
  "retryAfter",
  "retry_after",
  "retryAfterSeconds",
  "retry_after_seconds",
  "retryAfterSecs",
  "retryAfterSec",
  "retry-after",
  "retry_in_seconds",
  "retryInSeconds",
  "backoff_seconds", // nodes of Ethereum
];

/** When to try again. */
export const INSTANTS: readonly string[] = ["retryAt", "retry_at", "retryAfterAt"];

/** When something begins anew: of a rate limit, the limit; of anything else, a password or a trial. */
export const INSTANTS_AND_RESETS: readonly string[] = [...INSTANTS, "resetAt", "reset_at", "resetsAt"];

/** An error that nothing else is known of, and that says when to try again. A field that is 0 has never been set. */
export const delayRule: Rule = (link) => (Number(ownDelay(link)) > 0 ? "RATE_LIMIT" : undefined);

/** The delay in the error's own fields. */
export const ownDelay = (link: Link): number | undefined => delayIn(link, link.error, INSTANTS);

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
  for (const { object } of answers) {
    const delayMs = delayIn(link, object, INSTANTS_AND_RESETS);
    if (delayMs !== undefined) return delayMs;
  }
  for (const { object } of answers) {
    const headers = link.reader.read(object, "headers");
    const delayMs = isObject(headers) ? parseRetryAfter(headers) : undefined;
    if (delayMs !== undefined) return delayMs;
  }
  for (const { object } of answers)
    for (const name of TEXTS) {
      const text = link.reader.read(object, name);
      const delayMs = typeof text === "string" ? delayInWords(text.slice(0, LONGEST_TEXT)) : undefined;
      if (delayMs !== undefined) return delayMs;
    }
  return undefined;
}

function delayIn({ reader }: Link, object: object, instants: readonly string[]): number | undefined {
  for (const name of IN_MILLIS) {
    const delayMs = amount(reader.read(object, name), 1);
    if (delayMs !== undefined) return delayMs;
  }
  for (const name of IN_SECONDS) {
    const delayMs = amount(reader.read(object, name), 1_000);
    if (delayMs !== undefined) return delayMs;
  }
  for (const name of instants) {
    const delayMs = until(reader.read(object, name));
    if (delayMs !== undefined) return delayMs;
  }
  return undefined;
}

// No delay is as long: a greater number is an instant, in seconds or milliseconds since 1970.
const THIRTY_YEARS_MS = 1e12;

// Seconds since 1970, in 2001: a smaller number is no instant.
const FIRST_INSTANT = 1e9;

const NUMBER = /^\d+(\.\d+)?$/;

/** A number in its unit; a date; or a text, which is read as the header is. */
function amount(value: unknown, unitMs: number): number | undefined {
  const written = asText(value).trim();
  const delayMs = NUMBER.test(written) ? Number(written) * unitMs : (millisOf(AMOUNT.exec(written)?.[0]) ?? NaN);
  return delayMs < THIRTY_YEARS_MS ? delayMs : until(value);
}

/** An instant: a date, or a number since 1970. One that is decades away was not meant. */
function until(value: unknown): number | undefined {
  const written = asText(dateIn(value));
  const delayMs = Number(written) < FIRST_INSTANT ? NaN : (millisFromNow(written) ?? NaN);
  return delayMs < THIRTY_YEARS_MS ? delayMs : undefined;
}

/** A date in writing; anything else as it is. */
function dateIn(value: unknown): unknown {
  try {
    if (value instanceof Date) return value.toISOString();
  } catch {
    // An invalid date, or a proxy over one.
  }
  return value;
}

/** Where the error and the bodies of answers have their words. */
export const TEXTS: readonly string[] = ["message", "detail", "error", "description", "error_message"];
const LONGEST_TEXT = 500;

/*
 * "Please try again in 20s", "retry after 17" (Telegram), "Retry in 1.5 minutes", "wait 30 seconds", "try again in 6m0s" (OpenAI, Groq). A number without
 * a unit is of seconds where it is all that is said: "retry after 2026-01-01" is a date, "retry 3 of 5" counts.
 */
const IN_WORDS =
  /\b(?:(?:re-?try(?:ing)?|try|try again|available|resets?)(?: your request)?(?: again)?:? (?:in|after)|(?:request|do|send|try) (?:this|it)(?: again)? after|wait(?: for)?|re-?try[- ]after:)[: ]{1,2}(?:about |at least )?((?:\d{1,9}(?:\.\d{1,9})? ?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])(?: and |, | )?){1,6}|\d{1,9}(?:\.\d{1,9})?(?=$|[.,;!)](?:\s|$)| or\b))/i;

/* "5 seconds", as the package ms writes it. */
const AMOUNT = /^\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/i;

const AMOUNTS = /(\d+(?:\.\d+)?) ?(ms|mill|[smhd]?)/g;

/** By how the unit begins; a number without one is of seconds. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, mill: 1, "": 1e3, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

const delayInWords = (message: string): number | undefined => millisOf(IN_WORDS.exec(message)?.[1]);

/** A delay of nothing is what a program fills in that was not told any. */
function millisOf(amounts: string | undefined): number | undefined {
  if (amounts === undefined) return undefined;
  let delayMs = 0;
  for (const [, number, unit] of amounts.toLowerCase().matchAll(AMOUNTS))
    delayMs += Number(number) * (UNITS[unit as string] as number);
  return delayMs > 0 && delayMs < THIRTY_YEARS_MS ? delayMs : undefined;
}
