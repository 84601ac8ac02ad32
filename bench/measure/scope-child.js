// One way of making calls, in nanoseconds for each: the best of 12 batches.
import { AsyncLocalStorage } from "node:async_hooks";

const [mode, dist] = process.argv.slice(2);
const { Policy } = await import(`${dist}index.js`);
const isImported = mode !== "not imported" && !mode.startsWith("AsyncLocalStorage");
const scope = isImported ? await import(`${dist}scope/index.js`) : null;

const policy = new Policy({ retry: { deadlineMs: 60_000 } });
const operation = async () => 1;
const storage = new AsyncLocalStorage();
const call = mode.startsWith("AsyncLocalStorage") ? () => storage.run(policy, operation) : () => policy.call(operation);

async function batch(count) {
  for (let index = 0; index < count; index++) await call();
}

async function measure() {
  await batch(200_000);
  let best = Infinity;
  for (let round = 0; round < 12; round++) {
    const begun = process.hrtime.bigint();
    await batch(100_000);
    best = Math.min(best, Number(process.hrtime.bigint() - begun) / 100_000);
    await new Promise(setImmediate);
  }
  return best;
}

if (mode.startsWith("after")) await scope.runInScope({}, operation);
const bounds = mode.endsWith("signal") ? { deadlineMs: 3_600_000, signal: new AbortController().signal } : {};
console.log(mode.startsWith("in a scope") ? await scope.runInScope(bounds, measure) : await measure());
