/*
 * Kafka: kafkajs, librdkafka's clients (node-rdkafka, @confluentinc/kafka-javascript) and @platformatic/kafka. The number of the broker's
 * or librdkafka's error decides; then the cause, which "number of retries exceeded" only repeats; then the client's own kind of error and
 * its word on whether to try again.
 * Sources: kafka.apache.org/protocol, "Error Codes"; librdkafka src/rdkafka.h (rd_kafka_resp_err_t); kafkajs src/errors.js;
 * @platformatic/kafka src/errors.ts.
 */
import type { Classifier } from "../core/failure/classification.ts";
import { connectionRule } from "./connection.ts";
import { judge, type Link, read, string, type Verdict } from "./judge.ts";

// Retriable by the protocol's table, and those that say that a broker has moved on; of librdkafka: broker down, resolver, timeouts, waiting.
const TRANSIENT = /^([235-9]|1[134569]|20|41|56|7[0-24-57-9]|8[0348]|10[03678]|12[023479]|133|-1(9[235]|8[02357]|6[346]|53|46))$/;
// Group generations and members, transactions and reassignments under way, groups in use; of librdkafka: in progress, conflict, lost.
const CONCURRENCY = /^(2[257]|47|5[12]|60|68|86|11[013]|-1(7[378]|42))$/;

/** What a broker or librdkafka said, by number. */
export function kafkaRule({ error, name, code }: Link): Verdict {
  const number = /^PLT_KFK/.test(code)
    ? string(read(error, "apiCode"))
    : /^KafkaJS/.test(name) || (read(error, "origin") && read(error, "errno") === read(error, "code"))
      ? code
      : "";
  if (/KafkaJSSASL|PLT_KFK_AUTH/.test(name + code) || /^(3[34]|58|6[26]|-169)$/.test(number)) return "AUTH";
  if (/^(29|3[01]|53|6[35])$/.test(number)) return "PERMISSION";
  if (number && (read(error, "fatal") ?? read(error, "isFatal")) === true) return "PERMANENT";
  if (CONCURRENCY.test(number)) return "CONCURRENCY";
  if (/^(89|-184)$/.test(number)) return "RATE_LIMIT";
  if (TRANSIENT.test(number)) return "TRANSIENT";
  if (number === "-1") return "SERVER_ERROR";
  // kafkajs's word for a number that it does not know.
  if (number === "-99") return "UNKNOWN";
  return /^-?\d+$/.test(number) ? (wordOf(error) ?? "PERMANENT") : undefined;
}

/** What a client says of itself. It wraps what it gave up on in errors that are "not retriable" any more: those are not asked. */
export function kafkaFallback({ error, name, code }: Link): Verdict {
  if (/KafkaJS.*(Timeout|NotFound|NumberOf)|PLT_KFK_(NET|TIME)/.test(name + code)) return "TRANSIENT";
  if (!/^KafkaJS/.test(name) && !/^PLT_KFK/.test(code)) return undefined;
  return read(read(error, "cause"), "retriable") === undefined ? wordOf(error) : undefined;
}

function wordOf(error: object): Verdict {
  const retriable = read(error, "retriable") ?? read(error, "canRetry") ?? read(error, "isRetriable");
  return retriable === true ? "TRANSIENT" : retriable === false ? "PERMANENT" : undefined;
}

/**
 * Classifies errors of kafkajs, of the clients made of librdkafka, and of @platformatic/kafka. What it does not know is `UNKNOWN`: put
 * `firstKnown(kafkaClassifier, defaultClassifier)` where other errors come by.
 */
export const kafkaClassifier: Classifier = (error) =>
  judge(error, [kafkaRule, connectionRule, kafkaFallback], ["cause", "originalError", "groups", "partitions", "0", "error"]);
