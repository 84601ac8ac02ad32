/*
 * ClickHouse: @clickhouse/client keeps the number of an exception in `code` and its name in `type`, and drops the status. The name decides: a
 * status of ClickHouse says little, for most exceptions come with 500, and those in the middle of a stream with 200.
 *   ClickHouseError { code: "202", type: "TOO_MANY_SIMULTANEOUS_QUERIES" }
 */
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Every other exception is PERMANENT. Source: ClickHouse src/Common/ErrorCodes.cpp. */
export const CLICKHOUSE_EXCEPTIONS: Codes = {
  RATE_LIMIT: [
    "QUOTA_EXPIRED", // 201: the quota of this interval is used up
    "TOO_MANY_SIMULTANEOUS_QUERIES", // 202
    "TOO_MANY_PARTS", // 252: merges are slower than inserts
    "RECEIVED_ERROR_TOO_MANY_REQUESTS", // 364
    "TOO_MANY_MUTATIONS", // 692
    "USER_SESSION_LIMIT_EXCEEDED", // 700
  ],
  AUTH: [
    "UNKNOWN_USER", // 192
    "WRONG_PASSWORD", // 193
    "REQUIRED_PASSWORD", // 194
    "AUTHENTICATION_FAILED", // 516
    "USER_EXPIRED", // 720
  ],
  PERMISSION: [
    "READONLY", // 164: the user may only read
    "IP_ADDRESS_NOT_ALLOWED", // 195
    "DATABASE_ACCESS_DENIED", // 291
    "FUNCTION_NOT_ALLOWED", // 446
    "READONLY_SETTING", // 472
    "PATH_ACCESS_DENIED", // 481
    "DICTIONARY_ACCESS_DENIED", // 482
    "ACCESS_DENIED", // 497
    "SET_NON_GRANTED_ROLE", // 512
  ],
  CONCURRENCY: [
    "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", // 216
    "DDL_GUARD_IS_ACTIVE", // 337
    "SESSION_IS_LOCKED", // 373
    "PART_IS_TEMPORARILY_LOCKED", // 384
    "CANNOT_ASSIGN_OPTIMIZE", // 388
    "DEADLOCK_AVOIDED", // 473
    "CANNOT_ASSIGN_ALTER", // 517
    "SERIALIZATION_ERROR", // 650
  ],
  TIMEOUT: [
    "TIMEOUT_EXCEEDED", // 159
    "SOCKET_TIMEOUT", // 209
    "BARRIER_TIMEOUT", // 335
  ],
  // The other replicas, the keeper, or the way to them.
  TRANSIENT: [
    "CANNOT_READ_FROM_SOCKET", // 95
    "CANNOT_WRITE_TO_SOCKET", // 96
    "DNS_ERROR", // 198
    "NO_FREE_CONNECTION", // 203
    "NETWORK_ERROR", // 210
    "NO_ZOOKEEPER", // 225
    "NO_REPLICA_HAS_PART", // 234
    "ABORTED", // 236
    "TABLE_IS_READ_ONLY", // 242: the replica has lost its keeper
    "UNEXPECTED_ZOOKEEPER_ERROR", // 244
    "NO_ACTIVE_REPLICAS", // 254
    "TOO_MANY_RETRIES_TO_FETCH_PARTS", // 255
    "NO_AVAILABLE_REPLICA", // 265
    "ALL_CONNECTION_TRIES_FAILED", // 279
    "TOO_FEW_LIVE_REPLICAS", // 285
    "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE", // 286
    "REPLICA_IS_NOT_IN_QUORUM", // 289
    "SHARD_HAS_NO_CONNECTIONS", // 297
    "UNKNOWN_STATUS_OF_INSERT", // 319
    "ALL_REPLICAS_ARE_STALE", // 369
    "QUERY_WAS_CANCELLED", // 394: by a person, or by a server that shuts down
    "EXTERNAL_SERVER_IS_NOT_RESPONDING", // 410
    "REPLICA_STATUS_CHANGED", // 416
    "NO_REMOTE_SHARD_AVAILABLE", // 519
    "NOT_A_LEADER", // 529
    "TABLE_IS_BEING_RESTARTED", // 733
    "KEEPER_EXCEPTION", // 999
  ],
  // The memory, the disk, the threads, a bug of ClickHouse, a store behind it.
  SERVER_ERROR: [
    "LOGICAL_ERROR", // 49
    "CANNOT_READ_FROM_FILE_DESCRIPTOR", // 74
    "CANNOT_WRITE_TO_FILE_DESCRIPTOR", // 75
    "CANNOT_OPEN_FILE", // 76
    "CANNOT_ALLOCATE_MEMORY", // 173
    "CANNOT_FSYNC", // 204
    "MEMORY_LIMIT_EXCEEDED", // 241
    "NOT_ENOUGH_SPACE", // 243
    "CANNOT_FORK", // 299
    "PTHREAD_ERROR", // 411
    "SYSTEM_ERROR", // 425
    "CANNOT_SCHEDULE_TASK", // 439
    "INTERNAL_REDIS_ERROR", // 484
    "S3_ERROR", // 499
    "CASSANDRA_INTERNAL_ERROR", // 528
    "ROCKSDB_ERROR", // 553
    "SERVER_OVERLOADED", // 745
    "POCO_EXCEPTION", // 1000
    "STD_EXCEPTION", // 1001
    "UNKNOWN_EXCEPTION", // 1002
  ],
};

/** Told by a number in writing beside a name in capitals. */
function clickhouseRule(link: Link): Verdict {
  const type = link.read("type");
  const code = link.read("code");
  if (typeof type !== "string" || typeof code !== "string" || !/^\d{1,4}$/.test(code) || !/^[A-Z][A-Z\d_]+$/.test(type))
    return undefined;
  return kindOfCode(CLICKHOUSE_EXCEPTIONS, type) ?? "PERMANENT";
}

export const clickhouse: Library = {
  name: "clickhouse",
  looks: { fields: ["type"] },
  meaning: { rule: clickhouseRule },
};
