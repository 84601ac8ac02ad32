/*
 * What string error codes mean: Node's system and DNS codes, undici's, TLS's, the HTTP parser's.
 * Sources: nodejs.org/api/errors.html, nodejs.org/api/dns.html, undici docs/api/Errors.md, OpenSSL's x509 verify codes.
 */
import type { ErrorClass } from "./error-class.ts";

// Of the E... codes, the connection and name ones pass; those about files, arguments and local addresses do not.
const TRANSIENT =
  /^(ECONN(RESET|REFUSED|ABORTED)|EPIPE|E(SOCKET)?TIMEDOUT|ETIMEOUT|ESOCKET|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN|RESET)|EAI_AGAIN|ENOTFOUND|ENODATA|ESERVFAIL|EREFUSED|ECONNECTIONLOST|UND_ERR_(CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|SOCKET|INFO|PRX_TLS|RES_CONTENT_LENGTH_MISMATCH)|ERR_(STREAM_PREMATURE_CLOSE|SOCKET_CONNECTION_TIMEOUT|HTTP2_(GOAWAY_SESSION|STREAM_CANCEL|STREAM_ERROR|SESSION_ERROR|PING_CANCEL)|HTTP_REQUEST_TIMEOUT))$/;

// Certificates, URLs, arguments, protocols, closed clients: the same call would fail again.
const PERMANENT =
  /^(CERT_.+|CRL_.+|UNABLE_TO_.+|.*SELF_SIGNED_CERT.*|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|EPROTO|EADDRNOTAVAIL|E(INVAL|ACCES|PERM|NOENT|ISDIR|NOTDIR|EXIST|PROTONOSUPPORT|AFNOSUPPORT|BADNAME)|HPE_.+|UND_(MOCK_)?ERR_.+|ERR_(INVALID_.+|TLS_.+|SSL_.+|OSSL_.+|UNESCAPED_CHARACTERS|MISSING_ARGS|OUT_OF_RANGE|UNSUPPORTED_.+|STREAM_WRITE_AFTER_END|STREAM_DESTROYED|HTTP_.+|HTTP2_INVALID_.+|ASSERTION|UNKNOWN_.+|METHOD_NOT_IMPLEMENTED))$/;

/** The class that a string code stands for, if it is a known one. */
export function classOfCode(code: string): ErrorClass | undefined {
  return TRANSIENT.test(code) ? "TRANSIENT" : PERMANENT.test(code) ? "PERMANENT" : undefined;
}
