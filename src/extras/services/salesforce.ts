/*
 * Salesforce (`jsforce`): the status is lost, the word of the answer is `errorCode` and the name. Most of some hundred words blame the request;
 * those that do not are listed. A trigger or a flow that failed quotes the word of what it met.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { passingIn } from "../common/index.ts";
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/*
 * Sources: Salesforce, SOAP API Developer Guide, "Core Data Types Used in API Calls" (ExceptionCode, StatusCode); REST API Developer Guide,
 * "Status Codes and Error Responses"; Bulk API Developer Guide, "Bulk API Errors", whose words are written as "InvalidSessionId".
 */
export const SALESFORCE_CODES: Codes = {
  CONCURRENCY: ["UNABLE_TO_LOCK_ROW", "TooManyLockFailure"],
  RATE_LIMIT: [
    "REQUEST_LIMIT_EXCEEDED",
    "EXCEEDED_RATE_LIMIT",
    "TOO_MANY_APEX_REQUESTS",
    "SINGLE_EMAIL_LIMIT_EXCEEDED",
    "MASS_MAIL_LIMIT_EXCEEDED",
    "EMAIL_TO_CASE_LIMIT_EXCEEDED",
    "ExceededQuota",
  ],
  AUTH: [
    "INVALID_SESSION_ID",
    "INVALID_AUTH_HEADER",
    "INVALID_LOGIN",
    "INVALID_CLIENT",
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
    "LOGIN_MUST_USE_SECURITY_TOKEN",
    "LOGIN_CHALLENGE_ISSUED",
    "LOGIN_CHALLENGE_PENDING",
    "PASSWORD_LOCKOUT",
    "MUTUAL_AUTHENTICATION_FAILED",
    "InvalidSessionId",
  ],
  PERMISSION: [
    "INSUFFICIENT_ACCESS",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "API_DISABLED_FOR_ORG",
    "CLIENT_NOT_ACCESSIBLE_FOR_USER",
    "CLIENT_REQUIRE_UPDATE_FOR_USER",
    "INACTIVE_OWNER_OR_USER",
    "LOGIN_DURING_RESTRICTED_DOMAIN",
    "LOGIN_DURING_RESTRICTED_TIME",
    "ORG_LOCKED",
    "PORTAL_NO_ACCESS",
    "TRIAL_EXPIRED",
    "TXN_SECURITY_NO_ACCESS",
    "InvalidUser",
  ],
  SERVER_ERROR: [
    "API_CURRENTLY_DISABLED",
    "FUNCTIONALITY_TEMPORARILY_UNAVAILABLE",
    "SERVER_UNAVAILABLE",
    "UNKNOWN_EXCEPTION",
    "SSO_SERVICE_DOWN",
    "InternalServerError",
  ],
  GATEWAY_TIMEOUT: ["QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG", "Timeout"],
  TRANSIENT: ["ORG_IN_MAINTENANCE"],
  PERMANENT: [
    "ClientInputError",
    "FeatureNotEnabled",
    "InvalidBatch",
    "InvalidJob",
    "InvalidJobState",
    "InvalidOperation",
    "InvalidXml",
  ],
};

/* These quote the word of what went wrong in a trigger or a flow, behind words of their own. */
export const SALESFORCE_QUOTING: readonly string[] = [
  "APEX_ERROR",
  "CANNOT_EXECUTE_FLOW_TRIGGER",
  "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
  "FAILED_ACTIVATION",
];

export const PASSES_BY_ITSELF: readonly string[] = [
  "UNABLE_TO_LOCK_ROW",
  "QUERY_TIMEOUT",
  "REQUEST_LIMIT_EXCEEDED",
  "SERVER_UNAVAILABLE",
];

/* Where a body was not JSON, jsforce makes a code of the status. Source: jsforce src/http-api.ts. */
const STATUS_CODE = /^ERROR_HTTP_(\d{3})$/;

const SEVERAL = "MULTIPLE_API_ERRORS";

/* Words of the server's, in capitals: "sf:INVALID_SESSION_ID" in SOAP. */
const SERVERS_WORD = /^(?:\w+:)?([A-Z]+(?:_[A-Z]+)+)$/;

/* Of the SOAP login, which keeps the fault string alone, and of the client itself. Sources: jsforce src/connection.ts, src/api/*. */
export const SALESFORCE_WORDS: Beginnings = {
  AUTH: ["INVALID_LOGIN: ", "LOGIN_MUST_USE_SECURITY_TOKEN: ", "Unable to login because the used password has expired"],
  PERMISSION: ["LOGIN_DURING_RESTRICTED_TIME: ", "LOGIN_DURING_RESTRICTED_DOMAIN: ", "API_DISABLED_FOR_ORG: "],
  SERVER_ERROR: ["SERVER_UNAVAILABLE: "],
  RATE_LIMIT: ["REQUEST_LIMIT_EXCEEDED: "],
  TIMEOUT: ["Polling time out"],
  PERMANENT: ["Exceeded max limit of concurrent call", "Ingest job failed to complete due to: ", "Job has been aborted"],
};

/* Behind it stands what the token endpoint, or the way there, said. Source: jsforce src/session-refresh-delegate.ts. */
const NOT_REFRESHED = "Unable to refresh session due to: ";

function salesforceRule(link: Link): Verdict {
  const { name, message } = link;
  if (message.startsWith(NOT_REFRESHED)) return passingIn(message) ?? "AUTH";
  // The token endpoint's errors have a name only.
  const isOurs = link.read("errorCode") === name ? link.read("data") !== undefined : STATUS_CODE.test(name);
  if (!isOurs) return kindOfBeginning(SALESFORCE_WORDS, message);
  return kindOfError(link, name, message);
}

function kindOfError(link: Link, code: string, message: string): Verdict {
  const { reader } = link;
  if (code === SEVERAL) {
    const first = reader.read(link.read("data"), 0);
    const word = reader.read(first, "errorCode");
    return typeof word === "string" && word !== SEVERAL ? kindOfError(link, word, `${reader.read(first, "message")}`) : undefined;
  }
  const status = STATUS_CODE.exec(code)?.[1];
  if (status !== undefined) return kindOfHttpStatus(Number(status));
  const word = SERVERS_WORD.exec(code)?.[1] ?? code;
  if (SALESFORCE_QUOTING.includes(word)) {
    const quoted = PASSES_BY_ITSELF.find((one) => message.includes(one));
    return quoted === undefined ? "PERMANENT" : kindOfCode(SALESFORCE_CODES, quoted);
  }
  return kindOfCode(SALESFORCE_CODES, word) ?? (SERVERS_WORD.test(code) ? "PERMANENT" : undefined);
}

export const salesforce: Library = {
  name: "salesforce",
  looks: { fields: ["errorCode"], names: [SALESFORCE_CODES, /^ERROR_HTTP_/], beginnings: [SALESFORCE_WORDS, NOT_REFRESHED] },
  meaning: { rule: salesforceRule },
};
