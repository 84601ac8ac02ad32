/** Bytes of heap per object and per sleeping call, after a full collection. Needs `node --expose-gc`. */
import { connectionReset } from "../scenarios/operations.js";

const BREAKERS = 10_000;
const CALLS = 20_000;

/**
 * What one of `BREAKERS` live breakers holds.
 * @param {() => unknown} create
 */
export async function heapPerInstance(create) {
  for (let i = 0; i < 500; i++) await create(); // hidden classes, inline caches and compiled code are not the breaker's
  const kept = new Array(BREAKERS);
  const before = await heapUsed();
  for (let i = 0; i < BREAKERS; i++) kept[i] = await create();
  const after = await heapUsed();
  if (kept.some((each) => !each)) throw new Error("create() must return what it created.");
  return (after - before) / BREAKERS;
}

/**
 * What one of `CALLS` calls holds while it sleeps in its backoff: all of it, the promise its caller keeps included.
 * The operation rejects with one shared error, so that no stack trace is counted.
 * @param {(operation: () => Promise<number>) => () => Promise<unknown>} prepare
 */
export async function heapPerSleepingCall(prepare) {
  const error = connectionReset();
  let attempts = 0;
  const once = prepare(async () => {
    attempts++;
    throw error;
  });
  let settled = 0;
  const note = () => settled++;
  for (let i = 0; i < 500; i++) once().then(note, note);
  await asleep();
  attempts = 0;
  const kept = new Array(CALLS);
  const before = await heapUsed();
  for (let i = 0; i < CALLS; i++) kept[i] = once();
  await asleep();
  const after = await heapUsed();
  if (attempts !== CALLS || settled > 0) {
    throw new Error(`${CALLS} calls should sleep after one attempt each, saw ${attempts} attempts.`);
  }
  return (after - before) / kept.length;
}

/**
 * What one of `CALLS` calls holds that have begun and do not end.
 * @param {() => unknown} once
 */
export async function heapPerPendingCall(once) {
  let settled = 0;
  const note = () => settled++;
  const early = Array.from({ length: 500 }, once);
  await asleep();
  const kept = new Array(CALLS);
  const before = await heapUsed();
  for (let i = 0; i < CALLS; i++) kept[i] = once();
  await asleep();
  const after = await heapUsed();
  for (const each of [...early, ...kept]) if (each instanceof Promise) each.then(note, note);
  await asleep();
  if (settled > 0) throw new Error(`Every call should wait, ${settled} have ended.`);
  return (after - before) / kept.length;
}

/** Long enough for a first attempt to fail, far shorter than the backoff. */
function asleep() {
  return new Promise((resolve) => setTimeout(resolve, 200));
}

async function heapUsed() {
  for (let i = 0; i < 3; i++) {
    /** @type {any} */ (globalThis).gc();
    await new Promise(setImmediate);
  }
  return process.memoryUsage().heapUsed;
}
