// Nothing but calls that wait keeps this process alive: for a rate, for the end of their wait in a queue, for a hedge.
import { Bulkhead, Hedge, LimitedError, Policy, RateLimiter } from "redress";

const rate = new RateLimiter({ limit: 1, intervalMs: 100, maxQueue: 10 });
const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 10, queueTimeoutMs: 150 });
bulkhead.tryAcquire();
const hedged = new Policy({ retry: { deadlineMs: Infinity }, hedge: new Hedge({ delayMs: 200, loadRatio: 1 }) });

const reasonOf = (error: unknown): unknown => (error instanceof LimitedError ? error.reason : error);
const ended = await Promise.all([
  rate.run(() => "first"),
  rate.run(() => "second"),
  bulkhead.run(() => "never").catch(reasonOf),
  hedged.call(({ attempt }) => (attempt === 1 ? new Promise<never>(() => {}) : "hedge")),
]);
console.log(ended.join(" "));
