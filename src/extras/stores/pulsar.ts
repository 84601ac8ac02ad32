/*
 * Pulsar: pulsar-client, whose errors have no fields. The result of the C++ client stands last in their words: "Failed to create
 * consumer: ConsumerBusy". Some results are called with "Result" before them, and some without.
 */
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/* Sources: pulsar-client-cpp include/pulsar/Result.h and lib/Result.cc. UnknownError says nothing. */
export const PULSAR_RESULTS: Codes = {
  AUTH: ["AuthenticationError", "ErrorGettingAuthenticationData"],
  PERMISSION: ["AuthorizationError"],
  TIMEOUT: ["TimeOut"],
  RATE_LIMIT: ["TooManyLookupRequestException"],
  CONCURRENCY: ["ConsumerBusy", "ProducerBusy", "ConsumerAssignError", "TransactionConflict"],
  SERVER_ERROR: ["BrokerMetadataError", "BrokerPersistenceError"],
  TRANSIENT: [
    "Retryable",
    "Disconnected",
    "LookupError",
    "ConnectError",
    "ReadError",
    "NotConnected",
    "ServiceUnitNotReady",
    "ChecksumError",
    "TransactionCoordinatorNotFoundError",
    // Full until others have read or confirmed some of it: the topic's backlog, the producer's queue, the client's memory.
    "ProducerBlockedQuotaExceededError",
    "ProducerBlockedQuotaExceededException",
    "ProducerQueueIsFull",
    "MemoryBufferIsFull",
    "Interrupted",
  ],
  PERMANENT: [
    "InvalidConfiguration",
    "AlreadyClosed",
    "InvalidMessage",
    "ConsumerNotInitialized",
    "ProducerNotInitialized",
    "InvalidTopicName",
    "InvalidUrl",
    "OperationNotSupported",
    "MessageTooBig",
    "TopicNotFound",
    "SubscriptionNotFound",
    "ConsumerNotFound",
    "UnsupportedVersionError",
    "TopicTerminated",
    "CryptoError",
    "IncompatibleSchema",
    "CumulativeAcknowledgementNotAllowedError",
    "InvalidTxnStatusError",
    "NotAllowedError",
    "TransactionNotFound",
    "ProducerFenced",
  ],
};

/* What failed. Source: pulsar-client-node src/*.cc. */
export const BEGINNINGS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "Failed to send message: ",
  "Failed to flush producer: ",
  "Failed to create reader: ",
  "Failed to create producer: ",
  "Failed to create consumer: ",
  "Failed to receive message: ",
  "Failed to batch receive message: ",
  "Failed to acknowledge: ",
  "Failed to acknowledge id: ",
  "Failed to acknowledge cumulatively: ",
  "Failed to acknowledge cumulatively by id: ",
  "Failed to seek message by id: ",
  "Failed to seek message by timestamp: ",
  "Failed to unsubscribe consumer: ",
  "Failed to check if next message is available: ",
  "Failed to GetPartitionsForTopic: ",
  "Failed to close consumer: ",
  "Failed to close producer: ",
  "Failed to close reader: ",
  "Failed to close client: ",
]);

/* Arguments that are wrong. Source: pulsar-client-node src/*.cc. */
export const ARGUMENTS: Beginnings = {
  PERMANENT: [
    "Service URL is required and must be specified as a string",
    "Topic is required and must be specified as a string",
    "Authentication must be a Pulsar authentication object",
    "Unsupported authentication method",
    "Unknown schemaType: ",
  ],
};

const RESULT = /^(Failed to [a-zA-Z ]+: )(?:Result)?([A-Za-z]+)$/;

function pulsarRule({ name, message }: Link): Verdict {
  const said = name === "Error" ? RESULT.exec(message) : null;
  if (said === null || !BEGINNINGS.has(said[1] as string)) return kindOfBeginning(ARGUMENTS, message);
  return kindOfCode(PULSAR_RESULTS, said[2] as string);
}

export const pulsar: Library = {
  name: "pulsar",
  looks: { beginnings: [BEGINNINGS, ARGUMENTS] },
  meaning: { rule: pulsarRule },
};
