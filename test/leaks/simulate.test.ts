/* A simulation of any number of calls takes the memory of those that are under way. */
import { Policy, TokenBudget } from "redress";
import { latency, poisson, server, simulate, withFailures, withTimeout } from "redress/simulate";
import { expect, test } from "vitest";

const heapBytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

test("memory stays flat in the number of calls", { timeout: 120_000 }, () => {
  const heap: number[] = [];
  const { calls } = simulate(
    new Policy({ retry: { attemptTimeoutMs: 200 }, circuitBreaker: { failureThreshold: 10_000 }, budget: new TokenBudget() }),
    {
      name: "steady",
      arrivals: poisson({ callsPerSecond: 10_000 }),
      dependency: withTimeout(
        withFailures(server({ workers: Infinity, serviceMs: latency.exponential({ meanMs: 20 }) }), { mix: { TRANSIENT: 0.05 } }),
        150,
      ),
      durationMs: 20_000,
    },
    { onProgress: ({ simulatedMs }) => simulatedMs % 4_000 < 1_000 && heap.push(heapBytes()) },
  );
  const [first = 0, last = 0] = [heap[0], heap.at(-1)];

  expect(globalThis.gc).toBeTypeOf("function");
  expect(calls.started).toBeGreaterThan(190_000);
  expect(heap.length).toBeGreaterThan(3);
  // A call that was kept would take some hundred bytes; 150,000 lie between the two.
  expect(last - first).toBeLessThan(1_500_000);
});
