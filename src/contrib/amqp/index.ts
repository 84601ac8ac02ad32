// ---- amqplib 2 and RabbitMQ: messages that are put off, and given up, by a policy

export { type AmqpConsumerOptions, consumeWithPolicy, type FailedMessage } from "./consume-with-policy.ts";
export type { AmqpChannel, AmqpMessage } from "./shapes.ts";

// ---- what it shares with the other brokers

export type { ConsumerOptions, Consumption } from "../../workers/consuming/index.ts";
export type { WorkerOptions, WorkerPolicy } from "../../workers/delivery/index.ts";
