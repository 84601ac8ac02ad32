/*
 * MySQL and MariaDB, and what speaks their protocol. What decides: the number of the error; then its SQLSTATE, which is HY000 for much
 * that differs, such as a lock wait that timed out; then the code or the words of the driver.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import type { Kind } from "../../core/failure/kind.ts";
import {
  type Beginnings,
  type Codes,
  classifierOfLibrary,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Meaning,
  type Verdict,
} from "../shared/index.ts";
import { driversWords, ORM_WRAPPERS } from "./orms.ts";

/*
 * Numbers, where the SQLSTATE does not say it: from 1000 on the server's, from 8000 on TiDB's, from 45001 on those of MariaDB's connector.
 * Sources: MySQL, "Server Error Message Reference"; MariaDB, "Error Codes"; TiDB, "Error Codes"; MariaDB Connector/Node.js
 * lib/misc/errors.js; Galera, wsrep_ready (1047).
 */
export const MYSQL_NUMBERS: Codes = {
  // Deadlocks, lock waits and NOWAIT, rows changed since they were read, commits that a cluster refused.
  CONCURRENCY: [
    1020, // ER_CHECKREAD
    1180, // ER_ERROR_DURING_COMMIT
    1205, // ER_LOCK_WAIT_TIMEOUT
    1213, // ER_LOCK_DEADLOCK
    1614, // ER_XA_RBDEADLOCK
    3101, // ER_TRANSACTION_ROLLBACK_DURING_COMMIT
    3572, // ER_LOCK_NOWAIT
    8002, // TiDB: SELECT FOR UPDATE cannot be retried
    8005, // TiDB: a write conflict
    8022, // TiDB: the commit failed and was rolled back
    8028, // TiDB: the schema changed
    9004, // TiDB: locks could not be resolved
    9007, // TiDB: a write conflict
  ],
  RATE_LIMIT: [
    1226, // ER_USER_LIMIT_REACHED
  ],
  // Accounts that are locked or expired, hosts, plugins and transports that the other side refuses.
  AUTH: [
    1130, // ER_HOST_NOT_PRIVILEGED
    1251, // ER_NOT_SUPPORTED_AUTH_MODE
    1524, // ER_PLUGIN_IS_NOT_LOADED
    1820, // ER_MUST_CHANGE_PASSWORD
    1862, // ER_MUST_CHANGE_PASSWORD_LOGIN
    3118, // ER_ACCOUNT_HAS_BEEN_LOCKED
    3159, // ER_SECURE_TRANSPORT_REQUIRED
    4151, // MariaDB: ER_ACCOUNT_HAS_BEEN_LOCKED
  ],
  PERMISSION: [
    1044, // ER_DBACCESS_DENIED_ERROR
    1095, // ER_KILL_DENIED_ERROR
    1142, // ER_TABLEACCESS_DENIED_ERROR
    1143, // ER_COLUMNACCESS_DENIED_ERROR
    1227, // ER_SPECIFIC_ACCESS_DENIED_ERROR
    1370, // ER_PROCACCESS_DENIED_ERROR
  ],
  // Read-only, by mode or by transaction: a failover or a bug.
  UNKNOWN: [
    1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
    1836, // ER_READ_ONLY_MODE
  ],
  TRANSIENT: [
    1040, // ER_CON_COUNT_ERROR
    1077, // ER_NORMAL_SHUTDOWN
    1203, // ER_TOO_MANY_USER_CONNECTIONS
    3169, // ER_SESSION_WAS_KILLED
    4031, // ER_CLIENT_INTERACTION_TIMEOUT
    45001, // ER_CONNECTION_ALREADY_CLOSED
    45004, // ER_CMD_NOT_EXECUTED_DESTROYED
    45009, // ER_SOCKET_UNEXPECTED_CLOSE
    45011, // ER_UNEXPECTED_PACKET
    45013, // ER_CMD_CONNECTION_CLOSED
    45019, // ER_SOCKET
    45060, // ER_POOL_NOT_INITIALIZED
    45061, // ER_POOL_NO_CONNECTION
  ],
  TIMEOUT: [
    1969, // MariaDB: ER_STATEMENT_TIMEOUT
    3024, // ER_QUERY_TIMEOUT
    9001, // TiDB: ErrPDServerTimeout
    9002, // TiDB: ErrTiKVServerTimeout
    45012, // ER_CONNECTION_TIMEOUT
    45026, // ER_SOCKET_TIMEOUT
    45028, // ER_GET_CONNECTION_TIMEOUT
    45042, // ER_PING_TIMEOUT
  ],
  // Disks, memory, limits, the storage engine.
  SERVER_ERROR: [
    1021, // ER_DISK_FULL
    1030, // ER_GET_ERRNO
    1037, // ER_OUTOFMEMORY
    1038, // ER_OUT_OF_SORTMEMORY
    1041, // ER_OUT_OF_RESOURCES
    1105, // ER_UNKNOWN_ERROR
    1114, // ER_RECORD_FILE_FULL
    1815, // ER_INTERNAL_ERROR
  ],
  PERMANENT: [
    1153, // ER_NET_PACKET_TOO_LARGE
    1290, // ER_OPTION_PREVENTS_STATEMENT
    1364, // ER_NO_DEFAULT_FOR_FIELD
    1366, // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
    3819, // ER_CHECK_CONSTRAINT_VIOLATED
  ],
};

/* By the class of the SQLSTATE, its first two characters. Source: ISO/IEC 9075-2, table of SQLSTATE classes; 70100 is a killed query. */
export const STATES: Codes = {
  CONCURRENCY: ["40"],
  AUTH: ["28"],
  TRANSIENT: ["08", "70"],
};

/* Of errors without a number. Sources: mysql lib/protocol; mysql2 lib/connection.js and lib/commands/auth_switch.js. */
export const CODES: Codes = {
  TIMEOUT: ["PROTOCOL_SEQUENCE_TIMEOUT"],
  CONCURRENCY: ["ER_LOCK_DEADLOCK", "ER_LOCK_WAIT_TIMEOUT"],
  PERMANENT: ["PROTOCOL_ENQUEUE_AFTER_QUIT", "PROTOCOL_ENQUEUE_AFTER_DESTROY", "PROTOCOL_ENQUEUE_HANDSHAKE_TWICE"],
};

/* Sources: mysql2 lib/base (connection, pool); Knex and Sequelize, whose pools have no connection free in time. */
export const WORDS: Beginnings = {
  TRANSIENT: ["Can't add new command when connection is in closed state", "No connections available", "Queue limit reached"],
  TIMEOUT: ["Operation timeout", "Knex: Timeout acquiring a connection", "Defined query timeout"],
  PERMANENT: ["Pool is closed"],
};

/* How Vitess says what MySQL answered. Source: Vitess go/mysql/sqlerror. */
const QUOTED = /^.*errno (\d+)\) \(sqlstate (\w+)/s;

function mysqlRule(link: Link): Verdict {
  const quoted = QUOTED.exec(link.message);
  const state = quoted?.[2] ?? link.text("sqlState");
  const { code, message } = link;
  // A number alone may be the system's; and what wraps a cause is asked about by its cause.
  const numbered = (state !== "" || code.startsWith("ER_")) && !link.read("cause");
  const number = Number(quoted?.[1] ?? (numbered && link.text("errno")));
  if (number > 0) return kindOfNumber(number, state, message);
  if (code.startsWith("AUTH_")) return "AUTH";
  return (
    kindOfCode(CODES, code) ??
    (code.startsWith("PROTOCOL_") ? "TRANSIENT" : undefined) ??
    kindOfBeginning(WORDS, driversWords(message))
  );
}

function kindOfNumber(number: number, state: string, message: string): Verdict {
  // ER_OPTION_PREVENTS_STATEMENT: --read-only may be a failover, as above; every other option was set for good.
  if (number === 1290 && message.includes("read-only")) return "UNKNOWN";
  return kindOfCode(MYSQL_NUMBERS, number) ?? kindOfRange(number) ?? kindOfState(state);
}

/** 2000 to 2099: the client library (CR_SERVER_GONE_ERROR, CR_SERVER_LOST, ...). 9000 to 9999: TiKV and PD. From 45000 on: MariaDB's connector. */
function kindOfRange(number: number): Kind | undefined {
  if ((number >= 2000 && number < 2100) || (number >= 9000 && number < 10_000)) return "TRANSIENT";
  return number >= 45_000 ? "PERMANENT" : undefined;
}

/** By its class; where nothing is known of it, data, constraints, syntax and programming are in the classes that begin with these digits. */
function kindOfState(state: string): Kind | undefined {
  return kindOfCode(STATES, state.slice(0, 2)) ?? (/^[0234]/.test(state) ? "PERMANENT" : undefined);
}

const meaning: Meaning = {
  rule: mysqlRule,
  wrappers: ORM_WRAPPERS,
};

export const mysql: Library = {
  name: "mysql",
  looks: {
    fields: ["sqlState"],
    // PlanetScale's, which has the status of its HTTP answer, and quotes what MySQL said.
    names: ["DatabaseError"],
    codes: [/^(ER|PROTOCOL|AUTH)_/],
    beginnings: [WORDS],
    words: ["(errno "],
  },
  meaning,
};

/**
 * Classifies errors of MySQL, MariaDB and their relatives by number, through mysql2, mysql, MariaDB's connector and what wraps them,
 * and what these drivers say themselves. What it does not know is `UNKNOWN`: compose it with
 * `firstKnown(mysqlClassifier, defaultClassifier)`.
 */
export const mysqlClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("mysqlClassifier", meaning);
