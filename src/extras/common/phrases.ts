/*
 * The plainest words for what happened, where a clause ends with them. Words that other trades have too need what they are said of: a server that is
 * unreachable, not a line of code; a database that is not ready, not an order.
 */
import type { Kind } from "../../core/failure/kind.ts";
import { CLAUSE_END } from "../shared/index.ts";

/* What fails on the other side, and what is done there. */
const SERVER =
  "(?:server|service|host|node|cluster|replica|shard|broker|database|db|api|backend|upstream|gateway|proxy|model|endpoint|network|peer|destination|website|site|platform|system)s?";
const CLIENT = "(?:client|socket|connection|session|stream|channel|transport|bot|websocket)";
const WORK =
  "(?:request|response|query|operation|command|statement|transaction|execution|call|job|task|activity|rpc|read|write|connection|connect|connack|socket|network|handshake|server|client|gateway|proxy|upstream|acquire|pool|lock|wait|waiting|navigation|idle|inactivity|headers|body|ping|pong|heartbeat|poll|send|receive|received|publish|fetch|http|api|dns|lookup|tls|ssl|login|session|worker)";
const ACCESS =
  "(?:access|perform|use|read|write|call|invoke|view|list|execute|create|delete|update|modify|publish|subscribe|connect|send|make)";
const CANNOT = "(?:could not|couldn't|cannot|can't|failed to|unable to)";
const HAPPENED = "(?:is |was |has |has been |have been |got |being )?(?:unexpectedly |already |currently |temporarily )?";

/** The first kind of which one phrase is said counts. Between words stands one space. */
export const PHRASES: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  RATE_LIMIT: [
    "too many (?:concurrent |pending |simultaneous )?(?:requests|calls|connections)",
    "too many (?:concurrent|pending|queued|failed|login) (?:tasks|jobs|attempts|messages|operations)(?: in queue| in the queue)?",
    "^too many attempts",
    "rate[ -]?limited",
    `rate[ -]?limits? ${HAPPENED}(?:exceeded|reached|hit|exhausted|error)`,
    "(?:exceed(?:s|ed|ing)?|hit|reached|over|due to|because of) (?:the |your |our |a |its )?(?:[a-z-]+ )?rate[ -]?limit(?:s|ing)?",
    "^rate[ -]?limit(?:ing)?",
    "throttled",
    "is throttling(?: requests)?",
    "^throttling(?: error)?",
    "requests? limit (?:exceeded|reached)",
    `quota ${HAPPENED}(?:exceeded|exhausted)`,
    `queue ${HAPPENED}full`,
  ],
  GATEWAY_TIMEOUT: ["gateway time-?out"],
  TIMEOUT: [
    "^TimeoutError: .*",
    "timed[ -]?out",
    "^(?:the |a )?timeout",
    `${WORK} timeout`,
    "timeout (?:of )?\\d[\\d.]* ?(?:ms|s|milliseconds|seconds) ?(?:exceeded|expired|reached)?",
    "timeout (?:exceeded|expired|reached|occurred|error)",
    "timeout (?:while|waiting|after|during)",
    "received timeout",
    "due to (?:a )?timeout",
    "did not (?:complete|finish|respond) (?:before|within|in) \\d.*",
    "deadline exceeded",
    `${WORK} (?:took|is taking|has taken) too long`,
    `(?:execution|response|waiting) time ${HAPPENED}exceeded`,
    "maximum execution time is exceeded.*",
    "activity [a-z]+ timeout",
  ],
  SERVER_ERROR: [
    "internal server error",
    "out of memory",
    "bad gateway",
    `service ${HAPPENED}unavailable`,
    `(?:server|model|service|system) ${HAPPENED}(?:overloaded|busy)`,
    `${SERVER} ${HAPPENED}(?:down for|under|undergoing) maintenance`,
  ],
  TRANSIENT: [
    "socket hang up",
    "fetch failed",
    `connection (?:to .{1,60} )?${HAPPENED}(?:refused|reset|lost|closed|aborted|terminated|dropped|ended|interrupted)`,
    "(?:lost|failed to establish|unable to establish) (?:the |a )?connection(?: to .{1,60})?",
    `${CANNOT} (?:connect|reach)`,
    `${CANNOT} (?:connect to|reach) (?:the )?(?:[a-z]+ )?${SERVER}(?: \\S+[.:]\\S+)?`,
    `${CANNOT} (?:resolve|contact) (?:the )?(?:hostname|host|server|name)`,
    "network (?:error|failure)",
    `${SERVER} ${HAPPENED}unreachable`,
    `unreachable ${SERVER}`,
    `${CLIENT} ${HAPPENED}disconnected`,
    `${CLIENT} is not (?:open|connected)`,
    "unable to fetch(?: data)?",
    "^disconnected",
    "premature (?:close|end of (?:stream|response|body|file|data))",
    "temporarily unavailable",
    "upstream connect error",
    "is (?:currently|still) (?:loading|starting|starting up|initiali[sz]ing)",
    `${SERVER} (?:is )?not (?:yet )?ready(?: yet)?`,
    `${SERVER} is starting up`,
    "leader (?:has )?changed",
    "leader election",
    "no leader (?:elected|available|found)",
    "not (?:the )?leader for (?:that |this |the )?(?:partition|shard|region|topic)",
    "etcdserver: (?:no|not) leader",
    "(?:connection|client|session|resource|worker|thread) pool (?:is )?(?:exhausted|empty)",
    "^pool (?:is )?exhausted",
    "(?:try again|retry) later",
  ],
  AUTH: [
    "(?:invalid|incorrect|wrong|missing|expired|revoked|bad) (?:api[ -]?key|(?:access|auth|authentication|bearer|refresh|id) token|credentials?|password|user ?name or password)(?: provided| supplied| specified| given| was specified| was provided)?",
    // Parsers have tokens too: a bare one is the end of the message.
    "(?:invalid|missing|expired|revoked) token(?: provided| specified| supplied)?[.!]?$",
    "authentication (?:failed|required|failure)",
    "log[- ]?in (?:failed|required|incorrect)",
    `${CANNOT} authenticate`,
    "cannot be authenticated",
    "(?<=^|is |are |401 |: )unauthorized(?: access| request| client| user)?",
    "not (?:authenticated|logged in)",
    "unauthenticated",
    `(?:token|session|api key) ${HAPPENED}(?:expired|invalid|revoked)`,
    "[a-z_]*api[ _-]?key (?:environment variable )?(?:is )?(?:missing|missing or empty|not found|required)",
  ],
  PERMISSION: [
    "(?:access|permission) denied",
    "(?<=^|is |are |access |request |operation |action |403 |: )forbidden",
    "insufficient (?:permissions?|privileges?|scopes?)",
    "(?<=^|is |are |or |user |client |: )not authorized",
    "(?:do not|does not|don't|doesn't) have (?:the |any )?(?:required |necessary |sufficient )?(?:permissions?|access|rights)",
    `not (?:permitted|allowed|authorized) to ${ACCESS}.*`,
  ],
  CONCURRENCY: [
    "deadlock (?:detected|found|occurred|error|victim)",
    "deadlocked",
    "(?:version|write|edit|update) conflict",
    "could not serialize access",
    // Of Git.
    "another git process seems to be running.*",
    "non-fast-forward",
    "optimistic lock(?:ing)? (?:failed|failure|error|exception|conflict)",
    "lock (?:file )?(?:is )?(?:already )?(?:being )?held",
    `${CANNOT} (?:acquire|obtain|get) .{0,30}\\block`,
  ],
  PERMANENT: [
    // An error in writing, with its name.
    "^AbortError: .*",
    "^the user aborted a request",
    "^aborted[.!]?$",
    "client (?:is|was|has)(?: already)?(?: been)? (?:closed|destroyed|terminated|shut ?down)",
    "^invalid ur[il]",
    "unsupported protocol",
    "unsupported (?:image|video|audio|media|file) (?:format|type)",
    "pool is (?:draining|closed|ended)",
    `${CANNOT} parse (?:the )?(?:[a-z]+ )?ur[il]`,
    // OpenSSL's words for a certificate, where the code is lost. Source: OpenSSL crypto/x509/x509_txt.c; Node.js lib/tls.js.
    "self[- ]signed certificate(?: in certificate chain)?",
    "certificate (?:has expired|is not (?:yet )?(?:valid|trusted)|verif(?:y|ication) failed)",
    "unable to (?:verify the first certificate|get (?:local )?issuer certificate)",
    "does not match certificate's altnames",
    "insufficient (?:funds|balance|credits?)",
    "(?:request|operation|call|query) (?:was |has been )?(?:cancell?ed|aborted) by.*",
  ],
};

// Built when the first message comes that nothing else says.
let patterns: readonly (readonly [kind: Kind, pattern: RegExp])[] | undefined;

const build = (): readonly (readonly [Kind, RegExp])[] =>
  Object.entries(PHRASES).map(([kind, phrases]) => [
    kind as Kind,
    new RegExp(`(?<!\\w)(?:${phrases.join("|")})${CLAUSE_END}`, "i"),
  ]);

/** What the words of a message say that happened. */
export function kindOfPhrases(message: string): Kind | undefined {
  patterns ??= build();
  // A line ends a clause.
  const words = message.trim().replace(/\n/g, ". ").replace(/\s+/g, " ");
  return patterns.find(([, pattern]) => pattern.test(words))?.[0];
}
