/*
 * What string error codes mean: the system's (sockets, names, certificates), and those of Node, undici and the HTTP parser.
 * Codes stand whole; a pattern stands only for a family whose members are not listed anywhere, or are all meant alike.
 * Sources: nodejs.org/api/errors.html, nodejs.org/api/dns.html, undici docs/api/Errors.md, OpenSSL's x509 verify codes.
 */
import type { Kind } from "./kind.ts";

// The connection, the route and the name: they may be there again at the next attempt.
export const SYSTEM_TRANSIENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  // Sockets; the last one is tedious's word.
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ESOCKET",
  // Routes.
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENETRESET",
  // Names, by getaddrinfo and by c-ares.
  "EAI_AGAIN",
  "ENOTFOUND",
  "ENODATA",
  "ESERVFAIL",
  "EREFUSED",
]);

// The system, the request package and c-ares (and tedious) gave up waiting.
export const SYSTEM_TIMEOUTS: ReadonlySet<string> = /* @__PURE__ */ new Set(["ETIMEDOUT", "ESOCKETTIMEDOUT", "ETIMEOUT"]);

// Addresses, protocols and names of this machine: the same call would fail again.
export const SYSTEM_PERMANENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "EPROTO",
  "EPROTONOSUPPORT",
  "EADDRNOTAVAIL",
  "EAFNOSUPPORT",
  "EBADNAME",
  // Certificates, by the words of OpenSSL that the family below does not show.
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
]);

// OpenSSL's verify codes (CERT_HAS_EXPIRED, SELF_SIGNED_CERT_IN_CHAIN, DEPTH_ZERO_SELF_SIGNED_CERT, CRL_NOT_YET_VALID,
// UNABLE_TO_GET_ISSUER_CERT, ...), and Node's and OpenSSL's codes of the handshake (ERR_TLS_CERT_ALTNAME_INVALID, ERR_SSL_...).
const CERTIFICATE = /CERT(_|$)|^(CRL_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_)/;

const PLATFORM_TRANSIENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "UND_ERR_SOCKET",
  "UND_ERR_INFO",
  "UND_ERR_PRX_TLS",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_HTTP2_GOAWAY_SESSION",
  "ERR_HTTP2_STREAM_CANCEL",
  "ERR_HTTP2_STREAM_ERROR",
  "ERR_HTTP2_SESSION_ERROR",
  "ERR_HTTP2_PING_CANCEL",
]);

// Bodies that are not as long as the answer's headers say.
const PLATFORM_TRANSIENT_FAMILY = /^(UND_ERR_RES_CONTENT_|ERR_HTTP_CONTENT_)/;

// undici's (connect, headers, body) and Node's.
const PLATFORM_TIMEOUTS = /^(UND_ERR_.+_TIMEOUT|ERR_SOCKET_CONNECTION_TIMEOUT|ERR_HTTP_REQUEST_TIMEOUT)$/;

const PLATFORM_PERMANENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  // Files and arguments of system calls.
  "EINVAL",
  "EACCES",
  "EPERM",
  "ENOENT",
  "EISDIR",
  "ENOTDIR",
  "EEXIST",
]);

// What of these families is not TRANSIENT above: the parser's (HPE_), undici's, and Node's about URLs, arguments, protocols and
// closed streams.
const PLATFORM_PERMANENT_FAMILY =
  /^(HPE_|UND_|ERR_(HTTP_|HTTP2_INVALID_|INVALID_|UNESCAPED_CHARACTERS|MISSING_ARGS|OUT_OF_RANGE|UNSUPPORTED_|STREAM_WRITE_AFTER_END|STREAM_DESTROYED|ASSERTION|UNKNOWN_|METHOD_NOT_IMPLEMENTED))/;

/** What a code of the operating system, the resolver or TLS stands for, if it is a known one. */
export function kindOfSystemCode(code: string): Kind | undefined {
  if (SYSTEM_TIMEOUTS.has(code)) return "TIMEOUT";
  if (SYSTEM_TRANSIENT.has(code)) return "TRANSIENT";
  return SYSTEM_PERMANENT.has(code) || CERTIFICATE.test(code) ? "PERMANENT" : undefined;
}

/** What a code of Node, undici or the HTTP parser stands for, if it is a known one. */
export function kindOfPlatformCode(code: string): Kind | undefined {
  if (PLATFORM_TIMEOUTS.test(code)) return "TIMEOUT";
  if (PLATFORM_TRANSIENT.has(code) || PLATFORM_TRANSIENT_FAMILY.test(code)) return "TRANSIENT";
  return PLATFORM_PERMANENT.has(code) || PLATFORM_PERMANENT_FAMILY.test(code) ? "PERMANENT" : undefined;
}

/** The file of a Unix socket is missing while its server restarts: to a connection, that is a refusal. */
export function isMissingSocket(code: unknown, syscall: unknown): boolean {
  return code === "ENOENT" && syscall === "connect";
}

/** axios and superagent give their timeouts the code of a connection that this side gave up: their words tell the two apart. */
export function isClientTimeout(code: unknown, message: unknown): boolean {
  return code === "ECONNABORTED" && typeof message === "string" && /\btimeout\b/i.test(message);
}

/** What a string code stands for, if it is a known one. */
export function kindOfCode(code: string): Kind | undefined {
  return kindOfSystemCode(code) ?? kindOfPlatformCode(code);
}
