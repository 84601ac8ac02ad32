/*
 * Azure: the HTTP status decides, and the error code where one status stands for several things: what exists already will exist again.
 *   core-rest-pipeline, storage, tables, ...   RestError { statusCode, code, details: { errorCode }, response: { headers } }
 *   cosmos                                     { code: 449, substatus, activityId, headers, retryAfterInMs }
 *   identity                                   AuthenticationError { statusCode }, CredentialUnavailableError, AggregateAuthenticationError
 *   service-bus, event-hubs                    ServiceBusError, MessagingError { code, retryable }
 * Sources: Storage "Blob service error codes" and "Common REST API error codes", Cosmos DB "HTTP status codes" and "Designing resilient
 * applications", Service Bus "Messaging exceptions", core-amqp's errors.ts.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { asText, judgeAs, type Library, type Link, type Meaning, type Verdict, withRetryAfter } from "../shared/index.ts";

// Of an error's status, code, substatus, "retryable", second code, name and message, in this order: the first that matches.
const SAYS: Readonly<Record<string, RegExp>> = {
  AUTH: /^401|^40[03].*Authentic|^Unauth|^0 +(Agg|Cred|\w+Req)/,
  SERVER_ERROR: /^5|^InternalS/,
  RATE_LIMIT: /^429|^Ser\w+Busy|^Quota/,
  CONCURRENCY: /^4(12|23|49|09(?!.*(lready ?exists|Immutable)))|BeLocked|NotOwned/i,
  // A partition or the writes of an account move, a replica is behind.
  TRANSIENT: /^4(08|10 \d|04 1002|03 (3|1008) )|SEND_E|^(?!Mes)[A-Z]\w+ +1/,
  PERMISSION: /^403/,
  PERMANENT: /^[34]|^[A-Z][a-z]\w+ +[01]/,
};

export function azureRule(link: Link): Verdict {
  const { name, code, message: text } = link;
  const substatus = link.read("substatus");
  const cosmos = (substatus ?? link.read("activityId")) !== undefined;
  if (!cosmos && !/^(Rest|Storage|ServiceBus|Messaging|A\w+ication\w*|CredentialUn\w+)Error/.test(name)) return undefined;
  const retryable = link.read("retryable") ? 1 : 0;
  const id = [link.read("statusCode"), code, substatus, retryable, link.read("details", "errorCode"), name, text]
    .map(asText)
    .join(" ")
    .trim();
  const headers = link.read("response", "headers") ?? link.read("headers");
  // As lookUp does, in fewer bytes.
  for (const known in SAYS) if (SAYS[known]?.test(id)) return withRetryAfter(known as ErrorClass, headers);
  return undefined;
}

const meaning: Meaning = {
  rule: azureRule,
};

export const azure: Library = {
  name: "azure",
  looks: {
    fields: ["activityId", "substatus"],
    names: [
      "RestError",
      "StorageError",
      "ServiceBusError",
      "MessagingError",
      "AuthenticationError",
      "AuthenticationRequiredError",
      "AggregateAuthenticationError",
      "CredentialUnavailableError",
    ],
  },
  meaning,
};

/**
 * Classifies the errors of the Azure SDKs (`RestError` and its like, Cosmos DB, identity, Service Bus and Event Hubs) by status and code,
 * and reads their headers into `retryAfterMs`. What it does not know is `UNKNOWN`: compose with `firstKnown(azureClassifier, defaultClassifier)`.
 */
export const azureClassifier: Classifier = (error) => judgeAs(meaning, error);
