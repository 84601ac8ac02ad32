/* What the rules of tokens, directories, runtimes and workers say of an error, where no other rule is asked. */
import { describe, expect, test } from "vitest";
import { jsonwebtoken } from "../../src/extras/identity/jsonwebtoken.ts";
import { ldap } from "../../src/extras/identity/ldap.ts";
import { msal } from "../../src/extras/identity/msal.ts";
import { oauth2Bearer } from "../../src/extras/identity/oauth2-bearer.ts";
import { bun } from "../../src/extras/runtimes/bun.ts";
import { cloudflare } from "../../src/extras/runtimes/cloudflare.ts";
import { deno } from "../../src/extras/runtimes/deno.ts";
import { vercel } from "../../src/extras/runtimes/vercel.ts";
import type { Verdict } from "../../src/extras/shared/index.ts";
import { temporal } from "../../src/extras/workers/temporal.ts";
import { linkOf, verdictOf } from "./ask-alone.ts";

describe("jsonwebtoken", () => {
  test("a plain error of signing has no code", () => {
    expect(verdictOf(jsonwebtoken, "payload is required")).toBe("PERMANENT");
    expect(verdictOf(jsonwebtoken, "payload is required", { code: "E_MINE" })).toBeUndefined();
    expect(verdictOf(jsonwebtoken, "the payload is required")).toBeUndefined();
  });

  test("a key that could not be fetched quotes why", () => {
    const of = (message: string): Verdict => verdictOf(jsonwebtoken, message, { name: "JwksError" });
    expect([of("Http Error 503"), of("Http Error 404"), of("m")]).toEqual(["SERVER_ERROR", undefined, undefined]);
  });
});

describe("LDAP", () => {
  const of = (code: unknown, message = "m Code: 0x1"): Verdict => verdictOf(ldap, message, { code });

  test("the number of the server stands beside the end of ldapts' message or ldapjs' field", () => {
    expect([of(49), of(49, "m"), of(49, "m Code: 0x31 and more"), of("49")]).toEqual(["AUTH", undefined, undefined, undefined]);
    expect(verdictOf(ldap, "m", { code: 49, lde_message: "m" })).toBe("AUTH");
  });

  test("a number that is not listed blames the request, up to those of the clients", () => {
    expect([of(32), of(121), of(122), of(123), of(124)]).toEqual([
      "PERMANENT",
      "PERMANENT",
      "CONCURRENCY",
      "PERMISSION",
      undefined,
    ]);
  });

  test("ldapjs says 80 of anything, and a timeout in words", () => {
    expect([of(80, "request timeout Code: 0x50"), of(80), of(49, "request timeout Code: 0x31")]).toEqual([
      "TIMEOUT",
      undefined,
      "AUTH",
    ]);
    expect(verdictOf(ldap, "m", { code: 80, lde_message: "m", name: "AbandonedError" })).toBe("PERMANENT");
  });
});

describe("MSAL", () => {
  test("its errors have a `subError` or a `correlationId`", () => {
    const of = (fields: object): Verdict => verdictOf(msal, "m", { errorCode: "no_account_found", ...fields });
    expect(of({ subError: "" })).toBe("AUTH");
    expect(of({ correlationId: "" })).toBe("AUTH");
    expect(of({ subError: "", correlationId: "" })).toBe("AUTH");
    expect(of({})).toBeUndefined();
  });

  test("somebody has to log in, whatever the code", () => {
    expect(verdictOf(msal, "m", { name: "InteractionRequiredAuthError", errorCode: "x", subError: "" })).toBe("AUTH");
    expect(verdictOf(msal, "m", { name: "AuthError", errorCode: "x", subError: "" })).toBeUndefined();
  });

  test("a tenant that is throttled is refused with numbers alone, and without a status", () => {
    const of = (errorCode: string, fields: object = {}): Verdict =>
      verdictOf(msal, "m", { name: "ServerError", errorCode, subError: "", ...fields });
    expect([of("50196"), of("50196 7"), of("50196", { status: 400 })]).toEqual(["RATE_LIMIT", "RATE_LIMIT", undefined]);
    expect([of("50196 x"), of("x 50196"), of("")]).toEqual([undefined, undefined, undefined]);
  });
});

test("express-oauth2-jwt-bearer: the name and the code are both its own", () => {
  const of = (name: string, code: string): Verdict => verdictOf(oauth2Bearer, "m", { name, code });
  expect(of("InvalidTokenError", "invalid_token")).toBe("AUTH");
  expect([of("InvalidTokenError", "other"), of("OtherError", "invalid_token")]).toEqual([undefined, undefined]);
});

describe("Bun", () => {
  test("of SQL, Bun's own codes are told by their ends, and what the server said is told elsewhere", () => {
    const of = (code: string): Verdict => verdictOf(bun, "m", { code });
    expect([of("ERR_POSTGRES_CONNECTION_CLOSED"), of("ERR_MYSQL_CONNECTION_TIMEOUT")]).toEqual(["TRANSIENT", "TIMEOUT"]);
    expect([of("ERR_POSTGRES_SYNTAX_ERROR"), of("ERR_POSTGRES_SERVER_ERROR")]).toEqual(["PERMANENT", undefined]);
  });

  test("a code of S3 counts in an S3Error, or where it is Bun's", () => {
    expect(verdictOf(bun, "m", { name: "S3Error", code: "AccessDenied" })).toBe("PERMISSION");
    expect(verdictOf(bun, "m", { name: "Error", code: "AccessDenied" })).toBeUndefined();
    expect(verdictOf(bun, "m", { name: "Error", code: "ERR_S3_INVALID_PATH" })).toBe("PERMANENT");
    expect(verdictOf(bun, "m", { name: "Error", code: "X_ERR_S3_" })).toBeUndefined();
  });

  test("a code of fetch counts beside the URL", () => {
    expect(verdictOf(bun, "m", { code: "ConnectionRefused", path: "http://h/" })).toBe("TRANSIENT");
    expect(verdictOf(bun, "m", { code: "ConnectionRefused" })).toBeUndefined();
  });
});

describe("Cloudflare", () => {
  test("numbers and statuses in words are those of plain errors", () => {
    expect(verdictOf(cloudflare, "KV GET failed: 503 m")).toBe("SERVER_ERROR");
    expect(verdictOf(cloudflare, "KV GET failed: 503 m", { name: "MyError" })).toBeUndefined();
    expect(verdictOf(cloudflare, "They say KV GET failed: 503 m")).toBeUndefined();
  });

  test("R2 has its number last, behind the operation", () => {
    const of = (message: string): Verdict => verdictOf(cloudflare, message);
    expect([of("put: m (10058)"), of("put: m (99999)"), of("uploadPart: m (100001)")]).toEqual([
      "RATE_LIMIT",
      "PERMANENT",
      "PERMANENT",
    ]);
    expect([of("They output: m (10058)"), of("put: m (10058) at last"), of("put: m (1005)")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("an object that was reset says why, behind the name of its error", () => {
    const reset = (message: string): Verdict => verdictOf(cloudflare, message, { durableObjectReset: true });
    expect(reset("Error: Durable Object exceeded its CPU time limit and was reset.")).toBe("PERMANENT");
    expect(reset("Durable Object exceeded its CPU time limit and was reset.")).toBe("PERMANENT");
    expect(reset("Durable Error: Object exceeded its CPU time limit and was reset.")).toBe("TRANSIENT");
  });

  test("Queues without a number begin with what failed", () => {
    expect(verdictOf(cloudflare, "Queue send failed: Too Many Requests")).toBe("RATE_LIMIT");
    expect(verdictOf(cloudflare, "Queue sendBatch failed: Bad Gateway")).toBe("SERVER_ERROR");
    expect(verdictOf(cloudflare, "Queue send failed: m")).toBeUndefined();
    expect(verdictOf(cloudflare, "Too Many Queue send failed: Requests")).toBeUndefined();
  });
});

describe("Deno", () => {
  test("a database that cannot be opened quotes a status, or leaves it to the words of fetch", () => {
    const of = (words: string): Verdict => verdictOf(deno, `Could not open Deno KV database: ${words}`);
    expect(of("m responded with status 503 m")).toBe("SERVER_ERROR");
    expect(of("m")).toBeUndefined();
  });

  test("what is no HTTP says so first", () => {
    const of = (message: string): Verdict => verdictOf(deno, message, { name: "Http" });
    expect([of("invalid HTTP version parsed"), of("an invalid thing")]).toEqual(["PERMANENT", "TRANSIENT"]);
  });
});

test("Vercel KV: an answer that is no JSON is known by the status that it quotes, or not at all", () => {
  const of = (message: string): Verdict => verdictOf(vercel, message, { name: "UpstashJSONParseError" });
  expect([of("502 Bad Gateway"), of("m")]).toEqual(["SERVER_ERROR", "UNKNOWN"]);
});

test("Temporal: a failure of the server is one where nothing else is known", () => {
  const last = (name: string, fields: object = {}): Verdict =>
    temporal.meaning.fallbacks?.[0]?.(linkOf("m", { name, ...fields }));
  expect([last("ServerFailure"), last("ApplicationFailure"), last("Error")]).toEqual(["SERVER_ERROR", undefined, undefined]);
  expect(last("ApplicationFailure", { nextRetryDelay: 5 })).toEqual({ errorClass: "TRANSIENT", retryAfterMs: 5 });
});
