/*
 * Oracle Database: oracledb, thin and thick. What decides: the code, be it the database's (ORA-), the driver's (NJS-) or that of its library in C
 * (DPI-); where a listener refused a connection, the code that the message quotes; then whether the driver calls the error recoverable.
 *   Error { code: "ORA-00060", errorNum: 60, isRecoverable: false }
 */
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Every other number is PERMANENT, unless it is recoverable. Source: Oracle Database, "Error Messages". */
export const ORACLE_NUMBERS: Codes = {
  CONCURRENCY: [
    51, // timeout occurred while waiting for a resource
    54, // resource busy and acquired with NOWAIT specified or timeout expired
    60, // deadlock detected while waiting for resource
    104, // deadlock detected; all public servers blocked waiting for resources
    1555, // snapshot too old
    2049, // distributed transaction waiting for lock
    4020, // deadlock detected while trying to lock object
    4021, // timeout occurred while waiting to lock object
    4061, // existing state of a package has been invalidated
    4065, // not executed, altered or dropped stored procedure
    4068, // existing state of packages has been discarded
    8006, // specified row no longer exists
    8176, // consistent read failure; rollback data not available
    8177, // can't serialize access for this transaction
    14411, // the DDL cannot be run concurrently with other DDLs
    30006, // resource busy; acquire with WAIT timeout expired
  ],
  AUTH: [
    1004, // default username feature not supported; logon denied
    1005, // null password given; logon denied
    1017, // invalid username or password; logon denied
    1040, // invalid character in password; logon denied
    25708, // the token has expired
    28000, // the account is locked
    28001, // the password has expired
  ],
  PERMISSION: [
    1031, // insufficient privileges
    1045, // user lacks CREATE SESSION privilege; logon denied
    1950, // no privileges on tablespace
    27486, // insufficient privileges, of the scheduler
    41900, // missing privilege
  ],
  RATE_LIMIT: [
    2391, // exceeded simultaneous SESSIONS_PER_USER limit
  ],
  TIMEOUT: [
    40, // active time limit exceeded; call aborted
    3136, // inbound connection timed out
    3156, // OCI call timed out
    12170, // TNS: connect timeout occurred
    12535, // TNS: operation timed out
    12606, // TNS: application timeout occurred
    12608, // TNS: send timeout occurred
    12609, // TNS: receive timeout occurred
    24459, // OCISessionGet() timed out waiting for pool to create new connections
    24496, // OCISessionGet() timed out waiting for a free connection
    25228, // timeout or end-of-fetch during message dequeue
  ],
  TRANSIENT: [
    18, // maximum number of sessions exceeded
    20, // maximum number of processes exceeded
    28, // your session has been killed
    1012, // not logged on
    1014, // shutdown in progress
    1033, // initialization or shutdown in progress
    1034, // not available
    1041, // internal error: hostdef extension doesn't exist
    1089, // immediate shutdown or close in progress
    1090, // shutdown in progress; connection is not permitted
    1092, // instance terminated; disconnection forced
    1109, // database not open
    2396, // exceeded maximum idle time
    3113, // end-of-file on communication channel
    3114, // not connected
    3135, // connection lost contact
    12153, // TNS: not connected
    12505, // TNS: listener does not currently know of SID
    12514, // TNS: listener does not currently know of service
    12516, // TNS: listener could not find available handler with matching protocol stack
    12518, // TNS: listener could not hand off client connection
    12519, // TNS: no appropriate service handler found
    12520, // TNS: listener could not find available handler for requested type of server
    12521, // TNS: listener does not currently know of instance
    12526, // TNS: all appropriate instances are in restricted mode
    12527, // TNS: all instances are in restricted mode or blocking new connections
    12528, // TNS: all appropriate instances are blocking new connections
    12537, // TNS: connection closed
    12541, // TNS: no listener
    12543, // TNS: destination host unreachable
    12545, // connect failed because target host or object does not exist
    12547, // TNS: lost contact
    12560, // TNS: protocol adapter error
    12564, // TNS: connection refused
    12570, // TNS: packet reader failure
    12571, // TNS: packet writer failure
    12583, // TNS: no reader
    12757, // instance does not currently know of requested service
    12850, // could not allocate slaves on all specified instances
    16456, // switchover in progress
    24418, // cannot open further sessions
    25401, // can not continue fetches, after a failover
    25402, // transaction must roll back, after a failover
    25405, // transaction status unknown, after a failover
    25408, // can not safely replay call, after a failover
    25409, // failover happened during the network operation
  ],
  // The memory, the disk, a bug of the database.
  SERVER_ERROR: [
    257, // archiver error; connect AS SYSDBA only until resolved
    600, // internal error code
    1115, // IO error reading block from file
    1652, // unable to extend temp segment
    1653, // unable to extend table
    1654, // unable to extend index
    4030, // out of process memory
    4031, // unable to allocate bytes of shared memory
    4036, // PGA memory used by the instance exceeds PGA_AGGREGATE_LIMIT
    7445, // exception encountered: core dump
    30036, // unable to extend segment in undo tablespace
  ],
  // Read-only may be a failover, or a bug.
  UNKNOWN: [
    16000, // database or pluggable database open for read-only access
  ],
};

/* The driver's. Every other one is PERMANENT. Source: node-oracledb lib/errors.js. */
export const ORACLEDB_CODES: Codes = {
  RATE_LIMIT: [
    "NJS-076", // the pool's queue is full
  ],
  AUTH: [
    "NJS-087", // the token has expired
    "NJS-101", // no credentials
  ],
  TIMEOUT: [
    "NJS-040", // no connection of the pool was free in time
    "NJS-123", // call timeout exceeded
    "NJS-510", // the connection timed out
  ],
  TRANSIENT: [
    "NJS-082", // the pool is being reconfigured
    "NJS-500", // the connection was closed or broken
    "NJS-501", // the connection terminated unexpectedly
    "NJS-503", // the connection could not be established
    "NJS-504", // the connection through a proxy could not be established
    "NJS-511", // the listener refused the connection
    "NJS-513", // an error by in-band notification
    "NJS-518", // the service is not registered with the listener
    "NJS-519", // the SID is not registered with the listener
    "NJS-521", // end-of-file on the connection
    "NJS-530", // the host was not found
  ],
};

/* These only say that a function of the program, or a provider of settings, failed. */
export const NOTHING_SAID: readonly string[] = ["NJS-168", "NJS-169", "NJS-198", "NJS-523"];

const CODE = /^(ORA|NJS|DPI)-\d{3,5}$/;

/** "Cause: ORA-12528" */
const QUOTED = /\nCause: ORA-(\d{5})\b/;

function oracleRule(link: Link): Verdict {
  const prefix = CODE.exec(link.code)?.[1];
  if (prefix === undefined || NOTHING_SAID.includes(link.code)) return undefined;
  if (prefix === "ORA") return kindOfNumber(Number(link.code.slice(4)), link);
  const quoted = QUOTED.exec(asText(link.read("message")).slice(0, 500))?.[1];
  return kindOfCode(ORACLE_NUMBERS, Number(quoted)) ?? kindOfCode(ORACLEDB_CODES, link.code) ?? recoverable(link);
}

const kindOfNumber = (number: number, link: Link): Verdict => kindOfCode(ORACLE_NUMBERS, number) ?? recoverable(link);

const recoverable = (link: Link): Verdict => (link.read("isRecoverable") === true ? "TRANSIENT" : "PERMANENT");

export const oracle: Library = {
  name: "oracle",
  looks: { fields: ["errorNum", "isRecoverable"], codes: [CODE] },
  meaning: { rule: oracleRule },
};
