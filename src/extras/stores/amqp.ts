/*
 * AMQP: amqplib and rabbitmq-client (0-9-1), rhea and Azure Service Bus and Event Hubs (1.0). A 0-9-1 error is told by the name of
 * the broker's reply, which amqplib puts into its text, rabbitmq-client into `code`; the broker's own words tell apart what shares a name.
 * A 1.0 error is told by its condition, or Azure's name for it, and by its `retryable`.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { MESSAGING_CODES } from "../clouds/azure.ts";
import {
  type Codes,
  classifierOfLibrary,
  connectionRule,
  kindOfCode,
  kindOfPattern,
  type Library,
  type Link,
  type Meaning,
  type Patterns,
  type Verdict,
} from "../shared/index.ts";

/* Replies of 0-9-1. Every other one is PERMANENT. Sources: amqp0-9-1.extended.xml (constants); rabbitmq-client src/codec.ts, for the spelling. */
export const AMQP_REPLIES: Codes = {
  PERMISSION: [
    "ACCESS_REFUSED", // 403
  ],
  CONCURRENCY: [
    "RESOURCE_LOCKED", // 405
  ],
  SERVER_ERROR: [
    "INTERNAL_ERROR", // 541
  ],
  TRANSIENT: [
    "NO_CONSUMERS", // 313
    "CONNECTION_FORCED", // 320
    "RESOURCE_ERROR", // 506
  ],
};

/* What a reply code stands for, in the broker's words. Names of queues and hosts stand between. Sources: RabbitMQ rabbit_channel, rabbit_reader, rabbit_amqqueue. */
export const REPLY_WORDS: Patterns = {
  // "queue 'q' in vhost '/' in exclusive use", "... in use"
  CONCURRENCY: /' in (exclusive )?use\b/,
  AUTH: /^Handshake terminated by server: 403|Login was refused/,
  // "home node of durable queue is down", "acknowledgement timed out", "connection limit is reached"
  TRANSIENT: /\bis (down|stopped)\b|\btimed out\b|\breached\b/,
  PERMISSION: /' refused for user\b/,
};

/* What rabbitmq-client says itself; its other codes say that the program uses a connection that it has closed. Source: rabbitmq-client src/. */
export const CLIENT_CODES: Codes = {
  TRANSIENT: ["NACK", "RPC_CLOSED", "CONN_CLOSE", "CH_CLOSE", "CANCEL_FORCED"],
  TIMEOUT: ["TIMEOUT", "CONNECTION_TIMEOUT", "SOCKET_TIMEOUT", "RPC_TIMEOUT"],
};

/* Conditions of 1.0. Every other one is PERMANENT. Sources: OASIS AMQP 1.0, 2.8.14 to 2.8.18; @azure/core-amqp src/errors.ts. */
export const AMQP_CONDITIONS: Codes = {
  AUTH: ["amqp:unauthorized-access"],
  CONCURRENCY: ["amqp:resource-locked", "amqp:link:stolen", "com.microsoft:session-cannot-be-locked"],
  RATE_LIMIT: ["amqp:resource-limit-exceeded", "amqp:link:transfer-limit-exceeded", "com.microsoft:server-busy"],
  SERVER_ERROR: ["amqp:internal-error"],
  TRANSIENT: ["amqp:connection:forced", "amqp:connection:redirect", "amqp:link:detach-forced", "amqp:link:redirect"],
  TIMEOUT: ["amqp:transaction:timeout", "com.microsoft:timeout", "com.microsoft:message-wait-timeout"],
};

/* How every condition of AMQP and of Azure begins. */
const CONDITION = /^(amqp|com\.microsoft):/;

/* amqplib's own words about its connection, whole. Sources: amqplib lib/connection.js, lib/channel.js and lib/connect.js. */
export const OWN_WORDS: Codes = {
  TRANSIENT: [
    "Unexpected close",
    "Socket closed abruptly during opening handshake",
    "message nacked",
    "channel closed",
    "Channel closed",
    "Channel ended, no reply will be forthcoming",
    "No channels left to allocate",
  ],
  TIMEOUT: ["Heartbeat timeout", "connect ETIMEDOUT"],
  PERMANENT: [
    // The broker closes while the vhost is opened: there is none of this name, or it is not for this user. amqplib drops the reply.
    "Expected ConnectionOpenOk; got <ConnectionClose channel:0>",
  ],
};

/*
 * Why a channel or a connection was closed that the program goes on to use, as the first line of `stackAtStateChange` says it behind these
 * words. What stands there besides a reply of the broker says that the program closed it. Sources: amqplib lib/error.js, lib/connection.js.
 */
const STATE_CHANGE = "Stack capture: ";
export const CLOSED_BY_ACCIDENT: readonly string[] = ["Socket error", "Heartbeat timeout"];

/* The mechanism stands behind it. */
const SASL = "SASL mechanism ";

export const NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  // rabbitmq-client's.
  "AMQPError",
  "AMQPChannelError",
  "AMQPConnectionError",
  // Azure's.
  "MessagingError",
  "ServiceBusError",
]);

/* How amqplib quotes the broker's reply: `404 (NOT-FOUND) with message "..."`. */
const QUOTED = /\b\d{3} \(([A-Z-]+)\) with message/;

function amqpRule(link: Link): Verdict {
  const { name, code, message } = link;
  if (name === "IllegalOperationError") return kindOfClosed(link);
  const quoted = kindOfQuoted(message);
  if (quoted !== undefined) return quoted;
  // A code of the system, on an error of these names, says more than they do.
  if (code !== "" && NAMES.has(name) && connectionRule(link) === undefined)
    return kindOfCode(CLIENT_CODES, code) ?? kindOfCode(MESSAGING_CODES, code) ?? kindOfRest(link, code);
  const condition = link.text("condition");
  if (CONDITION.test(condition)) return kindOfCode(AMQP_CONDITIONS, condition) ?? kindOfRest(link, condition);
  return message.startsWith(SASL) ? "AUTH" : kindOfCode(OWN_WORDS, message);
}

/** What was used after it was closed: as lasting as what closed it, since a call that opens a new one may find the broker there again. */
function kindOfClosed(link: Link): Verdict {
  const state = link.text("stackAtStateChange").split("\n", 1)[0] as string;
  if (!state.startsWith(STATE_CHANGE)) return "PERMANENT";
  const reason = state.slice(STATE_CHANGE.length);
  return CLOSED_BY_ACCIDENT.includes(reason) ? "TRANSIENT" : (kindOfQuoted(reason) ?? "PERMANENT");
}

function kindOfQuoted(words: string): Verdict {
  const reply = QUOTED.exec(words)?.[1];
  return reply === undefined ? undefined : kindOfReply(reply.replaceAll("-", "_"), words);
}

const kindOfRest = (link: Link, reply: string): Verdict =>
  link.read("retryable") === true ? "TRANSIENT" : kindOfReply(reply, link.message);

const kindOfReply = (reply: string, message: string): Verdict =>
  kindOfPattern(REPLY_WORDS, message) ?? kindOfCode(AMQP_REPLIES, reply) ?? "PERMANENT";

const meaning: Meaning = {
  rule: amqpRule,
};

export const amqp: Library = {
  name: "amqp",
  looks: {
    fields: ["classId", "condition"],
    names: ["IllegalOperationError", NAMES],
    beginnings: [OWN_WORDS, SASL],
    words: [") with message"],
  },
  meaning,
};

/**
 * Classifies errors of AMQP clients: what amqplib and rabbitmq-client throw, and the conditions of AMQP 1.0. What it does not know is
 * `UNKNOWN`: put `firstKnown(amqpClassifier, defaultClassifier)` where other errors come by.
 */
export const amqpClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("amqpClassifier", meaning);
