/* Which failures are waits that were given up. A budget refuses their retries first, so a lock or a refused connection must not be one. */
import { type Classifier, defaultClassifier } from "redress";
import * as extras from "redress/extras";
import { describe, expect, test } from "vitest";
import { libraries, recordedBy } from "../fixtures/recordings.ts";

const { universalClassifier } = extras;
const classifiers: Readonly<Record<string, unknown>> = { ...extras };

const isTimeout = (classifier: Classifier, error: unknown): boolean => {
  const answer = classifier(error);
  return typeof answer === "object" && answer.timeout === true;
};

const failed = (message: string, fields: object = {}): Error => {
  const { name, ...others } = fields as { name?: string };
  const error = Object.assign(new Error(message), others);
  return name === undefined ? error : Object.defineProperty(error, "name", { value: name });
};

/** Of the recorded errors whose name speaks of a time, those that are no waits: for locks, or told as an abort by the client. */
const NO_WAITS: readonly string[] = [
  "55P03.lock-timeout",
  "1205.lock-wait-timeout",
  "25P03.idle-in-tx-timeout",
  "gaxios timeout",
  "node-fetch timeout",
  "node-fetch timeout.connect",
  "node-fetch abort.timeout-signal",
  "openai abort.timeout-signal",
  // What a server's own event does to its client.
  "http.timeout-event",
];

const recorded = libraries.flatMap((library) =>
  recordedBy(library)
    .filter(({ id }) => /time?out|HTTP\.(408|504)|DEADLINE|ETIMEDOUT|TIMED_OUT|timeoutMs/i.test(id))
    .map(({ id, revive }) => [`${library} ${id}`, revive] as const),
);

test.each(recorded)("the recorded %s is one, or one of the few that are not", (name, revive) => {
  const none = NO_WAITS.some((one) => name === one || name.endsWith(` ${one}`));
  expect(isTimeout(universalClassifier, revive())).toBe(!none);
});

describe("libraries that say so in a code, a number, a name or words", () => {
  test.each<[string, object]>([
    ["httpClassifier", failed("timeout of 1000ms exceeded", { code: "ECONNABORTED" })],
    ["networkClassifier", failed("Request timed out.")],
    ["networkClassifier", failed("x", { code: "UND_ERR_BODY_TIMEOUT" })],
    ["networkClassifier", failed("x", { code: "ERR_SOCKET_CONNECTION_TIMEOUT" })],
    ["awsClassifier", failed("x", { name: "RequestTimeout", $metadata: { httpStatusCode: 400 } })],
    ["awsClassifier", failed("x", { name: "ModelTimeoutException", $metadata: { httpStatusCode: 408 } })],
    ["azureClassifier", failed("x", { name: "RestError", statusCode: 504 })],
    ["azureClassifier", failed("x", { name: "MessagingError", code: "OperationTimeoutError", retryable: true })],
    ["googleClassifier", failed("Total timeout of API exceeded 60000 milliseconds")],
    ["googleClassifier", failed("4 DEADLINE_EXCEEDED: d", { code: 4, details: "d" })],
    ["sqlstateClassifier", failed("canceling statement due to statement timeout", { code: "57014", severity: "ERROR" })],
    ["sqlstateClassifier", failed("x", { code: "25P04" })],
    ["sqlstateClassifier", failed("x", { code: "P2024" })],
    ["mysqlClassifier", failed("x", { errno: 3024, sqlState: "HY000" })],
    ["mysqlClassifier", failed("x", { errno: 1969, sqlState: "70100" })],
    ["mssqlClassifier", failed("Timeout: Request failed to complete in 15000ms", { code: "ETIMEOUT" })],
    ["mssqlClassifier", failed("operation timed out for an unknown reason")],
    ["odbcClassifier", failed("[HYT00] timeout expired")],
    ["sqlstateClassifier", Object.assign(failed("timeout expired"), { code: "HYT00" })],
    ["sqliteClassifier", failed("D1_ERROR: D1 DB storage operation exceeded timeout")],
    ["mongoClassifier", failed("x", { name: "MongoServerError", code: 50 })],
    ["mongoClassifier", failed("Server selection timed out after 30000 ms", { name: "MongoServerSelectionError" })],
    ["redisClassifier", failed("Command timed out")],
    ["kafkaClassifier", failed("x", { name: "KafkaJSRequestTimeoutError" })],
    ["kafkaClassifier", failed("x", { code: -185, errno: -185, origin: "local" })],
    ["amqpClassifier", failed("x", { name: "AMQPError", code: "RPC_TIMEOUT" })],
    ["amqpClassifier", failed("x", { condition: "com.microsoft:timeout" })],
    ["natsClassifier", failed("TIMEOUT", { name: "NatsError", code: "TIMEOUT" })],
    ["grpcClassifier", failed("4 DEADLINE_EXCEEDED: d", { code: 4, details: "d" })],
    ["connectClassifier", failed("x", { code: 4, rawMessage: "x", metadata: new Headers() })],
  ])("%s: %s", (name, error) => {
    expect(isTimeout(classifiers[name] as Classifier, error)).toBe(true);
    expect(isTimeout(universalClassifier, error), "universalClassifier").toBe(true);
  });
});

describe("what is none", () => {
  test.each<[string, object]>([
    ["a lock of PostgreSQL", failed("canceling statement due to lock timeout", { code: "55P03", severity: "ERROR" })],
    [
      "a statement that a person canceled",
      failed("canceling statement due to user request", { code: "57014", severity: "ERROR" }),
    ],
    ["a lock of MySQL", failed("Lock wait timeout exceeded", { code: "ER_LOCK_WAIT_TIMEOUT", errno: 1205, sqlState: "HY000" })],
    ["a lock of SQL Server", failed("Lock request time out period exceeded", { code: "EREQUEST", number: 1222, class: 16 })],
    ["a lock of MongoDB", failed("x", { name: "MongoServerError", code: 24 })],
    ["a busy SQLite", failed("SQLITE_BUSY: database is locked", { code: "SQLITE_BUSY" })],
    ["a refused connection", failed("connect ECONNREFUSED", { code: "ECONNREFUSED" })],
    ["a reset connection", failed("read ECONNRESET", { code: "ECONNRESET" })],
    ["an aborted connection", failed("Request aborted", { code: "ECONNABORTED" })],
    ["a 503", failed("x", { status: 503 })],
    ["a 429", failed("x", { status: 429 })],
    ["an abort", new DOMException("aborted", "AbortError")],
    ["gRPC UNAVAILABLE", failed("14 UNAVAILABLE: d", { code: 14, details: "d" })],
  ])("%s", (_what, error) => {
    expect(isTimeout(universalClassifier, error)).toBe(false);
    expect(isTimeout(defaultClassifier, error)).toBe(false);
  });
});
