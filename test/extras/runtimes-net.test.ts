/* Runtimes, their platforms, browsers and protocols of the net: what their sources say, beside what was recorded of them. */
import type { Classification } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { NET_ERRORS } from "../../src/extras/browsers/net-errors.ts";
import { MQTT_REASONS } from "../../src/extras/net/mqtt.ts";
import { NODEMAILER_CODES } from "../../src/extras/net/smtp.ts";
import { CHANNEL_REASONS, SFTP_CLIENT_CODES, SFTP_STATUSES, SSH_LEVELS } from "../../src/extras/net/ssh.ts";
import { BUN_CLIENT_CODES, BUN_FETCH_CODES, S3_CODES } from "../../src/extras/runtimes/bun.ts";
import { QUEUES_CODES, R2_CODES } from "../../src/extras/runtimes/cloudflare.ts";
import { DENO_NAMES } from "../../src/extras/runtimes/deno.ts";
import { BLOB_WORDS } from "../../src/extras/runtimes/vercel.ts";
import { PULSAR_RESULTS } from "../../src/extras/stores/pulsar.ts";
import { TEMPORAL_GENERAL_NAMES, TEMPORAL_NAMES } from "../../src/extras/workers/temporal.ts";

/** The class, or "TIMEOUT" where it is one. */
function kindOf(error: unknown): string {
  const answer = universalClassifier(error);
  const { errorClass, timeout } = typeof answer === "string" ? { errorClass: answer } : (answer as Classification);
  return timeout ? "TIMEOUT" : errorClass;
}

const delayOf = (error: unknown): number | undefined => (universalClassifier(error) as Classification).retryAfterMs;

const thrown = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

type Row = readonly [kind: string, code: string | number];

/** Every code of a table, with what it means. */
const rows = (table: Readonly<Record<string, readonly (string | number)[]>>): readonly Row[] =>
  Object.entries(table).flatMap(([kind, codes]) => codes.map((code) => [kind, code] as const));

describe("every code of a table is heard where the library puts it", () => {
  const TABLES: readonly (readonly [table: string, rows: readonly Row[], error: (code: string | number) => unknown])[] = [
    ["nodemailer's codes", rows(NODEMAILER_CODES), (code) => thrown("m", { code, command: "CONN" })],
    ["ssh2's levels", rows(SSH_LEVELS), (level) => thrown("m", { level, fatal: true })],
    ["SFTP's statuses", rows(SFTP_STATUSES), (code) => thrown("get: m /a", { code, custom: true })],
    ["ssh2-sftp-client's codes", rows(SFTP_CLIENT_CODES), (code) => thrown("put: m", { code, custom: true })],
    [
      "SSH's reasons not to open a channel",
      rows(CHANNEL_REASONS),
      (reason) => thrown("(SSH) Channel open failure: m", { reason }),
    ],
    ["MQTT's reasons", rows(MQTT_REASONS), (code) => thrown("Connection refused: m", { name: "ErrorWithReasonCode", code })],
    ["Pulsar's results", rows(PULSAR_RESULTS), (result) => thrown(`Failed to send message: ${result}`)],
    [
      "Pulsar's results in their longer form",
      rows(PULSAR_RESULTS),
      (result) => thrown(`Failed to create reader: Result${result}`),
    ],
    ["Temporal's names", rows(TEMPORAL_NAMES), (name) => thrown("m", { name })],
    ["R2's numbers", rows(R2_CODES), (code) => thrown(`put: m. (${code})`)],
    ["Queues' numbers", rows(QUEUES_CODES), (code) => thrown(`m (${code})`)],
    ["Vercel Blob's words", rows(BLOB_WORDS), (words) => thrown(`Vercel Blob: ${words}.`)],
    ["Deno's names", rows(DENO_NAMES), (name) => thrown("m", { name })],
    [
      "Bun's codes of PostgreSQL",
      rows(BUN_CLIENT_CODES),
      (code) => thrown("m", { name: "PostgresError", code: `ERR_POSTGRES_${code}` }),
    ],
    ["Bun's codes of MySQL", rows(BUN_CLIENT_CODES), (code) => thrown("m", { name: "MySQLError", code: `ERR_MYSQL_${code}` })],
    ["Bun's codes of S3", rows(S3_CODES), (code) => thrown("m", { name: "S3Error", code, path: "a" })],
    ["Bun's codes of fetch", rows(BUN_FETCH_CODES), (code) => thrown("m", { code, path: "http://a/" })],
    [
      "Chromium's and Firefox's codes",
      rows(NET_ERRORS),
      (code) =>
        thrown(`page.goto: ${`${code}`.startsWith("ERR_") ? "net::" : ""}${code} at http://a/\nCall log:\n  - navigating`),
    ],
  ];

  describe.each(TABLES)("%s", (_table, codes, error) => {
    test.each(codes)("%s: %s", (kind, code) => {
      expect(kindOf(error(code))).toBe(kind);
      expect(kindOf(thrown("Could not send the order", { cause: error(code) }))).toBe(kind);
    });
  });
});

describe("SMTP", () => {
  const replied = (response: string, code = "EMESSAGE"): Error =>
    thrown(`Message failed: ${response}`, { code, response, responseCode: Number(response.slice(0, 3)), command: "DATA" });

  test.each<[string, string]>([
    ["535 5.7.8 Username and Password not accepted", "AUTH"],
    ["454 4.7.0 Temporary authentication failure", "TRANSIENT"],
    ["421 4.7.0 Try again later, closing connection", "TRANSIENT"],
    ["421 Too many concurrent SMTP connections", "RATE_LIMIT"],
    [
      "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.",
      "RATE_LIMIT",
    ],
    ["450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages", "RATE_LIMIT"],
    ["454 Throttling failure: Daily message quota exceeded", "RATE_LIMIT"],
    ["450 4.2.0 <a@example.org>: Recipient address rejected: Greylisted", "TRANSIENT"],
    ["452 4.3.1 Insufficient system storage", "TRANSIENT"],
    ["503 5.5.1 Bad sequence of commands", "TRANSIENT"],
    ["530 5.7.57 Client not authenticated to send mail", "AUTH"],
    ["550 5.7.1 Authentication required", "AUTH"],
    ["550 5.7.60 SMTP; Client does not have permissions to send as this sender", "PERMISSION"],
    ["554 5.7.1 <a@example.org>: Relay access denied", "PERMISSION"],
    ["550 5.1.1 The email account that you tried to reach does not exist", "PERMANENT"],
    ["554 5.7.1 Message rejected as spam", "PERMANENT"],
  ])("the reply %s is %s", (response, kind) => {
    expect(kindOf(replied(response))).toBe(kind);
  });

  test.each<[string, string, string]>([
    ["ESOCKET", "ECONNREFUSED", "TRANSIENT"],
    ["ESOCKET", "ETIMEDOUT", "TIMEOUT"],
    ["ESOCKET", "CERT_HAS_EXPIRED", "PERMANENT"],
    ["EDNS", "ENOTFOUND", "TRANSIENT"],
    ["EDNS", "ETIMEOUT", "TIMEOUT"],
  ])("%s that was %s before is %s", (code, originalCode, kind) => {
    expect(kindOf(thrown("m", { code, originalCode, command: "CONN" }))).toBe(kind);
  });

  test("a TLS handshake that was refused is PERMANENT, one that was cut is TRANSIENT", () => {
    const words = "Error initiating TLS - Hostname/IP does not match certificate's altnames: Host: localhost. is not cert's CN";
    expect(kindOf(thrown(words, { code: "ETLS", command: "CONN" }))).toBe("PERMANENT");
    expect(kindOf(thrown("Connection closed unexpectedly", { code: "ETLS", command: "CONN" }))).toBe("TRANSIENT");
  });

  test("a pool or a connection that the program closed or opened twice is PERMANENT", () => {
    expect(kindOf(thrown("Connection pool was closed", { code: "ECONNECTION" }))).toBe("PERMANENT");
    expect(kindOf(thrown("Cannot connect - connect() was already called for this connection", { code: "ECONNECTION" }))).toBe(
      "PERMANENT",
    );
  });
});

describe("an error of SMTP that is told by another part than it seems", () => {
  test.each<[string, string, object, string]>([
    ["a number in writing is no reply", "m", { code: "EENVELOPE", responseCode: "450", response: "450 no" }, "PERMANENT"],
    ["a number without the words of the reply is none", "m", { code: "EAUTH", responseCode: 454 }, "AUTH"],
    [
      "the words of a refused handshake, beside another code",
      "Error initiating TLS - certificate has expired",
      { code: "ECONNECTION" },
      "TRANSIENT",
    ],
    [
      "the words of a refused handshake, in those of another error",
      "Retried after: Error initiating TLS - certificate has expired",
      { code: "ETLS" },
      "TRANSIENT",
    ],
    [
      "500 is a refusal, whatever it calls the command",
      "m",
      { code: "EENVELOPE", responseCode: 500, response: "500 5.5.1 Unknown command: RATE" },
      "PERMANENT",
    ],
    [
      "500 may be a refusal of a right",
      "m",
      { code: "EENVELOPE", responseCode: 500, response: "500 5.7.1 Relaying denied" },
      "PERMISSION",
    ],
    [
      "a reply that says by its number whose fault it is",
      "m",
      { code: "EAUTH", responseCode: 535, response: "535 5.7.139 SmtpClientAuthentication is not allowed for the mailbox" },
      "AUTH",
    ],
  ])("%s", (_what, message, fields, kind) => {
    expect(kindOf(thrown(message, fields))).toBe(kind);
  });
});

describe("FTP", () => {
  test.each<[string, string]>([
    ["421 There are too many connected users, please try again later.", "RATE_LIMIT"],
    ["530 Sorry, the maximum number of clients (10) from your host are already connected.", "RATE_LIMIT"],
    ["530 Login incorrect.", "AUTH"],
    ["550 Permission denied.", "PERMISSION"],
    ["550 The process cannot access the file because it is being used by another process.", "CONCURRENCY"],
    ["450 orders.csv: No such file or directory", "PERMANENT"],
    ["450 Requested file action not taken.", "TRANSIENT"],
    ["425 Can't open data connection.", "TRANSIENT"],
    ["426 Connection closed; transfer aborted.", "TRANSIENT"],
    ["502 Command not implemented.", "PERMANENT"],
    ["552 Exceeded storage allocation.", "PERMANENT"],
  ])("the reply %s is %s", (message, kind) => {
    expect(kindOf(thrown(message, { name: "FTPError", code: Number(message.slice(0, 3)) }))).toBe(kind);
  });

  test.each<[string, string]>([
    ["Timeout (control socket)", "TIMEOUT"],
    ["Timeout (data socket)", "TIMEOUT"],
    ["Timeout when trying to open data connection to 127.0.0.1:2121", "TIMEOUT"],
    ["Server sent FIN packet unexpectedly, closing connection.", "TRANSIENT"],
    ["Server closed connection unexpectedly.", "TRANSIENT"],
    ["Socket closed due to transmission error (control socket)", "TRANSIENT"],
    ["User closed client during task", "PERMANENT"],
    ["User launched a task while another one is still running. Forgot to use 'await' or '.then()'?", "PERMANENT"],
  ])("basic-ftp's own %s is %s, and so is a client that was closed by it", (message, kind) => {
    expect(kindOf(thrown(message))).toBe(kind);
    expect(kindOf(thrown(`Client is closed because ${message}`, { code: "0" }))).toBe(kind);
  });

  test.each<[string, string]>([
    ["FTPError: 425 Can't open data connection.", "TRANSIENT"],
    ["FTPError: 530 Please login with USER and PASS.", "AUTH"],
    ["FTPError: 522 SSL connection failed; session reuse required", "PERMANENT"],
    ["Error: Timeout when trying to open data connection to 127.0.0.1:30000", "TIMEOUT"],
    ["Error: Can't open data connection in passive mode: connect ECONNREFUSED 127.0.0.1:30000", "TRANSIENT"],
    ["Error: Can't open data connection in passive mode: connect ECONNREFUSED 127.0.0.1:53000", "TRANSIENT"],
    ["Error: User closed client during task", "PERMANENT"],
    ["User Error: closed client during task", "UNKNOWN"],
  ])("a transfer that found no way is what it quotes: %s is %s", (quoted, kind) => {
    expect(kindOf(thrown(`None of the available transfer strategies work. Last error response was '${quoted}'.`))).toBe(kind);
  });

  test("basic-ftp's own words are a plain Error's", () => {
    expect(kindOf(thrown("User launched a task while another one is still running", { name: "TaskError" }))).toBe("UNKNOWN");
  });

  test("a client that a reply closed is what the reply is", () => {
    expect(kindOf(thrown("Client is closed because 421 Timeout.", { code: 421 }))).toBe("TRANSIENT");
    expect(kindOf(thrown("Client is closed because 530 Login incorrect.", { code: 530 }))).toBe("AUTH");
  });
});

describe("SSH and SFTP", () => {
  test.each<[string, object, string]>([
    ["All configured authentication methods failed", { level: "client-authentication" }, "AUTH"],
    ["getConnection: All configured authentication methods failed", { code: undefined }, "AUTH"],
    ["getConnection: Handshake failed: no matching host key format", { code: undefined }, "PERMANENT"],
    ["getConnection: Host denied (verification failed)", { code: undefined }, "PERMANENT"],
    ["Keepalive timeout", { level: "client-timeout" }, "TIMEOUT"],
    ["read ECONNRESET", { level: "client-socket", code: "ECONNRESET" }, "TRANSIENT"],
    ["connect ETIMEDOUT 10.0.0.1:22", { level: "client-socket", code: "ETIMEDOUT" }, "TIMEOUT"],
    ["No response from server", {}, "TRANSIENT"],
    ["Too many authentication failures", { code: 2 }, "AUTH"],
    ["TOO_MANY_CONNECTIONS", { code: 12 }, "RATE_LIMIT"],
    ["HOST_NOT_ALLOWED_TO_CONNECT", { code: 1 }, "PERMISSION"],
    ["No such file", { code: 2 }, "PERMANENT"],
    ["Permission denied", { code: 3 }, "PERMISSION"],
    ["Connection lost", { code: 7 }, "TRANSIENT"],
    ["put->_put: Unexpected close event", { code: "ERR_GENERIC_CLIENT" }, "TRANSIENT"],
    ["Unable to start subsystem: sftp", {}, "PERMANENT"],
  ])("%s with %j is %s", (message, fields, kind) => {
    expect(kindOf(thrown(message, fields))).toBe(kind);
  });

  test.each<[string, string, object]>([
    ["a level of an error with a name", "m", { name: "LevelError", level: "handshake" }],
    ["ssh2-sftp-client's code with words of its own", "put->_put: Something else", { code: "ERR_GENERIC_CLIENT" }],
    ["its words with another code", "put->_put: Unexpected close event", { code: "ERR_PUT", custom: true }],
  ])("%s says nothing", (_what, message, fields) => {
    expect(kindOf(thrown(message, fields))).toBe("UNKNOWN");
  });

  test("SFTP's Failure says nothing", () => {
    expect(kindOf(thrown("Failure", { code: 4 }))).toBe("UNKNOWN");
  });
});

describe("MQTT", () => {
  test("a broker that gives no reason says nothing, though the client calls it a refused connection", () => {
    for (const code of [128, 131])
      expect(kindOf(thrown("Connection refused: Unspecified error", { name: "ErrorWithReasonCode", code }))).toBe("UNKNOWN");
  });

  test("a subscription is what the first refusal among its codes is", () => {
    const suback = (granted: number[]): Error =>
      thrown("Subscribe error", { name: "ErrorWithSubackPacket", packet: { granted } });
    expect(kindOf(suback([1, 135]))).toBe("PERMISSION");
    expect(kindOf(suback([0, 151]))).toBe("RATE_LIMIT");
    expect(kindOf(thrown("Subscribe error: Not authorized", { code: 135 }))).toBe("PERMISSION");
    expect(kindOf(suback([128, 135])), "behind one that says nothing").toBe("PERMISSION");
    const granted = Array<number>(20).fill(1);
    expect(kindOf(suback([...granted.slice(1), 135])), "the twentieth").toBe("PERMISSION");
    expect(kindOf(suback([...granted, 135])), "the twenty-first").toBe("UNKNOWN");
  });

  test("a subscription of an older client is told by its number, and without one by its words", () => {
    expect(kindOf(thrown("Subscribe error: Topic Filter invalid", { code: 143 }))).toBe("PERMANENT");
    expect(kindOf(thrown("Subscribe error: Unspecified error", { code: 128 }))).toBe("UNKNOWN");
    expect(kindOf(thrown("Subscribe error: connection closed"))).toBe("TRANSIENT");
  });

  test.each<[string, object]>([
    ["name", { name: "TopicError" }],
    ["code", { code: "BAD_TOPIC" }],
  ])("the client's own words beside a %s are another library's", (_what, fields) => {
    expect(kindOf(thrown("Invalid topic shop/#/orders", fields))).toBe("UNKNOWN");
  });

  test.each<[string, string]>([
    ["connack timeout", "TIMEOUT"],
    ["Keepalive timeout", "TIMEOUT"],
    ["Couldn't connect to server", "TRANSIENT"],
    ["No connection to broker", "TRANSIENT"],
    ["client disconnecting", "PERMANENT"],
    ["Invalid topic shop/#/orders", "PERMANENT"],
    ["Missing protocol", "PERMANENT"],
  ])("the client's own %s is %s", (message, kind) => {
    expect(kindOf(thrown(message))).toBe(kind);
  });
});

test("Pulsar's arguments that are wrong are PERMANENT", () => {
  expect(kindOf(thrown("Service URL is required and must be specified as a string"))).toBe("PERMANENT");
  expect(kindOf(thrown("Unknown schemaType: Orders"))).toBe("PERMANENT");
});

describe("Temporal", () => {
  /** As the SDK makes them: marked with a symbol of the class's name. */
  const failure = (name: string, fields: object = {}, cause?: Error): Error =>
    thrown("m", { name, [Symbol.for(`__temporal_is${name}`)]: true, ...fields, ...(cause && { cause }) });

  test("a failure is its cause, however often it is wrapped", () => {
    const timeout = failure("TimeoutFailure", { timeoutType: "HEARTBEAT" });
    const activity = failure("ActivityFailure", { retryState: "MAXIMUM_ATTEMPTS_REACHED" }, timeout);
    expect(kindOf(failure("WorkflowFailedError", { retryState: "RETRY_POLICY_NOT_SET" }, activity))).toBe("TIMEOUT");
    const refused = thrown("connect ECONNREFUSED 127.0.0.1:5432", { code: "ECONNREFUSED" });
    expect(kindOf(failure("ActivityFailure", {}, failure("ApplicationFailure", { type: "Error" }, refused)))).toBe("TRANSIENT");
  });

  test("nonRetryable is PERMANENT, and what wraps it says so for types that are not to be tried again", () => {
    expect(kindOf(failure("ApplicationFailure", { type: "CardDeclined", nonRetryable: true }))).toBe("PERMANENT");
    const cause = failure("ApplicationFailure", { type: "CardDeclined", nonRetryable: false });
    expect(kindOf(cause)).toBe("UNKNOWN");
    expect(kindOf(failure("ActivityFailure", { retryState: "NON_RETRYABLE_FAILURE" }, cause))).toBe("PERMANENT");
    expect(kindOf(failure("ChildWorkflowFailure", { retryState: "CANCEL_REQUESTED" }, cause))).toBe("PERMANENT");
  });

  test("its type may be a word that all know", () => {
    expect(kindOf(failure("ApplicationFailure", { type: "RateLimited", nonRetryable: false }))).toBe("RATE_LIMIT");
  });

  test.each<[unknown, number]>([
    [5_000, 5_000],
    ["30s", 30_000],
    ["5 seconds", 5_000],
    ["2 minutes", 120_000],
  ])("nextRetryDelay %j is a delay, and the wish to be tried again", (nextRetryDelay, delayMs) => {
    const error = failure("ApplicationFailure", { type: "Warehouse", nonRetryable: false, nextRetryDelay });
    expect(kindOf(error)).toBe("TRANSIENT");
    expect(delayOf(error)).toBe(delayMs);
  });

  test("a failure of the server is SERVER_ERROR, unless it is for good", () => {
    expect(kindOf(failure("ServerFailure", { nonRetryable: false }))).toBe("SERVER_ERROR");
    expect(kindOf(failure("ServerFailure", { nonRetryable: true }))).toBe("PERMANENT");
    expect(kindOf(failure("ActivityFailure", { retryState: "INTERNAL_SERVER_ERROR" }))).toBe("SERVER_ERROR");
    expect(kindOf(failure("WorkflowFailedError", { retryState: "TIMEOUT" }))).toBe("TIMEOUT");
  });

  test.each(rows(TEMPORAL_GENERAL_NAMES))("%s: %s, where the SDK marked it", (kind, name) => {
    expect(kindOf(failure(`${name}`))).toBe(kind);
    expect(kindOf(thrown("m", { name }))).toBe("UNKNOWN");
  });
});

describe("Cloudflare's bindings", () => {
  test.each<[string, string]>([
    ["KV GET failed: 429 Too Many Requests", "RATE_LIMIT"],
    ["KV PUT failed: 503 Service Unavailable", "SERVER_ERROR"],
    ["KV GET_BULK failed: 400 Bad Request", "PERMANENT"],
    ["get: The specified bucket does not exist. (10006)", "PERMANENT"],
    ["uploadPart: m (10024)", "PERMANENT"],
    ["Queue send failed: Too Many Requests", "RATE_LIMIT"],
    ["Queue sendBatch failed: Queue is overloaded. Please back off.", "RATE_LIMIT"],
    ["Queue send failed: Internal Server Error", "SERVER_ERROR"],
    ["Queue send failed: Payload Too Large", "PERMANENT"],
    ["Durable Object is overloaded. Too many requests for the same object within a 10 second window.", "RATE_LIMIT"],
    ["Your account is doing too many concurrent storage operations. Please back off and try again later.", "RATE_LIMIT"],
    ["Durable Object storage operation exceeded timeout which caused object to be reset.", "TIMEOUT"],
    ["Cannot resolve Durable Object due to transient issue on remote node.", "TRANSIENT"],
    ["Connection closed: this Durable Object instance is no longer active. Reconnect or retry the request.", "TRANSIENT"],
    ["Durable Object's isolate exceeded its memory limit and was reset.", "SERVER_ERROR"],
    ["Durable Object exceeded its CPU time limit and was reset.", "PERMANENT"],
    ["Too many subrequests.", "PERMANENT"],
    ["D1_ERROR: D1 DB is overloaded. Too many requests queued.", "RATE_LIMIT"],
    ["D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.", "SERVER_ERROR"],
    ["D1_ERROR: D1 DB exceeded its CPU time limit and was reset.", "PERMANENT"],
    ["D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.", "TRANSIENT"],
  ])("%s is %s", (message, kind) => {
    expect(kindOf(thrown(message))).toBe(kind);
  });

  test("what is overloaded is RATE_LIMIT, whatever else its flags say", () => {
    expect(kindOf(thrown("m", { overloaded: true, retryable: true }))).toBe("RATE_LIMIT");
  });

  test("an object that was reset comes again", () => {
    expect(kindOf(thrown("m", { durableObjectReset: true }))).toBe("TRANSIENT");
  });

  test("a number in brackets alone is not Cloudflare's", () => {
    for (const message of ["connect failed (10061)", "the socket says no (10053)", "wait: m (10058)"])
      expect(kindOf(thrown(message))).toBe("UNKNOWN");
  });
});

describe("Vercel", () => {
  test("a limit of Blob has its delay in seconds", () => {
    const words = "Too many requests please lower the number of concurrent requests  - try again in 30 seconds.";
    const error = thrown(`Vercel Blob: ${words}`, { retryAfter: 30 });
    expect(kindOf(error)).toBe("RATE_LIMIT");
    expect(delayOf(error)).toBe(30_000);
  });

  test.each<[string, string]>([
    ["Vercel Blob: The requested blob does not exist", "PERMANENT"],
    ["Vercel Blob: This store has been suspended.", "PERMANENT"],
    ["Vercel Blob: The request was aborted.", "PERMANENT"],
    ["Vercel Blob: Failed to fetch blob: 503 Service Unavailable", "SERVER_ERROR"],
    ["Vercel Blob: Failed to fetch blob: 403 Forbidden", "PERMISSION"],
    ["Vercel Blob: Failed to  retrieve the client token", "UNKNOWN"],
    ["@vercel/edge-config: Unauthorized", "AUTH"],
    ["@vercel/edge-config: No connection string provided", "PERMANENT"],
    ["@vercel/edge-config: Unexpected error due to response with status code 503", "SERVER_ERROR"],
    ["@vercel/kv: Missing required environment variables KV_REST_API_URL and KV_REST_API_TOKEN", "PERMANENT"],
  ])("%s is %s", (message, kind) => {
    expect(kindOf(thrown(message))).toBe(kind);
  });

  test.each<[string, string]>([
    ["Command failed: WRONGTYPE Operation against a key holding the wrong kind of value", "PERMANENT"],
    ["Command 1 [ get ] failed: NOAUTH Authentication required", "AUTH"],
    ["Command 2 [ set ] failed: READONLY You can't write against a read only replica.", "TRANSIENT"],
  ])("a reply in a pipeline of Vercel KV, %s, is %s", (message, kind) => {
    expect(kindOf(thrown(message, { name: "UpstashError" }))).toBe(kind);
  });

  test("a command of the shell that failed is no reply", () => {
    expect(kindOf(thrown("Command failed: BUSY x", { cmd: "BUSY x", code: 2 }))).toBe("PERMANENT");
  });
});

describe("Deno", () => {
  /** As fetch throws it: the words of hyper and rustls are in the cause. */
  const fetched = (words: string): Error =>
    Object.assign(new TypeError("fetch failed"), {
      cause: new Error(`error sending request for url (https://localhost/): client error (Connect): ${words}`),
    });

  test.each([
    "invalid peer certificate: Expired",
    "invalid peer certificate: NotValidForName",
    "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
    "received fatal alert: ProtocolVersion",
    "received fatal alert: CertificateRequired",
    "peer is incompatible: NoCipherSuitesInCommon",
    "received corrupt message of type InvalidContentType",
  ])("a handshake that ended with %s is PERMANENT", (words) => {
    expect(kindOf(fetched(words))).toBe("PERMANENT");
  });

  test.each<[Error, string]>([
    [fetched("tcp connect error: Connection refused (os error 111)"), "TRANSIENT"],
    [fetched("dns error: failed to lookup address information: Name or service not known"), "TRANSIENT"],
    [new TypeError("error reading a body from connection"), "TRANSIENT"],
    [new TypeError("Fetch failed: Requests to port 1 are blocked"), "PERMANENT"],
    [new TypeError("Fetch failed: Maximum number of redirects (20) reached"), "PERMANENT"],
    [new Error("failed to lookup address information: Name or service not known"), "TRANSIENT"],
    [thrown("invalid HTTP version parsed", { name: "Http" }), "PERMANENT"],
    [
      thrown('Requires net access to "localhost:5432", run again with the --allow-net flag', { name: "NotCapable" }),
      "PERMISSION",
    ],
  ])("%s is %s", (error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });

  test.each([
    "Key too large for write (max 2048 bytes)",
    "Too many mutations (max 1000)",
    "Too many ranges (max 10)",
    "enqueue payload too large (max 65536 bytes)",
    "key cannot be empty",
    "Failed to perform 'sum' mutation on a non-U64 value in the database",
  ])("Deno KV's %s is PERMANENT", (message) => {
    expect(kindOf(new TypeError(message))).toBe("PERMANENT");
  });

  test.each<[string, string]>([
    ["401 Unauthorized", "AUTH"],
    ["404 Not Found", "PERMANENT"],
    ["429 Too Many Requests", "RATE_LIMIT"],
    ["503 Service Unavailable", "SERVER_ERROR"],
  ])("a database that cannot be opened for a %s is %s", (status, kind) => {
    const words = `the metadata endpoint at 'https://api.deno.com/' responded with status ${status}: no`;
    expect(kindOf(new TypeError(`Could not open Deno KV database: ${words}`))).toBe(kind);
  });
});

describe("Bun", () => {
  const postgres = (errno: string): Error => thrown("m", { name: "PostgresError", code: "ERR_POSTGRES_SERVER_ERROR", errno });
  const mysql = (errno: number, sqlState: string): Error =>
    thrown("m", { name: "MySQLError", code: "ERR_MYSQL_SERVER_ERROR", errno, sqlState });

  test.each<[Error, string, string]>([
    [postgres("40001"), "40001", "CONCURRENCY"],
    [postgres("28P01"), "28P01", "AUTH"],
    [postgres("23505"), "23505", "PERMANENT"],
    [postgres("53300"), "53300", "TRANSIENT"],
    [mysql(1213, "40001"), "1213", "CONCURRENCY"],
    [mysql(1045, "28000"), "1045", "AUTH"],
    [mysql(1062, "23000"), "1062", "PERMANENT"],
  ])("what the server of SQL says, %s with %s, is %s", (error, _number, kind) => {
    expect(kindOf(error)).toBe(kind);
  });

  test.each<[string, string]>([
    ["ERR_POSTGRES_QUERY_CANCELLED", "PERMANENT"],
    ["ERR_POSTGRES_NOT_TAGGED_CALL", "PERMANENT"],
    ["ERR_POSTGRES_TLS_NOT_AVAILABLE", "PERMANENT"],
    ["ERR_MYSQL_UNSAFE_TRANSACTION", "PERMANENT"],
    ["ERR_SQLITE_CONNECTION_CLOSED", "PERMANENT"],
    ["ERR_REDIS_AUTHENTICATION_FAILED", "AUTH"],
    ["ERR_REDIS_TLS_UPGRADE_FAILED", "PERMANENT"],
    ["ERR_REDIS_CONNECTION_CLOSED", "TRANSIENT"],
    ["ERR_REDIS_CONNECTION_TIMEOUT", "TIMEOUT"],
  ])("Bun's own %s is %s", (code, kind) => {
    expect(kindOf(thrown("m", { code }))).toBe(kind);
  });

  test("an error of S3 that Bun has no code for says nothing", () => {
    expect(kindOf(thrown("an unexpected error has occurred", { name: "S3Error", code: "UnknownError", path: "a" }))).toBe(
      "UNKNOWN",
    );
  });
});

describe("Playwright and Puppeteer", () => {
  test.each<[string, string]>([
    ["page.goto: net::ERR_CERT_DATE_INVALID at https://a/", "PERMANENT"],
    ["net::ERR_SSL_PROTOCOL_ERROR at https://a/", "PERMANENT"],
    ["page.goto: SSL_ERROR_UNKNOWN", "PERMANENT"],
    ["page.goto: SEC_ERROR_UNKNOWN_ISSUER", "PERMANENT"],
    ["page.evaluate: Execution context was destroyed, most likely because of a navigation", "TRANSIENT"],
    ["page.content: Unable to retrieve content because the page is navigating and changing the content.", "TRANSIENT"],
    ["page.evaluate: Target crashed ", "TRANSIENT"],
    ["Navigation failed because browser has disconnected!", "TRANSIENT"],
    ["Navigating frame was detached", "TRANSIENT"],
    ["Protocol error (Runtime.callFunctionOn): Target closed", "TRANSIENT"],
    ["Protocol error (DOM.describeNode): Cannot find context with specified id", "TRANSIENT"],
    ["elementHandle.click: Element is not attached to the DOM\nCall log:\n  - attempting click action", "TRANSIENT"],
    ["Protocol error (Page.navigate): Session closed. Most likely the page has been closed.", "PERMANENT"],
    ["Protocol error (Page.navigate): Cannot navigate to invalid URL", "PERMANENT"],
    ["locator.click: Error: strict mode violation: locator('a') resolved to 2 elements:\n    1) <a>1</a>", "PERMANENT"],
    ['page.click: Unexpected token "" while parsing css selector "div[". Did you mean to CSS.escape it?', "PERMANENT"],
    ["page.fill: Error: Element is not an <input>, <textarea>, <select> or [contenteditable]", "PERMANENT"],
    ["Element is not a <select> element.", "PERMANENT"],
    ["Node is either not clickable or not an Element", "PERMANENT"],
    ["browserType.launch: Executable doesn't exist at /home/app/.cache/ms-playwright/chromium/chrome", "PERMANENT"],
    ["Could not find Chrome (ver. 131.0.6778.204).", "PERMANENT"],
    ["page.evaluate: ReferenceError: cart is not defined\n    at eval", "PERMANENT"],
    ["Evaluation failed: TypeError: Cannot read properties of null", "PERMANENT"],
    ["apiRequestContext.get: self-signed certificate\nCall log:\n  - GET https://a/", "PERMANENT"],
    ["apiRequestContext.get: certificate has expired", "PERMANENT"],
    ["browserType.connect: WebSocket error: wss://a/ 401 Unauthorized\nCall log:\n  - <ws connecting>", "AUTH"],
    ["browserType.connect: WebSocket error: wss://a/ 503 Service Unavailable\nCall log:\n  - x", "SERVER_ERROR"],
  ])("%s is %s", (message, kind) => {
    expect(kindOf(thrown(message))).toBe(kind);
  });

  test("what they say alike of a page that was closed and of a browser that was killed is UNKNOWN", () => {
    expect(kindOf(thrown("page.title: Target page, context or browser has been closed"))).toBe("UNKNOWN");
    expect(kindOf(thrown("Attempted to use detached Frame 'AB1D'."))).toBe("UNKNOWN");
  });

  test("what the log says below the first line does not count", () => {
    const log = "Call log:\n  - element was detached from the DOM, retrying\n  - net::ERR_CERT_DATE_INVALID";
    expect(kindOf(thrown(`page.click: Something else\n${log}`))).toBe("UNKNOWN");
  });
});

test("a response of Node that was copied has lost its headers, but not the raw ones", () => {
  const error = thrown("Request failed with status code 429", {
    response: { statusCode: 429, rawHeaders: ["Retry-After", "12"] },
  });
  expect(universalClassifier(error)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 12_000 });
});

describe("neighbours keep what they were", () => {
  test.each<[string, Error, string]>([
    ["a level of a logger", thrown("m", { level: "error" }), "UNKNOWN"],
    ["a number with words like SFTP's", thrown("Failure of the pump", { code: 3 }), "UNKNOWN"],
    [
      "a service's own NotFound, with its status",
      thrown("m", { name: "NotFound", $metadata: { httpStatusCode: 404 } }),
      "PERMANENT",
    ],
    ["an HTTP error with a response code as text", thrown("m", { responseCode: "503", status: 503 }), "SERVER_ERROR"],
    ["a flag of another thing", thrown("m", { overloaded: "no", custom: "yes" }), "UNKNOWN"],
    ["Failed to send message, for another reason", thrown("Failed to send message: chat not open"), "UNKNOWN"],
  ])("%s", (_what, error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });
});
