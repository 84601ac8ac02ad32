/**
 * Limits that leave room, so that all the time is the limiter's: a bulkhead with free places and a rate limiter that is far from its limit, in a
 * policy and alone. And a bulkhead that most of the calls have to wait for.
 */
import { loopWithDeadline } from "../contenders/handwritten.js";
import { Semaphore, TokenBucket } from "../contenders/handwritten-limits.js";
import { concurrencyOf, rateOf } from "../contenders/queues.js";
import { loadRedress } from "../contenders/redress.js";
import { timePerCall } from "../measure/time-per-call.js";
import { succeeds } from "./operations.js";
import { scenario } from "./scenario.js";

const PLACES = 50;
const AT_ONCE = 1_000;
const PER_SECOND = 1e9;

/** @type {Record<string, string>} */
const NOTES = { bottleneck: "a timer of 1 ms stands before each call" };

const callWithout = async () => {
  const { Policy } = await loadRedress();
  const policy = new Policy({ retry: {} });
  return () => policy.call(succeeds);
};

/** @param {{ run: (operation: () => Promise<number>) => Promise<number> }} limit */
const loopWith = (limit) => {
  const call = loopWithDeadline();
  const attempt = () => limit.run(succeeds);
  return () => call(attempt);
};

/**
 * @param {Record<string, (limit: number) => Promise<import("../contenders/queues.js").Run>>} peers
 * @param {number} limit
 * @param {(run: import("../contenders/queues.js").Run) => () => Promise<unknown>} toCall
 */
const peersOf = (peers, limit, toCall) =>
  Object.fromEntries(
    Object.entries(peers).map(([name, of]) => [name, { note: NOTES[name], prepare: async () => toCall(await of(limit)) }]),
  );

/** @param {import("../contenders/queues.js").Run} run */
const one = (run) => () => run(succeeds);

/** @param {import("../contenders/queues.js").Run} run */
const manyAtOnce = (run) => async () => {
  const values = await Promise.all(Array.from({ length: AT_ONCE }, () => run(succeeds)));
  return values.at(-1);
};

export const bulkheadInPolicy = scenario({
  name: "bulkhead-policy",
  title: "retry with a live deadline + a bulkhead with free places",
  about: "limits",
  unit: "ns",
  goal: { more: 60 },
  measure: timePerCall,
  contenders: {
    redress: {
      prepare: async () => {
        const { Policy, Bulkhead } = await loadRedress();
        const policy = new Policy({ retry: {}, limiter: new Bulkhead({ maxConcurrent: PLACES }) });
        return () => policy.call(succeeds);
      },
    },
    "without it": { prepare: callWithout },
    handwritten: { prepare: () => loopWith(new Semaphore(PLACES)) },
    cockatiel: {
      note: "no deadline",
      prepare: async () => {
        const { retry, wrap } = await import("../contenders/cockatiel.js");
        const { bulkhead } = await import("cockatiel");
        const policy = wrap(retry(), bulkhead(PLACES, Infinity));
        return () => policy.execute(succeeds);
      },
    },
  },
});

export const bulkheadAlone = scenario({
  name: "bulkhead-alone",
  title: "a bulkhead with free places, alone",
  about: "limits",
  unit: "ns",
  measure: timePerCall,
  contenders: {
    redress: {
      prepare: async () => {
        const { Bulkhead } = await loadRedress();
        const bulkhead = new Bulkhead({ maxConcurrent: PLACES });
        return () => bulkhead.run(succeeds);
      },
    },
    handwritten: {
      prepare: () => {
        const semaphore = new Semaphore(PLACES);
        return () => semaphore.run(succeeds);
      },
    },
    ...peersOf(concurrencyOf, PLACES, one),
  },
});

export const bulkheadQueue = scenario({
  name: "bulkhead-queue",
  title: "1,000 calls at once through 50 places, per call",
  about: "limits",
  unit: "ns",
  measure: async (manyOnce) => (await timePerCall(manyOnce)) / AT_ONCE,
  contenders: {
    redress: {
      prepare: async () => {
        const { Bulkhead } = await loadRedress();
        const bulkhead = new Bulkhead({ maxConcurrent: PLACES, maxQueue: AT_ONCE });
        return manyAtOnce((operation) => bulkhead.run(operation));
      },
    },
    handwritten: {
      prepare: () => {
        const semaphore = new Semaphore(PLACES);
        return manyAtOnce((operation) => semaphore.run(operation));
      },
    },
    ...peersOf(concurrencyOf, PLACES, manyAtOnce),
  },
});

export const rateLimiterInPolicy = scenario({
  name: "rate-policy",
  title: "retry with a live deadline + a rate limiter with room",
  about: "limits",
  unit: "ns",
  measure: timePerCall,
  contenders: {
    redress: {
      prepare: async () => {
        const { Policy, RateLimiter } = await loadRedress();
        const policy = new Policy({ retry: {}, limiter: new RateLimiter({ limit: PER_SECOND, intervalMs: 1_000 }) });
        return () => policy.call(succeeds);
      },
    },
    "without it": { prepare: callWithout },
    handwritten: { prepare: () => loopWith(new TokenBucket(PER_SECOND, 1_000)) },
  },
});

export const rateLimiterAlone = scenario({
  name: "rate-alone",
  title: "a rate limiter with room, alone",
  about: "limits",
  unit: "ns",
  measure: timePerCall,
  contenders: {
    redress: {
      prepare: async () => {
        const { RateLimiter } = await loadRedress();
        const limiter = new RateLimiter({ limit: PER_SECOND, intervalMs: 1_000 });
        return () => limiter.run(succeeds);
      },
    },
    handwritten: {
      prepare: () => {
        const bucket = new TokenBucket(PER_SECOND, 1_000);
        return () => bucket.run(succeeds);
      },
    },
    ...peersOf(rateOf, PER_SECOND, one),
  },
});
