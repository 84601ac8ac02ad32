import type { ErrorClass } from "redress";
import { describe, expect, test } from "vitest";
import { amqpClassifier } from "../../src/extras/stores/amqp.ts";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("amqplib", amqpClassifier);

const is = (error: unknown): ErrorClass => classOf(amqpClassifier, error);

/** What the broker says: a reply code, its name, and RabbitMQ's words. */
const REPLIES: readonly (readonly [code: number, word: string, text: string, errorClass: ErrorClass])[] = [
  [311, "CONTENT-TOO-LARGE", "content too large", "PERMANENT"],
  [312, "NO-ROUTE", "NO_ROUTE", "PERMANENT"],
  [313, "NO-CONSUMERS", "NO_CONSUMERS", "TRANSIENT"],
  [320, "CONNECTION-FORCED", "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", "TRANSIENT"],
  [402, "INVALID-PATH", "INVALID_PATH - unknown vhost", "PERMANENT"],
  [403, "ACCESS-REFUSED", "ACCESS_REFUSED - configure access to queue 'q' in vhost '/' refused for user 'u'", "PERMISSION"],
  [403, "ACCESS-REFUSED", "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use", "CONCURRENCY"],
  [
    403,
    "ACCESS-REFUSED",
    "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.",
    "AUTH",
  ],
  [404, "NOT-FOUND", "NOT_FOUND - no queue 'in use' in vhost '/'", "PERMANENT"],
  [404, "NOT-FOUND", "NOT_FOUND - home node 'rabbit@b' of durable queue 'q' in vhost '/' is down or inaccessible", "TRANSIENT"],
  [405, "RESOURCE-LOCKED", "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'", "CONCURRENCY"],
  [
    406,
    "PRECONDITION-FAILED",
    "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'",
    "PERMANENT",
  ],
  [406, "PRECONDITION-FAILED", "PRECONDITION_FAILED - unknown delivery tag 1", "PERMANENT"],
  [406, "PRECONDITION-FAILED", "PRECONDITION_FAILED - queue 'q' in vhost '/' in use", "CONCURRENCY"],
  [
    406,
    "PRECONDITION-FAILED",
    "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1800000 ms.",
    "TRANSIENT",
  ],
  [501, "FRAME-ERROR", "FRAME_ERROR - type 65, all octets = <<>>", "PERMANENT"],
  [502, "SYNTAX-ERROR", "SYNTAX_ERROR", "PERMANENT"],
  [503, "COMMAND-INVALID", "COMMAND_INVALID - unimplemented method", "PERMANENT"],
  [504, "CHANNEL-ERROR", "CHANNEL_ERROR - expected 'channel.open'", "PERMANENT"],
  [505, "UNEXPECTED-FRAME", "UNEXPECTED_FRAME - expected content header", "PERMANENT"],
  [506, "RESOURCE-ERROR", "RESOURCE_ERROR - out of memory", "TRANSIENT"],
  [530, "NOT-ALLOWED", "NOT_ALLOWED - vhost nope not found", "PERMANENT"],
  [530, "NOT-ALLOWED", "NOT_ALLOWED - access to vhost 'v' refused for user 'u'", "PERMISSION"],
  [530, "NOT-ALLOWED", "NOT_ALLOWED - access to vhost 'v' refused for user 'u': connection limit (1) is reached", "TRANSIENT"],
  [
    530,
    "NOT-ALLOWED",
    "NOT_ALLOWED - number of channels opened on node 'rabbit@a' has reached the maximum allowed limit (10)",
    "TRANSIENT",
  ],
  [530, "NOT-ALLOWED", "NOT_ALLOWED - attempt to reuse consumer tag 't'", "PERMANENT"],
  [540, "NOT-IMPLEMENTED", "NOT_IMPLEMENTED - immediate=true", "PERMANENT"],
  [541, "INTERNAL-ERROR", "INTERNAL_ERROR", "SERVER_ERROR"],
];

describe.each(REPLIES)("%i (%s) with message %s is %s", (code, word, text, errorClass) => {
  const message = `${code} (${word}) with message "${text}"`;

  test("on a channel, as amqplib throws it", () => {
    const fields = { code, classId: 50, methodId: 10 };
    expect(is(Object.assign(new Error(`Operation failed: QueueDeclare; ${message}`), fields))).toBe(errorClass);
    expect(is(Object.assign(new Error(`Channel closed by server: ${message}`), fields))).toBe(errorClass);
    expect(
      is(new Error("publish failed", { cause: Object.assign(new Error(`Channel closed by server: ${message}`), fields) })),
    ).toBe(errorClass);
  });

  test("on a connection, as amqplib throws it", () => {
    expect(is(Object.assign(new Error(`Connection closed: ${message}`), { code }))).toBe(errorClass);
  });

  test("as rabbitmq-client throws it", () => {
    const error = Object.assign(new Error(`${text}; queue.declare`), { name: "AMQPError", code: word.replaceAll("-", "_") });
    expect(is(error)).toBe(errorClass);
  });
});

describe("the handshake", () => {
  const ended = (reply: string): Error => new Error(`Handshake terminated by server: ${reply}`);
  test.each<[string, ErrorClass]>([
    ['403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN."', "AUTH"],
    ["403 (ACCESS-REFUSED) with message \"ACCESS_REFUSED - PLAIN login refused: user 'u' - invalid credentials\"", "AUTH"],
    ["530 (NOT-ALLOWED) with message \"NOT_ALLOWED - access to vhost 'v' refused for user 'u'\"", "PERMISSION"],
    ['530 (NOT-ALLOWED) with message "NOT_ALLOWED - vhost v not found"', "PERMANENT"],
    [
      "541 (INTERNAL-ERROR) with message \"INTERNAL_ERROR - access to vhost 'v' refused for user 'u': vhost 'v' is down\"",
      "TRANSIENT",
    ],
  ])("%s is %s", (reply, errorClass) => {
    expect(is(ended(reply))).toBe(errorClass);
  });
});

test.each<[string, ErrorClass]>([
  ["Unexpected close", "TRANSIENT"],
  ["Heartbeat timeout", "TRANSIENT"],
  ["Socket closed abruptly during opening handshake", "TRANSIENT"],
  ["connect ETIMEDOUT", "TRANSIENT"],
  ["message nacked", "TRANSIENT"],
  ["channel closed", "TRANSIENT"],
  ["Channel ended, no reply will be forthcoming", "TRANSIENT"],
  ["No channels left to allocate", "TRANSIENT"],
  ["SASL mechanism EXTERNAL is not provided by the server", "AUTH"],
])("the text %s is %s", (text, errorClass) => {
  expect(is(new Error(text))).toBe(errorClass);
});

describe("a channel or connection of amqplib that is used after it was closed", () => {
  const closed = (message: string, reason: string): Error =>
    Object.assign(new Error(message), {
      name: "IllegalOperationError",
      stackAtStateChange: `Stack capture: ${reason}\n    at Connection.onSocketError (amqplib/lib/connection.js:321:17)`,
    });

  test.each<[string, string]>([
    ["Channel closed", "Socket error"],
    ["Connection closed (Error: read ECONNRESET)", "Socket error"],
    ["Connection closed (Error: Unexpected close)", "Socket error"],
    ["Channel closed", "Heartbeat timeout"],
    [
      "Channel closed",
      "Connection closed: 320 (CONNECTION-FORCED) with message \"CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'\"",
    ],
  ])("%s after %s is TRANSIENT, for a call that opens a new one may find the broker there", (message, reason) => {
    expect(is(closed(message, reason))).toBe("TRANSIENT");
  });

  test.each<[string, string]>([
    ["Channel closed", "ChannelCloseOk frame received"],
    ["Channel closing", "closeBecause called: Goodbye"],
    ["Channel closed", "ConnectionCloseOk received"],
    ["Connection closing", "closeBecause called: Cheers, thanks"],
    ["Connection closed (by client)", "ConnectionCloseOk received"],
    ["Channel closed", "Connection blocked: closing immediately"],
  ])("%s after %s is PERMANENT, for the program closed it", (message, reason) => {
    expect(is(closed(message, reason))).toBe("PERMANENT");
  });

  test.each<[string, ErrorClass]>([
    ["404 (NOT-FOUND) with message \"NOT_FOUND - no queue 'q' in vhost '/'\"", "PERMANENT"],
    [
      "403 (ACCESS-REFUSED) with message \"ACCESS_REFUSED - write access to exchange 'e' in vhost '/' refused for user 'u'\"",
      "PERMISSION",
    ],
    ['541 (INTERNAL-ERROR) with message "INTERNAL_ERROR"', "SERVER_ERROR"],
  ])("closed by the broker with %s is %s, as the reply is", (reply, errorClass) => {
    expect(is(closed("Channel closed", `Channel closed by server: ${reply}`))).toBe(errorClass);
  });

  test("is PERMANENT where nothing says what closed it", () => {
    expect(is(Object.assign(new Error("Channel closed"), { name: "IllegalOperationError" }))).toBe("PERMANENT");
    // As many letters as amqplib's "Stack capture: ".
    const stackAtStateChange = "At the moment: Socket error";
    expect(is(Object.assign(new Error("Channel closed"), { name: "IllegalOperationError", stackAtStateChange }))).toBe(
      "PERMANENT",
    );
  });
});

test("a vhost that the broker does not open is PERMANENT, though amqplib drops what the broker said", () => {
  expect(is(new Error("Expected ConnectionOpenOk; got <ConnectionClose channel:0>"))).toBe("PERMANENT");
});

test.each<[string, ErrorClass]>([
  ["NACK", "TRANSIENT"],
  ["TIMEOUT", "TRANSIENT"],
  ["RPC_TIMEOUT", "TRANSIENT"],
  ["RPC_CLOSED", "TRANSIENT"],
  ["CONN_CLOSE", "TRANSIENT"],
  ["CH_CLOSE", "TRANSIENT"],
  ["CLOSING", "PERMANENT"],
])("rabbitmq-client's own %s is %s", (code, errorClass) => {
  expect(is(Object.assign(new Error("m"), { name: "AMQPError", code }))).toBe(errorClass);
});

test.each<[string, string, ErrorClass]>([
  ["AMQPChannelError", "NOT_FOUND", "PERMANENT"],
  ["AMQPChannelError", "RESOURCE_LOCKED", "CONCURRENCY"],
  ["AMQPChannelError", "CH_CLOSE", "TRANSIENT"],
  ["AMQPConnectionError", "ACCESS_REFUSED", "PERMISSION"],
  ["AMQPConnectionError", "CONNECTION_FORCED", "TRANSIENT"],
  ["AMQPConnectionError", "SOCKET_TIMEOUT", "TRANSIENT"],
])("rabbitmq-client's %s with %s is %s", (name, code, errorClass) => {
  expect(is(Object.assign(new Error("m"), { name, code }))).toBe(errorClass);
});

test.each<[string, ErrorClass]>([
  ["amqp:unauthorized-access", "AUTH"],
  ["amqp:resource-limit-exceeded", "RATE_LIMIT"],
  ["com.microsoft:server-busy", "RATE_LIMIT"],
  ["amqp:resource-locked", "CONCURRENCY"],
  ["amqp:link:stolen", "CONCURRENCY"],
  ["com.microsoft:session-cannot-be-locked", "CONCURRENCY"],
  ["amqp:internal-error", "SERVER_ERROR"],
  ["amqp:connection:forced", "TRANSIENT"],
  ["amqp:link:detach-forced", "TRANSIENT"],
  ["amqp:connection:redirect", "TRANSIENT"],
  ["com.microsoft:timeout", "TRANSIENT"],
  ["amqp:transaction:timeout", "TRANSIENT"],
  ["amqp:not-found", "PERMANENT"],
  ["amqp:not-allowed", "PERMANENT"],
  ["amqp:invalid-field", "PERMANENT"],
  ["amqp:decode-error", "PERMANENT"],
  ["amqp:precondition-failed", "PERMANENT"],
  ["amqp:resource-deleted", "PERMANENT"],
  ["amqp:link:message-size-exceeded", "PERMANENT"],
  ["com.microsoft:message-lock-lost", "PERMANENT"],
])("the condition %s of AMQP 1.0 is %s", (condition, errorClass) => {
  expect(is({ condition, description: "d" })).toBe(errorClass);
  expect(is(Object.assign(new Error("d"), { name: "AmqpError", condition }))).toBe(errorClass);
});

test.each<[string, string, boolean, ErrorClass]>([
  ["MessagingError", "ServerBusyError", true, "RATE_LIMIT"],
  ["ServiceBusError", "ServiceBusy", true, "RATE_LIMIT"],
  ["ServiceBusError", "QuotaExceeded", false, "RATE_LIMIT"],
  ["MessagingError", "UnauthorizedError", false, "AUTH"],
  ["ServiceBusError", "UnauthorizedAccess", false, "AUTH"],
  ["ServiceBusError", "SessionCannotBeLocked", false, "CONCURRENCY"],
  ["MessagingError", "PartitionNotOwnedError", false, "CONCURRENCY"],
  ["MessagingError", "ResourceLockedError", false, "CONCURRENCY"],
  ["MessagingError", "ServiceCommunicationError", true, "TRANSIENT"],
  ["ServiceBusError", "ServiceTimeout", true, "TRANSIENT"],
  ["MessagingError", "ServiceUnavailableError", true, "TRANSIENT"],
  ["MessagingError", "InternalServerError", true, "SERVER_ERROR"],
  ["ServiceBusError", "MessageLockLost", false, "PERMANENT"],
  ["MessagingError", "MessagingEntityNotFoundError", false, "PERMANENT"],
  ["ServiceBusError", "MessageSizeExceeded", false, "PERMANENT"],
])("Azure's %s %s with retryable %s is %s", (name, code, retryable, errorClass) => {
  expect(is(Object.assign(new Error("m"), { name, code, retryable }))).toBe(errorClass);
});

test.each<[string, unknown]>([
  ["an HTTP error with the same number", Object.assign(new Error("Not Found"), { code: 404, status: 404 })],
  ["an error with a condition of its own", Object.assign(new Error("m"), { condition: "new" })],
  ["a condition that only ends like one of AMQP", { condition: "x-amqp:internal-error", description: "d" }],
  ["an error of Azure without a code", Object.assign(new Error("m"), { name: "MessagingError" })],
  ["an error of rabbitmq-client without a code", Object.assign(new Error("m"), { name: "AMQPError", code: "" })],
  ["a text with a number in brackets", new Error("404 (NOT-FOUND)")],
  ["a nacked something else", new Error("The message nacked was mine")],
])("%s is UNKNOWN", (_what, error) => {
  expect(is(error)).toBe("UNKNOWN");
});
