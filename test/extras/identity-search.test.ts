/* Identity, search and coordination: what the sources of the libraries say, beside what was recorded of them. */
import type { Classification } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { JOSE_CODES } from "../../src/extras/identity/jose.ts";
import { SIGN_MISUSES, VERIFY_MISUSES } from "../../src/extras/identity/jsonwebtoken.ts";
import { RESULT_CODES } from "../../src/extras/identity/ldap.ts";
import { MSAL_CODES } from "../../src/extras/identity/msal.ts";
import { NOT_FETCHED } from "../../src/extras/identity/oauth2-bearer.ts";
import { ABOUT_ANSWERS, OAUTH_CODES, RP_WORDS } from "../../src/extras/identity/openid.ts";
import { ALGOLIA_NAMES } from "../../src/extras/search/algolia.ts";
import { SEARCH_NAMES, SEARCH_TYPES } from "../../src/extras/search/elasticsearch.ts";
import { MEILISEARCH_CODES, MEILISEARCH_NAMES } from "../../src/extras/search/meilisearch.ts";
import { REFUSED_TOKENS } from "../../src/extras/services/firebase.ts";
import { FIREBASE_CODES } from "../../src/extras/services/firebase-codes.ts";
import { AUTH_CODES, AUTH_NAMES, PGRST_CODES, STORAGE_CODES } from "../../src/extras/services/supabase.ts";
import { ETCD_CLIENT_WORDS, ETCD_WORDS } from "../../src/extras/stores/etcd.ts";
import { ZOOKEEPER_CODES } from "../../src/extras/stores/zookeeper.ts";

/** The class, or the kind of timeout where it is one. */
function kindOf(error: unknown): string {
  const answer = universalClassifier(error);
  const { errorClass, timeout } = typeof answer === "string" ? { errorClass: answer } : (answer as Classification);
  if (timeout !== true) return errorClass;
  return errorClass === "SERVER_ERROR" ? "GATEWAY_TIMEOUT" : "TIMEOUT";
}

const thrown = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

type Row = readonly [kind: string, code: string | number];

/** Every code of a table, with what it means. */
const rows = (table: Readonly<Record<string, readonly (string | number)[]>>): readonly Row[] =>
  Object.entries(table).flatMap(([kind, codes]) => codes.map((code) => [kind, code] as const));

// The errors of the libraries, in the shapes that they have.
const firebase = (code: string, message = "m"): Error => thrown(message, { name: "FirebaseError", code, customData: {} });
const admin = (code: string, message = "m"): Error => thrown(message, { code, errorInfo: { code, message }, codePrefix: "auth" });
const gotrue = (status: number, code: string | undefined, fields: object = {}): Error =>
  thrown("m", { name: "AuthApiError", __isAuthError: true, status, code, ...fields });
const storage = (status: number, statusCode: string, message = "m"): Error =>
  thrown(message, { name: "StorageApiError", __isStorageError: true, status, statusCode });
const postgrest = (code: string, message = "m"): Error =>
  thrown(message, { name: "PostgrestError", code, details: "", hint: null });
const ldapts = (code: number, message = ""): Error =>
  thrown(`${message} Code: 0x${code.toString(16)}`, { name: "OperationsError", code });
const ldapjs = (name: string, code: number, message: string): Error => thrown(message, { name, code, lde_message: message });
const msal = (name: string, errorCode: string, message: string, fields: object = {}): Error =>
  thrown(`${errorCode}: ${message}`, { name, errorCode, subError: "", correlationId: "c", ...fields });
const jwt = (message: string): Error => thrown(message, { name: "JsonWebTokenError" });
const bearer = (message: string): Error =>
  thrown(message, { name: "InvalidTokenError", status: 401, statusCode: 401, code: "invalid_token", headers: {} });
const search = (name: string, statusCode: number, type: string, headers: object = {}): Error =>
  thrown(type, {
    name,
    statusCode,
    meta: { statusCode, headers, body: { error: { type, reason: "r" } }, meta: { name: "opensearch-js", attempts: 0 } },
  });
const meili = (status: number, code: string, headers: object = {}): Error =>
  thrown("m", { name: "MeilisearchApiError", response: { status, headers }, cause: { message: "m", code } });
const zookeeper = (name: string): Error => thrown(`Exception: ${name}[-1]@/a`, { name, code: -1, path: "/a" });
const vault = (statusCode: number, errors: readonly string[]): Error =>
  thrown(errors[0] ?? `Status ${statusCode}`, { response: { statusCode, body: { errors } } });
const consul = (statusCode: number, body: string, headers: object = {}): Error =>
  thrown("consul: kv.get: m", { isPapi: true, isResponse: true, response: { statusCode, body, headers } });

describe("every code of a table is heard where the library puts it", () => {
  const TABLES: readonly (readonly [table: string, rows: readonly Row[], error: (code: string) => unknown])[] = [
    ["Firebase's codes, of the client", rows(FIREBASE_CODES), (code) => firebase(`auth/${code}`)],
    ["Firebase's codes, of admin", rows(FIREBASE_CODES), (code) => admin(`messaging/${code}`)],
    ["the tokens that admin refuses", rows(REFUSED_TOKENS), (words) => admin("auth/argument-error", `${words}x`)],
    ["PostgREST's codes", rows(PGRST_CODES), (code) => postgrest(code)],
    ["Auth's codes", rows(AUTH_CODES), (code) => gotrue(422, code)],
    ["Auth's names", rows(AUTH_NAMES), (name) => gotrue(500, undefined, { name })],
    ["Storage's codes", rows(STORAGE_CODES), (code) => storage(400, code)],
    ["LDAP's result codes", rows(RESULT_CODES), (code) => ldapts(Number(code))],
    ["jose's codes", rows(JOSE_CODES), (code) => thrown("m", { name: "JOSEError", code })],
    ["jsonwebtoken's misuses", rows(VERIFY_MISUSES), jwt],
    ["jsonwebtoken's misuses of sign", rows(SIGN_MISUSES), (words) => thrown(words)],
    ["what kept a bearer from being looked at", rows(NOT_FETCHED), bearer],
    ["MSAL's codes", rows(MSAL_CODES), (code) => msal("ClientAuthError", code, "m")],
    ["oauth4webapi's codes", rows(OAUTH_CODES), (code) => thrown("m", { name: "ClientError", code })],
    ["its codes about answers", rows(ABOUT_ANSWERS), (code) => thrown("m", { name: "ClientError", code })],
    ["the words of an RPError", rows(RP_WORDS), (words) => thrown(`${words}x`, { name: "RPError" })],
    ["Algolia's names", rows(ALGOLIA_NAMES), (name) => thrown("m", { name })],
    ["the types of Elasticsearch", rows(SEARCH_TYPES), (type) => search("ResponseError", 500, type)],
    ["the names of Elasticsearch", rows(SEARCH_NAMES), (name) => thrown("m", { ...search(name, 0, "x"), name, data: {} })],
    ["Meilisearch's codes", rows(MEILISEARCH_CODES), (code) => meili(422, code)],
    ["Meilisearch's names", rows(MEILISEARCH_NAMES), (name) => thrown("m", { name, cause: { timeout: 5 } })],
    ["etcd's words", rows(ETCD_WORDS), (words) => thrown(`9 FAILED_PRECONDITION: etcdserver: ${words}`)],
    ["the words of etcd's client", rows(ETCD_CLIENT_WORDS), (words) => thrown(words)],
    ["ZooKeeper's codes", rows(ZOOKEEPER_CODES), zookeeper],
  ];
  test.each(TABLES)("%s", (_table, codes, error) => {
    for (const [kind, code] of codes) expect(kindOf(error(`${code}`)), `${code}`).toBe(kind);
  });
});

describe("Firebase", () => {
  test.each([
    ["auth/invalid-hash-block-size", "PERMANENT"],
    ["auth/email-already-in-use", "PERMANENT"],
    ["auth/quota-exceeded", "RATE_LIMIT"],
    ["storage/quota-exceeded", "PERMANENT"],
    ["storage/unauthorized", "PERMISSION"],
    ["storage/unauthenticated", "AUTH"],
    ["auth/wrong-password", "AUTH"],
    ["auth/api-key-not-valid.-please-pass-a-valid-api-key.", "AUTH"],
    ["auth/requests-from-referer-https://a-are-blocked.", "PERMISSION"],
    ["auth/something-new", "UNKNOWN"],
    ["resource-exhausted", "RATE_LIMIT"],
    ["unavailable", "TRANSIENT"],
  ])("%s is %s", (code, kind) => {
    expect(kindOf(firebase(code))).toBe(kind);
  });

  test.each([
    ["app/invalid-credential", 'failed with the following error: "getaddrinfo ENOTFOUND a".', "TRANSIENT"],
    ["app/invalid-credential", 'failed with the following error: "invalid_grant: Invalid JWT Signature."', "AUTH"],
    ["app/unable-to-parse-response", 'Raw server response: "<html>". Status code: 502.', "SERVER_ERROR"],
    ["auth/internal-error", 'Raw server response: "{"error":{"code":400,"message":"NEW"}}"', "PERMANENT"],
    ["auth/argument-error", "Error fetching public keys for Google certs: connect ETIMEDOUT 1.2.3.4:443", "TIMEOUT"],
    ["auth/argument-error", "First argument to verifyIdToken() must be a Firebase ID token string.", "PERMANENT"],
  ])("%s that quotes %j is %s", (code, message, kind) => {
    expect(kindOf(admin(code, message))).toBe(kind);
  });

  test.each([
    ["functions/unavailable", "unavailable [503]", "SERVER_ERROR"],
    ["functions/deadline-exceeded", "deadline-exceeded [504]", "GATEWAY_TIMEOUT"],
    ["functions/deadline-exceeded", "deadline-exceeded", "TIMEOUT"],
    ["functions/unknown", "unknown [502]", "SERVER_ERROR"],
    ["functions/internal", "internal [0]", "TRANSIENT"],
    ["functions/already-exists", "There is one. [409]", "PERMANENT"],
  ])("%s, saying %j, is %s: with a status it was the service", (code, message, kind) => {
    expect(kindOf(firebase(code, message))).toBe(kind);
  });
});

describe("Supabase", () => {
  test.each([
    ["PGRST116", "PERMANENT"],
    ["PGRST121", "PERMANENT"],
    ["PGRST300", "PERMANENT"],
    ["PT429", "RATE_LIMIT"],
    ["PT402", "PERMANENT"],
    ["40001", "CONCURRENCY"],
    ["42501", "PERMISSION"],
  ])("PostgREST's %s is %s, though the status is lost", (code, kind) => {
    expect(kindOf(postgrest(code))).toBe(kind);
  });

  test("Storage's status is its statusCode, where HTTP's is 400", () => {
    expect(kindOf(storage(400, "403"))).toBe("PERMISSION");
    expect(kindOf(storage(400, "409", "The resource already exists"))).toBe("PERMANENT");
    expect(kindOf(storage(409, "409"))).toBe("CONCURRENCY");
    expect(kindOf(storage(544, "544"))).toBe("GATEWAY_TIMEOUT");
    expect(kindOf(storage(400, "400", "jwt expired"))).toBe("AUTH");
  });

  test("Auth's link that was clicked says why in its details, and its statuses without a code count", () => {
    const link = (details: object): Error => gotrue(500, undefined, { name: "AuthImplicitGrantRedirectError", details });
    expect(kindOf(link({ error: "access_denied", code: "otp_expired" }))).toBe("AUTH");
    expect(kindOf(link({ error: "access_denied", code: "x" }))).toBe("PERMISSION");
    expect(kindOf(gotrue(503, undefined, { name: "AuthRetryableFetchError" }))).toBe("SERVER_ERROR");
    expect(kindOf(gotrue(422, "something_new"))).toBe("PERMANENT");
  });

  test("Functions keep what fetch threw in the context", () => {
    const context = thrown("fetch failed", { name: "TypeError", cause: thrown("m", { code: "ECONNREFUSED" }) });
    expect(kindOf(thrown("Failed to send a request", { name: "FunctionsFetchError", context }))).toBe("TRANSIENT");
  });
});

describe("LDAP", () => {
  test("1 is AUTH where nobody is logged in, and says nothing else", () => {
    expect(kindOf(ldapts(1, "a successful bind must be completed on the connection."))).toBe("AUTH");
    expect(kindOf(ldapts(1, "LdapErr: DSID"))).toBe("UNKNOWN");
  });

  test("every other number of a server is a request that is wrong; the numbers above are none", () => {
    for (const code of [4, 11, 13, 19, 20, 32, 53, 54, 65, 68, 71]) expect(kindOf(ldapts(code)), `${code}`).toBe("PERMANENT");
    expect(kindOf(ldapts(248))).toBe("UNKNOWN");
  });

  test("80 of ldapjs is told by names and words, for its own errors have it too", () => {
    expect(kindOf(ldapjs("TimeoutError", 80, "request timeout (client interrupt)"))).toBe("TIMEOUT");
    expect(kindOf(ldapjs("ConnectionError", 80, "connection timeout"))).toBe("TIMEOUT");
    expect(kindOf(ldapjs("ConnectionError", 80, "1__ldap://a closed"))).toBe("TRANSIENT");
    expect(kindOf(ldapjs("AbandonedError", 80, "m"))).toBe("PERMANENT");
    expect(kindOf(ldapjs("OtherError", 80, "m"))).toBe("UNKNOWN");
    expect(kindOf(ldapjs("BusyError", 51, "Busy"))).toBe("SERVER_ERROR");
  });
});

describe("a token", () => {
  test.each(["invalid signature", "jwt malformed", "jwt must be provided", "jwt audience invalid. expected: a", "jwt expired"])(
    "that is refused with %j is AUTH",
    (message) => {
      expect(kindOf(jwt(message))).toBe("AUTH");
      expect(kindOf(bearer(message))).toBe("AUTH");
    },
  );

  test.each([
    ["socket hang up", "TRANSIENT"],
    ["Too many requests to the JWKS endpoint", "RATE_LIMIT"],
    ["Internal Server Error", "SERVER_ERROR"],
    ["connect ETIMEDOUT 1.2.3.4:443", "TIMEOUT"],
  ])("whose key could not be fetched, %j, was never looked at: %s", (message, kind) => {
    expect(kindOf(jwt(`error in secret or public key callback: ${message}`))).toBe(kind);
    expect(kindOf(bearer(message))).toBe(kind);
    expect(kindOf(thrown(message, { name: "JwksError" }))).toBe(kind);
  });

  test("that is too old, too young or signed with no known key is AUTH", () => {
    for (const name of ["TokenExpiredError", "NotBeforeError", "SigningKeyNotFoundError"])
      expect(kindOf(thrown("m", { name })), name).toBe("AUTH");
    expect(kindOf(thrown("m", { name: "JwksRateLimitError" }))).toBe("RATE_LIMIT");
  });
});

describe("OpenID Connect", () => {
  test("an answer that is no answer is what its status is, where the cause has one", () => {
    const odd = (cause: unknown): Error => thrown("m", { name: "ClientError", code: "OAUTH_RESPONSE_IS_NOT_CONFORM", cause });
    expect(kindOf(odd(new Response(null, { status: 502 })))).toBe("SERVER_ERROR");
    expect(kindOf(odd(new Response("x", { status: 200 })))).toBe("PERMANENT");
  });

  test("a signature that is not valid is AUTH, a state that is not ours PERMANENT", () => {
    const invalid = (message: string): Error =>
      thrown("invalid response encountered", {
        code: "OAUTH_INVALID_RESPONSE",
        cause: thrown(message, { code: "OAUTH_INVALID_RESPONSE" }),
      });
    expect(kindOf(invalid("JWT signature verification failed"))).toBe("AUTH");
    expect(kindOf(invalid('unexpected "state" response parameter value'))).toBe("PERMANENT");
  });

  test("version 5 says in words what failed on its own side", () => {
    const rp = (message: string): Error => thrown(message, { name: "RPError" });
    expect(kindOf(rp("outgoing request timed out after 3500ms"))).toBe("TIMEOUT");
    expect(kindOf(rp("nonce mismatch, expected a, got: b"))).toBe("PERMANENT");
  });
});

describe("MSAL", () => {
  test.each([
    [msal("InteractionRequiredAuthError", "no_tokens_found", "m"), "AUTH"],
    [msal("ServerError", "90055", "AADSTS90055"), "RATE_LIMIT"],
    [msal("ServerError", "90055 50196", "AADSTS90055"), "RATE_LIMIT"],
    [msal("ServerError", "90055", "AADSTS90055", { status: 503 }), "SERVER_ERROR"],
    [msal("ServerError", "invalid_grant", "m", { status: 400 }), "AUTH"],
    [msal("AuthError", "network_error", "Request timeout"), "TIMEOUT"],
    [msal("ClientAuthError", "state_mismatch", "m"), "PERMANENT"],
    [msal("ClientConfigurationError", "pkce_params_missing", "m"), "PERMANENT"],
    [msal("AuthError", "something_new", "m"), "UNKNOWN"],
  ])("%s", (error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });
});

describe("search", () => {
  test("a version conflict is CONCURRENCY, but for a document that exists already", () => {
    expect(kindOf(search("ResponseError", 409, "version_conflict_engine_exception"))).toBe("CONCURRENCY");
    const exists = Object.assign(search("ResponseError", 409, "version_conflict_engine_exception"), {
      message: "version_conflict_engine_exception: version conflict, document already exists (current version [1])",
    });
    expect(kindOf(exists)).toBe("PERMANENT");
  });

  test("a connection that failed for a certificate is PERMANENT, any other TRANSIENT", () => {
    const failed = (message: string): Error => Object.assign(search("ConnectionError", 0, "x"), { message });
    expect(kindOf(failed("Server certificate CA fingerprint does not match the value configured in caFingerprint"))).toBe(
      "PERMANENT",
    );
    expect(kindOf(failed("other side closed"))).toBe("TRANSIENT");
  });

  test("a queue that is full is RATE_LIMIT whatever the status is, with the delay of the answer", () => {
    const full = search("ResponseError", 503, "es_rejected_execution_exception", { "retry-after": "3" });
    expect(universalClassifier(full)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 3_000 });
    const busy = meili(503, "too_many_search_requests", { "retry-after": "10" });
    expect(universalClassifier(busy)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 10_000 });
  });

  test("the last attempt of Algolia decides what unreachable hosts are", () => {
    const unreachable = (field: string, ...attempts: readonly object[]): Error =>
      thrown("Unreachable hosts", { name: "RetryError", [field]: attempts.map((response) => ({ response })) });
    expect(kindOf(unreachable("stackTrace", { status: 0, isTimedOut: true }, { status: 503, isTimedOut: false }))).toBe(
      "SERVER_ERROR",
    );
    expect(kindOf(unreachable("stackTrace", { status: 0, isTimedOut: true }))).toBe("TIMEOUT");
    expect(kindOf(unreachable("transporterStackTrace", { status: 0, isTimedOut: false }))).toBe("TRANSIENT");
    expect(kindOf(unreachable("stackTrace"))).toBe("TRANSIENT");
  });
});

describe("coordination", () => {
  test.each([
    [vault(403, ["permission denied"]), "PERMISSION"],
    [vault(403, ["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]), "AUTH"],
    [vault(403, ["permission denied", "invalid token"]), "AUTH"],
    [vault(400, ["missing client token"]), "AUTH"],
    [vault(400, ["check-and-set parameter did not match the current version"]), "CONCURRENCY"],
    [vault(400, ["failed to parse"]), "PERMANENT"],
    [vault(473, []), "TRANSIENT"],
    [vault(472, []), "TRANSIENT"],
    [vault(503, ["Vault is sealed"]), "SERVER_ERROR"],
  ])("Vault: %s", (error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });

  test.each([
    [consul(500, "rpc error making call: Permission denied"), "PERMISSION"],
    [consul(500, "rpc error making call: ACL not found"), "AUTH"],
    [consul(500, "No cluster leader"), "SERVER_ERROR"],
    [consul(400, "Missing session"), "PERMANENT"],
    [thrown("consul: kv.get: request timed out (50ms)", { isPapi: true, isTimeout: true }), "TIMEOUT"],
    [thrown("consul: kv.get: request aborted", { isPapi: true, isAbort: true }), "PERMANENT"],
  ])("Consul, case %#", (error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });

  test("Consul's limit is RATE_LIMIT with 503, too, and has the delay of the answer", () => {
    const limited = consul(503, "rate limit reached", { "retry-after": "2" });
    expect(universalClassifier(limited)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 2_000 });
  });

  test.each([
    ["14 UNAVAILABLE: etcdserver: request timed out, possibly due to previous leader failure", "TIMEOUT"],
    ["11 OUT_OF_RANGE: etcdserver: mvcc: required revision has been compacted", "PERMANENT"],
    ["14 UNAVAILABLE: No connection established", "TRANSIENT"],
    ["Lease 5 is expired or revoked", "PERMANENT"],
    ["Tried to call a KV method on etcd3, but the client was already closed", "PERMANENT"],
  ])("etcd: %s is %s", (message, kind) => {
    expect(kindOf(thrown(message))).toBe(kind);
  });
});

describe("of a library that is not known", () => {
  test("403 is AUTH where the words are about a key or a token that is wrong", () => {
    for (const message of ["Invalid API key", "The provided API key is invalid.", "The token is expired", "Invalid access token"])
      expect(kindOf(thrown(message, { status: 403 })), message).toBe("AUTH");
    for (const message of ["Forbidden", "Method not allowed with this API key", "The token lacks a scope", "invalid CSRF token"])
      expect(kindOf(thrown(message, { status: 403 })), message).toBe("PERMISSION");
  });

  test.each([
    ["interaction_required", "AUTH"],
    ["consent_required", "AUTH"],
    ["account_selection_required", "AUTH"],
    ["mfa_required", "AUTH"],
    ["authorization_pending", "TRANSIENT"],
    ["use_dpop_nonce", "TRANSIENT"],
    ["slow_down", "RATE_LIMIT"],
    ["invalid_scope", "PERMANENT"],
    ["unsupported_grant_type", "PERMANENT"],
    ["unsupported_response_type", "PERMANENT"],
  ])("OAuth's %s is %s, with 400 as without a status", (error, kind) => {
    expect(kindOf(thrown("m", { error }))).toBe(kind);
    expect(kindOf(thrown("m", { error, status: 400 }))).toBe(kind);
  });

  test.each([
    ["8 RESOURCE_EXHAUSTED: Quota", "RATE_LIMIT"],
    ["5 NOT_FOUND: No document", "PERMANENT"],
    ["5 RESOURCE_EXHAUSTED: the number is of another name", "UNKNOWN"],
    ["The client has already been terminated", "PERMANENT"],
    ["The client is closed", "PERMANENT"],
    ["AbortError: This operation was aborted", "PERMANENT"],
    ["TimeoutError: The operation was aborted", "TIMEOUT"],
    ["TypeError: fetch failed", "TRANSIENT"],
  ])("a message that quotes %j is %s", (message, kind) => {
    expect(kindOf(thrown(message))).toBe(kind);
  });

  test("a status in customData counts", () => {
    expect(kindOf(thrown("m", { customData: { httpStatus: 503 } }))).toBe("SERVER_ERROR");
  });
});

describe("neighbours keep what they were", () => {
  test.each<[string, Error, string]>([
    ["a name like ZooKeeper's, with no number below zero", thrown("m", { name: "BAD_VERSION" }), "UNKNOWN"],
    ["a name like LDAP's, with another number", thrown("m", { name: "BusyError", code: 51 }), "UNKNOWN"],
    [
      "a ServerError with a status that is not MSAL's",
      thrown("m", { name: "ServerError", errorCode: "5", status: 404 }),
      "PERMANENT",
    ],
    ["an InvalidTokenError of somebody else", thrown("connect it", { name: "InvalidTokenError", status: 400 }), "PERMANENT"],
    ["a RetryError without attempts", thrown("m", { name: "RetryError" }), "UNKNOWN"],
    ["a SerializationError without data", thrown("m", { name: "SerializationError" }), "UNKNOWN"],
    ["a hint of another database", thrown("m", { hint: "x", code: "PGX" }), "UNKNOWN"],
    ["a response whose errors are no texts", thrown("m", { response: { statusCode: 400, body: { errors: [{}] } } }), "PERMANENT"],
    ["an errorInfo of somebody else", thrown("m", { errorInfo: { code: "auth/x" }, code: "ECONNRESET" }), "TRANSIENT"],
  ])("%s", (_what, error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });
});
