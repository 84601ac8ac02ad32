/**
 * Nanoseconds per call, awaited one after the other.
 *
 * Warms up, picks a batch size that takes about BATCH_MS (long enough that garbage collection is paid for inside a
 * batch, short enough that a scheduling hiccup spoils only one), and takes the best batch: noise only ever adds.
 */
const WARM_UP_MS = 200;
const BATCH_MS = 20;
const BATCHES = 10;
/** Enough for a contender of which one call takes longer than a batch should. */
const BATCHES_MS = 2_000;

/**
 * @param {() => Promise<unknown>} once
 * @param {(value: any) => boolean} isExpected
 */
export async function timePerCall(once, isExpected = (value) => value === 1) {
  const value = await once();
  if (!isExpected(value)) throw new Error(`A call ended with ${JSON.stringify(value)}.`);
  return bestBatch(async (calls) => {
    for (let i = 0; i < calls; i++) await once();
  });
}

/**
 * The same for calls of which every one must reject.
 * @param {() => Promise<unknown>} once
 */
export async function timePerRejection(once) {
  let resolved = 0;
  const best = await bestBatch(async (calls) => {
    for (let i = 0; i < calls; i++) {
      try {
        await once();
        resolved++;
      } catch {}
    }
  });
  if (resolved > 0) throw new Error(`${resolved} calls were not rejected.`);
  return best;
}

/** @param {(calls: number) => Promise<void>} batch */
async function bestBatch(batch) {
  let calls = 1;
  const warmUntil = performance.now() + WARM_UP_MS;
  let perCallMs = Infinity;
  while (performance.now() < warmUntil) {
    const took = await timed(batch, calls);
    perCallMs = took / calls;
    if (took < BATCH_MS / 2) calls *= 2;
  }
  calls = Math.max(1, Math.round(BATCH_MS / perCallMs));
  let best = Infinity;
  const measureUntil = performance.now() + BATCHES_MS;
  for (let i = 0; i < BATCHES && performance.now() < measureUntil; i++) {
    best = Math.min(best, (await timed(batch, calls)) / calls);
  }
  return best * 1e6;
}

/**
 * @param {(calls: number) => Promise<void>} batch
 * @param {number} calls
 */
async function timed(batch, calls) {
  await new Promise(setImmediate); // timers that are due, intervals of a breaker and the like run here, not in the batch
  const startedAt = performance.now();
  await batch(calls);
  return performance.now() - startedAt;
}
