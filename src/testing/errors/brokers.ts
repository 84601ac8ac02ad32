/* Errors of clients of brokers: kafkajs, nats and amqplib. */
import { builder, type ErrorDetails, entryOf, type Shape } from "./builder.ts";
import { KAFKA_CODES } from "./kafka-codes.ts";
import { makeError } from "./make-error.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";

export type KafkaCode =
  | number
  | keyof typeof KAFKA_CODES
  | "KafkaJSConnectionClosedError"
  | "KafkaJSRequestTimeoutError"
  | NetworkCode;

/** Where the protocol says more than its error: kafkajs' pages about it. */
const HELP: Readonly<Record<string, string>> = {
  REBALANCE_IN_PROGRESS: "https://kafka.js.org/docs/faq#what-does-it-mean-to-get-rebalance-in-progress-errors",
  SASL_AUTHENTICATION_FAILED: "https://kafka.js.org/docs/configuration#sasl",
};

const BROKER = "127.0.0.1:9092";

const kafkaError = (kind: string, classes: readonly string[], message: string, own: object, retriable: boolean): Shape => ({
  classes: [kind, ...classes, "KafkaJSError"],
  message,
  own: { name: kind, retriable, ...own },
});

/** What ends a call of kafkajs whose retries are used up. */
function exceeded(cause: Shape): Shape {
  const shape = kafkaError(
    "KafkaJSNumberOfRetriesExceeded",
    ["KafkaJSNonRetriableError"],
    cause.message,
    { retryCount: 0, retryTime: 300 },
    false,
  );
  return { ...shape, cause: makeError(cause, exceeded) };
}

function kafkaShape(code: string): Shape | undefined {
  if (code === "KafkaJSConnectionClosedError")
    return exceeded(
      kafkaError(code, ["KafkaJSConnectionError"], "Closed connection", { broker: BROKER, host: "127.0.0.1", port: 9092 }, true),
    );
  if (code === "KafkaJSRequestTimeoutError") {
    const own = { broker: BROKER, correlationId: 0, createdAt: 0, sentAt: 0, pendingDuration: 0 };
    return exceeded(kafkaError(code, [], "Request Produce(key: 0, version: 7) timed out", own, true));
  }
  const network = networkShape(code);
  if (network !== undefined) {
    const own = { broker: BROKER, code: network.own?.["code"] };
    return exceeded(kafkaError("KafkaJSConnectionError", [], `Connection error: ${network.message}`, own, true));
  }
  const type = /^-?\d+$/.test(code) ? Object.entries(KAFKA_CODES).find(([, [number]]) => number === Number(code))?.[0] : code;
  const known = type === undefined ? undefined : entryOf<readonly [number, boolean, string]>(KAFKA_CODES, type);
  if (type === undefined || known === undefined) return undefined;
  const [number, retriable, message] = known;
  return kafkaError("KafkaJSProtocolError", [], message, { helpUrl: HELP[type], type, code: number }, retriable);
}

/**
 * @param code a name or number of the protocol (`LEADER_NOT_AVAILABLE`), `KafkaJSConnectionClosedError`, `KafkaJSRequestTimeoutError`, or a code of the network: those three come
 * inside of the KafkaJSNumberOfRetriesExceeded that kafkajs throws
 */
export const kafkajs: (code: KafkaCode, details?: ErrorDetails) => Error = builder<KafkaCode>({
  name: "kafkajs",
  code: "a name or number of Kafka's protocol, such as LEADER_NOT_AVAILABLE, a name of kafkajs, or a code of the network, such as ECONNREFUSED",
  words: [...Object.keys(KAFKA_CODES), "KafkaJSConnectionClosedError", "KafkaJSRequestTimeoutError", ...NETWORK_CODES],
  shape: kafkaShape,
});

/** The codes of nats 2. Source: nats.js nats-base-client/core.ts (ErrorCode). */
const NATS_CODES = [
  "BAD API",
  "BAD_AUTHENTICATION",
  "BAD_CREDS",
  "BAD_HEADER",
  "BAD_JSON",
  "BAD_PAYLOAD",
  "BAD_SUBJECT",
  "CANCELLED",
  "CONNECTION_CLOSED",
  "CONNECTION_DRAINING",
  "CONNECTION_REFUSED",
  "CONNECTION_TIMEOUT",
  "DISCONNECT",
  "INVALID_OPTION",
  "INVALID_PAYLOAD",
  "MAX_PAYLOAD_EXCEEDED",
  "404",
  "408",
  "409",
  "503",
  "NOT_FUNC",
  "REQUEST_ERROR",
  "SERVER_OPT_NA",
  "SUB_CLOSED",
  "SUB_DRAINING",
  "TIMEOUT",
  "TLS",
  "UNKNOWN_ERROR",
  "WSS_REQUIRED",
  "JESTREAM_INVALID_ACK",
  "IDLE_HEARTBEAT",
  "AUTHORIZATION_VIOLATION",
  "AUTHENTICATION_EXPIRED",
  "NATS_PROTOCOL_ERR",
  "PERMISSIONS_VIOLATION",
  "AUTHENTICATION_TIMEOUT",
  "ACCOUNT_EXPIRED",
] as const;

export type NatsCode = (typeof NATS_CODES)[number] | 404 | 408 | 409 | 503;

/** @param code one of nats 2, such as `TIMEOUT`, or `503` for no responders */
export const nats: (code: NatsCode, details?: ErrorDetails) => Error = builder<NatsCode>({
  name: "nats",
  code: "a code of nats, such as TIMEOUT, CONNECTION_CLOSED or 503",
  words: NATS_CODES,
  shape: (code) => {
    if (!(NATS_CODES as readonly string[]).includes(code)) return undefined;
    const refused = code === "CONNECTION_REFUSED" ? networkShape("ECONNREFUSED") : undefined;
    const chainedError = refused && makeError(refused, networkShape);
    return { classes: ["NatsError"], message: code, own: { name: "NatsError", code, chainedError } };
  },
});

/** The names of the numbers with which a broker closes a channel or a connection. Source: rabbitmq.com, "AMQP 0-9-1 reference", constants. */
const AMQP_REPLIES = {
  311: "CONTENT_TOO_LARGE",
  312: "NO_ROUTE",
  313: "NO_CONSUMERS",
  320: "CONNECTION_FORCED",
  402: "INVALID_PATH",
  403: "ACCESS_REFUSED",
  404: "NOT_FOUND",
  405: "RESOURCE_LOCKED",
  406: "PRECONDITION_FAILED",
  501: "FRAME_ERROR",
  502: "SYNTAX_ERROR",
  503: "COMMAND_INVALID",
  504: "CHANNEL_ERROR",
  505: "UNEXPECTED_FRAME",
  506: "RESOURCE_ERROR",
  530: "NOT_ALLOWED",
  540: "NOT_IMPLEMENTED",
  541: "INTERNAL_ERROR",
} as const;

/** Those with which it closes the connection. The others close a channel. */
const OF_CONNECTION = ["320", "402", "501", "502", "503", "504", "505", "506", "530", "540", "541"];

/** What amqplib says itself. */
const AMQP_WORDS = {
  "Unexpected close": { message: "Unexpected close" },
  "message nacked": { message: "message nacked" },
  "channel closed": { message: "channel closed" },
  "connect ETIMEDOUT": { message: "connect ETIMEDOUT" },
  "Heartbeat timeout": { message: "Heartbeat timeout" },
  "Channel ended, no reply will be forthcoming": { message: "Channel ended, no reply will be forthcoming" },
  "Socket closed abruptly during opening handshake": { message: "Socket closed abruptly during opening handshake" },
  "Expected ConnectionOpenOk; got <ConnectionClose channel:0>": {
    message: "Expected ConnectionOpenOk; got <ConnectionClose channel:0>",
  },
  "Channel closed": {
    classes: ["IllegalOperationError"],
    name: "IllegalOperationError",
    message: "Channel closed",
    own: { stackAtStateChange: "Stack capture: ChannelCloseOk frame received" },
  },
  "Handshake terminated by server": {
    message:
      'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile."',
  },
} satisfies Readonly<Record<string, Shape>>;

export type AmqpCode = keyof typeof AMQP_REPLIES | keyof typeof AMQP_WORDS | NetworkCode;

function amqpShape(code: string): Shape | undefined {
  const word = entryOf<Shape>(AMQP_WORDS, code);
  const network = word ?? networkShape(code);
  if (network !== undefined) return network;
  const name = entryOf<string>(AMQP_REPLIES as Readonly<Record<string, string>>, code);
  if (name === undefined) return undefined;
  const closed = OF_CONNECTION.includes(code) ? "Connection closed" : "Operation failed: QueueDeclare";
  const own = { code: Number(code), ...(OF_CONNECTION.includes(code) ? {} : { classId: 50, methodId: 10 }) };
  const between = closed.endsWith("Declare") ? ";" : ":";
  return {
    message: `${closed}${between} ${code} (${name.replaceAll("_", "-")}) with message "${name} - said by the broker"`,
    own,
  };
}

/** @param code the number with which the broker closes (`404`), what amqplib says itself (`Unexpected close`), or a code of the network */
export const amqplib: (code: AmqpCode, details?: ErrorDetails) => Error = builder<AmqpCode>({
  name: "amqplib",
  code: 'a reply code of AMQP, such as 404, a word of amqplib, such as "Unexpected close", or a code of the network, such as ECONNREFUSED',
  words: [...Object.keys(AMQP_WORDS), ...NETWORK_CODES],
  shape: amqpShape,
});
