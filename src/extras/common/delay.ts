/*
 * When to come back, where an error says it in a field or in words. The unit stands in the name: `retryAfterMs` is milliseconds,
 * `retryAfter` and `retry_after` are seconds as in HTTP's header (Slack, Telegram, most services), a text is whatever the header may be, and
 * what ends in "At" is an instant. A field that is no delay says nothing.
 */
import type { Classification } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { asText, type Link, millisFromNow } from "../shared/index.ts";

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
];

const INSTANTS: readonly string[] = ["retryAt", "retry_at", "retryAfterAt", "resetAt", "reset_at", "resetsAt"];

/** Where libraries keep the answer of the service, besides the error itself. */
const PLACES: readonly (readonly string[])[] = [
  ["parameters"], // Telegram
  ["response"],
  ["response", "parameters"],
  ["response", "body"],
  ["response", "body", "parameters"],
  ["response", "data"],
  ["response", "data", "error"],
  ["response", "data", "parameters"],
  ["data"],
  ["body"],
  ["error"],
  ["rawError"], // Discord
  ["details"],
  ["extensions"],
];

/** Of these classes, an error's own fields are asked for a delay; of a RATE_LIMIT, all that it holds of the answer, and its words. */
const MAY_WAIT: readonly ErrorClass[] = ["SERVER_ERROR", "TRANSIENT"];

/** The answer, with the delay in milliseconds that the error carries, where the answer has none. */
export function withDelay(answer: ErrorClass | Classification, link: Link): ErrorClass | Classification {
  const known: Classification = typeof answer === "string" ? { errorClass: answer } : answer;
  if (known.retryAfterMs !== undefined) return answer;
  const limited = known.errorClass === "RATE_LIMIT";
  if (!limited && !MAY_WAIT.includes(known.errorClass)) return answer;
  const own = delayIn(link, link.error);
  const retryAfterMs = limited ? (own ?? delayInPlaces(link) ?? delayInWords(link.message)) : own;
  return retryAfterMs === undefined ? answer : { ...known, retryAfterMs };
}

function delayInPlaces(link: Link): number | undefined {
  for (const place of PLACES) {
    let value: unknown = link.error;
    for (const key of place) value = typeof value === "object" ? link.reader.read(value, key) : undefined;
    const delayMs = typeof value === "object" && value !== null ? delayIn(link, value) : undefined;
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
