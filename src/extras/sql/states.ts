/*
 * SQLSTATEs and what they mean, for every database that says one. The first two characters are the class; a whole state stands here
 * where it means something else than its class does.
 * Sources: ISO/IEC 9075-2, table of SQLSTATE classes; PostgreSQL, appendix A, "Error codes"; Db2, "SQLSTATE messages"; ODBC, appendix A.
 */
import type { Kind } from "../../core/failure/kind.ts";
import { type Codes, kindOfCode } from "../shared/index.ts";

export const SQLSTATES: Codes = {
  // Another transaction was in the way.
  CONCURRENCY: [
    "55006", // object_in_use
    "55P03", // lock_not_available
    "57033", // Db2: a deadlock or a timeout, without a rollback
  ],
  PERMISSION: [
    "42501", // insufficient_privilege
  ],
  // Read-only may be a failover or a bug; a prepared statement that is there already, a pooler that changed the server connection.
  UNKNOWN: [
    "25006", // read_only_sql_transaction
    "42P05", // duplicate_prepared_statement
  ],
  TRANSIENT: [
    "25P03", // idle_in_transaction_session_timeout
    "40003", // statement_completion_unknown: alone of its class, it may have been committed; CockroachDB's ambiguous result
    "53300", // too_many_connections
  ],
  TIMEOUT: [
    "25P04", // transaction_timeout
    "HYT00", // timeout expired: of ODBC, which gateways and pools of other databases say, too
    "HYT01", // connection timeout expired
  ],
  PERMANENT: [
    "40002", // transaction_integrity_constraint_violation
  ],
};

export const SQLSTATE_CLASSES: Codes = {
  CONCURRENCY: [
    "40", // transaction rollback: serialization_failure, deadlock_detected
    "72", // snapshot failure: snapshot_too_old
  ],
  AUTH: [
    "28", // invalid authorization specification
  ],
  UNKNOWN: [
    "26", // invalid SQL statement name: a prepared statement that is missing
  ],
  TRANSIENT: [
    "08", // connection exception
    "57", // operator intervention: cancelled, shut down, crashed, starting, idle
  ],
  SERVER_ERROR: [
    "53", // insufficient resources
    "58", // system error
    "F0", // configuration file error
    "HV", // foreign data wrapper error
    "XX", // internal error
  ],
  PERMANENT: [
    "02", // no data
    "03", // SQL statement not yet complete
    "07", // dynamic SQL error
    "09", // triggered action exception
    "0A", // feature not supported
    "0B", // invalid transaction initiation
    "0D", // invalid target type specification
    "0E", // invalid schema name list specification
    "0F", // locator exception
    "0K", // resignal when handler not active
    "0L", // invalid grantor
    "0P", // invalid role specification
    "0U", // attempt to assign to non-updatable column
    "0V", // attempt to assign to ordering column
    "0W", // prohibited statement encountered during trigger execution
    "0Z", // diagnostics exception
    "10", // XQuery error
    "20", // case not found for case statement
    "21", // cardinality violation
    "22", // data exception
    "23", // integrity constraint violation
    "24", // invalid cursor state
    "25", // invalid transaction state
    "27", // triggered data change violation
    "2B", // dependent privilege descriptors still exist
    "2C", // invalid character set name
    "2D", // invalid transaction termination
    "2E", // invalid connection name
    "2F", // SQL routine exception
    "2H", // invalid collation name
    "33", // invalid SQL descriptor name
    "34", // invalid cursor name
    "35", // invalid condition number
    "36", // cursor sensitivity exception
    "37", // syntax error in dynamic SQL
    "38", // external routine exception
    "39", // external routine invocation exception
    "3B", // savepoint exception
    "3C", // ambiguous cursor name
    "3D", // invalid catalog name
    "3F", // invalid schema name
    "42", // syntax error or access rule violation
    "44", // with check option violation
    "45", // unhandled user-defined exception
    "54", // program limit exceeded
    "55", // object not in prerequisite state
    "P0", // PL/pgSQL error: raise_exception
  ],
};

export function kindOfState(state: string): Kind | undefined {
  return kindOfCode(SQLSTATES, state) ?? kindOfCode(SQLSTATE_CLASSES, state.slice(0, 2));
}

/** Whether it may be one: a number of five digits is of something else. */
export function isState(value: unknown): value is string {
  return typeof value === "string" && /^[\dA-Z]{5}$/.test(value);
}
