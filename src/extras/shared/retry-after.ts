/*
 * When a server wants to be asked again: the one reader of it, for the headers and the metadata of every client. The server's own word
 * counts first: the vendors' milliseconds, then RFC 9110's Retry-After. Where it says nothing, its limits do: the IETF's RateLimit fields
 * and the many spellings of x-ratelimit-reset. Of several limits those count that are used up, the last of them to reset; where none
 * says what remains, the first to reset is worth a try. What each value may be is in instant.ts.
 * Sources: RFC 9110 section 10.2.3; draft-ietf-httpapi-ratelimit-headers 03 to 10; the pages on rate limits of GitHub, Discord, OpenAI,
 * Anthropic and Azure.
 */
import type { Classification } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { headerIn, headersIn, type Lookup } from "./headers.ts";
import { millisUntil } from "./instant.ts";

const IN_MILLIS = ["retry-after-ms", "x-ms-retry-after-ms", "x-amz-retry-after"];

// Each line is one service's or draft's way to say it: the first line that says something counts.
const RESETS: readonly (readonly string[])[] = [
  ["x-ratelimit-retry-after"],
  ["ratelimit-reset"],
  ["x-ratelimit-reset-after"],
  ["x-ratelimit-reset"],
  ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"],
  [
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-tokens-reset",
    "anthropic-ratelimit-input-tokens-reset",
    "anthropic-ratelimit-output-tokens-reset",
  ],
  ["x-rate-limit-reset"],
];

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
export function parseRetryAfter(headers: unknown, nowMs: number = Date.now()): number | undefined {
  if (typeof headers === "string") return millisUntil(headers, nowMs);
  const lookup = headersIn(headers);
  return outrightMs(lookup, nowMs) ?? limitMs(lookup, nowMs);
}

/** What the server says outright. */
function outrightMs(lookup: Lookup, nowMs: number): number | undefined {
  for (const name of IN_MILLIS) {
    const millis = Number(lookup(name) || undefined);
    if (millis >= 0) return millis;
  }
  return millisUntil(lookup("retry-after"), nowMs);
}

/** What its limits say. */
function limitMs(lookup: Lookup, nowMs: number): number | undefined {
  // "burst";r=0;t=30, "daily";r=50;t=3600, and before draft 08: limit=100, remaining=0, reset=30
  const limits = (lookup("ratelimit") ?? "").slice(0, 500).split(/,(?= *")/);
  const written = limits.map(
    (limit) => [/(?:;t|reset)=(\d+)/.exec(limit)?.[1], /(?:;r|remaining)=(\d+)/.exec(limit)?.[1]] as const,
  );
  let ms = soonest(written, nowMs);
  for (const names of RESETS)
    ms ??= soonest(
      names.map((name) => [lookup(name), lookup(name.replace("reset", "remaining"))]),
      nowMs,
    );
  return ms;
}

/** Of limits that are used up, the last to reset; where none is, the first. */
function soonest(
  limits: readonly (readonly [reset: string | undefined, remaining: string | undefined])[],
  nowMs: number,
): number | undefined {
  const times = (wanted: boolean): number[] =>
    limits
      .filter(([, remaining]) => !wanted || remaining === "0")
      .map(([reset]) => millisUntil(reset, nowMs))
      .filter((ms) => ms !== undefined);
  const usedUp = times(true);
  const all = times(false);
  return usedUp.length > 0 ? Math.max(...usedUp) : all.length > 0 ? Math.min(...all) : undefined;
}

/** What the headers, or the metadata, of an SDK's error say outright. */
export function retryAfterIn(headers: unknown): number | undefined {
  return outrightMs((name) => headerIn(headers, name), Date.now());
}

/** The class, with that delay. */
export function withRetryAfter(errorClass: ErrorClass, headers: unknown): ErrorClass | Classification {
  return withDelay(errorClass, retryAfterIn(headers));
}

/**
 * The same for an HTTP client's error, whose headers may be kept anywhere, and whose limits count too. They count for a 429 only: many
 * services send them with every answer, and a 503 does not end when the quota of the hour begins anew.
 */
export function withRetryAfterOrLimit(errorClass: ErrorClass, status: number, headers: unknown): ErrorClass | Classification {
  if (!headers) return errorClass;
  const delayMs = status === 429 ? parseRetryAfter(headers) : outrightMs(headersIn(headers), Date.now());
  return withDelay(errorClass, delayMs);
}

/** The class, with a delay where there is one. */
export function withDelay(errorClass: ErrorClass, retryAfterMs: number | undefined): ErrorClass | Classification {
  return retryAfterMs === undefined ? errorClass : { errorClass, retryAfterMs };
}
