/*
 * Kafka: kafkajs, librdkafka's clients (node-rdkafka, @confluentinc/kafka-javascript) and @platformatic/kafka. The number of the broker's
 * or librdkafka's error decides; then the cause, which "number of retries exceeded" only repeats; then the client's own kind of error and
 * its word on whether to try again.
 */
import type { Classifier } from "../../core/failure/classification.ts";
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
 * What a broker says, from 1 on, and what librdkafka says for itself, from -100 down; every other number is PERMANENT. TRANSIENT is what
 * the protocol's table calls retriable, and what says that a broker has moved on. CONCURRENCY is about generations and members of
 * groups, transactions and reassignments under way, and groups in use.
 * Sources: kafka.apache.org/protocol, "Error Codes"; librdkafka src/rdkafka.h (rd_kafka_resp_err_t); kafkajs src/protocol/error.js (-99).
 */
export const KAFKA_NUMBERS: Codes = {
  AUTH: [
    33, // UNSUPPORTED_SASL_MECHANISM
    34, // ILLEGAL_SASL_STATE
    58, // SASL_AUTHENTICATION_FAILED
    62, // DELEGATION_TOKEN_NOT_FOUND
    66, // DELEGATION_TOKEN_EXPIRED
    -169, // _AUTHENTICATION
  ],
  PERMISSION: [
    29, // TOPIC_AUTHORIZATION_FAILED
    30, // GROUP_AUTHORIZATION_FAILED
    31, // CLUSTER_AUTHORIZATION_FAILED
    53, // TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    63, // DELEGATION_TOKEN_OWNER_MISMATCH
    65, // DELEGATION_TOKEN_AUTHORIZATION_FAILED
  ],
  CONCURRENCY: [
    22, // ILLEGAL_GENERATION
    25, // UNKNOWN_MEMBER_ID
    27, // REBALANCE_IN_PROGRESS
    47, // INVALID_PRODUCER_EPOCH
    51, // CONCURRENT_TRANSACTIONS
    52, // TRANSACTION_COORDINATOR_FENCED
    60, // REASSIGNMENT_IN_PROGRESS
    68, // NON_EMPTY_GROUP
    86, // GROUP_SUBSCRIBED_TO_TOPIC
    110, // FENCED_MEMBER_EPOCH
    111, // UNRELEASED_INSTANCE_ID
    113, // STALE_MEMBER_EPOCH
    -142, // _ASSIGNMENT_LOST
    -173, // _CONFLICT
    -177, // _PREV_IN_PROGRESS
    -178, // _IN_PROGRESS
  ],
  RATE_LIMIT: [
    89, // THROTTLING_QUOTA_EXCEEDED
    -184, // _QUEUE_FULL
  ],
  TRANSIENT: [
    2, // CORRUPT_MESSAGE
    3, // UNKNOWN_TOPIC_OR_PARTITION
    5, // LEADER_NOT_AVAILABLE
    6, // NOT_LEADER_OR_FOLLOWER
    8, // BROKER_NOT_AVAILABLE
    9, // REPLICA_NOT_AVAILABLE
    11, // STALE_CONTROLLER_EPOCH
    13, // NETWORK_EXCEPTION
    14, // COORDINATOR_LOAD_IN_PROGRESS
    15, // COORDINATOR_NOT_AVAILABLE
    16, // NOT_COORDINATOR
    19, // NOT_ENOUGH_REPLICAS
    20, // NOT_ENOUGH_REPLICAS_AFTER_APPEND
    41, // NOT_CONTROLLER
    56, // KAFKA_STORAGE_ERROR
    70, // FETCH_SESSION_ID_NOT_FOUND
    71, // INVALID_FETCH_SESSION_EPOCH
    72, // LISTENER_NOT_FOUND
    74, // FENCED_LEADER_EPOCH
    75, // UNKNOWN_LEADER_EPOCH
    77, // STALE_BROKER_EPOCH
    78, // OFFSET_NOT_AVAILABLE
    79, // MEMBER_ID_REQUIRED
    80, // PREFERRED_LEADER_NOT_AVAILABLE
    83, // ELIGIBLE_LEADERS_NOT_AVAILABLE
    84, // ELECTION_NOT_NEEDED
    88, // UNSTABLE_OFFSET_COMMIT
    100, // UNKNOWN_TOPIC_ID
    103, // INCONSISTENT_TOPIC_ID
    106, // FETCH_SESSION_TOPIC_ID_ERROR
    107, // INELIGIBLE_REPLICA
    108, // NEW_LEADER_ELECTED
    120, // TRANSACTION_ABORTABLE
    122, // SHARE_SESSION_NOT_FOUND
    123, // INVALID_SHARE_SESSION_EPOCH
    124, // FENCED_STATE_EPOCH
    127, // VOTER_NOT_FOUND
    129, // REBOOTSTRAP_REQUIRED
    133, // SHARE_SESSION_LIMIT_REACHED
    -146, // _UNKNOWN_BROKER
    -153, // _RETRY
    -163, // _INTR
    -164, // _WAIT_CACHE
    -180, // _WAIT_COORD
    -182, // _NODE_UPDATE
    -183, // _ISR_INSUFF
    -187, // _ALL_BROKERS_DOWN
    -193, // _RESOLVE
    -195, // _TRANSPORT
  ],
  TIMEOUT: [
    7, // REQUEST_TIMED_OUT
    -166, // _TIMED_OUT_QUEUE
    -185, // _TIMED_OUT
    -192, // _MSG_TIMED_OUT
  ],
  SERVER_ERROR: [
    -1, // UNKNOWN_SERVER_ERROR
  ],
  UNKNOWN: [
    -99, // KAFKAJS_UNKNOWN_ERROR_CODE
  ],
};

/* The kinds of error that pass, whatever the client says of trying again. Sources: kafkajs src/errors.js; @platformatic/kafka src/errors.ts. */
export const KINDS: Codes = {
  AUTH: ["KafkaJSSASLAuthenticationError", "PLT_KFK_AUTHENTICATION"],
  TRANSIENT: [
    "KafkaJSLockTimeout",
    "KafkaJSBrokerNotFound",
    "KafkaJSGroupCoordinatorNotFound",
    "KafkaJSNumberOfRetriesExceeded",
    "PLT_KFK_NETWORK",
  ],
  TIMEOUT: ["KafkaJSTimeout", "KafkaJSRequestTimeoutError", "PLT_KFK_TIMEOUT"],
};

const RETRIES_EXCEEDED = "KafkaJSNumberOfRetriesExceeded";
const kindOfCause = (link: Link): Verdict => kindOfCode(KINDS, link.text("cause", "name")) ?? kindOf(link);

const isPlatformatic = (code: string): boolean => code.startsWith("PLT_KFK");
const isKafkaJs = (name: string): boolean => name.startsWith("KafkaJS");

/** What a broker or librdkafka said, by number. */
function kafkaRule(link: Link): Verdict {
  if (kindOf(link) === "AUTH") return "AUTH";
  const number = numberOf(link);
  if (number === "") return undefined;
  const kind = kindOfCode(KAFKA_NUMBERS, Number(number));
  if (kind === "AUTH" || kind === "PERMISSION") return kind;
  // A client that has met a fatal error does nothing any more.
  if ((link.read("fatal") ?? link.read("isFatal")) === true) return "PERMANENT";
  return kind ?? (/^-?\d+$/.test(number) ? (retriable(link) ?? "PERMANENT") : undefined);
}

/** What a client says of itself. It wraps what it gave up on in errors that are "not retriable" any more: those are not asked. */
function kafkaFallback(link: Link): Verdict {
  // It only says that something failed more than once.
  const kind = link.name === RETRIES_EXCEEDED ? kindOfCause(link) : kindOf(link);
  if (kind !== undefined) return kind;
  if (!isKafkaJs(link.name) && !isPlatformatic(link.code)) return undefined;
  return link.read("cause", "retriable") === undefined ? retriable(link) : undefined;
}

const kindOf = ({ name, code }: Link): Verdict => kindOfCode(KINDS, isPlatformatic(code) ? code : name);

function numberOf(link: Link): string {
  if (isPlatformatic(link.code)) return link.text("apiCode");
  const librdkafka = link.read("origin") && link.read("errno") === link.read("code");
  return isKafkaJs(link.name) || librdkafka ? link.code : "";
}

function retriable(link: Link): Verdict {
  const said = link.read("retriable") ?? link.read("canRetry") ?? link.read("isRetriable");
  return said === true ? "TRANSIENT" : said === false ? "PERMANENT" : undefined;
}

const meaning: Meaning = {
  rule: kafkaRule,
  fallbacks: [kafkaFallback],
  // kafkajs 1; the errors of several topics or groups.
  wrappers: ["originalError", "groups", "partitions", "0", "error"],
};

export const kafka: Library = {
  name: "kafka",
  looks: {
    fields: ["origin", "retriable"],
    // Every error of kafkajs, and every code of @platformatic/kafka, begins like this.
    names: [/^KafkaJS/],
    codes: [/^PLT_KFK/],
  },
  meaning,
};

/**
 * Classifies errors of kafkajs, of the clients made of librdkafka, and of @platformatic/kafka. What it does not know is `UNKNOWN`: put
 * `firstKnown(kafkaClassifier, defaultClassifier)` where other errors come by.
 */
export const kafkaClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("kafkaClassifier", meaning);
