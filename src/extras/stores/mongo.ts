/*
 * MongoDB: the driver (3 to 7) and mongoose, told by names that start with "Mongo", which they set themselves. The server's code decides
 * first, then its labels; a code in none of the lists names a request that the server refused as it was put. Where no server answered,
 * the causes decide (names, sockets, certificates), and last the kind of the driver's own error.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import type { Kind } from "../../core/failure/kind.ts";
import {
  type Codes,
  classifierOfLibrary,
  kindOfCode,
  type Library,
  type Link,
  type Meaning,
  type Verdict,
} from "../shared/index.ts";

/*
 * Codes that outweigh the labels. Sources: MongoDB's error_codes.yml with its categories (NetworkError, NotPrimaryError, ShutdownError,
 * Interruption, StaleShardVersionError, SnapshotError, RetriableError, WriteConcernError); the drivers' specifications of retryable
 * reads, retryable writes and transactions; Azure Cosmos DB for MongoDB, "Common errors" (16500).
 */
export const MONGO_CODES: Codes = {
  // Locks, write conflicts, transactions that others have overtaken, the same work under way.
  CONCURRENCY: [
    24, // LockTimeout
    46, // LockBusy
    107, // LockFailed
    112, // WriteConflict
    117, // ConflictingOperationInProgress
    225, // TransactionTooOld
    239, // SnapshotTooOld
    244, // TransactionAborted
    246, // SnapshotUnavailable
    251, // NoSuchTransaction
    267, // PreparedTransactionInProgress
    272, // MigrationConflict
    12586, // BackgroundOperationInProgressForDatabase
    12587, // BackgroundOperationInProgressForNamespace
  ],
  TRANSIENT: [
    6, // HostUnreachable
    7, // HostNotFound
    43, // CursorNotFound
    63, // StaleShardVersion
    79, // UnknownReplWriteConcern
    91, // ShutdownInProgress
    133, // FailedToSatisfyReadPreference
    134, // ReadConcernMajorityNotAvailableYet
    150, // StaleEpoch
    175, // QueryPlanKilled
    189, // PrimarySteppedDown
    234, // RetryChangeStream
    237, // CursorKilled
    249, // StaleDbVersion
    250, // StaleChunkHistory
    279, // ClientDisconnect
    290, // TransactionExceededLifetimeLimitSeconds
    9001, // SocketException
    10058, // LegacyNotPrimary
    10107, // NotWritablePrimary
    11600, // InterruptedAtShutdown
    11601, // Interrupted
    11602, // InterruptedDueToReplStateChange
    13388, // StaleConfig
    13435, // NotPrimaryNoSecondaryOk
    13436, // NotPrimaryOrSecondary
  ],
  TIMEOUT: [
    50, // MaxTimeMSExpired
    64, // WriteConcernTimeout
    89, // NetworkTimeout
    262, // ExceededTimeLimit
  ],
  RATE_LIMIT: [
    462, // IngressRequestRateLimitExceeded
    16500, // Azure Cosmos DB: the request rate is too large
  ],
};

/* Codes that a label outweighs. Source: error_codes.yml. */
export const MONGO_REFUSALS: Codes = {
  AUTH: [
    18, // AuthenticationFailed
  ],
  PERMISSION: [
    13, // Unauthorized
  ],
  SERVER_ERROR: [
    1, // InternalError
    8, // UnknownError
  ],
};

/* AtlasError is one code for many things. Source: Atlas, "Troubleshoot connection issues". */
const ATLAS_ERROR = "8000";

/* What the server and the driver say of trying again; the first one that an error has counts. Source: the drivers' specifications. */
export const LABELS: readonly (readonly [label: string, errorClass: ErrorClass])[] = [
  ["SystemOverloadedError", "RATE_LIMIT"],
  ["TransientTransactionError", "CONCURRENCY"],
  ["RetryableWriteError", "TRANSIENT"],
  ["RetryableError", "TRANSIENT"],
  ["ResumableChangeStreamError", "TRANSIENT"],
  ["UnknownTransactionCommitResult", "TRANSIENT"],
];
const MOST_LABELS = 9;

/* The driver's own errors, and mongoose's. Every other one that starts with Mongo is PERMANENT. Sources: mongodb src/error.ts and its like. */
export const MONGO_NAMES: Codes = {
  TRANSIENT: [
    "MongoNetworkError",
    "MongoServerSelectionError",
    "MongooseServerSelectionError",
    "MongoSystemError",
    "MongoPoolClearedError",
    "PoolClearedOnNetworkError",
    "MongoPoolClosedError",
    "MongoServerClosedError",
    "MongoStalePrimaryError",
  ],
  TIMEOUT: [
    "MongoNetworkTimeoutError",
    "MongoTimeoutError",
    "MongoWaitQueueTimeoutError",
    "MongoOperationTimeoutError",
    "MongoCryptKMSRequestNetworkTimeoutError",
  ],
  AUTH: [
    "MongoMissingCredentialsError",
    "MongoAWSError",
    "MongoOIDCError",
    "MongoAzureError",
    "MongoCryptAzureKMSRequestError",
    "MongoGCPError",
    "MongoKerberosError",
  ],
};

/* Without a code, these say nothing. */
export const NOTHING_SAID: readonly string[] = ["MongoError", "MongoServerError"];

/* mongoose: another call has saved the document, or saves it; and what is wrong with a value, a schema or a model. Source: mongoose lib/error. */
export const MONGOOSE_NAMES: Codes = {
  CONCURRENCY: ["VersionError", "ParallelSaveError", "ParallelValidateError"],
  PERMANENT: [
    "CastError",
    "DivergentArrayError",
    "DocumentNotFoundError",
    "InvalidSchemaOptionError",
    "MissingSchemaError",
    "ObjectExpectedError",
    "ObjectParameterError",
    "OverwriteModelError",
    "StrictModeError",
    "StrictPopulateError",
    "ValidatorError",
  ],
};

/* In a message of Cosmos DB. */
const RETRY_AFTER = /\bRetryAfterMs=(\d+)/;

const isMongos = (name: string): boolean => name.startsWith("Mongo");

/** What the server said: a code, and labels. */
function mongoRule(link: Link): Verdict {
  const { name, code, message } = link;
  const number = Number(code);
  // The `code` of an IndexedDB `VersionError` is 0, mongoose's has none.
  if (code === "") return kindOfCode(MONGOOSE_NAMES, name);
  if (!isMongos(name) || !number) return undefined;
  const wait = RETRY_AFTER.exec(message)?.[1];
  if (wait !== undefined) return { errorClass: "RATE_LIMIT", retryAfterMs: Number(wait) };
  return kindOfCode(MONGO_CODES, number) ?? kindOfLabels(link) ?? kindOfRefusal(code, message);
}

function kindOfRefusal(code: string, message: string): Kind {
  if (code === ATLAS_ERROR && message.includes("bad auth")) return "AUTH";
  if (code === ATLAS_ERROR && message.includes("not allowed")) return "PERMISSION";
  return kindOfCode(MONGO_REFUSALS, Number(code)) ?? "PERMANENT";
}

/** The driver's own errors, about which a cause may know better. */
function mongoFallback(link: Link): Verdict {
  const { name, message } = link;
  // mongoose's ValidationError has a `_message`, its CastError a `stringValue`.
  const mongooses = link.read("_message") ?? link.read("stringValue");
  const kind = kindOfCode(MONGO_NAMES, name);
  if (kind === undefined && !isMongos(name) && !mongooses) return undefined;
  // mongoose: "buffering timed out after".
  if (kind === "TIMEOUT" || message.includes(" timed out")) return "TIMEOUT";
  if (mayBeTriedAgain(link)) return "TRANSIENT";
  return kind ?? (NOTHING_SAID.includes(name) ? undefined : "PERMANENT");
}

function kindOfLabels(link: Link): Kind | undefined {
  const labels = labelsOf(link);
  return LABELS.find(([label]) => labels.includes(label))?.[1];
}

/** The label of an overload does not count: the driver adds it to errors of the network. */
function mayBeTriedAgain(link: Link): boolean {
  const labels = labelsOf(link);
  return LABELS.some(([label, errorClass]) => errorClass !== "RATE_LIMIT" && labels.includes(label));
}

function labelsOf(link: Link): readonly string[] {
  return Array.from({ length: MOST_LABELS }, (_, i) => link.text("errorLabels", i));
}

const meaning: Meaning = {
  rule: mongoRule,
  fallbacks: [mongoFallback],
};

export const mongo: Library = {
  name: "mongo",
  looks: {
    // Every name of the driver.
    names: [MONGOOSE_NAMES, /^Mongo/],
  },
  meaning,
};

/**
 * Classifies errors of the `mongodb` driver and of `mongoose`. What it does not know is `UNKNOWN`: put
 * `firstKnown(mongoClassifier, defaultClassifier)` where other errors come by.
 */
export const mongoClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("mongoClassifier", meaning);
