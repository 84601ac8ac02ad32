/** What an import costs a browser or an edge worker, min + gzip. */
import { distFile } from "../contenders/redress.js";
import { bundleSize } from "../measure/bundle-size.js";
import { scenario } from "./scenario.js";

const redress = JSON.stringify(distFile);

export const core = scenario({
  name: "size-core",
  title: "min + gzip, what a retry with a breaker takes",
  unit: "B",
  rounds: 1,
  goal: { value: 14_000 },
  measure: bundleSize,
  contenders: {
    redress: { prepare: () => `export { Policy, CircuitBreaker } from ${redress};` },
    handwritten: { prepare: () => `export { loopWithBreaker, CountingBreaker } from "./contenders/handwritten.js";` },
    cockatiel: {
      prepare: () =>
        `export { retry, circuitBreaker, wrap, handleAll, ExponentialBackoff, ConsecutiveBreaker } from "cockatiel";`,
    },
    opossum: { note: "no retry", prepare: () => `export { default } from "opossum";` },
    "p-retry": { note: "no breaker", prepare: () => `export { default } from "p-retry";` },
    "async-retry": { note: "no breaker", prepare: () => `export { default } from "async-retry";` },
    effect: {
      note: "no breaker",
      prepare: () => `
        import { Effect, Schedule } from "effect";
        export const call = (operation) =>
          Effect.runPromise(Effect.retry(Effect.tryPromise(operation), { times: 5, schedule: Schedule.exponential(250) }));`,
    },
  },
});

export const everything = scenario({
  name: "size-all",
  title: "min + gzip, everything the main entry exports",
  unit: "B",
  rounds: 1,
  goal: { value: 20_000 },
  measure: bundleSize,
  contenders: {
    redress: { prepare: () => `export * from ${redress};` },
    cockatiel: { prepare: () => `export * from "cockatiel";` },
    opossum: { prepare: () => `export { default } from "opossum";` },
    "p-retry": { prepare: () => `export * from "p-retry"; export { default } from "p-retry";` },
    "async-retry": { prepare: () => `export { default } from "async-retry";` },
    effect: { prepare: () => `export * from "effect";` },
  },
});
