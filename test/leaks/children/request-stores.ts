// Every request has a store of its own, and calls that end in every way, while other calls keep the shared timers busy. None may be kept.
import { AsyncLocalStorage } from "node:async_hooks";
import { Bulkhead, constant, Hedge, Policy, RateLimiter, TransientError } from "redress";

const request = new AsyncLocalStorage<object>();
const gc = (globalThis as unknown as { gc(): void }).gc;
const turn = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const hang = (): Promise<never> => new Promise(() => {});

const policy = new Policy({ retry: { deadlineMs: 50_000, attemptTimeoutMs: 40_000, maxAttempts: 2, strategy: constant(1) } });
const impatient = new Policy({ retry: { deadlineMs: 5 } });
const bounded = new Policy({ retry: { deadlineMs: 50_000, attemptTimeoutMs: 5, maxAttempts: 1 } });
const signal = new AbortController().signal;

const queueing = { maxQueue: 100 };
const bulkhead = new Bulkhead({ ...queueing, maxConcurrent: 1, queueTimeoutMs: 30_000 });
const limited = new Policy({ retry: { deadlineMs: 50_000 }, limiter: bulkhead });
const rated = new Policy({ retry: { deadlineMs: 50_000 }, limiter: new RateLimiter({ ...queueing, limit: 1, intervalMs: 2 }) });
const hedged = new Policy({ retry: { deadlineMs: 50_000 }, hedge: new Hedge({ delayMs: 1, loadRatio: 1 }) });

const ways: readonly (() => Promise<unknown>)[] = [
  () => policy.execute(async () => 1),
  () => policy.execute(async ({ signal }) => signal.aborted, { signal }),
  () => policy.execute(() => Promise.reject(new TransientError())),
  () => policy.execute(() => turn(1), { signal }),
  () => impatient.execute(hang),
  () => bounded.execute(hang),
  () => policy.execute(hang, { signal: AbortSignal.timeout(2) }),
  () => policy.context()(async () => 1),
  () => limited.execute(() => turn(1)),
  () => limited.execute(hang, { signal: AbortSignal.timeout(2) }),
  () => Promise.all([bulkhead.run(() => turn(1)), bulkhead.run(async () => 1)]),
  () => rated.execute(async () => 1),
  () => hedged.execute(({ attempt }) => (attempt === 1 ? hang() : turn(1))),
];

const left = new Set<string>();
const registry = new FinalizationRegistry<string>((name) => void left.delete(name));

async function makeRequests(round: number): Promise<void> {
  for (const [way, run] of ways.entries()) {
    const store = { name: `${round}.${way}` };
    left.add(store.name);
    registry.register(store, store.name);
    await request.run(store, run);
  }
}

// Calls without a store, which overlap: the queues never run empty, and the first call of each policy was a request's.
let isOver = false;
const stores = left;
await makeRequests(0);
const busy = [policy, impatient, bounded, limited, rated, hedged].map(async (of) => {
  while (!isOver) await Promise.all([of.execute(() => turn(3)), turn(1).then(() => of.execute(() => turn(3)))]);
});
await makeRequests(1);
await makeRequests(2);
for (let tries = 0; tries < 100 && stores.size > 0; tries++) {
  await turn(2);
  gc();
}
const whileBusy = [...stores];
isOver = true;
await Promise.all(busy);

// And where all is idle, not even the last one's: the timers of the policies are still set.
await makeRequests(3);
for (let tries = 0; tries < 100 && stores.size > 0; tries++) {
  await turn(2);
  gc();
}
console.log(JSON.stringify({ whileBusy, whenIdle: [...stores] }));
