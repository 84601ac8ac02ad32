/*
 * Snowflake: snowflake-sdk keeps the server's code (six digits in writing) or its own (a number from 400001 on) in `code`. The code decides; of
 * the server's other codes the SQLSTATE, which odbc.ts knows; of a request that failed, the status of its response.
 */
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* The server's, where the SQLSTATE says something else. Sources: Snowflake, "Statement timeouts", "Transactions"; snowflake-sdk lib/constants/gs_errors. */
export const SNOWFLAKE_CODES: Codes = {
  CONCURRENCY: [
    "000625", // a table is locked by another transaction
  ],
  TIMEOUT: [
    "000630", // the statement reached its timeout and was cancelled
  ],
  PERMANENT: [
    "000606", // no warehouse is selected
  ],
};

/* Of a statement that was cancelled, with any other code. Source: Snowflake, "Transactions", "Deadlocks". */
const CANCELED = "57014";
const LOCKED = /\b(deadlock|has locked)\b/i;

/* Logins, sessions and tokens, which the server refuses with the state of a connection, or with none. Source: the same. */
const LOGIN = /^390[13]\d\d$/;

/* The SDK's own. Every other one is PERMANENT. Source: snowflake-sdk lib/error_code.ts. */
export const SNOWFLAKE_SDK_CODES: Codes = {
  TRANSIENT: [
    401001, // ERR_SF_NETWORK_COULD_NOT_CONNECT
    402001, // ERR_LARGE_RESULT_SET_NETWORK_COULD_NOT_CONNECT
    412005, // ERR_OCSP_NO_RESPONSE
    412010, // ERR_OCSP_FAILED_PARSE_RESPONSE
    412014, // ERR_OCSP_FAILED_OBTAIN_OCSP_RESPONSE
    450007, // ERR_STMT_FETCH_ROWS_FETCHING_RESULT: the statement is still in progress
  ],
  TIMEOUT: [
    412012, // ERR_OCSP_RESPONDER_TIMEOUT
    412013, // ERR_OCSP_CACHE_SERVER_TIMEOUT
  ],
  AUTH: [
    401004, // ERR_SF_RESPONSE_INVALID_TOKEN
  ],
};

/* These only say that something failed: the response, the cause or the status in the message says what. */
export const NOTHING_SAID: readonly number[] = [
  401002, // ERR_SF_RESPONSE_FAILURE
  401003, // ERR_SF_RESPONSE_NOT_JSON: it may be the page of a proxy
  402002, // ERR_LARGE_RESULT_SET_RESPONSE_FAILURE
  413001, // ERR_CRL_ERROR
  460002, // ERR_GET_RESULTS_QUERY_ID_NO_DATA
  460003, // ERR_GET_RESULTS_QUERY_ID_NOT_SUCCESS_STATUS
];

/* Source: snowflake-sdk lib/errors.js (errorTypes). */
export const NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "InternalAssertError",
  "MissingParameterError",
  "InvalidParameterError",
  "NetworkError",
  "RequestFailedError",
  "UnexpectedContentError",
  "OperationFailedError",
  "LargeResultSetError",
  "ClientError",
  "OCSPError",
  "CRLError",
]);

const isSdkCode = (code: unknown): code is number => typeof code === "number" && code >= 400_001 && code < 470_000;

/** The name alone is no proof, and neither is the code. */
function codeOf(link: Link): unknown {
  return NAMES.has(link.name) ? link.read("code") : undefined;
}

function snowflakeRule(link: Link): Verdict {
  const code = codeOf(link);
  if (typeof code === "string") return kindOfCode(SNOWFLAKE_CODES, code) ?? kindOfRest(code, link);
  if (!isSdkCode(code) || NOTHING_SAID.includes(code)) return undefined;
  const kind = kindOfCode(SNOWFLAKE_SDK_CODES, code) ?? "PERMANENT";
  return kind === "TRANSIENT" ? undefined : kind;
}

function kindOfRest(code: string, link: Link): Verdict {
  if (LOGIN.test(code)) return "AUTH";
  return link.text("sqlState") === CANCELED && LOCKED.test(link.message) ? "CONCURRENCY" : undefined;
}

/** A refused connection, or a name that is not there, is in the cause. */
function snowflakeFallback(link: Link): Verdict {
  const code = codeOf(link);
  return isSdkCode(code) ? kindOfCode(SNOWFLAKE_SDK_CODES, code) : undefined;
}

export const snowflake: Library = {
  name: "snowflake",
  looks: { names: [NAMES] },
  meaning: { rule: snowflakeRule, fallbacks: [snowflakeFallback] },
};
