/*
 * libSQL and Turso: @libsql/client. SQLite's codes, and the way to the server, are in sqlite.ts; here is what the server and the client say
 * beside them. SERVER_ERROR only says that the server answered with a status: the cause has it.
 *   LibsqlError { code: "BLOCKED", cause: ResponseError }
 */
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Sources: libsql-client-ts packages; libsql-server src/auth/errors.rs, src/hrana/stmt.rs and src/hrana/http/stream.rs. */
export const LIBSQL_CODES: Codes = {
  AUTH: [
    "AUTH_HTTP_HEADER_MISSING",
    "AUTH_HTTP_HEADER_INVALID",
    "AUTH_HTTP_HEADER_UNSUPPORTED_SCHEME",
    "AUTH_BASIC_NOT_ALLOWED",
    "AUTH_BASIC_REJECTED",
    "AUTH_JWT_MISSING",
    "AUTH_JWT_NOT_ALLOWED",
    "AUTH_JWT_INVALID",
    "AUTH_JWT_EXPIRED",
    "AUTH_JWT_IMMATURE",
    "AUTH_HEADER_MALFORMED",
    "AUTH_HEADER_NOT_FOUND",
    "AUTH_FAILED",
  ],
  CONCURRENCY: ["TRANSACTION_BUSY"],
  // The server took a transaction back that was open for too long.
  TIMEOUT: ["TRANSACTION_TIMEOUT"],
  TRANSIENT: ["STREAM_EXPIRED", "PROXY_ERROR"],
  SERVER_ERROR: ["INTERNAL_ERROR"],
  PERMANENT: [
    // The plan allows no more reads or writes.
    "BLOCKED",
    "SQL_PARSE_ERROR",
    "SQL_NO_STATEMENT",
    "SQL_MANY_STATEMENTS",
    "SQL_INPUT_ERROR",
    "ARGS_INVALID",
    "ARGS_BOTH_POSITIONAL_AND_NAMED",
    "RESPONSE_TOO_LARGE",
    "CLIENT_CLOSED",
    "TRANSACTION_CLOSED",
    "URL_INVALID",
    "URL_PARAM_NOT_SUPPORTED",
    "URL_SCHEME_NOT_SUPPORTED",
    "ENCRYPTION_KEY_NOT_SUPPORTED",
    "SYNC_NOT_SUPPORTED",
    "WEBSOCKETS_NOT_SUPPORTED",
    "PROTOCOL_VERSION_ERROR",
    "HRANA_PROTO_ERROR",
  ],
};

/* A stream or a client that the program itself has closed: any other one may be opened again. Source: hrana-client-ts src. */
const CLOSED = "HRANA_CLOSED_ERROR";
const BY_THE_PROGRAM = "was manually closed";

function libsqlRule({ name, code, message }: Link): Verdict {
  if (name !== "LibsqlError") return undefined;
  return code === CLOSED && message.includes(BY_THE_PROGRAM) ? "PERMANENT" : kindOfCode(LIBSQL_CODES, code);
}

export const libsql: Library = {
  name: "libsql",
  looks: { names: ["LibsqlError"] },
  meaning: { rule: libsqlRule },
};
