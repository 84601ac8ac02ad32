/*
 * The words that services and clients all over the field have for the same few things. A code is compared without its case, its spaces and
 * its signs, so that "rate_limited", "RateLimited" and "rate-limited" are one word; of "storage/unauthorized" and
 * "Neo.ClientError.Statement.SyntaxError" the last part counts, and of a name what stands before Error or Exception.
 * These are words and no facts: they are asked after every rule that knows its library.
 */
import type { Kind } from "../../core/failure/kind.ts";
import type { Codes, Link, Verdict } from "../shared/index.ts";

/* Sources: the names of statuses in RFC 9110, of codes in google.rpc.Code, of AWS's common errors; OAuth 2.0 (RFC 6749, 5.2; RFC 6750, 3.1). */
export const WORDS: Codes = {
  RATE_LIMIT: [
    "ratelimit",
    "ratelimited",
    "ratelimits",
    "ratelimiterror",
    "ratelimitexceeded",
    "ratelimitreached",
    "ratelimitederror",
    "userratelimitexceeded",
    "requestlimitexceeded",
    "toomanyrequests",
    "toomanyattempts",
    "throttled",
    "throttling",
    "throttle",
    "slowdown",
    "quotaexceeded",
    "resourceexhausted",
    "resourcesexhausted",
    "limitexceeded",
    "concurrencylimitexceeded",
  ],
  AUTH: [
    "unauthorized",
    "unauthorised",
    "unauthenticated",
    "notauthenticated",
    "authentication",
    "authenticationfailed",
    "authenticationfailure",
    "authenticationrequired",
    "authfailed",
    "authrequired",
    "badauth",
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
  ],
  PERMISSION: [
    "forbidden",
    "accessdenied",
    "permissiondenied",
    "permission",
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
    "badrequest",
    "invalidrequest",
    "invalidargument",
    "invalidarguments",
    "invalidparameter",
    "invalidparameters",
    "invalidparameterexception",
    "invalidinput",
    "invaliddata",
    "missingparameter",
    "missingrequiredparameter",
    "validation",
    "validationfailed",
    "validationerror",
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
    "configuration",
    "graphqlvalidationfailed",
    "graphqlparsefailed",
    "baduserinput",
    "dataloss",
    "canceled",
    "cancelled",
    "requestaborted",
    "requestcanceled",
    "useraborted",
  ],
  CONCURRENCY: [
    "conflict",
    "versionconflict",
    "versionmismatch",
    "editconflict",
    "writeconflict",
    "preconditionfailed",
    "optimisticlock",
    "optimisticlockerror",
    "optimisticlockfailed",
    "concurrentmodification",
    "concurrency",
    "concurrentupdate",
    "locked",
    "resourcelocked",
    "locktimeout",
    "locknotavailable",
    "deadlock",
    "deadlockdetected",
    "serializationfailure",
    "transactionconflict",
    "resourceinuse",
    "aborted",
  ],
  SERVER_ERROR: [
    "internal",
    "internalerror",
    "internalservererror",
    "internalfailure",
    "internalserver",
    "server",
    "servererror",
    "serverfailure",
    "serviceerror",
    "serviceunavailable",
    "badgateway",
    "backenderror",
    "overloaded",
    "serveroverloaded",
    "serverbusy",
    "servicebusy",
  ],
  TRANSIENT: [
    "unavailable",
    "temporarilyunavailable",
    "network",
    "networkerror",
    "networkfailure",
    "networkrequestfailed",
    "connection",
    "connectionerror",
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
    "socketerror",
    "tryagain",
    "tryagainlater",
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

// Built when the first error comes that nothing else knows.
let kinds: ReadonlyMap<string, Kind> | undefined;

const byWord = (): ReadonlyMap<string, Kind> =>
  new Map(Object.entries(WORDS).flatMap(([kind, words]) => words.map((word) => [plain(`${word}`), kind as Kind] as const)));

/** Where errors, and the bodies of answers that they hold, keep a code in words; in the order in which they are believed. */
const FIELDS: readonly string[] = [
  "code",
  "errorCode",
  "error_code",
  "errcode",
  "type",
  "kind",
  "reason",
  "error",
  "status",
  "statusText",
];

const BODIES: readonly (readonly string[])[] = [
  ["extensions"],
  ["data"],
  ["body"],
  ["error"],
  ["response", "data"],
  ["response", "body"],
  ["data", "error"],
  ["body", "error"],
];

// A code that is longer is a sentence.
const LONGEST_CODE = 80;

/** What the code in words means that the error, its answer or its name has; the code of the error itself first, its name last. */
export function vocabularyRule(link: Link): Verdict {
  kinds ??= byWord();
  const { error, reader, name } = link;
  const own = kindIn(error);
  if (own !== undefined) return own;
  for (const place of BODIES) {
    let value: unknown = error;
    for (const key of place) value = typeof value === "object" ? reader.read(value, key) : undefined;
    const kind = typeof value === "object" && value !== null ? kindIn(value) : undefined;
    if (kind !== undefined) return kind;
  }
  return kinds.get(plain(name.replace(/(Error|Exception)$/, "")));

  function kindIn(object: object): Kind | undefined {
    for (const field of FIELDS) {
      const code = reader.read(object, field);
      const kind = typeof code === "string" && code.length <= LONGEST_CODE ? kinds?.get(plain(code)) : undefined;
      if (kind !== undefined) return kind;
    }
    return undefined;
  }
}

/** The last part of a code, in small letters, without signs and without what only says that it is an error. */
function plain(code: string): string {
  const last = code.split(/[/.:]/).at(-1) ?? "";
  return last
    .replace(/[^a-zA-Z]/g, "")
    .toLowerCase()
    .replace(/^err(or)?|(error|exception|err)$/g, "");
}
