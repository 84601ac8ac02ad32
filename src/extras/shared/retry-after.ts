/* When to come back, by the platform's time of day. The rules are in core/failure/http. */
import type { Classification } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { classifyAnswer } from "../../core/failure/http/answer.ts";
import { headerIn, headersIn } from "../../core/failure/http/headers.ts";
import { millisUntil } from "../../core/failure/http/instant.ts";
import { comeBackMs, outrightMs } from "../../core/failure/http/when-to-come-back.ts";
import { classificationWith, type Kind } from "../../core/failure/kind.ts";
import { wallClock } from "../../run/time/wall-clock.ts";

/**
 * How long the server asks to be left alone, in milliseconds (>= 0); `undefined` where the headers do not say.
 *
 * Reads `Retry-After` in seconds and in all three forms of HTTP dates, `retry-after-ms`, `x-ms-retry-after-ms` and `x-amz-retry-after`
 * in milliseconds, `RateLimit` and `RateLimit-Reset`, and the `x-ratelimit-reset` family in seconds, as an instant or as `1m30s`.
 *
 * @param headers `Headers`, anything else with `get`, a plain object in any case, a Map, an array of pairs or a flat one; or the value
 * of a `Retry-After` alone
 * @param nowMs the time that dates are compared with, in milliseconds since 1970; @default Date.now()
 * @example
 * import { parseRetryAfter } from "redress/extras";
 *
 * parseRetryAfter({ "Retry-After": "120" }); // 120000
 */
export function parseRetryAfter(headers: unknown, nowMs: number = wallClock.now()): number | undefined {
  const clock = { ...wallClock, now: () => nowMs };
  return typeof headers === "string" ? millisUntil(headers, clock) : comeBackMs(headersIn(headers), clock);
}

/** How long a duration or an instant in words is from now, in milliseconds. */
export const millisFromNow = (words: string | undefined): number | undefined => millisUntil(words, wallClock);

/**
 * What an SDK's error is, with the delay that its headers or metadata say outright. SDKs write the names in small letters, and know their service's
 * limits by its codes: so the rest of what headers may say is not read, which keeps their classifiers small.
 */
export function withRetryAfter(kind: Kind, headers: unknown): ErrorClass | Classification {
  return classificationWith(
    kind,
    outrightMs((name) => headerIn(headers, name), wallClock),
  );
}

/** What the error or the answer of any HTTP client is, with all that its headers say. */
export const withHeaders = (kind: Kind, headers: unknown): ErrorClass | Classification =>
  classifyAnswer(kind, headers, wallClock);
