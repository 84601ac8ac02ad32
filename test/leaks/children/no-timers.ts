// Many finished calls, through every kind of timer a policy sets; then the process must be as it was.
import { CircuitBreaker, Policy } from "redress";

const policy = new Policy({ retry: { deadlineMs: 60_000, attemptTimeoutMs: 30_000, strategy: () => 0 }, circuitBreaker: {} });
const caller = new AbortController();
const count = (): number => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
const before = count();
for (let i = 0; i < 100_000; i++) await policy.call(() => i, { signal: caller.signal });
const after = count();
const many = await Promise.all(Array.from({ length: 5_000 }, () => policy.call(async ({ signal }) => signal.aborted)));
const breakers = Array.from({ length: 10_000 }, (_, i) => new CircuitBreaker({ name: `${i}` }));
for (const breaker of breakers) breaker.trip();
console.log(
  before,
  after,
  many.includes(true),
  count(),
  breakers.every(({ state }) => state === "open"),
);
