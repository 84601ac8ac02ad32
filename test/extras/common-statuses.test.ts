/* Which numbers and texts are statuses of HTTP, where they stand, and what the code in words beside one makes of it. */
import { describe, expect, test } from "vitest";
import { ErrorReader } from "../../src/core/failure/chain.ts";
import type { Kind } from "../../src/core/failure/kind.ts";
import { refined } from "../../src/extras/common/refine.ts";
import { NAMES, statusRule } from "../../src/extras/common/status.ts";
import { Link, type Verdict } from "../../src/extras/shared/index.ts";

const linkTo = (error: object): Link => new Link(error, new ErrorReader());
const verdictOf = (error: object): Verdict => statusRule(linkTo(error));

describe("a status", () => {
  test.each<[unknown, Verdict]>([
    [399, undefined],
    [400, "PERMANENT"],
    [401, "AUTH"],
    [503, "SERVER_ERROR"],
    [599, "SERVER_ERROR"],
    [600, undefined],
    [503.5, undefined],
    [NaN, undefined],
    ["503", "SERVER_ERROR"],
    ["400", "PERMANENT"],
    ["503 Service Unavailable", "SERVER_ERROR"],
    ["503: not now", "SERVER_ERROR"],
    ["503 rows", undefined],
    ["503, not now", undefined],
    ["5031", undefined],
    ["1503", undefined],
    ["HTTP 503", undefined],
    ["399", undefined],
    ["600", undefined],
    ["5x3", undefined],
    ["50x", undefined],
    ["failed", undefined],
    ["", undefined],
    [["503"], undefined],
    [{ toString: () => "503" }, undefined],
    [true, undefined],
    [null, undefined],
  ])("%j is %s", (status, verdict) => {
    expect(verdictOf({ status })).toBe(verdict);
  });

  test.each([399, 600, 503.5, "1503", "x503", "5x3", "failed", null])("%j leaves it to the next name", (status) => {
    expect(verdictOf({ status, statusCode: 429 })).toBe("RATE_LIMIT");
  });

  test("is the first of an error's names, and then that of an answer, nearest first", () => {
    expect(verdictOf({ httpStatus: 401, status: 503 })).toBe("SERVER_ERROR");
    expect(verdictOf({ httpStatus: 503, body: { status: 401 } })).toBe("SERVER_ERROR");
    expect(verdictOf({ body: { status: 503, body: { status: 401 } } })).toBe("SERVER_ERROR");
    expect(verdictOf({ body: { status: 200, body: { status: 503 } } })).toBe("SERVER_ERROR");
    expect(verdictOf({})).toBeUndefined();
  });

  test.each(NAMES)("may stand anywhere as %s", (name) => {
    for (const error of [{ [name]: 503 }, { body: { [name]: 503 } }, { data: { [name]: 503 } }])
      expect(verdictOf(error), JSON.stringify(error)).toBe("SERVER_ERROR");
  });

  test("may stand as a status on the error and in an answer, and as a code in an answer only", () => {
    const places = (name: string): readonly Verdict[] =>
      [{ [name]: 503 }, { body: { [name]: 503 } }, { data: { [name]: 503 } }].map(verdictOf);
    expect(places("status")).toEqual(["SERVER_ERROR", "SERVER_ERROR", undefined]);
    expect(places("code")).toEqual([undefined, "SERVER_ERROR", undefined]);
  });

  test("comes with the headers of the error, and failing these, of what holds it", () => {
    const of = (seconds: number): object => ({ "retry-after": `${seconds}` });
    expect(verdictOf({ httpStatus: 503, headers: of(1) })).toEqual({ errorClass: "SERVER_ERROR", retryAfterMs: 1_000 });
    expect(verdictOf({ body: { status: 503, headers: of(2) } })).toEqual({ errorClass: "SERVER_ERROR", retryAfterMs: 2_000 });
    expect(verdictOf({ headers: of(1), body: { status: 503, headers: of(2) } })).toMatchObject({ retryAfterMs: 1_000 });
  });

  test("is refined by what stands beside it", () => {
    expect(verdictOf({ status: 409 })).toBe("CONCURRENCY");
    expect(verdictOf({ status: 409, code: "already_exists" })).toBe("PERMANENT");
  });
});

describe("a code beside a status", () => {
  const CODES: readonly (readonly [code: string, kind: Kind])[] = [
    ["version_conflict", "CONCURRENCY"],
    ["rate_limited", "RATE_LIMIT"],
    ["token_expired", "AUTH"],
    ["access_denied", "PERMISSION"],
    ["connection_lost", "TRANSIENT"],
    ["timed_out_error", "TIMEOUT"],
    ["server_busy", "SERVER_ERROR"],
    ["gateway_timeout", "GATEWAY_TIMEOUT"],
    ["bad_request", "PERMANENT"],
  ];

  test.each<[number, readonly Kind[]]>([
    [400, ["CONCURRENCY", "RATE_LIMIT", "AUTH", "PERMISSION", "TRANSIENT", "TIMEOUT", "SERVER_ERROR"]],
    [403, ["RATE_LIMIT", "AUTH"]],
    [422, ["CONCURRENCY", "RATE_LIMIT"]],
    [429, ["CONCURRENCY"]],
    [498, ["AUTH", "SERVER_ERROR"]],
    [500, ["CONCURRENCY", "RATE_LIMIT", "TIMEOUT"]],
    [404, []],
    [409, []],
    [503, []],
  ])("may make something else of %i: %j", (status, kinds) => {
    // Whatever the status is by itself: UNKNOWN stands for it here.
    const said = CODES.map(([code]) => refined("UNKNOWN", status, linkTo({ code })));
    expect(said).toEqual(CODES.map(([, kind]) => (kinds.includes(kind) ? kind : "UNKNOWN")));
  });

  test("counts where an earlier one says nothing of use", () => {
    const said = (...codes: readonly string[]): Kind =>
      refined("PERMISSION", 403, linkTo({ code: codes[0], error_code: codes[1], body: { code: codes[2] } }));
    expect(said("odd", "gone", "rate_limited")).toBe("RATE_LIMIT");
    expect(said("token_expired", "gone", "rate_limited")).toBe("AUTH");
    expect(said("odd", "gone", "odd")).toBe("PERMISSION");
  });
});

describe("a conflict", () => {
  const kindOf = (fields: object): Kind => refined("CONCURRENCY", 409, linkTo(fields));

  test.each([
    "already exists",
    "alreadyExists",
    "ALREADY_EXISTS",
    "already in use",
    "already_inuse",
    "already taken",
    "already been taken",
    "already used",
    "a duplicate",
    "not found",
    "notFound",
    "NOT_FOUND",
  ])("stays one, in a message, a description or a code: %s", (words) => {
    expect([kindOf({ message: words }), kindOf({ description: words }), kindOf({ code: words })]).toEqual([
      "PERMANENT",
      "PERMANENT",
      "PERMANENT",
    ]);
    expect(kindOf({ message: "m", description: "d", code: "odd", body: { code: words } })).toBe("PERMANENT");
  });

  test.each(["exists already", "alreadyused", "already being in use", "already open", "in use", "not to be found", "changed"])(
    "of another writer is left: %s",
    (words) => {
      expect([kindOf({ message: words }), kindOf({ description: words }), kindOf({ code: words })]).toEqual([
        "CONCURRENCY",
        "CONCURRENCY",
        "CONCURRENCY",
      ]);
    },
  );

  test("is one only with its status", () => {
    expect(refined("PERMISSION", 403, linkTo({ message: "already exists" }))).toBe("PERMISSION");
  });
});

describe("what is used up", () => {
  test("is PERMANENT, whatever stands before it", () => {
    const kindOf = (fields: object): Kind => refined("RATE_LIMIT", 429, linkTo(fields));
    expect(kindOf({ code: "insufficient_quota" })).toBe("PERMANENT");
    expect(kindOf({ code: "odd", body: { error: { type: "billing_error" } } })).toBe("PERMANENT");
    expect(kindOf({ code: "rate_limited" })).toBe("RATE_LIMIT");
    expect(kindOf({})).toBe("RATE_LIMIT");
  });

  test("is told by a code beside 429 only", () => {
    expect(refined("PERMISSION", 403, linkTo({ code: "billing_error" }))).toBe("PERMISSION");
  });
});

describe("a wrong key", () => {
  const kindOf = (fields: object): Kind => refined("PERMISSION", 403, linkTo(fields));

  test.each([
    "The API key is invalid",
    "the api-key was revoked",
    "the apikey is not valid",
    "the token has expired",
    "the api key provided is invalid",
    "the token included in the request is expired",
    "the token has been revoked",
    "invalid api key",
    "invalid api-key",
    "expired apikey",
    "revoked token",
    "invalid application-id or api key",
    "invalid access token",
    "invalid auth token",
    "invalid security token",
    "the request signature we calculated does not match the signature you provided",
  ])("is AUTH where 403 stands for it: %s", (message) => {
    expect(kindOf({ message })).toBe("AUTH");
    expect(kindOf({ message: "m", body: { code: "odd", error: { message } } })).toBe("AUTH");
    expect(refined("PERMANENT", 400, linkTo({ message }))).toBe("PERMANENT");
    expect(refined("PERMANENT", 422, linkTo({ message }))).toBe("PERMANENT");
  });

  test.each([
    "the api/key is invalid",
    "invalid api_key",
    "the api key of yours is invalid",
    "the token is needed",
    "the token is being revoked",
    "invalid bearer token",
    "invalid tokens",
    "invalid application-id",
    "the signature does not match",
    "forbidden",
  ])("is not said by: %s", (message) => {
    expect(kindOf({ message })).toBe("PERMISSION");
  });

  test("is looked for in the beginning of a text, of five hundred characters, and in texts only", () => {
    const message = (length: number): string => "invalid token".padStart(length, " ");
    expect(kindOf({ body: { message: message(500) } })).toBe("AUTH");
    expect(kindOf({ body: { message: message(501) } })).toBe("PERMISSION");
    expect(kindOf({ body: { message: { toString: () => "invalid token" } } })).toBe("PERMISSION");
  });
});

test.each<[string, boolean]>([
  ["too many requests", true],
  ["TooManyRequests", true],
  ["too manyrequests", true],
  ["toomany requests", true],
  ["rate limit exceeded", true],
  ["rate-limit exceeded", true],
  ["Ratelimit exceeded", true],
  ["rate_limit exceeded", false],
  ["too  many requests", false],
  ["too many request", false],
  ["corporate limit exceeded", false],
])("a message may say that there were too many requests: %s", (message, is) => {
  const kinds = [400, 403, 422, 500].map((status) => refined("UNKNOWN", status, linkTo({ message })));
  expect(kinds).toEqual(kinds.map(() => (is ? "RATE_LIMIT" : "UNKNOWN")));
  for (const status of [404, 498, 503]) expect(refined("UNKNOWN", status, linkTo({ message }))).toBe("UNKNOWN");
});

test.each<[string, Kind]>([
  ["wsse:FailedAuthentication: no", "AUTH"],
  ["soap:Client: no", "PERMANENT"],
  ["SOAP-ENV:MustUnderstand: no", "PERMANENT"],
  ["soap:Server: no", "SERVER_ERROR"],
  ["said wsse:FailedCheck", "SERVER_ERROR"],
  ["said soap:Client", "SERVER_ERROR"],
  ["soap:ClientX: no", "SERVER_ERROR"],
])("a fault of SOAP says whose it is, beside 500: %s", (message, kind) => {
  expect(refined("SERVER_ERROR", 500, linkTo({ message }))).toBe(kind);
  expect(refined("SERVER_ERROR", 500, linkTo({ message, code: "timed_out_error" }))).toBe(
    kind === "SERVER_ERROR" ? "TIMEOUT" : kind,
  );
  expect(refined("PERMISSION", 403, linkTo({ message }))).toBe("PERMISSION");
});
