/* Databases, queues and stores of the field, by what their sources list: the codes that no recording has. */
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { BIGQUERY_REASONS } from "../../src/extras/clouds/bigquery.ts";
import { MILVUS_NUMBERS, MILVUS_WORDS } from "../../src/extras/search/milvus.ts";
import { PINECONE_NAMES } from "../../src/extras/search/pinecone.ts";
import { WEAVIATE_NAMES } from "../../src/extras/search/weaviate.ts";
import type { Codes } from "../../src/extras/shared/index.ts";
import { CLICKHOUSE_EXCEPTIONS } from "../../src/extras/sql/clickhouse.ts";
import { LIBSQL_CODES } from "../../src/extras/sql/libsql.ts";
import { NEON_WORDS } from "../../src/extras/sql/neon.ts";
import { ORACLE_NUMBERS, ORACLEDB_CODES } from "../../src/extras/sql/oracle.ts";
import { PGLITE_WORDS } from "../../src/extras/sql/pglite.ts";
import { VITESS_CODES } from "../../src/extras/sql/planetscale.ts";
import { SNOWFLAKE_CODES, SNOWFLAKE_SDK_CODES } from "../../src/extras/sql/snowflake.ts";
import { BULLMQ_NUMBERS, BULLMQ_WORDS } from "../../src/extras/stores/bullmq.ts";
import { CASSANDRA_DRIVER_NAMES, CASSANDRA_NUMBERS } from "../../src/extras/stores/cassandra.ts";
import { MEMCACHED_WORDS, MEMJS_STATUSES } from "../../src/extras/stores/memcached.ts";
import { MONGOOSE_NAMES } from "../../src/extras/stores/mongo.ts";
import { NEO4J_CLASSES, NEO4J_CODES } from "../../src/extras/stores/neo4j.ts";
import { PG_BOSS_WORDS } from "../../src/extras/stores/pg-boss.ts";
import { QSTASH_LIMITS } from "../../src/extras/stores/qstash.ts";

const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

/** What a table calls a kind: the class, or the word for a timeout. */
function kindOf(error: unknown): string {
  const answer = universalClassifier(error);
  if (typeof answer === "string") return answer;
  if (answer.timeout !== true) return answer.errorClass;
  return answer.errorClass === "SERVER_ERROR" ? "GATEWAY_TIMEOUT" : "TIMEOUT";
}

const rowsOf = (table: Codes): readonly (readonly [code: string | number, kind: string])[] =>
  Object.entries(table).flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const));

/** Each table, and what its library throws with one of its codes. */
const TABLES: readonly (readonly [library: string, table: Codes, make: (code: string | number) => unknown])[] = [
  ["ClickHouse", CLICKHOUSE_EXCEPTIONS, (type) => failed("x", { code: "1", type })],
  ["Oracle", ORACLE_NUMBERS, (number) => failed("x", { code: `ORA-${`${number}`.padStart(5, "0")}`, errorNum: number })],
  ["oracledb", ORACLEDB_CODES, (code) => failed("x", { code, isRecoverable: false })],
  ["Snowflake", SNOWFLAKE_CODES, (code) => failed("x", { name: "OperationFailedError", code, sqlState: "57014" })],
  ["snowflake-sdk", SNOWFLAKE_SDK_CODES, (code) => failed("x", { name: "ClientError", code })],
  ["BigQuery", BIGQUERY_REASONS, (reason) => failed("x", { name: "PartialFailureError", errors: [{ errors: [{ reason }] }] })],
  ["Turso", LIBSQL_CODES, (code) => failed("x", { name: "LibsqlError", code })],
  ["PlanetScale", VITESS_CODES, (code) => failed("x", { name: "DatabaseError", status: 400, body: { code } })],
  ["Neon", NEON_WORDS, (words) => failed(`${words}`, { name: "NeonDbError", code: null })],
  ["PGlite", PGLITE_WORDS, (words) => failed(`${words}`)],
  ["Cassandra", CASSANDRA_NUMBERS, (code) => ofCassandra("ResponseError", { code })],
  ["cassandra-driver", CASSANDRA_DRIVER_NAMES, (name) => ofCassandra(`${name}`)],
  ["Neo4j", NEO4J_CODES, (code) => ofNeo4j(`Neo.${code}`)],
  ["a class of Neo4j", NEO4J_CLASSES, (kind) => ofNeo4j(`Neo.${kind}.General.Other`)],
  ["mongoose", MONGOOSE_NAMES, (name) => failed("x", { name })],
  ["memjs", MEMJS_STATUSES, (words) => failed(`MemJS STATS (key): ${words}`)],
  ["BullMQ, a script", BULLMQ_NUMBERS, (code) => failed("Lock mismatch for job 1. Cmd x from y", { code })],
  ["BullMQ", BULLMQ_WORDS, (words) => failed(`${words}`)],
  ["pg-boss", PG_BOSS_WORDS, (words) => failed(`${words}`)],
  ["Pinecone", PINECONE_NAMES, (name) => failed("x", { name })],
  ["Weaviate", WEAVIATE_NAMES, (name) => failed("x", { name })],
  ["Milvus", MILVUS_NUMBERS, (code) => ofMilvus({ code, retriable: false })],
  ["Milvus, in words", MILVUS_WORDS, (word) => failed(`ErrorCode: ${word}. Reason: x`)],
];

function ofCassandra(name: string, fields: object = {}): Error {
  return failed("x", { name, info: "Represents an error message from the server", ...fields });
}

function ofNeo4j(code: string, message = "x"): Error {
  return failed(message, { name: "Neo4jError", code, retriable: code.includes("Transient") });
}

const ofMilvus = (status: object): object => ({ status: { error_code: "UnexpectedError", reason: "x", ...status } });

describe.each(TABLES)("%s", (_library, table, make) => {
  test.each(rowsOf(table))("%s is %s", (code, kind) => {
    expect(kindOf(make(code))).toBe(kind);
  });
});

describe("memcached", () => {
  test.each<[string, string]>([
    ["Server at 127.0.0.1:11211 not available", "TRANSIENT"],
    ["Connection readyState is set to closed", "TRANSIENT"],
    ["Timed out while trying to establish connection", "TIMEOUT"],
    ["The connection pool is full", "RATE_LIMIT"],
    ['Argument "ttl" is not a valid Number.', "PERMANENT"],
    ['Argument "key" is longer than the maximum allowed length of 250', "PERMANENT"],
    ["The length of the value is greater than 1048576", "PERMANENT"],
    ["cannot increment or decrement non-numeric value", "PERMANENT"],
  ])("%s is %s", (message, kind) => {
    expect(kindOf(failed(message))).toBe(kind);
  });

  test("has words for each of its kinds", () => {
    expect(Object.keys(MEMCACHED_WORDS)).toEqual(["TIMEOUT", "TRANSIENT", "RATE_LIMIT", "PERMANENT"]);
  });
});

describe("what no table lists is wrong with the request", () => {
  test.each<[string, unknown]>([
    ["ClickHouse's SYNTAX_ERROR", failed("x", { code: "62", type: "SYNTAX_ERROR" })],
    ["ORA-00942", failed("x", { code: "ORA-00942", errorNum: 942, isRecoverable: false })],
    ["NJS-065, a pool that is closed", failed("x", { code: "NJS-065", isRecoverable: false })],
    ["DPI-1047, no client library", failed("x", { code: "DPI-1047" })],
    ["snowflake-sdk's 404001", failed("x", { name: "InvalidParameterError", code: 404_001 })],
    ["Cassandra's syntax error", ofCassandra("ResponseError", { code: 0x2000 })],
    ["a lock of BullMQ that is not among its numbers", failed("Job 1 is not in the failed state. x", { code: -3 })],
    ["Milvus' number 100", ofMilvus({ code: 100, retriable: false })],
  ])("%s", (_what, error) => {
    expect(kindOf(error)).toBe("PERMANENT");
  });

  test("unless the library says that it passes", () => {
    expect(kindOf(failed("x", { code: "ORA-99999", isRecoverable: true }))).toBe("TRANSIENT");
    expect(kindOf(ofMilvus({ code: 2307, retriable: true }))).toBe("TRANSIENT");
  });
});

describe("ClickHouse", () => {
  test.each<[string, object]>([
    ["a number of five digits", { code: "12345", type: "SYNTAX_ERROR" }],
    ["a number with a letter before it", { code: "E62", type: "SYNTAX_ERROR" }],
    ["a type that only ends like one", { code: "62", type: "parser.SYNTAX_ERROR" }],
    ["a type that only begins like one", { code: "62", type: "SYNTAX_ERROR in line 1" }],
    ["a list of types", { code: "62", type: ["SYNTAX_ERROR"] }],
  ])("%s is not its", (_what, fields) => {
    expect(kindOf(failed("x", fields))).toBe("UNKNOWN");
  });
});

describe("Oracle", () => {
  test.each<[string, string]>([
    ["ORA-12528", "TRANSIENT"],
    ["ORA-01017", "AUTH"],
    ["ORA-12170", "TIMEOUT"],
    ["ORA-99999", "TRANSIENT"],
  ])("a listener that refused with %s is %s", (cause, kind) => {
    const message = `NJS-511: connection to listener at host db port 1521 was refused.\nCause: ${cause}`;
    expect(kindOf(failed(message, { code: "NJS-511", isRecoverable: false }))).toBe(kind);
  });

  test("a code that a listener gives counts within the first 500 characters of the message", () => {
    const refused = (length: number): Error =>
      failed(`${"x".repeat(length)}\nCause: ORA-01017`, { code: "NJS-511", isRecoverable: false });
    expect(kindOf(refused(483))).toBe("AUTH");
    expect(kindOf(refused(484))).toBe("TRANSIENT");
  });

  test("a function of the program that failed is what its cause says", () => {
    const cause = failed("connect ECONNREFUSED", { code: "ECONNREFUSED" });
    expect(kindOf(failed("NJS-168: access token function failed.", { code: "NJS-168", cause }))).toBe("TRANSIENT");
  });
});

describe("Snowflake", () => {
  test.each<[string, object, string]>([
    ["a login", { name: "OperationFailedError", code: "390100" }, "AUTH"],
    ["a session that is gone", { name: "OperationFailedError", code: "390111", sqlState: "08001" }, "AUTH"],
    [
      "a request whose response says 503",
      { name: "RequestFailedError", code: 401_002, response: { status: 503 } },
      "SERVER_ERROR",
    ],
    ["an SQLSTATE", { name: "OperationFailedError", code: "003001", sqlState: "42501" }, "PERMISSION"],
    ["an answer that is no JSON", { name: "UnexpectedContentError", code: 401_003, responseBody: "<html>" }, "UNKNOWN"],
    ["the same name with another library's code", { name: "NetworkError", code: 19 }, "TRANSIENT"],
    ["the number before the SDK's", { name: "ClientError", code: 400_000 }, "UNKNOWN"],
    ["the first number of the SDK", { name: "ClientError", code: 400_001 }, "PERMANENT"],
    ["the last number of the SDK", { name: "ClientError", code: 469_999 }, "PERMANENT"],
    ["the number behind the SDK's", { name: "ClientError", code: 470_000 }, "UNKNOWN"],
    ["a number of the SDK in a list", { name: "ClientError", code: [404_001] }, "UNKNOWN"],
    ["a longer code that begins like a login's", { name: "ClientError", code: "3901001", sqlState: "08001" }, "TRANSIENT"],
    ["a longer code that ends like a login's", { name: "ClientError", code: "1390100", sqlState: "08001" }, "TRANSIENT"],
  ])("%s", (_what, fields, kind) => {
    expect(kindOf(failed("x", fields))).toBe(kind);
  });

  test("a statement that was cancelled for a deadlock is CONCURRENCY, and any other one TRANSIENT", () => {
    const cancelled = { name: "OperationFailedError", code: "000604", sqlState: "57014" };
    expect(kindOf(failed("Your statement was aborted because of a deadlock", cancelled))).toBe("CONCURRENCY");
    expect(kindOf(failed("SQL execution canceled", cancelled))).toBe("TRANSIENT");
    const wrong = { name: "OperationFailedError", code: "000904", sqlState: "42000" };
    expect(kindOf(failed("SQL compilation error: invalid identifier 'T.DEADLOCK'", wrong))).toBe("PERMANENT");
  });

  test("a certificate that its cause is about outweighs that Snowflake could not be reached", () => {
    const cause = failed("x", { code: "CERT_HAS_EXPIRED" });
    expect(kindOf(failed("x", { name: "NetworkError", code: 401_001, cause }))).toBe("PERMANENT");
  });
});

describe("BigQuery", () => {
  class ApiError extends Error {}
  const ofBigQuery = (message: string, reasons: readonly string[], fields: object = {}): Error =>
    Object.assign(new ApiError(message), { errors: reasons.map((reason) => ({ reason, message })), ...fields });

  test("a job that failed has no status: its reason decides", () => {
    expect(kindOf(ofBigQuery("Exceeded rate limits", ["jobRateLimitExceeded"]))).toBe("RATE_LIMIT");
  });

  test("a reason that is no table's is Google's", () => {
    expect(kindOf(ofBigQuery("x", ["authError"], { code: 401 }))).toBe("AUTH");
  });

  test("a transaction that another one has overtaken is called an invalid query", () => {
    const message = "Could not serialize access to table acme.events due to concurrent update";
    expect(kindOf(ofBigQuery(message, ["invalidQuery"], { code: 400 }))).toBe("CONCURRENCY");
  });

  test("of rows that failed for several reasons, one that never fits decides", () => {
    const errors = ["backendError", "stopped", "invalid"].map((reason) => ({ errors: [{ reason }] }));
    expect(kindOf(failed("", { name: "PartialFailureError", errors }))).toBe("PERMANENT");
    expect(kindOf(failed("", { name: "PartialFailureError", errors: errors.slice(0, 2) }))).toBe("SERVER_ERROR");
    expect(kindOf(failed("", { name: "PartialFailureError", errors: errors.slice(1, 2) }))).toBe("PERMANENT");
  });

  test("a delay in the headers of the answer is heard", () => {
    const error = ofBigQuery("x", ["rateLimitExceeded"], { code: 403, response: { headers: { "retry-after": "3" } } });
    expect(universalClassifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 3_000 });
  });
});

test("a client of Turso that the program has closed stays so, and a connection that was closed comes again", () => {
  const closed = { name: "LibsqlError", code: "HRANA_CLOSED_ERROR" };
  expect(kindOf(failed("HRANA_CLOSED_ERROR: Client was manually closed", closed))).toBe("PERMANENT");
  expect(kindOf(failed("HRANA_CLOSED_ERROR: WebSocket was closed with code 1006", closed))).toBe("TRANSIENT");
});

describe("PlanetScale", () => {
  const ofVitess = (code: string, message: string): Error =>
    failed(message, { name: "DatabaseError", status: 400, body: { code } });

  test.each<[string, string, string]>([
    ["ABORTED", "Deadlock found (errno 1213) (sqlstate 40001)", "CONCURRENCY"],
    ["UNKNOWN", "Duplicate entry (errno 1062) (sqlstate 23000)", "PERMANENT"],
    ["UNAVAILABLE", "primary is not serving", "TRANSIENT"],
    ["DEADLINE_EXCEEDED", "context deadline exceeded", "TIMEOUT"],
    ["RESOURCE_EXHAUSTED", "Row count exceeded 10000", "PERMANENT"],
    ["INVALID_ARGUMENT", "syntax error at position 7", "PERMANENT"],
  ])("%s: %s is %s", (code, message, kind) => {
    expect(kindOf(ofVitess(code, message))).toBe(kind);
  });
});

describe("Cassandra", () => {
  const refused = failed("connect ECONNREFUSED", { code: "ECONNREFUSED" });
  const unauthenticated = ofCassandra("AuthenticationError");
  const noHost = (innerErrors: unknown, message = "All host(s) tried for query failed."): Error =>
    Object.assign(ofCassandra("NoHostAvailableError", { innerErrors }), { message });

  test.each<[string, unknown, string]>([
    ["no host was asked", {}, "TRANSIENT"],
    ["all refused the connection", { a: refused, b: refused }, "TRANSIENT"],
    ["all refused the password", { a: unauthenticated, b: unauthenticated }, "AUTH"],
    ["one may be back soon", { a: unauthenticated, b: refused }, "TRANSIENT"],
    ["one did not answer in time", { a: ofCassandra("OperationTimedOutError") }, "TIMEOUT"],
    ["one said what nobody knows", { a: unauthenticated, b: failed("x") }, "TRANSIENT"],
  ])("no host answered: %s", (_what, innerErrors, kind) => {
    expect(kindOf(noHost(innerErrors))).toBe(kind);
  });

  test("a driver that was shut down stays so", () => {
    expect(kindOf(noHost(null, "Connecting after shutdown is not supported"))).toBe("PERMANENT");
  });

  test("ScyllaDB's rate limit has the number of an invalid query", () => {
    const error = ofCassandra("ResponseError", { code: 0x2200 });
    expect(kindOf(error)).toBe("PERMANENT");
    expect(kindOf(Object.assign(error, { message: "Per-partition rate limit reached for writes in table a.b" }))).toBe(
      "RATE_LIMIT",
    );
  });

  test("a ResponseError of another library is not Cassandra's", () => {
    expect(kindOf(failed("x", { name: "ResponseError", code: 0x1200 }))).toBe("UNKNOWN");
  });
});

describe("Neo4j", () => {
  test.each<[string, string, string]>([
    ["ServiceUnavailable", "Could not perform discovery", "TRANSIENT"],
    ["ServiceUnavailable", "Failed to establish connection in 30000ms", "TIMEOUT"],
    ["ServiceUnavailable", "Failed to connect: self-signed certificate", "PERMANENT"],
    ["SessionExpired", "No longer possible to write to server at db:7687", "TRANSIENT"],
    ["ProtocolError", "It is not allowed to pass nodes in query parameters", "PERMANENT"],
    ["N/A", "Connection acquisition timed out in 60000 ms. Pool status: Active conn count = 1", "TIMEOUT"],
    ["N/A", "Pool is closed, it is no more able to serve requests.", "PERMANENT"],
    ["N/A", "Cannot run query in a closed session.", "PERMANENT"],
  ])("%s: %s is %s", (code, message, kind) => {
    expect(kindOf(ofNeo4j(code, message))).toBe(kind);
  });
});

describe("Pinecone", () => {
  test.each<[string, string, string]>([
    ["PineconeUnmappedHttpError", "You've reached the max upsert size limit per second. Status: 429.", "RATE_LIMIT"],
    ["PineconeUnmappedHttpError", "your write unit limit for the current month. Status: 429.", "PERMANENT"],
    ["PineconeUnmappedHttpError", "Bad gateway. Status: 502.", "SERVER_ERROR"],
    ["PineconeBadRequestError", '{"error":{"code":"FORBIDDEN","message":"not yours"},"status":403}', "PERMISSION"],
    ["PineconeBadRequestError", '{"error":{"code":"FORBIDDEN","message":"reached the max pods"},"status":403}', "PERMANENT"],
    ["PineconeConflictError", "The resource you are attempting to create already exists.", "PERMANENT"],
    ["PineconeConflictError", "A call to x returned HTTP status 409. index is being deleted", "CONCURRENCY"],
  ])("%s: %s is %s", (name, message, kind) => {
    expect(kindOf(failed(message, { name }))).toBe(kind);
  });
});

describe("Weaviate", () => {
  const overGrpc = (words: string): Error =>
    failed(`Query call with protocol gRPC failed with message: /weaviate.v1.Weaviate/Search ${words}`, {
      name: "WeaviateQueryError",
    });

  test.each<[string, string]>([
    ["UNAVAILABLE: No connection established", "TRANSIENT"],
    ["RESOURCE_EXHAUSTED: slow down", "RATE_LIMIT"],
    ["UNKNOWN: context deadline exceeded", "TIMEOUT"],
    ["UNKNOWN: memory pressure: cannot process", "SERVER_ERROR"],
    ["UNKNOWN: leader not found", "TRANSIENT"],
    ["UNKNOWN: could not find class Events in schema", "PERMANENT"],
    ["UNKNOWN: what a day", "UNKNOWN"],
  ])("%s is %s", (words, kind) => {
    expect(kindOf(overGrpc(words))).toBe(kind);
  });

  test.each<[number, string]>([
    [401, "AUTH"],
    [429, "RATE_LIMIT"],
    [503, "SERVER_ERROR"],
  ])("a module whose service answered %i is %s", (status, kind) => {
    const message = `The request to Weaviate failed with status code: 500 and message: connection to: OpenAI API failed with status: ${status}`;
    expect(kindOf(failed(message, { name: "WeaviateUnexpectedStatusCodeError", code: 500 }))).toBe(kind);
  });
});

describe("QStash", () => {
  test.each(Object.entries(QSTASH_LIMITS))("%s has the delay of its limit", (name, limits) => {
    const reset = Object.values(limits).find((field) => field.startsWith("reset")) as string;
    const remaining = Object.values(limits).find((field) => field.startsWith("remaining")) as string;
    const error = failed("x", { name, status: 429, [remaining]: "0", [reset]: "12" });
    expect(universalClassifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 12_000 });
  });

  test("a limit that says nothing is a rate limit without a delay", () => {
    expect(universalClassifier(failed("x", { name: "QstashRatelimitError", status: 429, reset: null }))).toBe("RATE_LIMIT");
  });

  test.each(["SignatureError", "QstashEmptyArrayError", "QStashWorkflowAbort"])("%s is PERMANENT", (name) => {
    expect(kindOf(failed("x", { name }))).toBe("PERMANENT");
  });
});

describe("what is another's is not claimed", () => {
  test.each<[string, unknown]>([
    ["a number in writing beside a type in small letters", failed("x", { code: "202", type: "too_many" })],
    ["a number of librdkafka", failed("Job lost", { code: -3 })],
    ["a message that begins like BullMQ's", failed("Job 12 was not found")],
    ["a sentence about a server", failed("Server at lunch")],
    ["a body with a status that is an object", failed("x", { status: { code: 8 } })],
    ["words of Neon's proxy, from nowhere", failed("Control plane request failed")],
  ])("%s", (_what, error) => {
    expect(kindOf(error)).toBe("UNKNOWN");
  });
});
