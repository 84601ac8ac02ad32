export { type ConsumerOptions, type Consumption, consumerRules } from "./consumer-options.ts";
export { Consuming } from "./consuming.ts";
export { parsed } from "./kept-progress.ts";
