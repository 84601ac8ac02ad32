// ---- NATS JetStream: messages that are put off, and given up, by a policy

export { consumeWithPolicy } from "./consume-with-policy.ts";
export type { FailedMessage, NatsConsumerOptions } from "./consumer-settings.ts";
export type { NatsBucket, NatsConsumer, NatsMessage } from "./shapes.ts";

// ---- what it shares with the other brokers

export type { ConsumerOptions, Consumption } from "../../workers/consuming/index.ts";
export type { WorkerOptions, WorkerPolicy } from "../../workers/delivery/index.ts";
