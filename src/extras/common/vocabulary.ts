/*
 * The words that services and clients all over the field have for the same few things. A code is compared without its case, its spaces and
 * its signs, so that "rate_limited", "RateLimited" and "rate-limited" are one word; of "storage/unauthorized" and
 * "Neo.ClientError.Statement.SyntaxError" the last part counts, of a longer code its end, and of a name what stands before Error or Exception.
 * These are words and no facts: they are asked after every rule that knows its library.
 */
import type { Kind } from "../../core/failure/kind.ts";
import { isObject } from "../../core/is-object.ts";
import type { Codes, Link, Verdict } from "../shared/index.ts";
import { answersOf } from "./answers.ts";

/* Sources: the names of statuses in RFC 9110, of codes in google.rpc.Code, of AWS's common errors; OAuth 2.0 (RFC 6749, 4.1.2.1 and 5.2;
 * RFC 6750, 3.1; RFC 8628, 3.5; RFC 9449, 8) and OpenID Connect Core (3.1.2.6). */
export const WORDS: Codes = {
  RATE_LIMIT: [
    "bandwidthlimitexceeded",
    "ratelimit",
    "ratelimited",
    "ratelimits",
    "ratelimitexceeded",
    "ratelimitreached",
    "userratelimitexceeded",
    "requestlimitexceeded",
    "toomanyrequests",
    "toomanyattempts",
    "throttled",
    "throttling",
    "slowdown",
    "quotaexceeded",
    "resourceexhausted",
    "resourcesexhausted",
    "limitexceeded",
    "concurrencylimitexceeded",
    "dailylimitexceeded",
    "usagelimitexceeded",
    "burstlimitexceeded",
    "throughputexceeded",
  ],
  AUTH: [
    "networkauthenticationrequired",
    "proxyauthenticationrequired",
    "unauthorized",
    "unauthorised",
    "unauthenticated",
    "notauthenticated",
    "authenticationfailed",
    "authenticationfailure",
    "authenticationrequired",
    "authfailed",
    "authrequired",
    "badauth",
    "badauthcode",
    "badrefreshtoken",
    "invalidrefreshtoken",
    "invalidclientid",
    "notauthed",
    "invalidauth",
    "invalidapikey",
    "apikeyinvalid",
    "missingapikey",
    "apikeyexpired",
    "invalidcredentials",
    "invalidcredential",
    "badcredentials",
    "wrongpassword",
    "invalidpassword",
    "invalidtoken",
    "invalidaccesstoken",
    "invalidauthtoken",
    "badtoken",
    "tokenexpired",
    "tokenrevoked",
    "tokeninvalid",
    "expiredtoken",
    "expiredaccesstoken",
    "accesstokenexpired",
    "jwtexpired",
    "jwtinvalid",
    "invalidjwt",
    "invalidgrant",
    "invalidclient",
    "invalidsession",
    "sessionexpired",
    "loginrequired",
    "loginfailed",
    "interactionrequired",
    "consentrequired",
    "accountselectionrequired",
    "mfarequired",
  ],
  PERMISSION: [
    "forbidden",
    "accessdenied",
    "permissiondenied",
    "notallowed",
    "notpermitted",
    "notauthorized",
    "restrictedresource",
    "insufficientpermission",
    "insufficientpermissions",
    "insufficientprivileges",
    "insufficientscope",
    "missingscope",
    "missingpermissions",
    "unauthorizedclient",
  ],
  PERMANENT: [
    "invalidurl",
    "invaliduri",
    "imateapot",
    "httpversionnotsupported",
    "unavailableforlegalreasons",
    "requestheaderfieldstoolarge",
    "preconditionrequired",
    "faileddependency",
    "unprocessablecontent",
    "expectationfailed",
    "rangenotsatisfiable",
    "uritoolong",
    "lengthrequired",
    "upgraderequired",
    "badrequest",
    "invalidrequest",
    "invalidargument",
    "invalidarguments",
    "invalidparameter",
    "invalidpathparameter",
    "invalidparameters",
    "invalidinput",
    "invaliddata",
    "missingparameter",
    "missingrequiredparameter",
    "validationfailed",
    "unprocessableentity",
    "unprocessable",
    "malformed",
    "notfound",
    "resourcenotfound",
    "objectnotfound",
    "resourcemissing",
    "nosuchkey",
    "doesnotexist",
    "gone",
    "alreadyexists",
    "resourcealreadyexists",
    "duplicate",
    "failedprecondition",
    "outofrange",
    "methodnotallowed",
    "notacceptable",
    "notimplemented",
    "unimplemented",
    "notsupported",
    "unsupported",
    "unsupportedmediatype",
    "unsupportedoperation",
    "payloadtoolarge",
    "requesttoolarge",
    "paymentrequired",
    "insufficientfunds",
    "insufficientbalance",
    "insufficientcredits",
    "badconfig",
    "invalidconfig",
    "graphqlvalidationfailed",
    "graphqlparsefailed",
    "baduserinput",
    "dataloss",
    "canceled",
    "cancelled",
    "requestaborted",
    "requestcanceled",
    "useraborted",
    "sizelimitexceeded",
    "invalidscope",
    "missingconfiguration",
    "unsupportedgranttype",
    "unsupportedresponsetype",
  ],
  CONCURRENCY: [
    "lockfailed",
    "conflict",
    "versionconflict",
    "versionmismatch",
    "editconflict",
    "writeconflict",
    "preconditionfailed",
    "optimisticlock",
    "optimisticlockfailed",
    "concurrentmodification",
    "concurrentupdate",
    "locked",
    "resourcelocked",
    "locktimeout",
    "locknotavailable",
    "deadlock",
    "deadlockdetected",
    "serializationfailure",
    "transactionconflict",
    "updateconflict",
    "revisionconflict",
    "commitconflict",
    "documentconflict",
    "resourceconflict",
    "concurrencyconflict",
    "resourceinuse",
    "aborted",
  ],
  SERVER_ERROR: [
    "loopdetected",
    "insufficientstorage",
    "internalfailure",
    "internalserver",
    "serverfailure",
    "serviceunavailable",
    "badgateway",
    "overloaded",
    "serveroverloaded",
    "serverbusy",
    "servicebusy",
    "capacityexceeded", // Groq
    "downformaintenance",
  ],
  TRANSIENT: [
    "misdirectedrequest",
    "tooearly",
    "unavailable",
    "temporarilyunavailable",
    "databaseunavailable",
    "serverunavailable",
    "nodeunavailable",
    "hostunavailable",
    "clusterunavailable",
    "brokerunavailable",
    "backendunavailable",
    "modelunavailable",
    "endpointunavailable",
    "networkfailure",
    "networkrequestfailed",
    "connectionfailed",
    "connectionfailure",
    "connectionclosed",
    "connectionlost",
    "connectionrefused",
    "connectionreset",
    "connectionterminated",
    "disconnected",
    "notconnected",
    "socketclosed",
    "sockethangup",
    "tryagain",
    "tryagainlater",
    "authorizationpending",
    "usedpopnonce",
  ],
  TIMEOUT: [
    "timeout",
    "timedout",
    "requesttimeout",
    "requesttimedout",
    "responsetimeout",
    "connecttimeout",
    "connectiontimeout",
    "connectiontimedout",
    "readtimeout",
    "writetimeout",
    "sockettimeout",
    "networktimeout",
    "operationtimeout",
    "operationtimedout",
    "querytimeout",
    "apitimeout",
    "apiconnectiontimeout",
    "deadlineexceeded",
  ],
  GATEWAY_TIMEOUT: ["gatewaytimeout"],
};

/** What only names a thing: "server" may be a waiter, "network" a report, "connection" a train. "server_error" and "NetworkError" say what failed. */
export const WORDS_BEFORE_ERROR: Codes = {
  RATE_LIMIT: ["throttle"],
  AUTH: ["authentication"],
  PERMISSION: ["permission", "authorization"],
  PERMANENT: ["validation", "configuration", "cancel"],
  CONCURRENCY: ["lock", "concurrency"],
  SERVER_ERROR: ["internal", "server", "service", "backend", "maintenance"],
  TRANSIENT: ["network", "connection", "socket", "websocket"],
};

/** What orders, rooms and documents may be, too: heard as a `code`, in an answer, and in the name of an error, but not as its `type` or `reason`. */
const STATES: readonly string[] = [
  "aborted",
  "canceled",
  "cancelled",
  "conflict",
  "disconnected",
  "duplicate",
  "gone",
  "locked",
  "malformed",
  "overloaded",
  "throttled",
  "timedout",
  "timeout",
  "unavailable",
];

// Built when the first error comes that nothing else knows.
let kinds: ReadonlyMap<string, Kind> | undefined;
let kindsBeforeError: ReadonlyMap<string, Kind> | undefined;

const byWord = (codes: Codes): ReadonlyMap<string, Kind> =>
  new Map(Object.entries(codes).flatMap(([kind, words]) => words.map((word) => [`${word}`, kind as Kind] as const)));

/** Where errors, and the bodies of answers that they hold, keep a code in words; in the order in which they are believed. */
const CODES: readonly string[] = ["code", "errorCode", "error_code", "errcode", "serverResponseCode"];
const SORTS: readonly string[] = ["type", "kind", "reason"];
const OF_ERROR: readonly string[] = [...CODES, ...SORTS, "error", "statusText"];
const OF_ANSWER: readonly string[] = [...CODES, ...SORTS, "error", "status", "statusText"];
const OF_ANYTHING: readonly string[] = [...CODES, "error"];

// A code that is longer is a sentence.
const LONGEST_CODE = 80;

/*
 * Words that mean this alone, and anything behind another one: an account is locked for good, a room unavailable for a week, a file's or a credit's limit
 * no rate, a conflict of shifts no race, a CPU has a socket, and a social network may be the wrong one.
 */
const NEVER_LAST: readonly string[] = [
  "aborted",
  "configuration",
  "conflict",
  "internal",
  "limitexceeded",
  "locked",
  "maintenance",
  "network",
  "permission",
  "quotaexceeded",
  "server",
  "service",
  "socket",
  "throttle",
  "unavailable",
];

/** What turns the word behind it into its opposite: "token_not_expired". */
const NEGATIONS: readonly string[] = ["no", "non", "not", "never", "without"];

/** What the code in words means that the error or its answer has, and failing that, its name or the name of its class. */
export function vocabularyRule(link: Link): Verdict {
  for (const kind of kindsOfCodes(link)) return kind;
  for (const name of [link.name, link.text("constructor", "name")]) {
    const kind = isOfDom(name, link) ? "PERMANENT" : kindOfWord(nameOf(name));
    // What calls everything an error of the connection knows less than its cause.
    if (kind !== undefined && !(kind === "TRANSIENT" && isObject(link.read("cause")))) return kind;
  }
  return ONE_CODE.test(link.message) ? kindOfWord(link.message) : undefined;
}

/** A message that is nothing but a code: "rate_limited", "TOKEN_EXPIRED". One word alone is none. */
const ONE_CODE = /^[A-Za-z]+([_-][A-Za-z]+){1,8}$/;

/** What the codes in words mean: that of the error itself first, then those of the answer, nearest first. */
export function* kindsOfCodes(link: Link): Generator<Kind> {
  for (const { code, mayBeState } of codesIn(link)) {
    const kind = kindOfWord(code, mayBeState ? STATES : []);
    if (kind !== undefined) yield kind;
  }
}

/** The codes in words themselves. */
export function* codesOf(link: Link): Generator<string> {
  for (const { code } of codesIn(link)) yield code;
}

interface Code {
  readonly code: string;
  /** Whether it stands where applications write what has become of a thing. */
  readonly mayBeState: boolean;
}

function* codesIn(link: Link): Generator<Code> {
  for (const { object, isAnswer } of answersOf(link))
    for (const field of object === link.error ? OF_ERROR : isAnswer ? OF_ANSWER : OF_ANYTHING) {
      const code = link.reader.read(object, field);
      if (typeof code === "string" && code.length <= LONGEST_CODE) yield { code, mayBeState: !isAnswer && SORTS.includes(field) };
    }
}

/** Storage is full, or more random bytes were wanted than there are at once: of the DOM, whose codes are numbers. Source: WebIDL, QuotaExceededError. */
const isOfDom = (name: string, link: Link): boolean => name === "QuotaExceededError" && link.read("code") === 22;

/** Of "RateLimitError[/channels]" the first part. */
const nameOf = (name: string): string => /^[\w$]{0,80}(?![\w$])/.exec(name)?.[0] ?? "";

/** What the whole code says, and failing that, the end of it: "id-token-expired", "StripeRateLimitError". A whole code that is not meant says nothing. */
export function kindOfWord(code: string, notMeant: readonly string[] = []): Kind | undefined {
  kinds ??= byWord(WORDS);
  kindsBeforeError ??= byWord(WORDS_BEFORE_ERROR);
  const { letters, starts, isError } = lastPart(code);
  if (!isError && notMeant.includes(letters)) return undefined;
  for (const [index, start] of starts.entries()) {
    const word = letters.slice(start);
    const kind = kinds.get(word) ?? (isError ? kindsBeforeError.get(word) : undefined);
    if (kind === undefined) continue;
    const before = letters.slice(starts[index - 1] ?? 0, start);
    if (!NEGATIONS.includes(before) && (start === 0 || !NEVER_LAST.includes(word))) return kind;
  }
  return undefined;
}

/** The words that only say that it is an error, at the beginning or the end of a code. */
const ERROR_FIRST = /^(err|error)[^a-z]+/i;
const ERROR_LAST = /[^A-Za-z]*(err|errors?|exception)$/i;

interface LastPart {
  readonly letters: string;
  readonly starts: readonly number[];
  readonly isError: boolean;
}

/** The letters of the last part of a code, small, where in them a word begins, and whether it is called an error. */
function lastPart(code: string): LastPart {
  const from = Math.max(code.lastIndexOf("/"), code.lastIndexOf("."), code.lastIndexOf(":")) + 1;
  const whole = code.slice(from);
  const part = whole.replace(ERROR_FIRST, "").replace(ERROR_LAST, "");
  const starts: number[] = [];
  let letters = "";
  let before = "";
  for (const sign of part) {
    if (isLetter(sign)) {
      // A word begins after a sign, and where a capital follows a small letter.
      if (!isLetter(before) || (isSmall(before) && !isSmall(sign))) starts.push(letters.length);
      letters += sign.toLowerCase();
    }
    before = sign;
  }
  // Codes of a service have its name before them: "functions/internal".
  return { letters, starts, isError: part !== whole || from > 0 };
}

const isSmall = (sign: string): boolean => sign >= "a" && sign <= "z";
const isLetter = (sign: string): boolean => isSmall(sign) || (sign >= "A" && sign <= "Z");
