import { builder, type ErrorDetails, entryOf, type Shape } from "./builder.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";

/** The number of each code, its SQLSTATE, and what the server says. Source: dev.mysql.com, "Server Error Message Reference". */
const MYSQL = {
  ER_CON_COUNT_ERROR: [1040, "08004", "Too many connections"],
  ER_OUT_OF_RESOURCES: [1041, "HY000", "Out of memory"],
  ER_DBACCESS_DENIED_ERROR: [1044, "42000", "Access denied for user 'user'@'%' to database 'db'"],
  ER_ACCESS_DENIED_ERROR: [1045, "28000", "Access denied for user 'user'@'%' (using password: YES)"],
  ER_BAD_NULL_ERROR: [1048, "23000", "Column 'c' cannot be null"],
  ER_BAD_DB_ERROR: [1049, "42000", "Unknown database 'db'"],
  ER_SERVER_SHUTDOWN: [1053, "08S01", "Server shutdown in progress"],
  ER_BAD_FIELD_ERROR: [1054, "42S22", "Unknown column 'c' in 'field list'"],
  ER_DUP_ENTRY: [1062, "23000", "Duplicate entry '1' for key 't.PRIMARY'"],
  ER_PARSE_ERROR: [1064, "42000", "You have an error in your SQL syntax"],
  ER_HOST_IS_BLOCKED: [1129, "HY000", "Host 'host' is blocked because of many connection errors"],
  ER_TABLEACCESS_DENIED_ERROR: [1142, "42000", "SELECT command denied to user 'user'@'%' for table 't'"],
  ER_NO_SUCH_TABLE: [1146, "42S02", "Table 'db.t' doesn't exist"],
  ER_TOO_MANY_USER_CONNECTIONS: [1203, "42000", "User user already has more than 'max_user_connections' active connections"],
  ER_LOCK_WAIT_TIMEOUT: [1205, "HY000", "Lock wait timeout exceeded; try restarting transaction"],
  ER_LOCK_DEADLOCK: [1213, "40001", "Deadlock found when trying to get lock; try restarting transaction"],
  ER_USER_LIMIT_REACHED: [1226, "42000", "User 'user' has exceeded the 'max_questions' resource (current value: 100)"],
  ER_OPTION_PREVENTS_STATEMENT: [
    1290,
    "HY000",
    "The MySQL server is running with the --read-only option so it cannot execute this statement",
  ],
  ER_QUERY_INTERRUPTED: [1317, "70100", "Query execution was interrupted"],
  ER_DATA_TOO_LONG: [1406, "22001", "Data too long for column 'c' at row 1"],
  ER_ROW_IS_REFERENCED_2: [1451, "23000", "Cannot delete or update a parent row: a foreign key constraint fails"],
  ER_NO_REFERENCED_ROW_2: [1452, "23000", "Cannot add or update a child row: a foreign key constraint fails"],
  ER_SIGNAL_EXCEPTION: [1644, "45000", "raised by the application"],
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: [1792, "25006", "Cannot execute statement in a READ ONLY transaction"],
  ER_QUERY_TIMEOUT: [3024, "HY000", "Query execution was interrupted, maximum statement execution time exceeded"],
  ER_LOCK_NOWAIT: [3572, "HY000", "Statement aborted because lock(s) could not be acquired immediately and NOWAIT is set."],
} as const;

/** What the client says itself. */
const MYSQL_CLIENT = {
  PROTOCOL_CONNECTION_LOST: {
    message: "Connection lost: The server closed the connection.",
    own: { fatal: true, code: "PROTOCOL_CONNECTION_LOST" },
  },
  PROTOCOL_SEQUENCE_TIMEOUT: {
    message: "Query inactivity timeout",
    own: { errorno: "PROTOCOL_SEQUENCE_TIMEOUT", code: "PROTOCOL_SEQUENCE_TIMEOUT", syscall: "query" },
  },
  "Can't add new command when connection is in closed state": {
    message: "Can't add new command when connection is in closed state",
    own: { fatal: true },
  },
  "Pool is closed.": { message: "Pool is closed." },
} satisfies Readonly<Record<string, Shape>>;

export type Mysql2Code = keyof typeof MYSQL | keyof typeof MYSQL_CLIENT | NetworkCode;

function mysqlShape(code: string, { message }: ErrorDetails): Shape | undefined {
  const client = entryOf<Shape>(MYSQL_CLIENT, code);
  if (client !== undefined) return client;
  const network = networkShape(code);
  if (network !== undefined) return { ...network, own: { ...network.own, fatal: true } };
  const known = entryOf<readonly [number, string, string]>(MYSQL, code);
  if (known === undefined) return undefined;
  const [errno, sqlState, says] = known;
  return { message: says, own: { code, errno, sqlState, sqlMessage: message ?? says } };
}

/** @param code a name of the server's, such as `ER_LOCK_DEADLOCK`, one of mysql2, such as `PROTOCOL_CONNECTION_LOST`, or one of the network. `mysql` throws the same */
export const mysql2: (code: Mysql2Code, details?: ErrorDetails) => Error = builder<Mysql2Code>({
  name: "mysql2",
  code: "a name of MySQL, such as ER_LOCK_DEADLOCK, one of mysql2, such as PROTOCOL_CONNECTION_LOST, or one of the network, such as ECONNREFUSED",
  words: [...Object.keys(MYSQL), ...Object.keys(MYSQL_CLIENT), ...NETWORK_CODES],
  shape: mysqlShape,
});
