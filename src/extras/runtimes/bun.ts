/*
 * Bun's own clients. Of SQL, what the server said is told by its number or SQLSTATE, with the other drivers, and what Bun says itself by
 * the end of its code. An S3Error has the service's code, or that of the connection, which `fetch` has too. Redis is with Redis.
 */
import { type Codes, connectionRule, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Behind ERR_POSTGRES_ and ERR_MYSQL_. Every other one is PERMANENT. Sources: Bun src/bun.js/bindings/ErrorCode.ts; bun.com/docs, "SQL". */
export const BUN_CLIENT_CODES: Codes = {
  TRANSIENT: ["CONNECTION_CLOSED", "CONNECTION_FAILED", "CONNECTION_REFUSED", "IDLE_TIMEOUT", "LIFETIME_TIMEOUT"],
  TIMEOUT: ["CONNECTION_TIMEOUT"],
  AUTH: [
    "AUTHENTICATION_FAILED",
    "AUTHENTICATION_FAILED_PBKDF2",
    "INVALID_SERVER_KEY",
    "INVALID_SERVER_SIGNATURE",
    "SASL_SIGNATURE_MISMATCH",
    "SASL_SIGNATURE_INVALID_BASE64",
  ],
};

const SQL = /^ERR_(?:POSTGRES|MYSQL)_([A-Z\d_]+)$/;

/* With this, the server's own number or SQLSTATE says what happened. */
const SAID_BY_SERVER = "SERVER_ERROR";

/* Source: Amazon S3 API Reference, "Error responses"; Bun src/s3 and docs, "S3". Bun gives no status. */
export const S3_CODES: Codes = {
  AUTH: [
    "ERR_S3_MISSING_CREDENTIALS",
    "ERR_S3_INVALID_SESSION_TOKEN",
    "ERR_S3_INVALID_SIGNATURE",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "InvalidSecurity",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "Unauthorized",
  ],
  PERMISSION: ["AccessDenied", "AllAccessDisabled", "AccountProblem", "NotSignedUp"],
  CONCURRENCY: ["PreconditionFailed", "ConditionalRequestConflict", "OperationAborted"],
  RATE_LIMIT: ["SlowDown", "TooManyRequests", "RequestLimitExceeded", "Throttling", "ThrottlingException"],
  SERVER_ERROR: ["InternalError", "ServiceUnavailable", "ServiceFailure", "Busy"],
  TIMEOUT: ["RequestTimeout"],
  TRANSIENT: ["IncompleteBody", "BadDigest"],
  PERMANENT: [
    "ERR_S3_INVALID_METHOD",
    "ERR_S3_INVALID_PATH",
    "ERR_S3_INVALID_ENDPOINT",
    "NoSuchKey",
    "NoSuchBucket",
    "NoSuchUpload",
    "NoSuchVersion",
    "NotFound",
    "InvalidBucketName",
    "InvalidArgument",
    "InvalidRequest",
    "InvalidRange",
    "InvalidPart",
    "InvalidPartOrder",
    "InvalidDigest",
    "InvalidObjectState",
    "EntityTooLarge",
    "EntityTooSmall",
    "KeyTooLongError",
    "MalformedXML",
    "MethodNotAllowed",
    "MissingContentLength",
    "NotImplemented",
    "PermanentRedirect",
    "AuthorizationHeaderMalformed",
  ],
};

/* How Bun's HTTP client names what happened on the way. Sources: Bun src/http.zig and src/bun.js/webcore/fetch/FetchTasklet.zig. */
export const BUN_FETCH_CODES: Codes = {
  TRANSIENT: [
    "ConnectionRefused",
    "ConnectionReset",
    "ConnectionClosed",
    "ConnectionAborted",
    "FailedToOpenSocket",
    "DNSResolveFailed",
    "UnexpectedEOF",
  ],
  TIMEOUT: ["Timeout", "ConnectionTimedOut"],
  PERMANENT: [
    "TooManyRedirects",
    "UnexpectedRedirect",
    "RedirectURLInvalid",
    "RedirectURLTooLong",
    "UnsupportedRedirectProtocol",
    "UnsupportedProxyProtocol",
    "InvalidURL",
    "InvalidHTTPResponse",
    "Malformed_HTTP_Response",
    "UnrequestedUpgrade",
    "RequestBodyNotReusable",
  ],
};

const S3 = "S3Error";

/* A file's connection is closed by the program alone. */
const SQLITE_CLOSED = "ERR_SQLITE_CONNECTION_CLOSED";

function bunRule(link: Link): Verdict {
  const { name, code } = link;
  const own = SQL.exec(code)?.[1];
  if (own !== undefined && own !== SAID_BY_SERVER) return kindOfCode(BUN_CLIENT_CODES, own) ?? "PERMANENT";
  if (code === SQLITE_CLOSED) return "PERMANENT";
  if (name === S3 || code.startsWith("ERR_S3_"))
    return kindOfCode(S3_CODES, code) ?? kindOfCode(BUN_FETCH_CODES, code) ?? connectionRule(link);
  // The URL that fetch could not reach stands beside its code.
  return typeof link.read("path") === "string" ? kindOfCode(BUN_FETCH_CODES, code) : undefined;
}

export const bun: Library = {
  name: "bun",
  looks: {
    names: [S3],
    codes: [BUN_FETCH_CODES, SQLITE_CLOSED, SQL, /^ERR_S3_/],
  },
  meaning: { rule: bunRule },
};
