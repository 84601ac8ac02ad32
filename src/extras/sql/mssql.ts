/*
 * SQL Server and Azure SQL, through tedious, mssql and what wraps them. What decides: the number of the error; then its severity, which
 * the drivers call `class`; then the code of the driver. A refused login keeps neither number nor severity, only the words.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import {
  type Beginnings,
  type Codes,
  classifierOfLibrary,
  kindOfBeginning,
  kindOfCode,
  kindOfPattern,
  type Library,
  type Link,
  type Meaning,
  type Patterns,
  type Verdict,
} from "../shared/index.ts";

/*
 * Numbers, each with what its message says: they have no other names.
 * Sources: Microsoft, "Database engine events and errors" (sys.messages), "Troubleshoot transient connection errors", "Resource
 * governance errors"; Entity Framework, SqlServerTransientExceptionDetector.
 */
export const MSSQL_NUMBERS: Codes = {
  CONCURRENCY: [
    1205, // the transaction was chosen as the victim of a deadlock
    1222, // a lock request timed out
    3935, // a FILESTREAM transaction context could not be initialized
    3960, // snapshot isolation: an update conflict
    3961, // snapshot isolation: another transaction altered the object
    3966, // snapshot isolation: the row versions are gone
    41301, // in-memory tables: a transaction that this one depends on did not commit
    41302, // in-memory tables: the row was updated meanwhile
    41305, // in-memory tables: a repeatable read validation failed
    41325, // in-memory tables: a serializable validation failed
    41839, // in-memory tables: too many commit dependencies
  ],
  RATE_LIMIT: [
    10928, // the limit of requests, sessions or workers is reached
    10929, // the server is too busy for more than the guaranteed minimum
    40189, // the resource quota is exceeded until its next window
    40501, // the service is busy
    49918, // not enough resources to process the request
    49919, // too many create or update operations in progress
    49920, // too many operations in progress
  ],
  // Passing states of a connection, a server or a database: paused, starting, failing over, in recovery.
  TRANSIENT: [
    20, // the server does not support encryption: so it seems while it starts
    64, // the network name is no longer available
    233, // the connection was closed before the login
    615, // the database could not be found: it may be offline
    921, // the database has not been recovered yet
    922, // the database is being recovered
    926, // recovery has marked the database as suspect
    4221, // the secondary waits for row versions
    6005, // SHUTDOWN is in progress
    10053, // the connection was aborted by this machine
    10054, // the connection was reset
    11001, // no such host is known
    17142, // the server has been paused
    40139, // the data node hosts no replica of the partition
    40143, // the replica is not the primary one
    40153, // the database has been shut down
    40162, // the replica is not transactionally consistent
    40166, // a reconfiguration is going on
    40174, // the partition is in transition
    40184, // a system operation is in progress
    40186, // the data node hosts no replica of this version
    40197, // the service has encountered an error
    40540, // the database is moved to read-only mode for a while
    40613, // the database is not currently available
    42108, // the SQL pool is paused
    42109, // the SQL pool is warming up
  ],
  TIMEOUT: [
    121, // the semaphore timeout period has expired
    10060, // the connection attempt timed out
  ],
  AUTH: [
    18401, // the server is in script upgrade mode
    18451, // only administrators may connect at this time
    18452, // the login is from an untrusted domain
    18456, // the login failed
    18458, // the licensed number of users is reached
    18459, // the workstation licensing limit is reached
    18460, // the licensed number of users is reached
    18461, // the server is in single user mode
    18462, // the password is too recent to change
    18463, // the password cannot be used at this time
    18464, // the password is too short
    18465, // the password is too long
    18466, // the password is not complex enough
    18467, // the password filter refused the password
    18468, // an unexpected error of password validation
    18470, // the account is disabled
    18471, // no permission to change the password
    18482, // not defined as a remote server
    18483, // not defined as a remote login
    18485, // not configured to accept remote logins
    18486, // the account is locked out
    18487, // the password has expired
    18488, // the password must be changed
    40532, // the server in the name of the login cannot be opened
    40615, // the firewall refuses the address
  ],
  PERMISSION: [
    229, // denied on the object
    230, // denied on the column
    262, // denied in the database
    300, // denied on the view
    916, // the database is not accessible under this security context
  ],
  // Missing, denied, or not there yet; read-only, by a failover or a bug.
  UNKNOWN: [
    4060, // the database cannot be opened
    3906, // the database is read-only
  ],
  SERVER_ERROR: [
    701, // memory in a resource pool
    802, // memory in the buffer pool
    8645, // a wait for memory timed out
  ],
  // Of severity 14, which is that of permissions.
  PERMANENT: [
    2601, // a duplicate key in a unique index
    2627, // a duplicate key in a constraint
  ],
};

/* Source: Microsoft, "Database engine error severities". 12 and 13: other transactions; 20: the connection is lost; 25 ends them. */
export const SEVERITIES: Codes = {
  CONCURRENCY: [12, 13],
  PERMISSION: [14],
  PERMANENT: [11, 15, 16],
  SERVER_ERROR: [17, 18, 19, 21, 22, 23, 24, 25],
  TRANSIENT: [20],
};

/* What the drivers say themselves. Sources: tedious src/connection.ts; mssql lib/error and lib/base. */
export const MSSQL_CODES: Codes = {
  TRANSIENT: ["ECLOSE", "EINSTLOOKUP"],
  AUTH: ["EFEDAUTH"],
  PERMANENT: [
    "ECONNCLOSED",
    "ENOCONN",
    "ENOTOPEN",
    "ECANCEL",
    "ENOTBEGUN",
    "ENOTPREPARED",
    "EALREADYBEGUN",
    "EALREADYCONNECTED",
    "EALREADYCONNECTING",
    "EALREADYPREPARED",
    "EREQINPROG",
    "EARGS",
    "EINJECT",
    "EENCRYPT",
    "EINVALIDSTATE",
  ],
};

/* The pools have no connection free in time. Sources: tarn, sequelize-pool. */
export const POOL_WORDS: Beginnings = { TIMEOUT: ["operation timed out", "Operation timeout"] };

/* Why a login failed. Patterns, for names of servers, databases and users stand in the middle. Sources: those of the numbers. */
export const LOGIN_WORDS: Patterns = {
  RATE_LIMIT: /^Resource ID|^Cannot process |\bbusy\b/,
  // "Please try again", "is not currently available", "has been paused", "is in progress", "at this time", "due to long wait on".
  TRANSIENT: /\b(again|currently|paused|in progress|at this time|wait|recovered|recovery)\b/,
  UNKNOWN: /^Cannot open (user default )?database\b/,
  // Whatever else it says.
  AUTH: /^/,
};

/** The server's errors come as EREQUEST; a number beside another code is of something else. */
export const SERVERS: readonly string[] = ["EREQUEST", "ELOGIN"];

function mssqlRule(link: Link): Verdict {
  const { code, message } = link;
  const number = SERVERS.includes(code) ? link.text("number") : "";
  if (number !== "") return kindOfCode(MSSQL_NUMBERS, Number(number)) ?? kindOfCode(SEVERITIES, Number(link.text("class")));
  if (code === "ELOGIN") return kindOfPattern(LOGIN_WORDS, message);
  return kindOfCode(MSSQL_CODES, code) ?? kindOfBeginning(POOL_WORDS, message);
}

const meaning: Meaning = {
  rule: mssqlRule,
  wrappers: ["parent", "original", "driverError", "originalError"],
};

export const mssql: Library = {
  name: "mssql",
  looks: {
    fields: ["number"],
    codes: ["EREQUEST", "ELOGIN", MSSQL_CODES],
  },
  meaning,
};

/**
 * Classifies errors of SQL Server and Azure SQL by number and severity, through mssql, tedious and what wraps them, and what these
 * drivers say themselves. What it does not know is `UNKNOWN`: compose it with `firstKnown(mssqlClassifier, defaultClassifier)`.
 */
export const mssqlClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("mssqlClassifier", meaning);
