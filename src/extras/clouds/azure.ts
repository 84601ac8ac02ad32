/*
 * Azure: the HTTP status decides, and the error code where one status stands for several things: what exists already will exist again.
 *   core-rest-pipeline, storage, tables, ...   RestError { statusCode, code, details: { errorCode }, response: { headers } }
 *   cosmos                                     { code: 449, substatus, activityId, headers, retryAfterInMs }
 *   identity                                   AuthenticationError { statusCode }, CredentialUnavailableError, AggregateAuthenticationError
 *   service-bus, event-hubs                    ServiceBusError, MessagingError { code, retryable }
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import {
  type Codes,
  classifierOfLibrary,
  kindOfCode,
  type Library,
  type Link,
  type Meaning,
  type Verdict,
  withRetryAfter,
} from "../shared/index.ts";

export const NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "RestError",
  "StorageError",
  "ServiceBusError",
  "MessagingError",
  "AuthenticationError",
  "AuthenticationRequiredError",
  "AggregateAuthenticationError",
  "CredentialUnavailableError",
]);

/* Names of identity's errors without an answer: no token could be had. Source: @azure/identity src/errors.ts. */
export const NO_TOKEN: readonly string[] = [
  "AuthenticationRequiredError",
  "AggregateAuthenticationError",
  "CredentialUnavailableError",
];

/* Sources: Service Bus, "Messaging exceptions"; core-amqp's errors.ts; @azure/service-bus serviceBusError.ts, whose codes have no "Error". */
export const MESSAGING_CODES: Codes = {
  AUTH: ["UnauthorizedError", "UnauthorizedAccess"],
  RATE_LIMIT: ["ServerBusyError", "ServiceBusy", "QuotaExceeded", "QuotaExceededError"],
  // Another receiver has the session, the partition or the entity.
  CONCURRENCY: ["ResourceLockedError", "SessionCannotBeLocked", "SessionCannotBeLockedError", "PartitionNotOwnedError"],
  SERVER_ERROR: ["InternalServerError"],
  TIMEOUT: ["OperationTimeoutError", "ServiceTimeout"],
};

/* Statuses with a substatus, of Cosmos DB. Sources: Cosmos DB, "HTTP status codes" and "Designing resilient applications". */
export const COSMOS_STATUSES: Codes = {
  // A replica is behind; the writes of the account moved to another region.
  TRANSIENT: ["404/1002", "403/3", "403/1008"],
};

function azureRule(link: Link): Verdict {
  const cosmos = (link.read("substatus") ?? link.read("activityId")) !== undefined;
  if (!cosmos && !NAMES.has(link.name)) return undefined;
  const kind = link.code === "REQUEST_SEND_ERROR" ? "TRANSIENT" : (kindByStatus(link) ?? kindByCode(link));
  const headers = link.read("response", "headers") ?? link.read("headers");
  return kind && withRetryAfter(kind, headers);
}

function kindByStatus(link: Link): Kind | undefined {
  const status = Number(link.text("statusCode") || link.code);
  const substatus = link.text("substatus");
  const said = `${link.code} ${link.text("details", "errorCode")} ${link.name} ${link.message}`;
  // Retry with: the write met another one.
  if (status === 449) return "CONCURRENCY";
  // Gone: the partition moves.
  if (status === 410 && substatus !== "") return "TRANSIENT";
  // AuthenticationFailed, InvalidAuthenticationInfo, and what identity says.
  if ((status === 400 || status === 403) && said.includes("Authentic")) return "AUTH";
  if (status === 409 && /already ?exists|Immutable/i.test(said)) return "PERMANENT";
  return kindOfCode(COSMOS_STATUSES, `${status}/${substatus}`) ?? kindOfHttpStatus(status);
}

/** Of messaging's errors, which have no status: their code, and whether to try again in the library's own word. */
function kindByCode(link: Link): Kind | undefined {
  const { name, code } = link;
  if (code === "") return NO_TOKEN.includes(name) ? "AUTH" : undefined;
  // The codes of the system and of the REST pipeline are in capitals.
  if (!/^[A-Z][a-z]/.test(code)) return undefined;
  // MessageLockLost, MessageSizeExceeded, MessagingEntityNotFound, ...: whatever `retryable` says.
  if (code.startsWith("Messag")) return "PERMANENT";
  return kindOfCode(MESSAGING_CODES, code) ?? (link.read("retryable") ? "TRANSIENT" : "PERMANENT");
}

const meaning: Meaning = { rule: azureRule };

export const azure: Library = {
  name: "azure",
  looks: { fields: ["activityId", "substatus"], names: [NAMES] },
  meaning,
};

/**
 * Classifies the errors of the Azure SDKs (`RestError` and its like, Cosmos DB, identity, Service Bus and Event Hubs) by status and code,
 * and reads their headers into `retryAfterMs`. What it does not know is `UNKNOWN`: compose with `firstKnown(azureClassifier, defaultClassifier)`.
 */
export const azureClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("azureClassifier", meaning);
