import { builder, type ErrorDetails, type Shape } from "./builder.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";

/** What PostgreSQL says with the states that people meet. */
const STATES: Readonly<Record<string, string>> = {
  "08006": "connection failure",
  "22001": "value too long for type character varying(10)",
  "22012": "division by zero",
  "22P02": 'invalid input syntax for type integer: "x"',
  "23502": 'null value in column "id" violates not-null constraint',
  "23503": 'insert or update on table "t" violates foreign key constraint "t_fkey"',
  "23505": 'duplicate key value violates unique constraint "t_pkey"',
  "23514": 'new row for relation "t" violates check constraint "t_check"',
  "25006": "cannot execute UPDATE in a read-only transaction",
  "25P02": "current transaction is aborted, commands ignored until end of transaction block",
  "25P03": "terminating connection due to idle-in-transaction timeout",
  "28000": 'role "user" does not exist',
  "28P01": 'password authentication failed for user "user"',
  "3D000": 'database "db" does not exist',
  "40001": "could not serialize access due to concurrent update",
  "40P01": "deadlock detected",
  "42501": "permission denied for table t",
  "42601": 'syntax error at or near "selec"',
  "42703": 'column "c" does not exist',
  "42P01": 'relation "t" does not exist',
  "53100": "could not extend file: No space left on device",
  "53200": "out of memory",
  "53300": "sorry, too many clients already",
  "55P03": 'could not obtain lock on row in relation "t"',
  "57014": "canceling statement due to statement timeout",
  "57P01": "terminating connection due to administrator command",
  "57P02": "terminating connection because of crash of another server process",
  "57P03": "the database system is starting up",
};

/** States with which the server ends the connection, or does not open one. */
const FATAL = /^(28|3D|53300|57P0|25P03)/;

/** What the client itself says, without a code. */
const PG_WORDS = [
  "timeout expired",
  "Query read timeout",
  "timeout exceeded when trying to connect",
  "Connection terminated unexpectedly",
  "Client has encountered a connection error and is not queryable",
  "Client was closed and is not queryable",
  "Cannot use a pool after calling end on the pool",
] as const;

/** A SQLSTATE, what the client says itself, or a code of the network. Any other string is refused when the error is built. */
export type PgCode = keyof typeof STATES | (typeof PG_WORDS)[number] | NetworkCode;

function pgShape(code: string): Shape | undefined {
  if ((PG_WORDS as readonly string[]).includes(code)) return { message: code };
  const network = networkShape(code);
  if (network !== undefined) return network;
  if (!/^[0-9A-Z]{5}$/.test(code) || !/\d/.test(code)) return undefined;
  return {
    classes: ["DatabaseError"],
    message: STATES[code] ?? `error with the state ${code}`,
    own: { name: "error", severity: FATAL.test(code) ? "FATAL" : "ERROR", code },
  };
}

/**
 * @param code a SQLSTATE, such as `40001`, of which every one is taken; a code of the network, which pg throws as it is; or what pg says itself, such as
 * `Connection terminated unexpectedly`
 */
export const pg: (code: PgCode, details?: ErrorDetails) => Error = builder<PgCode>({
  name: "pg",
  code: 'a SQLSTATE of five digits and capital letters, such as "40001", a code of the network, or what pg says itself, such as "Query read timeout"',
  words: [...Object.keys(STATES), ...PG_WORDS, ...NETWORK_CODES],
  shape: pgShape,
});
