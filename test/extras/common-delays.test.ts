/* When to come back: what a field, a header or a text says of it, to the millisecond, and what is no delay. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ErrorReader } from "../../src/core/failure/chain.ts";
import type { Classification } from "../../src/core/failure/classification.ts";
import type { ErrorClass } from "../../src/core/failure/error-class.ts";
import { delayRule, IN_MILLIS, IN_SECONDS, INSTANTS, ownDelay, TEXTS, withDelay } from "../../src/extras/common/delay.ts";
import { Link } from "../../src/extras/shared/index.ts";

const NOW = Date.UTC(2026, 0, 1);

const linkTo = (error: object): Link => new Link(error, new ErrorReader());

/** The delay that a rate limit takes from an error, wherever it stands. */
function delayOf(error: object): number | undefined {
  const answer = withDelay("RATE_LIMIT", linkTo(error));
  return typeof answer === "string" ? undefined : answer.retryAfterMs;
}

const delayInWords = (message: string): number | undefined => delayOf({ message });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a field", () => {
  test.each(IN_MILLIS)("%s is in milliseconds", (name) => {
    expect(ownDelay(linkTo({ [name]: 30 }))).toBe(30);
  });

  test.each(IN_SECONDS)("%s is in seconds", (name) => {
    expect(ownDelay(linkTo({ [name]: 30 }))).toBe(30_000);
  });

  test.each(INSTANTS)("%s is an instant", (name) => {
    expect(ownDelay(linkTo({ [name]: NOW + 30 }))).toBe(30);
  });

  test.each(["resetAt", "reset_at", "resetsAt"])("%s is an instant of a rate limit only", (name) => {
    expect(delayOf({ [name]: NOW + 30 })).toBe(30);
    expect(ownDelay(linkTo({ [name]: NOW + 30 }))).toBeUndefined();
  });

  test("in milliseconds outweighs one in seconds, and that an instant", () => {
    expect(ownDelay(linkTo({ retryAt: NOW + 1, retryAfter: 2, retryAfterMs: 3 }))).toBe(3);
    expect(ownDelay(linkTo({ retryAt: NOW + 1, retryAfter: 2 }))).toBe(2_000);
  });

  test("that says nothing leaves it to the next", () => {
    expect(ownDelay(linkTo({ retryAfterMs: "soon", retryDelayMs: 3 }))).toBe(3);
    expect(ownDelay(linkTo({ retryAfterMs: "soon", retryAfter: "soon", retryAfterSec: 3 }))).toBe(3_000);
    expect(ownDelay(linkTo({ retryAfter: -1, retryAt: "soon", retry_at: NOW + 3 }))).toBe(3);
    expect(ownDelay(linkTo({}))).toBeUndefined();
  });
});

describe("an amount", () => {
  test.each<[string | number, number]>([
    [0, 0],
    [30, 30],
    ["30", 30],
    [" 30 ", 30],
    ["30.25", 30.25],
    [1e12 - 1, 1e12 - 1],
    ["5 ms", 5],
    ["5ms", 5],
    ["1 millisecond", 1],
    ["5 milliseconds", 5],
    ["5s", 5_000],
    ["5 s", 5_000],
    ["1 sec", 1_000],
    ["5 secs", 5_000],
    ["5secs", 5_000],
    ["1 second", 1_000],
    ["30 seconds", 30_000],
    ["1.25 seconds", 1_250],
    ["5 SECONDS", 5_000],
    ["5 m", 300_000],
    ["1 min", 60_000],
    ["5 mins", 300_000],
    ["1 minute", 60_000],
    ["5 minutes", 300_000],
    ["5 h", 18_000_000],
    ["1 hr", 3_600_000],
    ["5 hrs", 18_000_000],
    ["1 hour", 3_600_000],
    ["5 hours", 18_000_000],
    ["5 d", 432_000_000],
    ["1 day", 86_400_000],
    ["5 days", 432_000_000],
    ["1m30s", 90_000],
  ])("%j is read", (value, delayMs) => {
    expect(ownDelay(linkTo({ retryAfterMs: value }))).toBe(delayMs);
  });

  test.each<[unknown]>([
    ["-30"],
    [""],
    ["in 5 seconds"],
    ["5 seconds or so"],
    ["0 seconds"],
    ["5 weeks"],
    ["5."],
    ["0x10"],
    ["1e3"],
    ["1000000000 seconds"],
    [true],
    [null],
    [["5"]],
  ])("%j is none", (value) => {
    expect(ownDelay(linkTo({ retryAfterMs: value }))).toBeUndefined();
  });

  test("that no delay is as great as is an instant", () => {
    expect(ownDelay(linkTo({ retryAfterMs: 1e12 }))).toBe(0);
    expect(ownDelay(linkTo({ retryAfter: NOW / 1_000 + 5 }))).toBe(5_000);
    expect(ownDelay(linkTo({ retryAfter: NOW + 5 }))).toBe(5);
  });
});

describe("an instant", () => {
  test.each<[string, unknown, number]>([
    ["milliseconds since 1970", NOW + 5, 5],
    ["seconds since 1970", NOW / 1_000 + 5, 5_000],
    ["the same in writing", ` ${NOW / 1_000 + 5} `, 5_000],
    ["a fraction of them", NOW / 1_000 + 5.25, 5_250],
    ["a date", new Date(NOW + 5), 5],
    ["a date in writing", "2026-01-01T00:00:10+00:00", 10_000],
    ["a date of HTTP", "Thu, 01 Jan 2026 00:00:10 GMT", 10_000],
    ["what is past", new Date(NOW - 5), 0],
    ["the first number that may be one", 1e9, 0],
    ["the last that is near enough", NOW + 1e12 - 1, 1e12 - 1],
  ])("may be %s", (_what, retryAt, delayMs) => {
    expect(ownDelay(linkTo({ retryAt }))).toBe(delayMs);
  });

  test.each<[string, unknown]>([
    ["a small number", 5],
    ["a small number in writing", " 5 "],
    ["the number before the first", 1e9 - 1],
    ["a fraction with many digits", "1.1767225605"],
    ["no text", ""],
    ["a word", "soon"],
    ["decades away", NOW + 1e12],
    ["no date", new Date(NaN)],
    ["a proxy over a date", new Proxy(new Date(NOW + 5), {})],
    ["what only writes like a date", { toISOString: () => "2026-01-01T00:00:10Z" }],
    ["a date that writes something else", Object.assign(new Date(NOW + 5), { toISOString: () => ({}) })],
  ])("is not %s", (_what, retryAt) => {
    expect(ownDelay(linkTo({ retryAt }))).toBeUndefined();
  });
});

describe("an error that says nothing else", () => {
  test("is a rate limit where it says when to try again, and not where that is at once", () => {
    expect(delayRule(linkTo({ retryAfterMs: 1 }))).toBe("RATE_LIMIT");
    expect(delayRule(linkTo({ retryAfterMs: 0 }))).toBeUndefined();
    expect(delayRule(linkTo({}))).toBeUndefined();
  });

  test("is none for a limit that begins anew, or for what it holds", () => {
    expect(delayRule(linkTo({ resetAt: NOW + 5 }))).toBeUndefined();
    expect(delayRule(linkTo({ body: { retryAfter: 5 } }))).toBeUndefined();
  });
});

describe("an answer", () => {
  type Answer = ErrorClass | Classification;
  const own = { retryAfter: 5 };
  const deeper = { body: { retryAfter: 5 }, resetAt: NOW + 5_000, message: "retry after 5" };

  test("that has a delay keeps it", () => {
    const answer: Answer = { errorClass: "RATE_LIMIT", retryAfterMs: 0 };
    expect(withDelay(answer, linkTo(own))).toBe(answer);
  });

  test("gets one that waiting may cure: a rate limit from anywhere, a server's error from its own fields", () => {
    expect(withDelay("RATE_LIMIT", linkTo(own))).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 5_000 });
    expect(withDelay("RATE_LIMIT", linkTo(deeper))).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 5_000 });
    expect(withDelay("SERVER_ERROR", linkTo(own))).toEqual({ errorClass: "SERVER_ERROR", retryAfterMs: 5_000 });
    expect(withDelay("SERVER_ERROR", linkTo(deeper))).toBe("SERVER_ERROR");
  });

  test("keeps what else it says", () => {
    expect(withDelay({ errorClass: "SERVER_ERROR", timeout: true }, linkTo(own))).toEqual({
      errorClass: "SERVER_ERROR",
      timeout: true,
      retryAfterMs: 5_000,
    });
  });

  test.each<ErrorClass>(["PERMANENT", "AUTH", "PERMISSION", "CONCURRENCY", "TRANSIENT", "UNKNOWN"])(
    "of the class %s has none",
    (errorClass) => {
      expect(withDelay(errorClass, linkTo(own))).toBe(errorClass);
      const answer: Answer = { errorClass };
      expect(withDelay(answer, linkTo(own))).toBe(answer);
    },
  );

  test("stays itself where nothing says a delay", () => {
    const answer: Answer = { errorClass: "RATE_LIMIT" };
    expect(withDelay(answer, linkTo({}))).toBe(answer);
    expect(withDelay("RATE_LIMIT", linkTo({}))).toBe("RATE_LIMIT");
  });
});

describe("a rate limit asks", () => {
  const words = { message: "retry after 1" };
  const headers = { headers: { "retry-after": "2" } };
  const field = { retryAfter: 3 };

  test("fields first, then headers, then words, each of the error and then of what it holds", () => {
    expect(delayOf({ ...words, err: { ...headers, err: field } })).toBe(3_000);
    expect(delayOf({ ...words, err: { err: headers } })).toBe(2_000);
    expect(delayOf({ message: "m", err: { message: "n", err: words } })).toBe(1_000);
    expect(delayOf({ retryAfter: 4, err: field })).toBe(4_000);
  });

  test("headers that are kept somehow, and no text or number in their place", () => {
    expect(delayOf({ err: { headers: new Headers(headers.headers) } })).toBe(2_000);
    expect(delayOf({ headers: "2" })).toBeUndefined();
    expect(delayOf({ headers: 2 })).toBeUndefined();
    expect(delayOf({ headers: {}, err: headers })).toBe(2_000);
  });

  test.each(TEXTS)("the words in %s", (name) => {
    expect(delayOf({ [name]: "retry after 1" })).toBe(1_000);
    expect(delayOf({ [name]: { toString: () => "retry after 1" } })).toBeUndefined();
    expect(delayOf({ [name]: 5 })).toBeUndefined();
  });

  test("the beginning of a text, of five hundred characters", () => {
    const text = (length: number): string => "retry in 5 h".padStart(length, " ");
    expect(delayOf({ detail: text(500) })).toBe(18_000_000);
    expect(delayOf({ detail: text(501) })).toBeUndefined();
  });
});

describe("the words of a delay", () => {
  test.each<[string, number]>([
    ["retry in 5", 5_000],
    ["re-try in 5", 5_000],
    ["retrying in 5", 5_000],
    ["try in 5", 5_000],
    ["try again in 5", 5_000],
    ["try your request again in 5", 5_000],
    ["try again your request in 5", 5_000],
    ["retry again in 5", 5_000],
    ["try us again in 5", NaN],
    ["retry your request in 5", 5_000],
    ["available in 5", 5_000],
    ["reset in 5", 5_000],
    ["resets in 5", 5_000],
    ["resets after 5", 5_000],
    ["retry: in 5", 5_000],
    ["Retry After 5", 5_000],
    ["do this after 5", 5_000],
    ["do it again after 5", 5_000],
    ["request this after 5", 5_000],
    ["send it after 5", 5_000],
    ["try it again after 5", 5_000],
    ["repeat it after 5", NaN],
    ["wait 5", 5_000],
    ["wait for 5", 5_000],
    ["await 5", NaN],
    ["retry-after: 5", 5_000],
    ["retry after: 5", 5_000],
    ["re-try-after: 5", 5_000],
    ["retry_after: 5", NaN],
    ["retry-after 5", NaN],
    ["retry after::5", 5_000],
    ["retry after:::5", 5_000],
    ["retry in: 5", 5_000],
    ["retry in:: 5", NaN],
    ["retry after5", NaN],
    ["retry after/5", NaN],
    ["retry in about 5", 5_000],
    ["retry in at least 5", 5_000],
    ["retry in exactly 5", NaN],
    ["please, retry in 5", 5_000],
    ["entry in 5", NaN],
  ])("may be: %s", (message, delayMs) => {
    expect(delayInWords(message) ?? NaN).toBe(delayMs);
  });

  test.each<[string, number]>([
    ["5ms", 5],
    ["1 millisecond", 1],
    ["5 milliseconds", 5],
    ["30s", 30_000],
    ["5 s", 5_000],
    ["1 sec", 1_000],
    ["5 secs", 5_000],
    ["1 second", 1_000],
    ["5 seconds", 5_000],
    ["1.25 seconds", 1_250],
    ["5m", 300_000],
    ["1 min", 60_000],
    ["5 mins", 300_000],
    ["1 minute", 60_000],
    ["5 minutes", 300_000],
    ["5h", 18_000_000],
    ["1 hr", 3_600_000],
    ["5 hrs", 18_000_000],
    ["1 hour", 3_600_000],
    ["5 hours", 18_000_000],
    ["5d", 432_000_000],
    ["1 day", 86_400_000],
    ["5 days", 432_000_000],
    ["5 SECONDS", 5_000],
    ["1m30s", 90_000],
    ["1m 30s", 90_000],
    ["1 minute, 30 seconds", 90_000],
    ["1 minute and 30 seconds", 90_000],
    ["1d 1h 1m 1s 1ms 1ms", 90_061_002],
    ["1d 1h 1m 1s 1ms 1ms 1ms", 90_061_002],
    ["5 seconds or more", 5_000],
    ["5 seconds.", 5_000],
    ["5 secondsof", NaN],
    ["5 sheep", NaN],
    ["0 seconds", NaN],
    ["999999999s", 999_999_999_000],
    ["999999999s 1s", NaN],
    ["1000000000s", NaN],
  ])("may have units: in %s", (amount, delayMs) => {
    expect(delayInWords(`retry in ${amount}`) ?? NaN).toBe(delayMs);
  });

  test.each<[string, number]>([
    ["30", 30_000],
    ["1.25", 1_250],
    ["30.", 30_000],
    ["30. Then", 30_000],
    ["30, then", 30_000],
    ["30; then", 30_000],
    ["30! Then", 30_000],
    ["30)", 30_000],
    ["30 or later", 30_000],
    ["30 orders", NaN],
    ["30 other", NaN],
    ["30-40", NaN],
    ["30,000", NaN],
    ["30:40", NaN],
    ["30: then", NaN],
    ["30 then", NaN],
    ["30.x", NaN],
    ["0", NaN],
  ])("may be a number alone, of seconds: in %s", (amount, delayMs) => {
    expect(delayInWords(`retry in ${amount}`) ?? NaN).toBe(delayMs);
  });
});
