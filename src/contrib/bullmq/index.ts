// ---- BullMQ: workers that run jobs under a policy, without sleeping through its delays

export { type BullmqProcessor, type BullmqProcessorOptions, bullmqProcessor } from "./bullmq-processor.ts";
export type { BullmqJob } from "./shapes.ts";

// ---- what it shares with the other queues

export type { WorkerOptions, WorkerPolicy } from "../../workers/delivery/index.ts";
