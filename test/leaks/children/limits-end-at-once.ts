// Places, rates and hedges that no call waits for any more: nothing may keep this process from ending.
import { AdaptiveConcurrency, AdaptiveThrottle, Bulkhead, Hedge, Policy, RateLimiter } from "redress";

const minute = 60_000;
const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 10, queueTimeoutMs: minute });
const rate = new RateLimiter({ limit: 1, intervalMs: minute, maxQueue: 10 });
const hang = (): Promise<never> => new Promise(() => {});
const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

const hedged = new Policy({
  retry: { deadlineMs: 2 * minute },
  limiter: [new AdaptiveConcurrency(), new AdaptiveThrottle(), new Bulkhead({ maxConcurrent: 10 })],
  hedge: new Hedge({ delayMs: minute }),
});
const first = await hedged.call(async () => 1);
// One hedge wins, and its round is over; the first attempt never ends.
const soon = new Policy({ retry: { attemptTimeoutMs: minute }, hedge: new Hedge({ delayMs: 1, loadRatio: 1, maxHedges: 5 }) });
const second = await soon.call(({ attempt }) => (attempt === 1 ? hang() : attempt));

// Calls that wait, and leave: by their caller, by their deadline.
const place = bulkhead.tryAcquire();
rate.tryAcquire();
const stops: unknown[] = [];
for (const limiter of [bulkhead, rate]) {
  const caller = new AbortController();
  const policy = new Policy({ retry: { deadlineMs: 10 * minute }, limiter });
  const left = policy.execute(hang, { signal: caller.signal });
  caller.abort();
  const late = await policy.execute(hang, { deadlineMs: 5 });
  for (const outcome of [await left, late]) stops.push(outcome.ok || outcome.stopReason);
}
if (place !== null) bulkhead.release(place);
console.log(first, second, stops.join(" "), await bulkhead.run(() => 3), timers());
