/*
 * What string error codes mean: the system's (sockets, names, certificates), and those of Node, undici and the HTTP parser.
 * Sources: nodejs.org/api/errors.html, nodejs.org/api/dns.html, undici docs/api/Errors.md, OpenSSL's x509 verify codes.
 */
import type { ErrorClass } from "./error-class.ts";

// Of the E... codes, the connection and name ones pass; those about files, arguments and local addresses do not.
const SYSTEM_TRANSIENT =
  /^E(CONN(RESET|REFUSED|ABORTED)|PIPE|(SOCKET)?TIMED?OUT|SOCKET|(HOST|NET)(UNREACH|DOWN|RESET)|AI_AGAIN|NOTFOUND|NODATA|SERVFAIL|REFUSED)$/;

// Certificates and addresses: the same call would fail again.
const SYSTEM_PERMANENT =
  /CERT(_|$)|^(CRL_|UNABLE_TO_|ERR_(TLS|O?SSL)_|(HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|E(PROTO(NOSUPPORT)?|ADDRNOTAVAIL|AFNOSUPPORT|BADNAME))$)/;

const PLATFORM_TRANSIENT =
  /^(UND_ERR_(.+_TIMEOUT|SOCKET|INFO|PRX_TLS|RES_CONTENT_.+)|ERR_(STREAM_PREMATURE_CLOSE|SOCKET_CONNECTION_TIMEOUT|HTTP_(REQUEST_TIMEOUT|CONTENT_.+)|HTTP2_(GOAWAY|STREAM|SESSION|PING)_(SESSION|CANCEL|ERROR)))$/;

// Files, URLs, arguments, protocols, closed clients.
const PLATFORM_PERMANENT =
  /^(E(INVAL|ACCES|PERM|NOENT|(IS|NOT)DIR|EXIST)$|HPE_|UND_|ERR_(HTTP_|(HTTP2_)?INVALID_|UNESCAPED_CHARACTERS|MISSING_ARGS|OUT_OF_RANGE|UNSUPPORTED_|STREAM_(WRITE_AFTER_END|DESTROYED)|ASSERTION|UNKNOWN_|METHOD_NOT_IMPLEMENTED))/;

/** What a code of the operating system, the resolver or TLS stands for, if it is a known one. */
export function classOfSystemCode(code: string): ErrorClass | undefined {
  return SYSTEM_TRANSIENT.test(code) ? "TRANSIENT" : SYSTEM_PERMANENT.test(code) ? "PERMANENT" : undefined;
}

/** What a code of Node, undici or the HTTP parser stands for, if it is a known one. */
export function classOfPlatformCode(code: string): ErrorClass | undefined {
  return PLATFORM_TRANSIENT.test(code) ? "TRANSIENT" : PLATFORM_PERMANENT.test(code) ? "PERMANENT" : undefined;
}

/** The class that a string code stands for, if it is a known one. */
export function classOfCode(code: string): ErrorClass | undefined {
  return classOfSystemCode(code) ?? classOfPlatformCode(code);
}
