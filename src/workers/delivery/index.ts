export {
  type Delivery,
  type DeliveryEnd,
  deliver,
  type Failed,
  type Later,
  putOff,
  sleepingUpTo,
  type WorkerPolicy,
} from "./deliver.ts";
export { DATA_KEY, deliveriesOf, type Parted, PROGRESS_KEY, partData, withProgress } from "./kept-in-data.ts";
export { type WorkerOptions, workerRules } from "./worker-options.ts";
