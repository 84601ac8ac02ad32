/*
 * AMQP: amqplib and rabbitmq-client (0-9-1), rhea and Azure Service Bus and Event Hubs (1.0). A 0-9-1 error is told by its reply code,
 * which amqplib puts into its text ("404 (NOT-FOUND) with message ..."), rabbitmq-client into `code` as a word; the broker's own words tell
 * apart what shares a code. A 1.0 error is told by its condition, or Azure's name for it, and by its `retryable`.
 * Sources: amqp0-9-1.extended.xml (constants), RabbitMQ rabbit_channel, rabbit_reader and rabbit_amqqueue; amqplib lib/connection.js and
 * lib/channel.js; rabbitmq-client src/exception.ts; OASIS AMQP 1.0, 2.8.14 to 2.8.18; Azure @azure/core-amqp src/errors.ts.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { connectionRule, judgeAs, type Library, type Link, type Meaning, type Verdict } from "../shared/index.ts";

function amqpRule(link: Link): Verdict {
  const { name, message: text } = link;
  if (name === "IllegalOperationError") return "PERMANENT";
  const reply = replyOf(link);
  if (!reply) {
    if (LOST.test(text)) return "TRANSIENT";
    return /^SASL mechanism .*not prov/.test(text) ? "AUTH" : undefined;
  }
  if (/405|LOCKED|stolen|NotOwned|be-?locked/i.test(reply) || /' in (exclusive )?use\b/.test(text)) return "CONCURRENCY";
  if (/^Handshake .* 403|Login was refused/.test(text) || /unauthorized/i.test(reply)) return "AUTH";
  if (/ is (down|stopped)|timed out|reached/.test(text)) return "TRANSIENT";
  if (/403|ACCESS/.test(reply) || /' refused for/.test(text)) return "PERMISSION";
  if (/busy|limit-exc|quota/i.test(reply)) return "RATE_LIMIT";
  if (/541|internal/i.test(reply)) return "SERVER_ERROR";
  return /320|313|506|forced|redirect|timeout|NO_CONS|RESOURCE_E|NACK|_CLOSED?$/i.test(reply) || link.read("retryable") === true
    ? "TRANSIENT"
    : "PERMANENT";
}

// amqplib's own words about its connection.
const LOST =
  /^(Unexpected close|Heartbeat timeout|Socket closed abr|message nacked|Channel ended, no|[Cc]hannel closed$|No channels left|connect ETIMEDOUT$)/;

/** A reply code, its name, or a condition: whatever stands for it in this library. */
function replyOf(link: Link): string {
  const { name, code, message: text } = link;
  const [reply] = /\d{3} \([A-Z-]+\) with message/.exec(text) ?? [];
  if (reply) return reply;
  if (/^(AMQP|Messaging|ServiceBus)Error$/.test(name) || typeof link.read("methodId") === "number")
    // A code of the system, on an error of these names, says more than they do.
    return connectionRule(link) === undefined ? code : "";
  const condition = link.text("condition");
  return /^(amqp|com\.microsoft):/.test(condition) ? condition : "";
}

const meaning: Meaning = {
  rule: amqpRule,
};

export const amqp: Library = {
  name: "amqp",
  looks: {
    fields: ["classId", "condition"],
    names: ["IllegalOperationError", "AMQPError", "MessagingError", "ServiceBusError"],
    beginnings: [/^(Unexpected close|Heartbeat|Socket closed|message n|[Cc]hannel|No channels|connect E|SASL mech)/],
    words: [") with message"],
  },
  meaning,
};

/**
 * Classifies errors of AMQP clients: what amqplib and rabbitmq-client throw, and the conditions of AMQP 1.0. What it does not know is
 * `UNKNOWN`: put `firstKnown(amqpClassifier, defaultClassifier)` where other errors come by.
 */
export const amqpClassifier: Classifier = (error) => judgeAs(meaning, error);
