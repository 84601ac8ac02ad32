/* Calls that meet others: in limiters, breakers, budgets, hedges, and in policies that come and go. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  Budget,
  Bulkhead,
  CircuitBreaker,
  constant,
  firstOf,
  Hedge,
  keyed,
  RateLimiter,
  RetryThrottle,
  ServerError,
  TokenBudget,
} from "redress";
import { diagnosticsHooks } from "redress/diagnostics";
import { Registry } from "redress/registry";
import { type Body, hang, inTurns, type Kind, type Soak, turn } from "../soak.ts";
import { judged } from "./calls.ts";

export function hedgedCalls(soak: Soak): Kind[] {
  const { ledger } = soak;
  const policy = soak.policy({
    operation: "hedged",
    retry: { ...judged, attemptTimeoutMs: 8, maxAttempts: 4, deadlineMs: 25 },
    hedge: new Hedge({ delayMs: 1, loadRatio: 1, maxHedges: 2 }),
  });
  const learnt = soak.policy({
    operation: "learnt",
    retry: judged,
    hedge: new Hedge({ quantile: 0.9, minSamples: 20, loadRatio: 0.5 }),
  });
  const slowFirst = inTurns<Body>([
    ({ attempt }) => (attempt === 1 ? soak.deaf(4, () => ledger.value()) : ledger.value()),
    ({ attempt, signal }) => soak.heeding(attempt === 1 ? 20 : 1, signal, () => ledger.value()),
    ({ attempt }) => soak.deaf(2, () => ledger.value(attempt > 2)),
    ({ attempt }) => (attempt < 3 ? hang() : Promise.reject(new ServerError())),
  ]);
  return [
    { name: "hedged", run: () => soak.execute(policy, slowFirst(), { signal: soak.forever.signal }) },
    { name: "hedged and aborted", run: () => soak.execute(policy, slowFirst(), { signal: AbortSignal.timeout(2) }) },
    { name: "hedged by what was learnt", run: () => soak.execute(learnt, slowFirst(), { deadlineMs: 15 }) },
  ];
}

export function limitedCalls(soak: Soak): Kind[] {
  const { ledger } = soak;
  const bulkhead = new Bulkhead({ name: "places", maxConcurrent: 4, maxQueue: 12, queueTimeoutMs: 4 });
  const rate = new RateLimiter({ name: "rate", limit: 200, intervalMs: 20, maxQueue: 20 });
  const adaptive = new AdaptiveConcurrency({ name: "adaptive" });
  const throttle = new AdaptiveThrottle({ name: "throttle" });
  soak.atRest.push(
    { name: "places of the bulkhead taken", busy: () => bulkhead.stats.inUse },
    { name: "calls that wait for a place", busy: () => bulkhead.waiting },
    { name: "calls that wait for the rate", busy: () => rate.waiting },
    { name: "places of the adaptive limit taken", busy: () => adaptive.stats.inUse },
  );
  const retry = { ...judged, maxAttempts: 2, deadlineMs: 15 };
  const inPlaces = soak.policy({ operation: "in places", retry, limiter: bulkhead });
  const inRate = soak.policy({ operation: "in rate", retry, limiter: rate });
  const inAll = soak.policy({
    operation: "in all",
    retry: { ...retry, attemptTimeoutMs: 3 },
    limiter: [throttle, adaptive, bulkhead],
    hedge: new Hedge({ delayMs: 1, loadRatio: 1 }),
  });
  const bodies = inTurns<Body>([
    async () => ledger.value(),
    ({ signal }) => soak.heeding(2, signal, () => ledger.value()),
    () => soak.deaf(5, () => ledger.value()),
    () => Promise.reject(new ServerError()),
    async () => ledger.value(false),
  ]);
  return [
    { name: "a place, and a queue for it", run: () => soak.execute(inPlaces, bodies(), { signal: soak.forever.signal }) },
    {
      name: "a place, and callers that leave the queue",
      run: () => soak.execute(inPlaces, bodies(), { signal: soak.groupSignal() }),
    },
    { name: "a rate, and a queue for it", run: () => soak.execute(inRate, bodies(), { cost: 2 }) },
    {
      name: "a rate, and callers that leave the queue",
      run: () => soak.execute(inRate, bodies(), { signal: AbortSignal.timeout(1) }),
    },
    { name: "three limits and a hedge", run: () => soak.execute(inAll, bodies(), { signal: soak.forever.signal }) },
    { name: "a rate, synchronously", run: () => soak.executeSync(inRate, () => ledger.value(), { deadlineMs: 0.01 }) },
  ];
}

/** Calls that asked a breaker, less those that it knows the end of. */
function unheard({ stats }: CircuitBreaker): number {
  return stats.totalCalls - stats.successfulCalls - stats.failedCalls - stats.rejectedCalls - stats.cancelledCalls;
}

/** Down for a part of each second, so that circuits open and close again. */
const isDown = (): boolean => performance.now() % 300 < 60;

export function guardedCalls(soak: Soak): Kind[] {
  const { ledger } = soak;
  const breaker = new CircuitBreaker({
    name: "dependency",
    // Reached in each of its outages, however few calls the machine makes in one.
    failureThreshold: 5,
    windowMs: 10_000,
    recoveryTimeoutMs: 10,
    successThreshold: 2,
  });
  const guarded = soak.policy({ operation: "guarded", retry: { ...judged, maxAttempts: 2 }, circuitBreaker: breaker });
  const fallback = soak.policy({
    operation: "with fallback",
    retry: { ...judged, maxAttempts: 2 },
    circuitBreaker: breaker,
    fallback: ({ lastResult }) => {
      ledger.take(lastResult);
      return ledger.value();
    },
  });
  const shared = new Budget({ maxRetries: 200, windowMs: 50 });
  const tokens = new TokenBudget({ capacity: 50 });
  const throttle = new RetryThrottle({ capacity: 100 });
  const budgeted = [shared, shared, tokens, tokens, throttle].map((budget, i) =>
    soak.policy({ operation: `budget ${i}`, retry: judged, budget }),
  );
  const nextBudgeted = inTurns(budgeted);
  const body: Body = async () => {
    if (isDown()) throw new ServerError();
    return ledger.value();
  };
  const badWhenDown: Body = async () => {
    await turn();
    return ledger.value(!isDown());
  };
  const small: Body = async () => Promise.reject(new ServerError());
  const first = firstOf([small as () => Promise<unknown>, async () => ledger.value()]);
  soak.atRest.push({ name: "calls that the breaker has not heard of", busy: () => unheard(breaker) });
  return [
    { name: "a breaker", run: () => soak.execute(guarded, body, { signal: soak.forever.signal }) },
    { name: "a breaker, results judged", run: () => soak.execute(guarded, badWhenDown) },
    {
      name: "a breaker, and probes that are aborted",
      run: () => soak.execute(guarded, () => hang(), { signal: AbortSignal.timeout(1) }),
    },
    { name: "a fallback", run: () => soak.call(fallback, body) },
    { name: "a fallback for a result", run: () => soak.execute(fallback, badWhenDown) },
    { name: "a shared budget", run: () => soak.execute(nextBudgeted(), body) },
    { name: "the first of several", run: () => soak.execute(guarded, (attempt) => first(attempt)) },
  ];
}

export function passingPolicies(soak: Soak): Kind[] {
  const { ledger } = soak;
  const registry = new Registry();
  soak.ends.push(registry.subscribe(() => {}, { intervalMs: 500 }));
  const kept = registry.add(soak.policy({ operation: "kept", retry: judged, circuitBreaker: { name: "kept" } }));
  const tenants = soak.keep(
    keyed(soak.counted({ retry: judged, circuitBreaker: { failureThreshold: 2, recoveryTimeoutMs: 5 } }), { maxKeys: 50 }),
  );
  registry.add(tenants, { name: "tenants" });
  let published = 0;
  const hear = (): void => {
    published += 1;
  };
  subscribe("tracing:redress:call:asyncEnd", hear);
  soak.ends.push(() => unsubscribe("tracing:redress:call:asyncEnd", hear));
  let channelled = 0;
  const onChannels = soak.policy({ operation: "on channels", retry: judged, hooks: diagnosticsHooks() });
  soak.atRest.push(
    { name: "calls that a registry did not count", busy: () => registry.snapshot().policies[0]?.inFlight ?? Number.NaN },
    { name: "calls that channels did not tell of", busy: () => channelled - published },
  );
  let made = 0;
  const body: Body = async ({ attempt }) => {
    await turn();
    if (attempt === 1 && made % 3 === 0) throw new ServerError();
    return ledger.value();
  };
  return [
    { name: "a policy in a registry", run: () => soak.execute(kept, body) },
    {
      name: "a policy on channels",
      run: () => {
        channelled += 1;
        return soak.execute(onChannels, body);
      },
    },
    { name: "a policy for each of many keys", run: () => soak.execute(tenants.for(`tenant ${made++}`), body) },
    {
      name: "a policy for a key that is deleted",
      run: async () => {
        const key = `deleted ${made++}`;
        const call = soak.execute(tenants.for(key), body, { signal: soak.forever.signal });
        tenants.delete(key);
        await call;
      },
    },
    {
      name: "a policy that comes and goes",
      run: async () => {
        const policy = soak.passing({
          retry: { ...judged, strategy: constant(0.1) },
          circuitBreaker: {},
          limiter: new Bulkhead({ maxConcurrent: 1 }),
        });
        registry.add(policy, { name: `passing ${made++}` });
        await soak.execute(policy, body);
        if (made % 2 === 0) registry.remove(policy);
      },
    },
  ];
}
