import type { ErrorClass } from "redress";
import { googleClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("gaxios", googleClassifier, {
  "HTTP.403": ["RATE_LIMIT", "its reason is rateLimitExceeded, which Google asks to repeat with backoff"],
});
recordedAs("google-gax", googleClassifier);
recordedAs("google-genai", googleClassifier);

interface Answered {
  readonly status: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: readonly object[];
  readonly headers?: Record<string, string>;
}

const failed = (message: string, fields: object): Error => Object.assign(new (class a extends Error {})(message), fields);
const BRAND = Symbol.for("gaxios-gaxios-error");

function bodyOf({ status, reason, message = "m", details }: Answered): Record<string, unknown> {
  return { code: status, message, status: "X", details, ...(reason && { errors: [{ reason, domain: "usageLimits", message }] }) };
}

const CLIENTS: readonly (readonly [string, (answered: Answered) => unknown])[] = [
  [
    "gaxios 4 and 5",
    (answered) =>
      failed(`Request failed with status code ${answered.status}`, {
        code: `${answered.status}`,
        config: {},
        response: { status: answered.status, headers: answered.headers ?? {}, data: { error: bodyOf(answered) }, config: {} },
      }),
  ],
  [
    "gaxios 6",
    (answered) =>
      failed(`Request failed with status code ${answered.status}`, {
        [BRAND]: "6.7.1",
        status: answered.status,
        error: undefined,
        response: { status: answered.status, headers: answered.headers ?? {}, data: { error: bodyOf(answered) }, config: {} },
      }),
  ],
  [
    "gaxios 7",
    (answered) =>
      failed(answered.message ?? "m", {
        [BRAND]: "7.3.1",
        status: answered.status,
        code: answered.status,
        cause: bodyOf(answered),
        response: Object.assign(new Response("", { status: answered.status, headers: answered.headers ?? {} }), {
          data: { error: bodyOf(answered) },
        }),
      }),
  ],
  [
    "googleapis",
    (answered) =>
      failed(answered.message ?? "m", {
        code: answered.status,
        errors: bodyOf(answered)["errors"],
        response: { status: answered.status, headers: answered.headers ?? {}, data: { error: bodyOf(answered) } },
      }),
  ],
];

describe.each(CLIENTS)("%s", (_client, thrown) => {
  test.each<[ErrorClass, Answered]>([
    ["PERMANENT", { status: 400, reason: "invalid" }],
    ["AUTH", { status: 400, message: "API_KEY_INVALID: API key not valid. Please pass a valid API key.", reason: "badRequest" }],
    ["AUTH", { status: 400, reason: "keyInvalid" }],
    ["AUTH", { status: 401, reason: "authError" }],
    ["PERMISSION", { status: 403, reason: "forbidden" }],
    ["PERMISSION", { status: 403, reason: "insufficientPermissions" }],
    ["PERMISSION", { status: 403, reason: "dailyLimitExceeded" }],
    ["PERMISSION", { status: 403, reason: "accessNotConfigured" }],
    ["RATE_LIMIT", { status: 403, reason: "rateLimitExceeded" }],
    ["RATE_LIMIT", { status: 403, reason: "userRateLimitExceeded" }],
    ["RATE_LIMIT", { status: 403, reason: "jobRateLimitExceeded" }],
    ["PERMANENT", { status: 404, reason: "notFound" }],
    ["TRANSIENT", { status: 408 }],
    ["CONCURRENCY", { status: 409, reason: "conflict" }],
    ["CONCURRENCY", { status: 409, reason: "aborted" }],
    ["PERMANENT", { status: 409, reason: "alreadyExists" }],
    ["PERMANENT", { status: 409, reason: "duplicate", message: "Already Exists: Table x" }],
    ["PERMANENT", { status: 410, reason: "deleted" }],
    ["CONCURRENCY", { status: 412, reason: "conditionNotMet" }],
    ["PERMANENT", { status: 413, reason: "uploadTooLarge" }],
    ["RATE_LIMIT", { status: 429, reason: "rateLimitExceeded" }],
    ["RATE_LIMIT", { status: 429 }],
    ["SERVER_ERROR", { status: 500, reason: "internalError" }],
    ["SERVER_ERROR", { status: 502 }],
    ["SERVER_ERROR", { status: 503, reason: "backendError" }],
    ["SERVER_ERROR", { status: 504 }],
  ])("%s: %j", (errorClass, answered) => {
    expect(classOf(googleClassifier, thrown(answered))).toBe(errorClass);
    expect(classOf(googleClassifier, new Error("wrapped", { cause: thrown(answered) }))).toBe(errorClass);
  });

  test.each<[number | undefined, Omit<Answered, "status">]>([
    [7000, { headers: { "retry-after": "7" } }],
    [
      34_000,
      { headers: { "retry-after": "7" }, details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" }] },
    ],
    [
      34_074.8,
      {
        details: [
          { "@type": "ErrorInfo", domain: "x" },
          { "@type": "RetryInfo", retryDelay: "34.0748s" },
        ],
      },
    ],
    [undefined, {}],
  ])("waits %s ms for %j", (retryAfterMs, answered) => {
    const answer = retryAfterMs === undefined ? "RATE_LIMIT" : { errorClass: "RATE_LIMIT", retryAfterMs };
    expect(googleClassifier(thrown({ status: 429, ...answered }))).toEqual(answer);
  });
});

describe("@google-cloud", () => {
  test.each<[ErrorClass, object]>([
    ["RATE_LIMIT", { code: 403, errors: [{ domain: "usageLimits", reason: "rateLimitExceeded", message: "q" }] }],
    ["SERVER_ERROR", { code: 503, errors: undefined, response: { statusCode: 503, body: "<html>", headers: {} } }],
    ["PERMANENT", { code: 404, errors: [{ domain: "global", reason: "notFound", message: "No such object" }] }],
    ["CONCURRENCY", { code: 412, errors: [{ domain: "global", reason: "conditionNotMet", message: "q" }] }],
  ])("ApiError: %s for %j", (errorClass, fields) => {
    expect(classOf(googleClassifier, failed("m", fields))).toBe(errorClass);
  });
});

describe("the token endpoint", () => {
  test.each(["invalid_grant"])("%s is AUTH", (error) => {
    const response = {
      status: 400,
      headers: {},
      data: { error, error_description: "Token has been expired or revoked." },
      config: {},
    };
    expect(classOf(googleClassifier, failed("Request failed", { code: "400", response }))).toBe("AUTH");
    expect(classOf(googleClassifier, failed(error, { [BRAND]: "7", code: 400, status: 400, response }))).toBe("AUTH");
  });
});

describe("google-gax", () => {
  const NUMBERS: readonly (readonly [number, ErrorClass])[] = [
    [1, "PERMANENT"],
    [2, "UNKNOWN"],
    [3, "PERMANENT"],
    [4, "TRANSIENT"],
    [5, "PERMANENT"],
    [6, "PERMANENT"],
    [7, "PERMISSION"],
    [8, "RATE_LIMIT"],
    [9, "PERMANENT"],
    [10, "CONCURRENCY"],
    [11, "PERMANENT"],
    [12, "PERMANENT"],
    [13, "SERVER_ERROR"],
    [14, "TRANSIENT"],
    [15, "PERMANENT"],
    [16, "AUTH"],
  ];

  test.each(NUMBERS)("code %i is %s", (code, errorClass) => {
    const info = { reason: "SOME_REASON", domain: "googleapis.com", metadata: {} };
    expect(classOf(googleClassifier, failed("m", { code, statusDetails: [info], details: [], ...info }))).toBe(errorClass);
    const metadata = { get: () => [] };
    expect(classOf(googleClassifier, failed(`${code} NAME: d`, { code, details: "d", metadata, note: "n" }))).toBe(errorClass);
  });

  test.each<[number, unknown]>([
    [34_000, { low: 34, high: 0, unsigned: false }],
    [34_000, "34"],
    [34_000, 34],
  ])("waits %i ms for RetryInfo with seconds as %j", (retryAfterMs, seconds) => {
    const error = failed("quota", {
      code: 8,
      statusDetails: [{ domain: "x", reason: "y" }, { retryDelay: { seconds, nanos: 5 } }],
      details: [],
    });
    expect(googleClassifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs });
  });

  test("knows no fractions of a second, and takes them for nothing longer", () => {
    const error = failed("quota", { code: 8, statusDetails: [{ retryDelay: { nanos: 500_000_000 } }], details: [] });
    expect(googleClassifier(error)).toBe("RATE_LIMIT");
  });

  test.each<[ErrorClass, string, object]>([
    ["AUTH", "a bad key", { code: 3, details: [], statusDetails: [{ reason: "API_KEY_INVALID", domain: "googleapis.com" }] }],
    [
      "TRANSIENT",
      "Total timeout of API google.pubsub exceeded 60000 milliseconds before any response was received.",
      { code: 4 },
    ],
    [
      "PERMANENT",
      "8 RESOURCE_EXHAUSTED: Received message larger than max (10 vs 1)",
      { code: 8, details: "Received message larger than max" },
    ],
  ])("%s: %s", (errorClass, message, fields) => {
    expect(classOf(googleClassifier, failed(message, fields))).toBe(errorClass);
  });
});

describe("@google/genai", () => {
  const apiError = (status: number, error: object, prefix = ""): Error =>
    failed(`${prefix}${JSON.stringify({ error: { code: status, ...error } })}`, { name: "ApiError", status });
  const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" }];

  test.each<[unknown, Error]>([
    ["PERMANENT", apiError(400, { message: "m", status: "INVALID_ARGUMENT" })],
    [
      "AUTH",
      apiError(400, { message: "API key not valid.", details: [{ reason: "API_KEY_INVALID", domain: "googleapis.com" }] }),
    ],
    ["PERMISSION", apiError(403, { message: "m" })],
    ["SERVER_ERROR", apiError(503, { message: "The model is overloaded.", status: "UNAVAILABLE" })],
    ["RATE_LIMIT", apiError(429, { message: "m" })],
    [{ errorClass: "RATE_LIMIT", retryAfterMs: 34_000 }, apiError(429, { message: "m", details })],
    // The beginning and the end of a long message hold none of it.
    [
      { errorClass: "RATE_LIMIT", retryAfterMs: 34_000 },
      apiError(429, { message: "m".repeat(900), details, more: "m".repeat(900) }),
    ],
    [{ errorClass: "RATE_LIMIT", retryAfterMs: 34_000 }, apiError(429, { details }, "got status: RESOURCE_EXHAUSTED. ")],
    // The API's JSON as the text of the SDK's.
    [
      { errorClass: "RATE_LIMIT", retryAfterMs: 34_000 },
      apiError(429, { message: JSON.stringify({ error: { details } }, null, 2) }),
    ],
  ])("%j", (answer, error) => {
    expect(googleClassifier(error)).toEqual(answer);
  });
});

describe("beside the status", () => {
  const quota = (quotaId: string): object => ({
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    violations: [{ quotaId }],
  });
  const ofGenai = (status: number, error: object, prefix = ""): Error =>
    failed(`${prefix}${JSON.stringify({ error }, null, 2)}`, { name: "ApiError", status });
  const ofGax = (detail: object): Error => failed("quota", { code: 8, statusDetails: [detail], details: [] });

  test.each<[ErrorClass, string]>([
    ["PERMANENT", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"],
    ["RATE_LIMIT", "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"],
  ])("it is %s where the quota %s is used up", (errorClass, quotaId) => {
    expect(classOf(googleClassifier, ofGax(quota(quotaId)))).toBe(errorClass);
    expect(classOf(googleClassifier, ofGenai(429, { code: 429, details: [quota(quotaId)] }))).toBe(errorClass);
  });

  test("a rate limit stays one, whatever the words are that it quotes", () => {
    expect(classOf(googleClassifier, ofGenai(429, { message: "the key invalid_grant" }))).toBe("RATE_LIMIT");
    expect(classOf(googleClassifier, ofGenai(400, { message: "the key invalid_grant" }))).toBe("AUTH");
  });

  test("what is there already is a conflict's alone", () => {
    expect(classOf(googleClassifier, ofGenai(409, { message: "it is there already" }))).toBe("PERMANENT");
    expect(classOf(googleClassifier, ofGenai(503, { message: "it is busy already" }))).toBe("SERVER_ERROR");
  });

  test("the error of the API stands in the first line of a message", () => {
    expect(classOf(googleClassifier, ofGenai(503, {}, "got status: "))).toBe("SERVER_ERROR");
    expect(classOf(googleClassifier, ofGenai(503, {}, "somebody says\n"))).toBe("UNKNOWN");
  });

  test("the status of an answer counts before a code that is none", () => {
    const response = { status: 503, headers: {} };
    expect(classOf(googleClassifier, failed("m", { [BRAND]: "6.7.1", code: "ERR_SOMETHING", response }))).toBe("SERVER_ERROR");
  });

  test("a detail of up to 200 values is read, and the first 5,000 characters of a message", () => {
    const detail = (values: number): object => ({ retryDelay: "34s", values: Array.from({ length: values }, () => 0) });
    const waits = { errorClass: "RATE_LIMIT", retryAfterMs: 34_000 };
    expect([ofGax(detail(197)), ofGax(detail(198))].map(googleClassifier)).toEqual([waits, "RATE_LIMIT"]);
    const late = (length: number): Error => failed(`${"m".repeat(length)} retryDelay 34`, { code: 8, details: "d" });
    expect([late(4_985), late(5_000)].map(googleClassifier)).toEqual([waits, "RATE_LIMIT"]);
  });
});

describe("a request without an answer", () => {
  const inner = (fields: object, message = "m"): Error => failed(message, fields);

  test.each<[ErrorClass, string, Error]>([
    [
      "TRANSIENT",
      "gaxios 4 and 5 time out",
      inner({ name: "FetchError", type: "request-timeout" }, "network timeout at: http://x/"),
    ],
    [
      "TRANSIENT",
      "gaxios 6 times out",
      inner({ [BRAND]: "6.7.1", error: inner({ type: "request-timeout" }) }, "network timeout at: http://x/"),
    ],
    ["TRANSIENT", "gaxios is refused", inner({ [BRAND]: "6.7.1", code: "ECONNREFUSED", error: inner({ code: "ECONNREFUSED" }) })],
    ["PERMANENT", "gaxios 6 is aborted", inner({ [BRAND]: "6.7.1", error: inner({ name: "AbortError" }) })],
    ["PERMANENT", "gaxios 7 is aborted", inner({ [BRAND]: "7.3.1", cause: inner({ name: "AbortError" }) })],
  ])("%s: %s", (errorClass, _when, error) => {
    expect(classOf(googleClassifier, error)).toBe(errorClass);
  });
});

test.each<[string, unknown]>([
  ["a number alone", { code: 8 }],
  ["PostgREST's", { code: "40P01", details: "Process 1 waits for ShareLock.", hint: null, message: "deadlock detected" }],
  ["a status alone", { status: 429, message: "m" }],
  ["an axios", { name: "AxiosError", code: "ERR_BAD_RESPONSE", status: 503, response: { status: 503, headers: {}, config: {} } }],
  ["a database's", { code: 112, codeName: "WriteConflict", errors: [] }],
  ["a Square API's", { name: "ApiError", status: 429, message: "Rate limited" }],
])("does not know %s error", (_whose, error) => {
  expect(googleClassifier(error)).toBe("UNKNOWN");
});

test("an error that cannot be written down is classified by what can", () => {
  const circular: Record<string, unknown> = { domain: "x" };
  circular["self"] = circular;
  expect(googleClassifier(failed("m", { code: "503", response: { status: 503, headers: {} }, errors: [circular] }))).toBe(
    "SERVER_ERROR",
  );
});
