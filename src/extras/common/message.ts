/*
 * What a message quotes, where the error says nothing else: a code of the system ("connect ECONNREFUSED"), a status of HTTP beside a word that
 * says so ("HTTP 503", "status code: 429", "502 Bad Gateway"), and the plainest words for what happened. Asked last, of no error whose name
 * says that it is a bug. The words are narrow, for UNKNOWN is tried again twice, and a wrong PERMANENT is not.
 */
import { kindOfSystemCode } from "../../core/failure/error-codes.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { kindOfPattern, type Link, type Patterns, type Verdict } from "../shared/index.ts";

/** The language's own errors: what they say about timeouts and limits is about arguments. */
const BUGS: readonly string[] = ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError"];

const SYSTEM_CODE = /\bE[A-Z]{3,}(?:_[A-Z]+)*\b/g;

/* "HTTP 503", "HTTP/1.1 503", "status: 503", "status code 503", "response code: 429", "server responded with 500", "error code 502". */
const STATUS_AFTER =
  /\b(?:https?(?:\/\d(?:\.\d)?)?|status(?: ?code)?|(?:response|error) code|responded with(?: a)?|returned)(?: error)?[\s:=("'[]{1,3}([45]\d\d)\b/i;

/* "503 Service Unavailable", "(429) Too Many Requests". */
const STATUS_BEFORE =
  /\b([45]\d\d)\)?[\s:-]{1,3}"?(?:Bad Request|Unauthorized|Payment Required|Forbidden|Not Found|Request Timeout|Conflict|Gone|Precondition Failed|Payload Too Large|Unprocessable|Too Many Requests|Internal Server Error|Not Implemented|Bad Gateway|Service Unavailable|Gateway Time-?out|status code|error\b)/i;

const WORDS: Patterns = {
  // OpenSSL's words for a certificate, where the code is lost. Source: OpenSSL crypto/x509/x509_txt.c; Node.js lib/tls.js.
  PERMANENT:
    /\bself[- ]signed certificate\b|\bcertificate (has expired|is not yet valid)\b|\bunable to (verify the first certificate|get (local )?issuer certificate)\b|does not match certificate's altnames/i,
  RATE_LIMIT:
    /\btoo many (requests|calls)\b|\brate[ -]?limit(s|ed|ing)?\b|\bthrottl(ed|ing)\b|\brequests? limit (exceeded|reached)/i,
  GATEWAY_TIMEOUT: /\bgateway time-?out\b/i,
  TIMEOUT:
    /\btimed[ -]?out\b|\btimeout (of|after|exceeded|expired|reached|occurred|while|waiting|error)\b|\b(request|connection|connect|response|read|write|socket|query|operation|command|network|handshake) timeout\b|\bdeadline exceeded\b|^timeout[.!]?$/i,
  SERVER_ERROR:
    /\b(internal server error|bad gateway|service (is )?(temporarily )?unavailable|(server|model|service) is (currently )?overloaded)\b/i,
  TRANSIENT:
    /\bsocket hang up\b|\bconnection (was |is |has been |to .{1,60} )?(unexpectedly )?(refused|reset|lost|closed|aborted|terminated|dropped|ended|interrupted)\b|\b(lost|failed to establish) connection\b|\b(could not|cannot|can't|failed to|unable to) (connect|reach)\b|\bnetwork (error|failure|is unreachable)\b|\bdisconnected\b|\bpremature (close|end)\b/i,
  AUTH: /\b(invalid|incorrect|wrong|missing|expired|revoked) (api[ -]?key|(access |auth |authentication |bearer )?token|credentials?|password|username or password)\b|\bauthentication (failed|required|failure)\b|\bunauthorized\b|\bnot authenticated\b|\btoken (is |has )?(expired|invalid|revoked)\b/i,
  PERMISSION: /\b(access|permission) denied\b|\bforbidden\b|\binsufficient (permissions?|privileges?|scope)\b/i,
  CONCURRENCY: /\bdeadlock\b|\b(version|write|edit|update) conflict\b|\bcould not serialize access\b|\boptimistic lock/i,
};

export function messageRule({ name, message }: Link): Verdict {
  if (message === "" || BUGS.includes(name)) return undefined;
  for (const [code] of message.matchAll(SYSTEM_CODE)) {
    const kind = kindOfSystemCode(code);
    if (kind !== undefined) return kind;
  }
  const status = Number(STATUS_AFTER.exec(message)?.[1] ?? STATUS_BEFORE.exec(message)?.[1]);
  return kindOfHttpStatus(status) ?? kindOfPattern(WORDS, message);
}
