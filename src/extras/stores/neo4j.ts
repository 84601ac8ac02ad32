/*
 * Neo4j: neo4j-driver, told by the server's code, whose second part is a class and whose last part is the error; the driver's own codes are words.
 * A class says most of it: TransientError passes, DatabaseError is the server's, ClientError the request's. The tables name the others.
 *   Neo4jError { code: "Neo.TransientError.Transaction.DeadlockDetected", gqlStatus: "50N05", retriable: true }
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

const NEO = "Neo.";

/* After it. Source: Neo4j, "Status codes", "List of Neo4j error codes". */
export const NEO4J_CODES: Codes = {
  AUTH: ["ClientError.Security.Unauthorized", "ClientError.Security.CredentialsExpired", "ClientError.Security.TokenExpired"],
  PERMISSION: ["ClientError.Security.Forbidden"],
  // Too many wrong passwords in a row; too many transactions and requests at a time.
  RATE_LIMIT: [
    "ClientError.Security.AuthenticationRateLimit",
    "TransientError.Request.NoThreadsAvailable",
    "TransientError.Transaction.MaximumTransactionLimitReached",
  ],
  CONCURRENCY: [
    "TransientError.Security.ModifiedConcurrently",
    "TransientError.Transaction.ConstraintsChanged",
    "TransientError.Transaction.DeadlockDetected",
    "TransientError.Transaction.LockAcquisitionTimeout",
    "TransientError.Transaction.Outdated",
  ],
  TIMEOUT: [
    "ClientError.Procedure.ProcedureTimedOut",
    "ClientError.Transaction.TransactionTimedOut",
    "ClientError.Transaction.TransactionTimedOutClientConfiguration",
    "TransientError.Security.AuthProviderTimeout",
    "TransientError.Statement.ExecutionTimeout",
    "TransientError.Transaction.BookmarkTimeout",
  ],
  // The leader has changed, or the server's copy of the rights must be read again: the driver tries these again itself.
  TRANSIENT: [
    "ClientError.Cluster.NotALeader",
    "ClientError.Cluster.Routing",
    "ClientError.Routing.RoutingFailed",
    "ClientError.Security.AuthorizationExpired",
  ],
  SERVER_ERROR: [
    "ClientError.Routing.DbmsInPanic",
    "TransientError.General.MemoryPoolOutOfMemoryError",
    "TransientError.General.OutOfMemoryError",
    "TransientError.General.StackOverFlowError",
    "TransientError.General.TransactionMemoryLimit",
  ],
  // A person or a shutdown ended the transaction; older servers called that transient, and the driver never tries it again.
  PERMANENT: ["TransientError.Transaction.Terminated", "TransientError.Transaction.LockClientStopped"],
  // These only say that something outside the database failed.
  UNKNOWN: ["ClientError.Procedure.ProcedureCallFailed", "ClientError.Statement.ExternalResourceFailed"],
};

export const NEO4J_CLASSES: Codes = {
  TRANSIENT: ["TransientError"],
  SERVER_ERROR: ["DatabaseError"],
  PERMANENT: ["ClientError"],
};

/* The driver's own codes: of these, a cause with a code of the system, or with a certificate, says more. Source: neo4j-driver-core src/error.ts. */
export const CONNECTION: readonly string[] = ["ServiceUnavailable", "SessionExpired"];

/* What the driver says without a code. Sources: neo4j-driver-bolt-connection src/pool, neo4j-driver-core src/transaction.ts and src/session.ts. */
export const WORDS: Beginnings = {
  TIMEOUT: [
    "Connection acquisition timed out in ",
    "Connection lost. Server didn't respond in ",
    "Failed to establish connection in ",
  ],
  TRANSIENT: ["No connection available", "Connection was closed by server"],
  PERMANENT: [
    "Cannot ",
    "Pool is closed",
    "Illegal ",
    "It is not allowed to pass ",
    "Driver is connected to ",
    "This record has no field ",
    "Queries cannot be run directly on a session with an open transaction",
    "You cannot begin a transaction on a session with an open transaction",
  ],
};

function neo4jRule({ name, code, message }: Link): Verdict {
  if (name !== "Neo4jError") return undefined;
  if (code.startsWith(NEO)) {
    const said = code.slice(NEO.length);
    return kindOfCode(NEO4J_CODES, said) ?? kindOfCode(NEO4J_CLASSES, said.split(".", 1)[0] as string);
  }
  if (code === "ProtocolError") return "PERMANENT";
  return code === "N/A" ? kindOfBeginning(WORDS, message) : undefined;
}

function neo4jFallback({ name, code, message }: Link): Verdict {
  if (name !== "Neo4jError" || !CONNECTION.includes(code)) return undefined;
  if (/certificate/i.test(message)) return "PERMANENT";
  return kindOfBeginning(WORDS, message) === "TIMEOUT" ? "TIMEOUT" : "TRANSIENT";
}

export const neo4j: Library = {
  name: "neo4j",
  looks: { names: ["Neo4jError"] },
  meaning: { rule: neo4jRule, fallbacks: [neo4jFallback] },
};
