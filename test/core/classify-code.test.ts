import { type Classification, defaultClassifier, type ErrorClass, strictClassifier } from "redress";
import { expect, test } from "vitest";
import { TIMEOUT } from "./answers.ts";

const coded = (code: unknown): Error => Object.assign(new Error("failed"), { code });

const TRANSIENT = [
  // Sockets and routes
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENETUNREACH",
  "ENETDOWN",
  "ENETRESET",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  // Names
  "ENOTFOUND",
  "EAI_AGAIN",
  "ESERVFAIL",
  "EREFUSED",
  "ENODATA",
  // undici
  "UND_ERR_SOCKET",
  "UND_ERR_INFO",
  "UND_ERR_PRX_TLS",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "ERR_HTTP_CONTENT_LENGTH_MISMATCH",
  // HTTP/2, streams
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_HTTP2_GOAWAY_SESSION",
  "ERR_HTTP2_STREAM_CANCEL",
  "ERR_HTTP2_STREAM_ERROR",
  "ERR_HTTP2_SESSION_ERROR",
  "ERR_HTTP2_PING_CANCEL",
  // axios in browsers
];

const TIMEOUTS = [
  "ETIMEDOUT",
  "ESOCKETTIMEDOUT",
  "ETIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ERR_SOCKET_CONNECTION_TIMEOUT",
  "ERR_HTTP_REQUEST_TIMEOUT",
];

const PERMANENT = [
  // Certificates
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "EPROTO",
  // URLs, arguments, local addresses and files
  "ERR_INVALID_URL",
  "ERR_INVALID_ARG_TYPE",
  "ERR_INVALID_ARG_VALUE",
  "ERR_INVALID_PROTOCOL",
  "ERR_UNESCAPED_CHARACTERS",
  "ERR_UNSUPPORTED_ESM_URL_SCHEME",
  "ERR_OUT_OF_RANGE",
  "ERR_MISSING_ARGS",
  "EADDRNOTAVAIL",
  "EINVAL",
  "EACCES",
  "EPERM",
  "ENOENT",
  "EISDIR",
  "ENOTDIR",
  "EEXIST",
  // Closed ends and protocol errors
  "ERR_STREAM_WRITE_AFTER_END",
  "ERR_STREAM_DESTROYED",
  "HPE_INVALID_CONSTANT",
  "HPE_HEADER_OVERFLOW",
  "UND_ERR_INVALID_ARG",
  "UND_ERR_INVALID_RETURN_VALUE",
  "UND_ERR_NOT_SUPPORTED",
  "UND_ERR_DESTROYED",
  "UND_ERR_CLOSED",
  "UND_ERR_HEADERS_OVERFLOW",
  "UND_ERR_RES_EXCEEDED_MAX_SIZE",
  "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
  "UND_MOCK_ERR_MOCK_NOT_MATCHED",
  "UND_ERR_TIMEOUT_OUT_OF_RANGE",
  "UND_ERR_BODY_TIMEOUT_INVALID",
  "ERR_HTTP_REQUEST_TIMEOUT_INVALID",
];

const rows: readonly (readonly [string, ErrorClass | Classification])[] = [
  ...TIMEOUTS.map((code) => [code, TIMEOUT] as const),
  ...TRANSIENT.map((code) => [code, "TRANSIENT"] as const),
  ...PERMANENT.map((code) => [code, "PERMANENT"] as const),
];

test.each(rows)("the code %s is %j to both classifiers", (code, answer) => {
  expect(defaultClassifier(coded(code))).toEqual(answer);
  expect(strictClassifier(coded(code))).toEqual(answer);
});

test("the missing file of a Unix socket is a server that restarts, a missing file of anything else is not", () => {
  const missing = (syscall: string): Error => Object.assign(coded("ENOENT"), { syscall });
  expect(defaultClassifier(missing("connect"))).toBe("TRANSIENT");
  expect(strictClassifier(missing("connect"))).toBe("TRANSIENT");
  expect(defaultClassifier(missing("open"))).toBe("PERMANENT");
});

test.each([
  ["PostgreSQL's SQLSTATE", "40001"],
  ["Prisma's", "P2034"],
  ["MySQL's", "ER_LOCK_DEADLOCK"],
  ["NATS's, a status in a string", "503"],
  ["Redis's", "CLUSTERDOWN"],
  ["no code", ""],
  ["a word in small letters", "econnreset"],
  ["a code within a sentence", "read ECONNRESET"],
  ["a code with more behind it", "ECONNRESET_BY_PEER"],
  ["an unknown one", "ESOMETHINGELSE"],
  ["one that ends like a list of revoked certificates", "MY_CRL_NOT_YET_VALID"],
  ["one that ends like undici's", "MY_UND_ERR_SOCKETS"],
  ["one that ends like a timeout of undici's", "MY_UND_ERR_BODY_TIMEOUT"],
  ["one that ends like a body of undici's", "MY_UND_ERR_RES_CONTENT_LENGTH_MISMATCH"],
  ["one that ends like Node's", "MY_ERR_HTTP_HEADERS_SENT"],
])("codes of other libraries mean nothing here: %s", (_whose, code) => {
  expect(defaultClassifier(coded(code))).toBe("UNKNOWN");
});

test.each([null, undefined, 0, -111, 14, true, ["ECONNRESET"], ["CERT_HAS_EXPIRED"], Symbol("ECONNRESET")])(
  "a code that is no string means nothing: %s",
  (code) => {
    expect(defaultClassifier(coded(code))).toBe("UNKNOWN");
  },
);

test.each(["timeout of 1000ms exceeded", "Timeout of 50ms exceeded", "Response timeout of 100ms exceeded"])(
  "ECONNABORTED is a timeout where the words say so: %s",
  (message) => {
    expect(defaultClassifier(Object.assign(new Error(message), { code: "ECONNABORTED" }))).toEqual(TIMEOUT);
  },
);

test.each([Symbol("timeout"), ["timeout"], { toString: () => "timeout" }])(
  "ECONNABORTED with a message that is no text is none: %s",
  (message) => {
    expect(defaultClassifier({ code: "ECONNABORTED", message })).toBe("TRANSIENT");
  },
);

test("a code says more than a name", () => {
  expect(defaultClassifier(Object.assign(coded("CERT_HAS_EXPIRED"), { name: "ConnectionError" }))).toBe("PERMANENT");
});

test("a very long code is answered at once", () => {
  const startMs = performance.now();
  for (const start of ["CERT_", "SELF_SIGNED_CERT", "ERR_", "E", ""]) defaultClassifier(coded(start + "A_".repeat(500_000)));
  expect(performance.now() - startMs).toBeLessThan(1_000);
});
