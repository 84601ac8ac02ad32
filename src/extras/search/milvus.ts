/*
 * Milvus: @zilliz/milvus2-sdk-node throws the service's answer as it is, a plain object with a `status`, or its words in a message. The
 * number in `code` decides; older services only give the word in `error_code`; and last, whether the service calls it retriable.
 *   { status: { error_code: "RateLimit", code: 8, retriable: true, reason } }
 *   Error { message: "ErrorCode: RateLimit. Reason: ..." }
 */
import { isObject } from "../../core/is-object.ts";
import {
  asText,
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/* Every other number is PERMANENT, unless it is retriable. Source: Milvus pkg/util/merr/errors.go. */
export const MILVUS_NUMBERS: Codes = {
  RATE_LIMIT: [
    4, // request limit exceeded
    8, // rate limit exceeded
    1807, // request is rejected by limiter
  ],
  AUTH: [
    1400, // not authenticated
    1800, // user hasn't authenticated
  ],
  PERMISSION: [
    1401, // privilege not permitted
  ],
  TIMEOUT: [
    10001, // timeout
  ],
  TRANSIENT: [
    1, // service not ready
    2, // service unavailable
    11, // time tick long delay
    103, // collection not fully loaded
    106, // collection on recovering
    202, // partition not fully loaded
    401, // replica not available
    503, // channel not available
    902, // node offline
    905, // node not available
  ],
  SERVER_ERROR: [
    3, // memory limit exceeded
    5, // service internal error
    7, // disk limit exceeded
    12, // service resource insufficient
    1001, // IO failed
    1302, // message queue internal error
  ],
  CONCURRENCY: [
    2302, // compaction plan conflict
    2305, // collection is compacting
  ],
  // Nothing is known but the reason.
  UNKNOWN: [
    65535, // unexpected error
  ],
};

/* Source: milvus-proto proto/common.proto (ErrorCode). */
export const MILVUS_WORDS: Codes = {
  RATE_LIMIT: ["RateLimit"],
  PERMISSION: ["PermissionDenied"],
  CONCURRENCY: ["DDRequestRace"],
  TRANSIENT: [
    "ConnectFailed",
    "TimeTickLongDelay",
    "NotReadyServe",
    "NotReadyCoordActivating",
    "NotShardLeader",
    "NoReplicaAvailable",
    "DataCoordNA",
  ],
  SERVER_ERROR: ["OutOfMemory", "InsufficientMemoryToLoad", "MemoryQuotaExhausted", "DiskQuotaExhausted"],
  UNKNOWN: ["UnexpectedError", "Success"],
};

/* How the SDK quotes an answer. */
const ANSWER = /^ErrorCode: (\w+)\. Reason: /;

/* What it says of arguments. Source: milvus2-sdk-node milvus/const/error.ts. */
export const ARGUMENTS: Beginnings = {
  PERMANENT: [
    "The `address` property is missing",
    "The `alias` property is missing",
    "The `collectionID` property is missing",
    "The `collection_name` ",
    "The `data_type` ",
    "The `dim` property ",
    "The `fields` or `collection_name` ",
    "The `files` property is missing",
    "The `filter` or the `expr` ",
    "The `ids` is missing or empty",
    "The `partition_names` property is missing",
    "The `username` ",
    "The `vector` or `vectors` ",
    "The type of the `data or field_data` ",
    "Insert fail: some field does not exist for this collection",
    "Insert fail: the length of the binary vector ",
  ],
};

function milvusRule(link: Link): Verdict {
  const word = ANSWER.exec(link.message)?.[1];
  if (word !== undefined) return passingOver(kindOfCode(MILVUS_WORDS, word) ?? "PERMANENT");
  const status = link.read("status");
  if (isObject(status)) return kindOfStatus(link, status);
  return link.code === "" ? kindOfBeginning(ARGUMENTS, link.message) : undefined;
}

function kindOfStatus({ reader }: Link, status: object): Verdict {
  const said = asText(reader.read(status, "error_code"));
  const number = reader.read(status, "code");
  if (said === "" || typeof number !== "number" || typeof reader.read(status, "reason") !== "string") return undefined;
  const kind = kindOfCode(MILVUS_NUMBERS, number) ?? (number === 0 ? kindOfCode(MILVUS_WORDS, said) : undefined);
  return passingOver(kind ?? (reader.read(status, "retriable") === true ? "TRANSIENT" : "PERMANENT"));
}

/** What is not known is left to the reason: to the words of messages. */
const passingOver = (kind: Verdict): Verdict => (kind === "UNKNOWN" ? undefined : kind);

export const milvus: Library = {
  name: "milvus",
  looks: { fields: ["status"], beginnings: ["ErrorCode: ", ARGUMENTS] },
  meaning: { rule: milvusRule },
};
