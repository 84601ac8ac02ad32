export { type ChaosAttempt, type ChaosMonkey, type ChaosOptions, type ChaosStats, chaos } from "./chaos.ts";
export type { ChaosFault } from "./faults.ts";
export { isChaos } from "./marks.ts";
