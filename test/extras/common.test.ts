/* What universalClassifier knows of libraries that it does not know: facts under other names, and words. */
import type { ErrorClass } from "redress";
import { describeError, universalClassifier } from "redress/extras";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WORDS, WORDS_BEFORE_ERROR } from "../../src/extras/common/words.ts";

const failed = (fields: object, message = "it failed"): Error => Object.assign(new Error(message), fields);
const classOf = (error: unknown): ErrorClass => {
  const answer = universalClassifier(error);
  return typeof answer === "string" ? answer : answer.errorClass;
};
const delayOf = (error: unknown): number | undefined => {
  const answer = universalClassifier(error);
  return typeof answer === "string" ? undefined : answer.retryAfterMs;
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a status of HTTP is heard", () => {
  test.each<[string, object]>([
    ["status_code", { status_code: 503 }],
    ["httpStatus", { httpStatus: 503 }],
    ["a text", { status: "503" }],
    ["a text with the reason", { status: "503 Service Unavailable" }],
    ["httpResponse", { httpResponse: { status: 503 } }],
    ["meta", { meta: { statusCode: 503 } }],
    ["output, of Boom", { output: { statusCode: 503 } }],
    ["context, a response", { context: { status: 503, headers: new Headers() } }],
    ["the code in the body of the answer", { body: { code: 503 } }],
    ["what it wraps under another name", { sourceError: { status: 503 } }],
    ["a text of its message", failed({}, "HTTP 503")],
    ["the words around it", failed({}, "upstream said: 503 Service Unavailable")],
  ])("as %s", (_where, fields) => {
    expect(classOf(fields instanceof Error ? fields : failed(fields))).toBe("SERVER_ERROR");
  });

  test.each<[string, object]>([
    ["a status that is a word", { status: "failed" }],
    ["a status of success", { status_code: 200 }],
    ["a number that only begins like one", { status: "5031" }],
    ["a fraction", { httpStatus: 503.5 }],
    ["a number of the message", failed({}, "row 503 of table orders")],
  ])("but not as %s", (_what, fields) => {
    expect(classOf(fields instanceof Error ? fields : failed(fields))).toBe("UNKNOWN");
  });
});

describe("a status that stands for several things is what the code beside it says", () => {
  test.each<[number, object, string, ErrorClass]>([
    [400, { body: '{"errors":[{"code":"VERSION_MISMATCH"}]}' }, "bad request", "CONCURRENCY"],
    [400, { errorCode: "TooManyRequests" }, "bad request", "RATE_LIMIT"],
    [400, { code: "bad_request" }, "bad request", "PERMANENT"],
    [403, { data: { error: "rate_limited" } }, "forbidden", "RATE_LIMIT"],
    [409, { code: "already_exists" }, "conflict", "PERMANENT"],
    [409, {}, "a customer of this name already exists", "PERMANENT"],
    [409, { code: "ERR_BAD_REQUEST" }, "conflict", "CONCURRENCY"],
    [429, { code: "lock_timeout" }, "locked", "CONCURRENCY"],
    [429, { code: "not_found" }, "slow down", "RATE_LIMIT"],
    [500, {}, "toomanyrequests: You have reached your pull rate limit", "RATE_LIMIT"],
    [404, { code: "rate_limited" }, "no such order", "PERMANENT"],
    [401, { code: "forbidden" }, "who are you", "AUTH"],
  ])("%i with %j: %s is %s", (status, fields, message, errorClass) => {
    expect(classOf(failed({ status, ...fields }, message))).toBe(errorClass);
  });
});

describe("the delay of a rate limit is heard", () => {
  const limited = (fields: object, message?: string): Error => failed({ status: 429, ...fields }, message);

  test.each<[string, object, number]>([
    ["retryAfter, in seconds", { retryAfter: 30 }, 30_000],
    ["retry_after, in seconds", { retry_after: 1.5 }, 1_500],
    ["nextRetryDelay, with a unit in words", { nextRetryDelay: "5 seconds" }, 5_000],
    ["retryAfter, in words", { retryAfter: "30" }, 30_000],
    ["retryAfter, a date in words", { retryAfter: "Thu, 01 Jan 2026 00:00:10 GMT" }, 10_000],
    ["retryAfter, a Date", { retryAfter: new Date(Date.UTC(2026, 0, 1, 0, 0, 10)) }, 10_000],
    ["retryAfterMs", { retryAfterMs: 30 }, 30],
    ["retryAfter, seconds since 1970", { retryAfter: Date.UTC(2026, 0, 1) / 1_000 + 5 }, 5_000],
    ["retryAt, milliseconds since 1970", { retryAt: Date.UTC(2026, 0, 1) + 5_000 }, 5_000],
    ["retryAfterSeconds", { retryAfterSeconds: 30 }, 30_000],
    ["resetAt, an instant", { resetAt: "2026-01-01T00:01:00Z" }, 60_000],
    ["parameters, of Telegram", { parameters: { retry_after: 17 } }, 17_000],
    ["the body", { response: { data: { retry_after: 2 } } }, 2_000],
  ])("as %s", (_name, fields, delayMs) => {
    expect(delayOf(limited(fields))).toBe(delayMs);
  });

  test.each<[string, number]>([
    ["Please try again in 20s.", 20_000],
    ["Too Many Requests: retry after 17", 17_000],
    ["Rate limit reached. Please retry after 2 seconds.", 2_000],
    ["please retry in 34.5s", 34_500],
    ["Try again in 6m0s", 360_000],
    ["Try again in 1m30s", 90_000],
    ["retry in 250ms", 250],
    ["retry after 17 or so", 17_000],
    ["Please wait 2 minutes", 120_000],
    ["try again in 1 hour", 3_600_000],
    ["try again in 1 minute and 30 seconds", 90_000],
    ["try again in 2 days", 172_800_000],
  ])("in the words %s", (message, delayMs) => {
    expect(delayOf(limited({}, message))).toBe(delayMs);
  });

  test.each<[string, object, string?]>([
    ["a negative number", { retryAfter: -1 }],
    ["no number", { retryAfter: NaN }],
    ["no end", { retryAfter: Infinity }],
    ["a word", { retryAfter: "soon" }],
    ["an object", { retryAfter: { seconds: 5 } }],
    ["an invalid date", { retryAfter: new Date(NaN) }],
    ["a number of other digits", { retryAfter: "0x10" }],
    ["a number beyond all numbers", { retryAfter: "1e999" }],
    ["spaces", { retryAfter: " " }],
    ["an instant thousands of years away", { retryAt: new Date(8.64e15) }],
    ["a small number in the place of an instant", { resetAt: 5 }],
    ["a proxy over a date", { retryAt: new Proxy(new Date(), {}) }],
    ["a date that answers with an object", { retryAt: Object.assign(new Date(), { toISOString: () => ({}) }) }],
    ["a date in words", {}, "retry after 2026-01-01"],
    ["a time of day", {}, "please retry after 10:30"],
    ["a count of tries", {}, "retry 3 of 5"],
    ["a count of other things", {}, "available in 5 regions"],
    ["a number with separators", {}, "retry after 1,000 seconds"],
    ["a delay of nothing in words", {}, "slow down (retry-after: 0)"],
    ["a number of something else", {}, "limit of 20 requests reached"],
  ])("but not as %s", (_what, fields, message) => {
    expect(delayOf(limited(fields, message))).toBeUndefined();
  });

  test("of what cannot be cured by waiting, nothing is heard", () => {
    expect(universalClassifier(failed({ status: 400, retryAfter: 30 }))).toBe("PERMANENT");
  });

  test("and makes a rate limit of an error that says nothing else", () => {
    expect(universalClassifier({ msBeforeNext: 250, remainingPoints: 0 })).toEqual({
      errorClass: "RATE_LIMIT",
      retryAfterMs: 250,
    });
  });

  test("but a limit that resets, or a delay of nothing, makes none", () => {
    for (const fields of [{ resetAt: "2026-01-02T00:00:00Z" }, { retryAfter: 0 }])
      expect(universalClassifier(failed(fields))).toBe("UNKNOWN");
  });

  test("the header outweighs a field", () => {
    expect(delayOf(limited({ headers: { "retry-after": "1" }, retryAfter: 30 }))).toBe(1_000);
  });
});

describe("a text that was thrown", () => {
  test.each<[string, ErrorClass]>([
    ["cancelled", "PERMANENT"],
    ["task_timeout", "TRANSIENT"],
    ["connect ECONNREFUSED 127.0.0.1:11211", "TRANSIENT"],
    ["Memcached server authentication failed!", "AUTH"],
    ["failed_to_put_task", "UNKNOWN"],
    ["", "UNKNOWN"],
  ])("%j is %s", (text, errorClass) => {
    expect(classOf(text)).toBe(errorClass);
  });
});

test.each<[string, ErrorClass]>([
  ["rate_limited", "RATE_LIMIT"],
  ["TOKEN_EXPIRED", "AUTH"],
  ["not-found", "PERMANENT"],
  ["timeout_in_words_that_say_nothing_else", "UNKNOWN"],
  ["unavailable", "UNKNOWN"],
])("a message that is nothing but a code, %s, is %s", (message, errorClass) => {
  expect(classOf(failed({}, message))).toBe(errorClass);
});

test("an object called status is looked into, since bodies have one", () => {
  expect(classOf(failed({ status: 409, data: { status: { error: "it already exists" } } }))).toBe("PERMANENT");
});

describe("a code in words", () => {
  test.each<[unknown, ErrorClass]>([
    ["rate_limited", "RATE_LIMIT"],
    ["TOO_MANY_REQUESTS", "RATE_LIMIT"],
    ["storage/unauthorized", "AUTH"],
    ["auth/too-many-requests", "RATE_LIMIT"],
    ["Some.Server.PermissionDenied", "PERMISSION"],
    ["InternalServerError", "SERVER_ERROR"],
    ["ValidationException", "PERMANENT"],
    ["ERR_NETWORK", "TRANSIENT"],
    ["DEADLINE_EXCEEDED", "TRANSIENT"],
    ["version_conflict", "CONCURRENCY"],
  ])("%s is %s wherever it stands", (code, errorClass) => {
    for (const fields of [{ code }, { type: code }, { error: code }, { extensions: { code } }, { data: { error: code } }])
      expect(classOf(failed(fields)), JSON.stringify(fields)).toBe(errorClass);
  });

  test("may be the name of the error", () => {
    expect(classOf(failed({ name: "RateLimitError" }))).toBe("RATE_LIMIT");
    expect(classOf(failed({ name: "ServiceUnavailableException" }))).toBe("SERVER_ERROR");
    expect(classOf(failed({ name: "ApiError" }))).toBe("UNKNOWN");
  });

  test("marks a wait that was given up", () => {
    expect(universalClassifier(failed({ code: "request_timeout" }))).toEqual({ errorClass: "TRANSIENT", timeout: true });
  });

  test("is outweighed by what happened to the connection", () => {
    expect(classOf(failed({ code: "ECONNREFUSED", type: "validation_error" }))).toBe("TRANSIENT");
  });

  const kindsOf = (table: object): readonly (readonly [word: string, kind: string])[] =>
    Object.entries(table).flatMap(([kind, words]) => (words as readonly string[]).map((word) => [word, kind] as const));
  const asClass = (kind: string): string => ({ TIMEOUT: "TRANSIENT", GATEWAY_TIMEOUT: "SERVER_ERROR" })[kind] ?? kind;

  test("means one thing only", () => {
    const words = [...kindsOf(WORDS), ...kindsOf(WORDS_BEFORE_ERROR)].map(([word]) => word);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
    for (const [word, kind] of kindsOf(WORDS)) expect(classOf(failed({ code: word })), word).toBe(asClass(kind));
  });

  test("that only names a thing means something beside the word error", () => {
    for (const [word, kind] of kindsOf(WORDS_BEFORE_ERROR)) {
      expect(classOf(failed({ code: word })), word).toBe("UNKNOWN");
      for (const code of [`${word}_error`, `ERR_${word.toUpperCase()}`, `functions/${word}`])
        expect(classOf(failed({ code })), code).toBe(kind);
    }
  });

  test.each(["unlocked", "token_not_expired", "nonconflict", "no-timeout", "notForbidden"])("%s is not the end of it", (code) => {
    expect(classOf(failed({ code }))).toBe("UNKNOWN");
  });

  test("that may be a state of anything is heard as a code and in an answer, not as a type or a reason", () => {
    for (const fields of [{ code: "locked" }, { response: { reason: "locked" } }, { body: { status: "locked" } }])
      expect(classOf(failed(fields)), JSON.stringify(fields)).toBe("CONCURRENCY");
    for (const fields of [{ type: "locked" }, { reason: "locked" }, { status: "locked" }, { data: { status: "locked" } }])
      expect(classOf(failed(fields)), JSON.stringify(fields)).toBe("UNKNOWN");
  });
});

test.each<[object, ErrorClass]>([
  [{ timedOut: true }, "TRANSIENT"],
  [{ isCanceled: true }, "PERMANENT"],
  [{ authenticationFailed: true }, "AUTH"],
  [{ timedOut: false }, "UNKNOWN"],
  [{ timedOut: "no" }, "UNKNOWN"],
])("the switch %j is %s", (flags, errorClass) => {
  expect(classOf(failed(flags))).toBe(errorClass);
});

test.each<[string, ErrorClass]>([
  ["EAGAIN", "TRANSIENT"],
  ["EMFILE", "TRANSIENT"],
  ["EBUSY", "CONCURRENCY"],
  ["ELOCKED", "CONCURRENCY"],
  ["ENOSPC", "PERMANENT"],
])("the system's code %s is %s", (code, errorClass) => {
  expect(classOf(failed({ code }))).toBe(errorClass);
});

describe("a message that quotes what happened", () => {
  test.each<[string, ErrorClass]>([
    ["TLS: self-signed certificate in certificate chain", "PERMANENT"],
    ["certificate has expired", "PERMANENT"],
    ["upload: unable to verify the first certificate", "PERMANENT"],
    ["request to http://127.0.0.1:1/ failed, reason: connect ECONNREFUSED 127.0.0.1:1", "TRANSIENT"],
    ["Request failed with status 502", "SERVER_ERROR"],
    ["server responded with 401", "AUTH"],
    ["Rate limit exceeded", "RATE_LIMIT"],
    ["operation timed out", "TRANSIENT"],
    ["socket hang up", "TRANSIENT"],
    ["Connection to the server was lost", "TRANSIENT"],
    ["Invalid API key provided", "AUTH"],
    ["Access denied for this project", "PERMISSION"],
    ["Unexpected server response: 503", "SERVER_ERROR"],
    ["Could not resolve host: example.com", "TRANSIENT"],
    ["Model gpt2 is currently loading", "TRANSIENT"],
    ["etcdserver: leader changed", "TRANSIENT"],
    ["self-signed certificate", "PERMANENT"],
    ["Lock file is already being held", "CONCURRENCY"],
    ["You do not have the required permissions", "PERMISSION"],
    ["request canceled by the user", "PERMANENT"],
    ["quota exceeded", "RATE_LIMIT"],
  ])("%s", (message, errorClass) => {
    expect(classOf(failed({}, message))).toBe(errorClass);
  });

  test.each<string>([
    "timeout must be a number",
    "the limit must be an integer",
    "cannot read 500 of undefined",
    "EXPLAIN is not supported here",
    "connection string is malformed",
  ])("but not what only sounds like it: %s", (message) => {
    expect(classOf(failed({}, message))).toBe("UNKNOWN");
  });

  test.each([TypeError, RangeError, ReferenceError])("nor a bug: %s", (Bug) => {
    expect(classOf(new Bug("rate limit exceeded"))).toBe("UNKNOWN");
  });

  test("is heard after codes, and says so", () => {
    const error = failed({ code: "forbidden" }, "rate limit exceeded");
    expect(describeError(error)).toMatchObject({ errorClass: "PERMISSION", rule: "common", at: "error" });
  });
});
