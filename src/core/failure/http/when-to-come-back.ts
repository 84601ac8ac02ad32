/*
 * When a server wants to be asked again: the one reader of it, for the headers of every answer and the metadata of
 * every client. The server's own word
 * counts first: the vendors' milliseconds, then RFC 9110's Retry-After. Where it says nothing, its limits do: the IETF's RateLimit fields
 * and the many spellings of x-ratelimit-reset. Of several limits those count that are used up, the last of them to reset; where none
 * says what remains, the first to reset is worth a try. What each value may be is in instant.ts.
 * Sources: RFC 9110 section 10.2.3; draft-ietf-httpapi-ratelimit-headers 03 to 10; the pages on rate limits of GitHub, Discord, OpenAI,
 * Anthropic and Azure.
 */
import type { Lookup } from "./headers.ts";
import { millisUntil, plainNumber } from "./instant.ts";
import type { WallClock } from "./wall-clock.ts";

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

const LIMIT_RESET = /(?:;t|reset)=(\d+)/;
const LIMIT_REMAINING = /(?:;r|remaining)=(\d+)/;

/** What the headers say outright, and failing that, what their limits say: milliseconds >= 0. */
export function comeBackMs(lookup: Lookup, clock: WallClock): number | undefined {
  return outrightMs(lookup, clock) ?? limitMs(lookup, clock);
}

/** What the server says outright. */
export function outrightMs(lookup: Lookup, clock: WallClock): number | undefined {
  for (const name of IN_MILLIS) {
    const millis = plainNumber(lookup(name));
    if (millis >= 0) return millis;
  }
  return millisUntil(lookup("retry-after"), clock);
}

/** Of services that refuse by 403 what is beyond a limit. OpenAI and Anthropic, whose headers go by other names, refuse it by 429. */
const REMAINING: readonly string[] = ["x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining"];

/** Whether nothing is left of the limit. */
export function nothingLeft(lookup: Lookup): boolean {
  return REMAINING.some((name) => lookup(name) === "0") || limitsIn(lookup).some(([, remaining]) => remaining === "0");
}

/** What its limits say. */
function limitMs(lookup: Lookup, clock: WallClock): number | undefined {
  let ms = soonest(limitsIn(lookup), clock);
  for (const names of RESETS)
    ms ??= soonest(
      names.map((name) => [lookup(name), lookup(remainingOf(name))]),
      clock,
    );
  return ms;
}

type Limit = readonly [reset: string | undefined, remaining: string | undefined];

/** `RateLimit`: "burst";r=0;t=30, "daily";r=50;t=3600, and before draft 08: limit=100, remaining=0, reset=30. */
function limitsIn(lookup: Lookup): readonly Limit[] {
  const limits = (lookup("ratelimit") ?? "").slice(0, 500).split(/,(?= *")/);
  return limits.map((limit) => [LIMIT_RESET.exec(limit)?.[1], LIMIT_REMAINING.exec(limit)?.[1]]);
}

/** The header that says what remains of a limit, beside the one that says when it resets. */
const remainingOf = (name: string): string => name.replace("reset", "remaining");

/** Of limits that are used up, the last to reset; where none is, the first. */
function soonest(limits: readonly Limit[], clock: WallClock): number | undefined {
  const times = (wanted: boolean): number[] =>
    limits
      .filter(([, remaining]) => !wanted || remaining === "0")
      .map(([reset]) => millisUntil(reset, clock))
      .filter((ms) => ms !== undefined);
  const usedUp = times(true);
  const all = times(false);
  return usedUp.length > 0 ? Math.max(...usedUp) : all.length > 0 ? Math.min(...all) : undefined;
}
