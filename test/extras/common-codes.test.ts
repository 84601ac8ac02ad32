/* What a code in words means by itself, and where errors and answers may have one. */
import { describe, expect, test } from "vitest";
import { ErrorReader } from "../../src/core/failure/chain.ts";
import type { Kind } from "../../src/core/failure/kind.ts";
import { kindOfWord } from "../../src/extras/common/code-in-words.ts";
import { flagRule } from "../../src/extras/common/flags.ts";
import { codesOf, kindsOfCodes, vocabularyRule } from "../../src/extras/common/vocabulary.ts";
import { Link, type Verdict } from "../../src/extras/shared/index.ts";

const linkTo = (error: object): Link => new Link(error, new ErrorReader());
const verdictOf = (error: object): Verdict => vocabularyRule(linkTo(error));

describe("a code in words", () => {
  test.each<[string, Kind]>([
    ["timeout", "TIMEOUT"],
    ["rate_limited", "RATE_LIMIT"],
    ["rateLimited", "RATE_LIMIT"],
    ["RateLimited", "RATE_LIMIT"],
    ["RATE-LIMITED", "RATE_LIMIT"],
    ["rate limited", "RATE_LIMIT"],
    ["rate~limited", "RATE_LIMIT"],
    ["rate{limited}", "RATE_LIMIT"],
    ["rate@limited", "RATE_LIMIT"],
    ["rate[limited", "RATE_LIMIT"],
    ["rate`limited", "RATE_LIMIT"],
    ["gateway_timeout", "GATEWAY_TIMEOUT"],
    ["unauthorized", "AUTH"],
    ["UNAUTHORIZED", "AUTH"],
    ["ACCESS_DENIED", "PERMISSION"],
  ])("is compared without its case and its signs: %s", (code, kind) => {
    expect(kindOfWord(code)).toBe(kind);
  });

  test.each<[string, Kind | undefined]>([
    ["id-token-expired", "AUTH"],
    ["myTimeout", "TIMEOUT"],
    ["my_timeout", "TIMEOUT"],
    ["MY_TIMEOUT", "TIMEOUT"],
    ["my5timeout", "TIMEOUT"],
    ["zTimeout", "TIMEOUT"],
    ["aTimeout", "TIMEOUT"],
    ["mytimeout", undefined],
    ["MYTIMEOUT", undefined],
    ["MYTimeout", undefined],
    ["timeout_of_something", undefined],
    ["", undefined],
    ["___", undefined],
  ])("counts by its end, where a word begins: %s", (code, kind) => {
    expect(kindOfWord(code)).toBe(kind);
  });

  test.each<[string, Kind | undefined]>([
    ["no_timeout", undefined],
    ["x_no_timeout", undefined],
    ["noTimeout", undefined],
    ["non-timeout", undefined],
    ["NOT_TIMEOUT", undefined],
    ["never_timeout", undefined],
    ["without_timeout", undefined],
    ["token_not_expired", undefined],
    ["nota_timeout", "TIMEOUT"],
    ["no_other_timeout", "TIMEOUT"],
    // The negation belongs to the word.
    ["not_found", "PERMANENT"],
    ["order_not_found", "PERMANENT"],
  ])("means nothing where the word before it says the opposite: %s", (code, kind) => {
    expect(kindOfWord(code)).toBe(kind);
  });

  test.each<[string, Kind | undefined]>([
    ["locked", "CONCURRENCY"],
    ["account_locked", undefined],
    ["accountLockedError", undefined],
    ["resource_locked", "CONCURRENCY"],
    ["internal_error", "SERVER_ERROR"],
    ["ERR_INTERNAL", "SERVER_ERROR"],
    ["my_internal_error", undefined],
  ])("may mean it alone, and anything behind another word: %s", (code, kind) => {
    expect(kindOfWord(code)).toBe(kind);
  });

  test.each<[string, Kind | undefined]>([
    ["connection", undefined],
    ["ERR_CONNECTION", "TRANSIENT"],
    ["err.connection", "TRANSIENT"],
    ["error connection", "TRANSIENT"],
    ["Error: connection", "TRANSIENT"],
    ["ERR__CONNECTION", "TRANSIENT"],
    ["ERRCONNECTION", undefined],
    ["connection_err", "TRANSIENT"],
    ["connection_error", "TRANSIENT"],
    ["connection_errors", "TRANSIENT"],
    ["connection_exception", "TRANSIENT"],
    ["ConnectionError", "TRANSIENT"],
    ["ConnectionException", "TRANSIENT"],
    ["CONNECTIONERROR", "TRANSIENT"],
    ["connection_failed_error", "TRANSIENT"],
    // In the middle, the words of an error say nothing.
    ["my_error_connection", undefined],
    ["my_exception_connection", undefined],
    ["connection_exceptional", undefined],
  ])("may name a thing, which failed where it is called an error: %s", (code, kind) => {
    expect(kindOfWord(code)).toBe(kind);
  });

  test.each<[string, Kind | undefined]>([
    ["functions/internal", "SERVER_ERROR"],
    ["functions.internal", "SERVER_ERROR"],
    ["functions:internal", "SERVER_ERROR"],
    ["a/b.internal", "SERVER_ERROR"],
    ["a.b/internal", "SERVER_ERROR"],
    ["a:b.c/internal", "SERVER_ERROR"],
    ["a/b.c:internal", "SERVER_ERROR"],
    ["timeout/something", undefined],
    ["/internal", "SERVER_ERROR"],
    ["internal", undefined],
    ["storage-internal", undefined],
  ])("is the last part, behind the name of its service: %s", (code, kind) => {
    expect(kindOfWord(code)).toBe(kind);
  });

  test.each<[string, Kind | undefined, Kind | undefined]>([
    ["locked", "CONCURRENCY", undefined],
    ["LOCKED", "CONCURRENCY", undefined],
    ["timed_out", "TIMEOUT", undefined],
    ["locked_error", "CONCURRENCY", "CONCURRENCY"],
    ["orders/locked", "CONCURRENCY", "CONCURRENCY"],
    ["request_timeout", "TIMEOUT", "TIMEOUT"],
    ["rate_limited", "RATE_LIMIT", "RATE_LIMIT"],
  ])("may be what has become of a thing: %s", (code, asCode, asState) => {
    expect([kindOfWord(code), kindOfWord(code, true)]).toEqual([asCode, asState]);
  });
});

describe("the codes of an error and its answer", () => {
  const kindsOf = (error: object): readonly Kind[] => [...kindsOfCodes(linkTo(error))];
  const codes = (error: object): readonly string[] => [...codesOf(linkTo(error))];

  test("are believed in one order: those of the error first, a code before a sort", () => {
    const error = { reason: "r", code: "c", type: "t", errorCode: "e", body: { status: "s", code: "b" } };
    expect(codes(error)).toEqual(["c", "e", "t", "r", "b", "s"]);
    expect(kindsOf({ type: "forbidden", code: "odd", body: { code: "timeout" } })).toEqual(["PERMISSION", "TIMEOUT"]);
  });

  test("stand in more places of an answer than of anything else", () => {
    const held = { code: "c", type: "t", status: "s" };
    expect(codes(held)).toEqual(["c", "t"]);
    expect(codes({ body: held })).toEqual(["c", "t", "s"]);
    expect(codes({ data: held })).toEqual(["c"]);
  });

  test("are texts of up to eighty characters", () => {
    const code = (length: number): string => "_timeout".padStart(length, "x");
    expect(codes({ code: code(80), errorCode: code(81), type: 5, kind: ["timeout"] })).toEqual([code(80)]);
    expect(kindsOf({ code: code(80) })).toEqual(["TIMEOUT"]);
    expect(kindsOf({ code: code(81) })).toEqual([]);
  });

  test("may be states of anything only as a sort, and not in an answer", () => {
    expect(kindsOf({ type: "locked" })).toEqual([]);
    expect(kindsOf({ code: "locked" })).toEqual(["CONCURRENCY"]);
    expect(kindsOf({ body: { type: "locked" } })).toEqual(["CONCURRENCY"]);
    expect(kindsOf({ error: "locked" })).toEqual(["CONCURRENCY"]);
    expect(kindsOf({ statusText: "locked" })).toEqual(["CONCURRENCY"]);
  });
});

describe("the name of an error", () => {
  test("says what happened, after its codes", () => {
    expect(verdictOf({ name: "RateLimitError" })).toBe("RATE_LIMIT");
    expect(verdictOf({ name: "RateLimitError", code: "forbidden" })).toBe("PERMISSION");
    expect(verdictOf({ name: "RateLimitError", code: "odd" })).toBe("RATE_LIMIT");
  });

  test("may be that of its class", () => {
    class RateLimitError extends Error {}
    expect(verdictOf(new RateLimitError("m"))).toBe("RATE_LIMIT");
    expect(verdictOf(Object.assign(new RateLimitError("m"), { name: "ForbiddenError" }))).toBe("PERMISSION");
    expect(verdictOf(new Error("m"))).toBeUndefined();
  });

  test.each<[string, Verdict]>([
    ["RateLimitError[/channels]", "RATE_LIMIT"],
    ["RateLimitError: more\nand more", "RATE_LIMIT"],
    ["Foo$RateLimitError", "RATE_LIMIT"],
    ["Foo_RateLimitError", "RATE_LIMIT"],
    ["Foo[RateLimitError]", undefined],
    ["[RateLimitError]", undefined],
    ["RateLimited".padStart(80, "x_"), "RATE_LIMIT"],
    ["RateLimited".padStart(81, "x_"), undefined],
    [`${"RateLimited".padStart(80, "x_")}Edition`, undefined],
  ])("is its first part, up to eighty characters: %s", (name, verdict) => {
    expect(verdictOf({ name })).toBe(verdict);
  });

  test("that calls everything an error of the connection knows less than its cause", () => {
    expect(verdictOf({ name: "ConnectionError" })).toBe("TRANSIENT");
    expect(verdictOf({ name: "ConnectionError", cause: "lost" })).toBe("TRANSIENT");
    expect(verdictOf({ name: "ConnectionError", cause: {} })).toBeUndefined();
    expect(verdictOf({ name: "RateLimitError", cause: {} })).toBe("RATE_LIMIT");
  });

  test("of the DOM's full storage is PERMANENT, and anybody else's quota is a rate limit", () => {
    expect(verdictOf({ name: "QuotaExceededError", code: 22 })).toBe("PERMANENT");
    expect(verdictOf({ name: "QuotaExceededError" })).toBe("RATE_LIMIT");
    expect(verdictOf({ name: "QuotaExceededError", code: 21 })).toBe("RATE_LIMIT");
    expect(verdictOf({ name: "TimeoutError", code: 22 })).toBe("TIMEOUT");
  });
});

test.each<[string, Verdict]>([
  ["rate_limited", "RATE_LIMIT"],
  ["TOKEN-EXPIRED", "AUTH"],
  ["too_many_requests", "RATE_LIMIT"],
  ["a_b_c_d_e_f_g_rate_limited", "RATE_LIMIT"],
  ["a_b_c_d_e_f_g_h_rate_limited", undefined],
  ["timeout", undefined],
  ["rateLimited", undefined],
  ["1_rate_limited", undefined],
  ["rate_limited_1", undefined],
  ["rate limited", undefined],
  ["rate__limited", undefined],
  ["it was rate_limited", undefined],
  ["who_knows", undefined],
])("a message that is nothing but a code: %s", (message, verdict) => {
  expect(verdictOf({ message })).toBe(verdict);
});

describe("a switch", () => {
  test.each<[string, Kind]>([
    ["timedOut", "TIMEOUT"],
    ["isTimeout", "TIMEOUT"],
    ["isTimeoutError", "TIMEOUT"],
    ["isCanceled", "PERMANENT"],
    ["isCancelled", "PERMANENT"],
    ["isRateLimit", "RATE_LIMIT"],
    ["isRateLimitError", "RATE_LIMIT"],
    ["rateLimited", "RATE_LIMIT"],
    ["authenticationFailed", "AUTH"],
    ["isAuthError", "AUTH"],
    ["isNetworkError", "TRANSIENT"],
  ])("%s is %s where it is on, and nothing where it is off or something else", (flag, kind) => {
    const of = (value: unknown): Verdict => flagRule(linkTo({ [flag]: value }));
    expect([of(true), of(false), of("true"), of(1)]).toEqual([kind, undefined, undefined, undefined]);
  });

  test("that is not there says nothing, and the first that is on counts", () => {
    expect(flagRule(linkTo({ "": true }))).toBeUndefined();
    expect(flagRule(linkTo({ isNetworkError: true, timedOut: true }))).toBe("TIMEOUT");
  });
});
