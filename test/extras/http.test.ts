import { type Classification, defaultClassifier, type ErrorClass, strictClassifier, TransientError } from "redress";
import { httpClassifier, httpRetryAfterClassifier, universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { kindOfHttpStatus } from "../../src/core/failure/http/status.ts";
import { classOf } from "./recorded.ts";

const STATUSES: Readonly<Record<ErrorClass, readonly number[]>> = {
  AUTH: [401, 407, 511],
  PERMISSION: [403],
  PERMANENT: [
    300, 302, 304, 400, 402, 404, 405, 406, 410, 411, 413, 414, 415, 416, 417, 418, 422, 424, 426, 428, 431, 451, 501, 505,
  ],
  CONCURRENCY: [409, 412, 423],
  RATE_LIMIT: [429],
  SERVER_ERROR: [500, 502, 503, 504, 506, 507, 508, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 598, 599],
  TRANSIENT: [408, 421, 425, 499],
  UNKNOWN: [],
};
const rows = Object.entries(STATUSES).flatMap(([errorClass, statuses]) =>
  statuses.map((status) => [status, errorClass] as const),
);

test.each(rows)("the status %i is %s", (status, errorClass) => {
  expect(classOf(httpClassifier, { status })).toBe(errorClass);
});

test.each([408, 504, 522, 524])("the status %i is a timeout", (status) => {
  expect(httpClassifier({ status })).toMatchObject({ timeout: true });
});

test.each([0, 100, 200, 204, 299, 600, 999, 503.5, Number.NaN, Infinity, -503, "503", 503n, null, {}])(
  "%s is no status of a failure",
  (status) => {
    expect(httpClassifier({ status, statusCode: status })).toBe("UNKNOWN");
    expect(kindOfHttpStatus(status as number)).toBe(
      typeof status === "number" && Number.isInteger(status) ? undefined : kindOfHttpStatus(status as number),
    );
  },
);

test("where the default classifier has an opinion on a status, the table agrees, but for those that it knows better", () => {
  const better = new Set([407, 412, 420, 421, 423, 477, 499, 501, 505, 511, 522, 524]);
  for (let status = 400; status < 600; status++)
    if (!better.has(status)) expect(httpClassifier({ status })).toEqual(defaultClassifier({ status }));
});

describe("the status is found", () => {
  test.each<[string, object]>([
    ["on the error", { status: 503 }],
    ["as statusCode", { statusCode: 503 }],
    ["on the response", { response: { status: 503 } }],
    ["as the response's statusCode", { response: { statusCode: 503 } }],
    ["in $metadata", { $metadata: { httpStatusCode: 503 } }],
    ["as a numeric code", { code: 503 }],
    ["on a cause", new Error("fetch failed", { cause: Object.assign(new Error("Response Error"), { statusCode: 503 }) })],
    ["on an error that was aggregated", new AggregateError([{ status: 503 }], "all failed")],
    [
      "in the words of a client whose answer was lost",
      new Error("Request failed with status code 503 (Service Unavailable): GET /"),
    ],
  ])("%s", (_where, error) => {
    expect(httpClassifier(error)).toBe("SERVER_ERROR");
  });

  test("and a success that comes with it means nothing", () => {
    expect(httpClassifier(Object.assign(new Error("stream has been aborted"), { status: 200, code: "ECONNRESET" }))).toBe(
      "TRANSIENT",
    );
  });

  test("but an error of ours on the chain decides before any status", () => {
    expect(httpClassifier(Object.assign(new Error("wrapped", { cause: new TransientError() }), { status: 404 }))).toBe(
      "TRANSIENT",
    );
  });
});

describe("without an answer, the codes of Node and undici count", () => {
  test.each<[string, ErrorClass]>([
    ["ECONNREFUSED", "TRANSIENT"],
    ["UND_ERR_SOCKET", "TRANSIENT"],
    ["UND_ERR_HEADERS_TIMEOUT", "TRANSIENT"],
    ["CERT_HAS_EXPIRED", "PERMANENT"],
    ["ERR_INVALID_URL", "PERMANENT"],
    ["ERR_CANCELED", "PERMANENT"],
    ["P2002", "UNKNOWN"],
  ])("%s is %s", (code, errorClass) => {
    expect(classOf(httpClassifier, Object.assign(new Error("failed"), { code }))).toBe(errorClass);
  });
});

describe.each([
  ["httpClassifier", httpClassifier],
  ["httpRetryAfterClassifier", httpRetryAfterClassifier],
  ["universalClassifier", universalClassifier],
  ["defaultClassifier", defaultClassifier],
  ["strictClassifier", strictClassifier],
])("%s", (_name, classifier) => {
  test.each<[string, object]>([
    ["the response's headers", { response: { status: 429, headers: new Headers({ "retry-after": "7" }) } }],
    ["plain headers in any case", { response: { status: 429, headers: { "Retry-After": "7" } } }],
    ["headers on the error", { status: 429, headers: new Headers({ "Retry-After": "7" }) }],
    ["responseHeaders", { statusCode: 429, responseHeaders: { "retry-after": "7" } }],
    ["a raw response", { statusCode: 429, rawResponse: { headers: new Headers({ "Retry-After": "7" }) } }],
    ["$response", { $metadata: { httpStatusCode: 429 }, $response: { headers: { "retry-after": "7" } } }],
  ])("reads %s", (_where, error) => {
    expect(classifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 7_000 });
  });

  test.each([
    [503, "SERVER_ERROR"],
    [529, "SERVER_ERROR"],
    [409, "CONCURRENCY"],
  ])("a %i may say when to come back, too", (status, errorClass) => {
    expect(classifier({ status, headers: { "retry-after": "2" } })).toEqual({ errorClass, retryAfterMs: 2_000 });
  });

  test("a limit that resets in an hour delays a 429, not a 503 that happens to come with it", () => {
    const headers = { "x-ratelimit-reset": "3600" };
    expect(classifier({ status: 429, headers })).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 3_600_000 });
    expect(classifier({ status: 503, headers })).toBe("SERVER_ERROR");
  });

  test.each<[string, Record<string, string>, Classification]>([
    ["GitHub's second limit", { "retry-after": "60" }, { errorClass: "RATE_LIMIT", retryAfterMs: 60_000 }],
    [
      "GitHub's first limit",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30" },
      { errorClass: "RATE_LIMIT", retryAfterMs: 30_000 },
    ],
    [
      "the IETF's fields",
      { "ratelimit-remaining": "0", "ratelimit-reset": "9" },
      { errorClass: "RATE_LIMIT", retryAfterMs: 9_000 },
    ],
    ["the IETF's one field", { ratelimit: '"default";r=0;t=5' }, { errorClass: "RATE_LIMIT", retryAfterMs: 5_000 }],
    ["a limit that does not say when it resets", { "X-RateLimit-Remaining": "0" }, { errorClass: "RATE_LIMIT" }],
  ])("a 403 that is a rate limit is known: %s", (_which, headers, wanted) => {
    for (const error of [{ status: 403, headers }, { response: { status: 403, headers: new Headers(headers) } }]) {
      const answer = classifier(Object.assign(new Error("forbidden"), error));
      expect(typeof answer === "string" ? { errorClass: answer } : answer).toEqual(wanted);
    }
  });

  test("a 403 with something left of its limit is PERMISSION", () => {
    expect(classifier({ status: 403, headers: { "x-ratelimit-remaining": "41", "x-ratelimit-reset": "30" } })).toBe("PERMISSION");
    expect(classifier({ status: 403, headers: {} })).toBe("PERMISSION");
  });

  test.each([
    [503, "SERVER_ERROR"],
    [429, "RATE_LIMIT"],
    [409, "CONCURRENCY"],
  ])("x-should-retry: false of a %i is a word not to retry, and leaves the class", (status, errorClass) => {
    expect(classifier({ status, headers: { "x-should-retry": "false" } })).toEqual({ errorClass, retry: false });
    expect(classifier({ status, headers: { "X-Should-Retry": "true" } })).toBe(errorClass);
    expect(classifier({ status, headers: { "x-should-retry": "false", "retry-after": "3" } })).toEqual({
      errorClass,
      retryAfterMs: 3_000,
      retry: false,
    });
  });

  test("headers that say nothing leave the class alone", () => {
    expect(classifier({ status: 429, headers: { "retry-after": "soon" } })).toBe("RATE_LIMIT");
  });
});
