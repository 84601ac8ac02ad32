/*
 * LDAP: ldapts (`ResultCodeError` with a number) and ldapjs (`lde_message`). The number is the answer of the server. ldapjs gives 80 to all
 * that happens on its own side too, which its names and the general rules tell.
 */
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Every other number is a request that is wrong. Sources: RFC 4511, appendix A.2; RFC 4528 (122), RFC 4370 (123); ldap.h of OpenLDAP (81 and above). */
export const RESULT_CODES: Codes = {
  TIMEOUT: [3, 85], // timeLimitExceeded: the server gave up; LDAP_TIMEOUT
  AUTH: [
    8, // strongerAuthRequired
    48, // inappropriateAuthentication
    49, // invalidCredentials
  ],
  PERMISSION: [50, 123], // insufficientAccessRights, authorizationDenied
  SERVER_ERROR: [51], // busy
  TRANSIENT: [52, 81, 91], // unavailable: it starts or shuts down; LDAP_SERVER_DOWN, LDAP_CONNECT_ERROR
  CONCURRENCY: [122], // assertionFailed: the entry is not what it was
};

/* These two say that something went wrong. */
const OPERATIONS_ERROR = 1;
const OTHER = 80;

/* From here on, the numbers are the clients' own. */
const CLIENTS = 124;

/* Active Directory says 1 to whoever is not logged in. Source: [MS-ADTS] 3.1.1.3.1.9. */
const NO_BIND = /successful bind must be completed/;

/* How ldapts ends every message of a server. Source: ldapts src/errors/resultCodeErrors/ResultCodeError.ts. */
const WITH_CODE = / Code: 0x[\da-f]+$/;

/* Source: ldapts src/errors/resultCodeErrors. */
export const NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "AdminLimitExceededError",
  "AffectsMultipleDSAsError",
  "AliasDerefProblemError",
  "AliasProblemError",
  "AlreadyExistsError",
  "AuthMethodNotSupportedError",
  "BusyError",
  "ConfidentialityRequiredError",
  "ConstraintViolationError",
  "InappropriateAuthError",
  "InappropriateMatchingError",
  "InsufficientAccessError",
  "InvalidCredentialsError",
  "InvalidDNSyntaxError",
  "InvalidSyntaxError",
  "IsLeafError",
  "LoopDetectError",
  "MoreResultsToReturnError",
  "NamingViolationError",
  "NoObjectClassModsError",
  "NoResultError",
  "NoSuchAttributeError",
  "NoSuchObjectError",
  "NotAllowedOnNonLeafError",
  "NotAllowedOnRDNError",
  "ObjectClassViolationError",
  "OperationsError",
  "ProtocolError",
  "ResultsTooLargeError",
  "SaslBindInProgressError",
  "SizeLimitExceededError",
  "StrongAuthRequiredError",
  "TLSNotSupportedError",
  "TimeLimitExceededError",
  "TypeOrValueExistsError",
  "UnavailableCriticalExtensionError",
  "UnavailableError",
  "UndefinedTypeError",
  "UnknownStatusCodeError",
  "UnwillingToPerformError",
]);

function ldapRule(link: Link): Verdict {
  const code = link.read("code");
  const ours = link.read("lde_message") !== undefined || WITH_CODE.test(link.message);
  if (!ours || typeof code !== "number") return undefined;
  if (code === OTHER && /\btimeout\b/.test(link.message)) return "TIMEOUT";
  if (code === OTHER) return link.name === "AbandonedError" ? "PERMANENT" : undefined;
  if (code === OPERATIONS_ERROR) return NO_BIND.test(link.message) ? "AUTH" : undefined;
  return kindOfCode(RESULT_CODES, code) ?? (code < CLIENTS ? "PERMANENT" : undefined);
}

export const ldap: Library = {
  name: "ldap",
  looks: { fields: ["lde_message", "lde_dn"], names: [NAMES] },
  meaning: { rule: ldapRule },
};
