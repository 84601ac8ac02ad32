/*
 * What a message quotes, where the error says nothing else: a code of the system ("connect ECONNREFUSED"), a status of HTTP beside a word that
 * says so ("HTTP 503", "status code: 429", "502 Bad Gateway"), and the plainest words for what happened. Asked last, of no error whose name
 * says that it is a bug. The words are narrow, for UNKNOWN is tried again twice, and a wrong PERMANENT is not.
 */
import { kindOfSystemCode } from "../../core/failure/error-codes.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import type { Link, Verdict } from "../shared/index.ts";

/** The language's own errors: what they say about timeouts and limits is about arguments. */
const BUGS: readonly string[] = ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError"];

const SYSTEM_CODE = /\bE[A-Z]{3,}(?:_[A-Z]+)*\b/g;

const STATUSES: readonly RegExp[] = [
  // "429 \"rate_limit\"", "[503] Service ...", "404: no such order"
  /^\[?([45]\d\d)\]?(?:[:,;]? ?["'{([-]|[:,;] | (?=[A-Z])|$)/,
  // "HTTP 503", "HTTP/1.1 503", "http status: 503"
  /\bhttps?(?:\/\d(?:\.\d)?)?(?: error)?[\s:=("'[]{1,3}([45]\d\d)\b/i,
  // "status: 503", "status code 503", "response code: 429", "error code 502"
  /\b(?:status(?: ?code)?|(?:response|error) code)[\s:=("'[]{1,3}([45]\d\d)\b/i,
  // "server responded with 500", "returned a 503", "failed with (429)", "Zendesk Error (401)"
  /\b(?:responded(?: with)?|returned|failed with|error)(?: an?)?[\s:=("'[]{1,3}([45]\d\d)\b/i,
  // "Unexpected server response: 503"
  /\bresponse[\s:=("'[]{1,3}([45]\d\d)\b/i,
  // "503 Service Unavailable", "(429) Too Many Requests"
  /\b([45]\d\d)\)?[\s:-]{1,3}"?(?:Bad Request|Unauthorized|Payment Required|Forbidden|Not Found|Request Timeout|Conflict|Gone)\b/i,
  /\b([45]\d\d)\)?[\s:-]{1,3}"?(?:Precondition Failed|Payload Too Large|Unprocessable|Too Many Requests|Internal Server Error)\b/i,
  /\b([45]\d\d)\)?[\s:-]{1,3}"?(?:Not Implemented|Bad Gateway|Service Unavailable|Gateway Time-?out|status code|error)\b/i,
];

/** The first kind of which one pattern matches counts. */
const PHRASES: Readonly<Partial<Record<Kind, readonly RegExp[]>>> = {
  PERMANENT: [
    // OpenSSL's words for a certificate, where the code is lost. Source: OpenSSL crypto/x509/x509_txt.c; Node.js lib/tls.js.
    /\bself[- ]signed certificate\b/i,
    /\bcertificate (has expired|is not (yet )?(valid|trusted)|verif(y|ication) failed)\b/i,
    /\bunable to (verify the first certificate|get (local )?issuer certificate)\b/i,
    /does not match certificate's altnames/i,
    /^invalid ur[il]\b/i,
    /\bunsupported protocol\b/i,
    /\binsufficient (funds|balance|credits?)\b/i,
    /\b(request|operation|call|query) (was |has been )?(cancell?ed|aborted) by\b/i,
    /^the user aborted a request\b/i,
    /^aborted[.!]?$/i,
  ],
  RATE_LIMIT: [
    /\btoo many (concurrent |pending )?(requests|calls|tasks|jobs|attempts|messages|operations)\b/i,
    /\brate[ -]?limit(s|ed|ing)?\b/i,
    /\bthrottl(ed|ing)\b/i,
    /\brequests? limit (exceeded|reached)/i,
    /\bquota (has been |was |is )?(exceeded|exhausted)\b/i,
    /\bqueue (is |was )?full\b/i,
  ],
  GATEWAY_TIMEOUT: [/\bgateway time-?out\b/i],
  TIMEOUT: [
    /\btimed[ -]?out\b/i,
    // As a noun at the beginning or the end, or with what was waited for. "timeout must be a number" is none.
    /^(the |a )?[a-z]* ?timeout[.!]?$/i,
    /\b[a-z]+ timeout[.!]?$/i,
    /\btimeout (of|after|exceeded|expired|reached|occurred|while|waiting|error|from|during)\b/i,
    /\b(request|connection|connect|response|read|write|socket|query|operation|command|network|handshake|received) timeout\b/i,
    /\bdeadline exceeded\b/i,
    /\b(took|taking) too long\b/i,
    /\b(execution|response|waiting) time (is |was |has been )?exceeded\b/i,
  ],
  SERVER_ERROR: [
    /\binternal server error\b/i,
    /\bbad gateway\b/i,
    /\bservice (is )?(temporarily |currently )?unavailable\b/i,
    /\b(server|model|service|system) (is )?(currently |temporarily )?(overloaded|busy)\b/i,
    /\bunder maintenance\b/i,
    /\bout of memory\b/i,
  ],
  TRANSIENT: [
    /\bsocket hang up\b/i,
    /\bfetch failed\b/i,
    /\bconnection (was |is |has been |to .{1,60} )?(unexpectedly )?(refused|reset|lost|closed|aborted|terminated|dropped|ended|interrupted)\b/i,
    /\b(lost|failed to establish|unable to establish) (the |a )?connection\b/i,
    /\b(could not|couldn't|cannot|can't|failed to|unable to) (connect|reach)\b/i,
    /\bnetwork (error|failure|is unreachable)\b/i,
    /\bdisconnected\b/i,
    /\bpremature (close|end)\b/i,
    /\btemporarily unavailable\b/i,
    /\b(could not|couldn't|cannot|can't|failed to|unable to) (resolve|contact) (the )?(host|server|node|name)/i,
    /\bunreachable\b/i,
    /\bupstream connect error\b/i,
    /\b(currently|still) (loading|starting|initiali[sz]ing)\b/i,
    /\b(not (yet )?ready|starting up)\b/i,
    /\b(no leader|not (the )?leader|leader (has )?changed|leader election)\b/i,
    /\bpool (is )?(exhausted|empty)\b/i,
    /\b(try again|retry) later\b/i,
  ],
  AUTH: [
    /\b(invalid|incorrect|wrong|missing|expired|revoked|bad) (api[ -]?key|((access|auth|authentication|bearer) )?token|credentials?|password|user ?name or password)\b/i,
    /\bauthentication (failed|required|failure)\b/i,
    /\blog[- ]?in (failed|required|incorrect)\b/i,
    /\b(could not|cannot|can't|failed to|unable to) (be )?authenticate/i,
    /\b(unauthorized|unauthenticated)\b/i,
    /\bnot (authenticated|logged in)\b/i,
    /\b(token|session|api key) (is |has |was )?(expired|invalid|revoked)\b/i,
    /api[_ -]?key\b.{0,40}\b(missing|required|not (found|set|provided))\b/i,
  ],
  PERMISSION: [
    /\b(access|permission) denied\b/i,
    /\bforbidden\b/i,
    /\binsufficient (permissions?|privileges?|scope)\b/i,
    /\bnot authorized\b/i,
    /\b(do|does) not have (the |any )?(required |necessary |sufficient )?(permissions?|access|rights)\b/i,
    /\bnot (permitted|allowed) to\b/i,
  ],
  CONCURRENCY: [
    /\bdeadlock\b/i,
    /\b(version|write|edit|update) conflict\b/i,
    /\bcould not serialize access\b/i,
    /\boptimistic lock/i,
    /\block (file )?(is )?(already )?(being )?held\b/i,
    /\b(could not|cannot|failed to|unable to) (acquire|obtain|get) .{0,30}\block\b/i,
  ],
};

export function messageRule({ name, message }: Link): Verdict {
  if (message === "" || BUGS.includes(name)) return undefined;
  for (const [code] of message.matchAll(SYSTEM_CODE)) {
    const kind = kindOfSystemCode(code);
    if (kind !== undefined) return kind;
  }
  for (const pattern of STATUSES) {
    const kind = kindOfHttpStatus(Number(pattern.exec(message)?.[1]));
    if (kind !== undefined) return kind;
  }
  for (const kind in PHRASES) if (PHRASES[kind as Kind]?.some((pattern) => pattern.test(message))) return kind as Kind;
  return undefined;
}
