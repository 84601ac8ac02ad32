// How many attempts per second of real time the simulator performs, on one core: the best of some rounds, and the median.
import { constant, Policy, TokenBudget, unlimited } from "../dist/index.js";
import { latency, poisson, scenarios, server, simulate, withFailures, withTimeout } from "../dist/simulate/index.js";

const ROUNDS = 9;

const steady = {
  name: "steady",
  arrivals: poisson({ callsPerSecond: 2_000 }),
  dependency: withTimeout(
    withFailures(server({ workers: Infinity, serviceMs: latency.exponential({ meanMs: 20 }) }), { mix: { TRANSIENT: 0.1 } }),
    1_000,
  ),
  durationMs: 100_000,
};
const retry = { maxAttempts: 4, strategy: constant(0), deadlineMs: Infinity };
const cases = {
  "steady, 10 % fail": () =>
    simulate(new Policy({ retry: {}, circuitBreaker: { failureThreshold: 1e9 }, budget: new TokenBudget() }), steady),
  "metastable, no retry": () => simulate(new Policy(), scenarios.metastableOverload()),
  "metastable, token budget": () =>
    simulate(new Policy({ retry, budget: new TokenBudget({ capacity: 10 }) }), scenarios.metastableOverload()),
  "metastable, three retries": () => simulate(new Policy({ retry, budget: unlimited }), scenarios.metastableOverload()),
};

const number = (value) => Math.round(value).toLocaleString("en-US").padStart(10);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

console.log(`Node ${process.version}, ${ROUNDS} rounds`);
for (const [name, run] of Object.entries(cases)) {
  run();
  const seconds = [];
  let attempts = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    ({ attempts } = run());
    seconds.push((performance.now() - startMs) / 1000);
  }
  const rates = seconds.map((each) => attempts / each);
  console.log(
    `${name.padEnd(26)}${number(attempts)} attempts, ${number(Math.max(...rates))}/s at best, ${number(median(rates))}/s median, ${median(seconds).toFixed(2)} s`,
  );
}
