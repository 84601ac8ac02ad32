export { type Delivery, type DeliveryEnd, deliver, type Failed, type Later, putOff, type WorkerPolicy } from "./deliver.ts";
export { type WorkerOptions, workerRules } from "./worker-options.ts";
