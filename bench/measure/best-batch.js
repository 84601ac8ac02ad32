const BATCHES = 200;
const CALLS = 1_000;

/**
 * Nanoseconds for each call that is made after the one before: the best of many short batches. On a machine that does other things too, it is of a moment in which it did not.
 * @param {() => unknown} call
 * @param {number} [warmUp] calls before the first batch
 */
export async function bestBatch(call, warmUp = 50_000) {
  let best = Infinity;
  await batch(call, warmUp);
  for (let at = 0; at < BATCHES; at++) {
    best = Math.min(best, await timed(call));
    await new Promise(setImmediate);
  }
  return best;
}

/**
 * The same for several ways of making calls, in turns.
 * @param {(() => unknown)[]} calls
 */
export async function bestBatches(calls) {
  const best = calls.map(() => Infinity);
  for (const call of calls) await batch(call, 30_000);
  for (let at = 0; at < BATCHES; at++)
    for (let turn = 0; turn < calls.length; turn++) {
      const index = (at + turn) % calls.length;
      best[index] = Math.min(best[index], await timed(calls[index]));
    }
  return best;
}

async function timed(call) {
  const begun = process.hrtime.bigint();
  await batch(call, CALLS);
  return Number(process.hrtime.bigint() - begun) / CALLS;
}

async function batch(call, count) {
  for (let index = 0; index < count; index++) await call();
}
