/* Databases, queues and stores of the field, by what their sources list: the codes that no recording has. */
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { BIGQUERY_REASONS } from "../../src/extras/clouds/bigquery.ts";
import { MILVUS_NUMBERS, MILVUS_WORDS } from "../../src/extras/search/milvus.ts";
import { PINECONE_NAMES } from "../../src/extras/search/pinecone.ts";
import { WEAVIATE_NAMES } from "../../src/extras/search/weaviate.ts";
import type { Codes, Library, Verdict } from "../../src/extras/shared/index.ts";
import { CLICKHOUSE_EXCEPTIONS } from "../../src/extras/sql/clickhouse.ts";
import { LIBSQL_CODES } from "../../src/extras/sql/libsql.ts";
import { NEON_WORDS } from "../../src/extras/sql/neon.ts";
import { ORACLE_NUMBERS, ORACLEDB_CODES } from "../../src/extras/sql/oracle.ts";
import { PGLITE_WORDS } from "../../src/extras/sql/pglite.ts";
import { VITESS_CODES } from "../../src/extras/sql/planetscale.ts";
import { SNOWFLAKE_CODES, SNOWFLAKE_SDK_CODES } from "../../src/extras/sql/snowflake.ts";
import { BULLMQ_NUMBERS, BULLMQ_WORDS, bullmq } from "../../src/extras/stores/bullmq.ts";
import { CASSANDRA_DRIVER_NAMES, CASSANDRA_NUMBERS, cassandra } from "../../src/extras/stores/cassandra.ts";
import { consul } from "../../src/extras/stores/consul.ts";
import { etcd } from "../../src/extras/stores/etcd.ts";
import { MEMCACHED_WORDS, MEMJS_STATUSES, memcached } from "../../src/extras/stores/memcached.ts";
import { MONGOOSE_NAMES } from "../../src/extras/stores/mongo.ts";
import { NEO4J_CLASSES, NEO4J_CODES, neo4j } from "../../src/extras/stores/neo4j.ts";
import { PG_BOSS_WORDS, pgBoss } from "../../src/extras/stores/pg-boss.ts";
import { pulsar } from "../../src/extras/stores/pulsar.ts";
import { QSTASH_LIMITS } from "../../src/extras/stores/qstash.ts";
import { vault } from "../../src/extras/stores/vault.ts";
import { zookeeper } from "../../src/extras/stores/zookeeper.ts";
import { linkTo } from "./ask-alone.ts";

const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

/** What a table calls a kind: the class, or the word for a timeout. */
function kindOf(error: unknown): string {
  const answer = universalClassifier(error);
  if (typeof answer === "string") return answer;
  if (answer.timeout !== true) return answer.errorClass;
  return answer.errorClass === "SERVER_ERROR" ? "GATEWAY_TIMEOUT" : "TIMEOUT";
}

/** What a library's own rule says of one error, whatever its words may tell others. */
const verdictOf = ({ meaning }: Library, error: object): Verdict => meaning.rule?.(linkTo(error));

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
  const unauthorized = ofCassandra("ResponseError", { code: 0x2100 });
  const hosts = (count: number, error: Error): object =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`h${i}`, error]));
  const noHost = (innerErrors: unknown, message = "All host(s) tried for query failed."): Error =>
    Object.assign(ofCassandra("NoHostAvailableError", { innerErrors }), { message });

  test.each<[string, unknown, string]>([
    ["no host was asked", {}, "TRANSIENT"],
    ["all refused the connection", { a: refused, b: refused }, "TRANSIENT"],
    ["all refused the password", { a: unauthenticated, b: unauthenticated }, "AUTH"],
    ["one may be back soon", { a: unauthenticated, b: refused }, "TRANSIENT"],
    ["one did not answer in time", { a: ofCassandra("OperationTimedOutError") }, "TIMEOUT"],
    ["one said what nobody knows", { a: unauthenticated, b: failed("x") }, "TRANSIENT"],
    ["one refused the password, and one is down", { a: unauthenticated, b: "Host considered as DOWN" }, "TRANSIENT"],
    ["nothing is said of one", { a: unauthenticated, b: null }, "TRANSIENT"],
    ["one refused the user, and one may be back soon", { a: unauthorized, b: refused }, "TRANSIENT"],
    ["all refused the user", { a: unauthorized, b: unauthorized }, "PERMISSION"],
    ["one was given a wrong argument, and one may be back soon", { a: ofCassandra("ArgumentError"), b: refused }, "TRANSIENT"],
    ["nothing is known of any host", null, "TRANSIENT"],
    ["there is no list of hosts", undefined, "TRANSIENT"],
    ["the first ten refused the password", { ...hosts(10, unauthenticated), z: refused }, "AUTH"],
    ["the tenth may be back soon", { ...hosts(9, unauthenticated), z: refused }, "TRANSIENT"],
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

  test("why a server could not be reached outweighs that it took too long", () => {
    const cause = failed("x", { code: "CERT_HAS_EXPIRED" });
    const error = ofNeo4j("ServiceUnavailable", "Failed to establish connection in 30000ms");
    expect(kindOf(Object.assign(error, { cause }))).toBe("PERMANENT");
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

describe("BullMQ", () => {
  test.each<[string, object, string]>([
    ["Job 123 could not be removed because it is locked by another worker", {}, "CONCURRENCY"],
    ["bullmq:movedToDelayed", {}, "PERMANENT"],
    ["Missing lock for job 123. moveToFinished", { code: -2 }, "CONCURRENCY"],
    ["Missing key for job 123. moveToFinished", { code: -1 }, "PERMANENT"],
    ["Cannot create job scheduler iteration - job ID already exists", { code: -11 }, "CONCURRENCY"],
    ["Job 123 is not in the failed state. reprocessJob", { code: -3 }, "PERMANENT"],
    ["Job 123 has pending dependencies. moveToFinished", { code: -4 }, "CONCURRENCY"],
    ["Job repeat:1:2 belongs to a job scheduler and cannot be removed directly", { code: -8 }, "PERMANENT"],
  ])("%s with %j is %s", (message, fields, kind) => {
    expect(kindOf(failed(message, fields))).toBe(kind);
  });
});

describe("etcd", () => {
  test.each([
    "Lease 1234 is expired or revoked",
    "Lease 5 is expired or revoked",
    "Tried to call a put method on etcd3, but the client was already closed",
  ])("%s is PERMANENT", (message) => {
    expect(verdictOf(etcd, failed(message))).toBe("PERMANENT");
    expect(kindOf(failed(message))).toBe("PERMANENT");
  });
});

describe("Consul", () => {
  const body = "rpc error making call: Permission denied";

  test.each(["isPapi", "isConsul"])("an error with %s is told by the body of its answer", (flag) => {
    const error = failed("internal server error", { [flag]: true, response: { statusCode: 500, body } });
    expect(verdictOf(consul, error)).toBe("PERMISSION");
    expect(kindOf(error)).toBe("PERMISSION");
  });

  test.each<[string, object]>([
    ["no flag", { response: { body } }],
    ["a flag that is a word", { isPapi: "true", isConsul: "true", response: { body } }],
    ["a body of other words", { isConsul: true, response: { body: "no such key" } }],
  ])("an error with %s is not told by it", (_what, fields) => {
    expect(verdictOf(consul, failed("internal server error", fields))).toBeUndefined();
  });

  test("the delay in the headers of a rate limit is heard", () => {
    const response = { statusCode: 500, body: "rate limit exceeded", headers: { "retry-after": "3" } };
    expect(verdictOf(consul, failed("x", { isConsul: true, response }))).toEqual({
      errorClass: "RATE_LIMIT",
      retryAfterMs: 3_000,
    });
  });
});

describe("Vault", () => {
  const answered = (statusCode: number, errors: unknown, message = "Status"): Error =>
    failed(message, { response: { statusCode, body: { errors } } });

  test.each<[string, Error, string]>([
    ["a password that is wrong, with 400", answered(400, ["invalid username or password"]), "AUTH"],
    ["a token that is missing, with 403, in a list", answered(403, ["1 error occurred:", "* missing client token"]), "AUTH"],
    ["another one's write", answered(400, ["check-and-set parameter did not match the current version"]), "CONCURRENCY"],
  ])("%s", (_what, error, kind) => {
    expect(verdictOf(vault, error)).toBe(kind);
    expect(kindOf(error)).toBe(kind);
  });

  test.each<[string, Error]>([
    ["another status", answered(500, ["missing client token"])],
    ["another status of a refusal", answered(401, ["missing client token"])],
    ["no list of errors", answered(400, undefined, "invalid token")],
    ["one text in the place of the list", answered(403, "invalid token", "invalid token")],
    ["a list of objects", answered(403, [{ message: "invalid token" }], "invalid token")],
    ["an empty list", answered(403, [], "invalid token")],
    ["words that stand behind five hundred letters", answered(403, [`${"x".repeat(500)} missing client token`])],
  ])("words of it with %s are not Vault's", (_what, error) => {
    expect(verdictOf(vault, error)).toBeUndefined();
  });
});

describe("memjs", () => {
  test("has the status last, behind a key that may have a colon", () => {
    const full = failed("MemJS SET (user: 1): Out of memory");
    expect(verdictOf(memcached, full)).toBe("SERVER_ERROR");
    expect(kindOf(full)).toBe("SERVER_ERROR");
  });
});

describe("an error that only looks like a library's is not claimed by it", () => {
  const ofBullmq = "Missing lock for job 1. moveToFinished";
  const ofZookeeper = (code: unknown, message = `Exception: NO_NODE[${code}]`): Error =>
    failed(message, { name: "NO_NODE", code });

  test.each<[string, Library, Error]>([
    ["a number above BullMQ's", bullmq, failed(ofBullmq, { code: 5 })],
    ["zero, which is none of BullMQ's numbers", bullmq, failed(ofBullmq, { code: 0 })],
    ["a number below BullMQ's", bullmq, failed(ofBullmq, { code: -12 })],
    ["a code in letters with words of BullMQ", bullmq, failed("Custom Id cannot be integers", { code: "E_ID" })],
    ["a job of BullMQ in the middle", bullmq, failed("Nightly Job 1 is not in the failed state", { code: -3 })],
    ["a locked job in the middle", bullmq, failed("Nightly Job 1 could not be removed because it is locked by another worker")],
    ["a message that ends with BullMQ's first word", bullmq, failed("this is bullmq:")],
    ["a number of Cassandra in writing", cassandra, ofCassandra("ResponseError", { code: "4608" })],
    ["no number at all", cassandra, ofCassandra("ResponseError")],
    [
      "an info that goes on like Cassandra's",
      cassandra,
      ofCassandra("ResponseError", { code: 1, info: "It Represents an error" }),
    ],
    ["a lease in the middle", etcd, failed("The Lease 5 is expired or revoked")],
    ["a lease of which more is said", etcd, failed("Lease 5 is expired or revoked by the owner")],
    ["a closed client in the middle", etcd, failed("We Tried to call a put method on etcd3, but the client was already closed")],
    ["a closed client that opens", etcd, failed("Tried to call a put method on etcd3, but the client was already closed again")],
    ["words of memcached with a code", memcached, failed("Item is not stored", { code: "E_ITEM" })],
    ["an argument of another program", memcached, failed('Argument "ttl" must be a number')],
    ["an argument in the middle", memcached, failed('Argument "a.b" is wrong, as Argument "b" is not defined.')],
    ["a server in the middle", memcached, failed("Server at lunch: Server at 10.0.0.1:11211 not available")],
    ["a server of which more is said", memcached, failed("Server at 10.0.0.1:11211 not available today")],
    ["a code of Neo4j under another name", neo4j, failed("x", { code: "Neo.ClientError.Security.Forbidden" })],
    ["a code that begins like Neo4j's", neo4j, ofNeo4j("NeoX.ClientError.Security.Forbidden")],
    ["a code of Neo4j without a class", neo4j, ofNeo4j("Neo")],
    ["words of pg-boss with a code", pgBoss, failed("pg-boss is not installed", { code: "E_BOSS" })],
    ["a result of Pulsar under another name", pulsar, failed("Failed to send message: TimeOut", { name: "MailError" })],
    ["a result of Pulsar in the middle", pulsar, failed("Mail: Failed to send message: TimeOut")],
    ["a result of Pulsar of which more is said", pulsar, failed("Failed to send message: TimeOut again")],
    ["a result of Pulsar of another call", pulsar, failed("Failed to send mail: TimeOut")],
    ["a number of ZooKeeper in writing", zookeeper, ofZookeeper("-101")],
    ["no number below zero, but zero", zookeeper, ofZookeeper(0)],
    ["a number above zero", zookeeper, ofZookeeper(101)],
    ["a number of ZooKeeper with another message", zookeeper, ofZookeeper(-101, "no such node")],
  ])("%s", (_what, library, error) => {
    expect(verdictOf(library, error)).toBeUndefined();
  });

  test("though the whole of it is", () => {
    expect(verdictOf(zookeeper, ofZookeeper(-101))).toBe("PERMANENT");
    expect(verdictOf(pulsar, failed("Failed to send message: TimeOut"))).toBe("TIMEOUT");
    expect(verdictOf(pulsar, failed("Failed to create consumer: ResultConsumerBusy"))).toBe("CONCURRENCY");
    expect(verdictOf(bullmq, failed(ofBullmq, { code: -1 }))).toBe("PERMANENT");
    expect(verdictOf(neo4j, ofNeo4j("ProtocolError", "Unknown message"))).toBe("PERMANENT");
  });

  test("and a session that expired is not Neo4j's under another name", () => {
    expect(kindOf(failed("x", { code: "SessionExpired" }))).not.toBe("TRANSIENT");
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
