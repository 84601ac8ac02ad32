// One way of making calls, in nanoseconds for each: the best of many batches.
import { AsyncLocalStorage } from "node:async_hooks";
import { bestBatch } from "./best-batch.js";

const [mode, dist] = process.argv.slice(2);
const { Policy } = await import(`${dist}index.js`);
const isImported = mode !== "not imported" && !mode.startsWith("AsyncLocalStorage");
const scope = isImported ? await import(`${dist}scope/index.js`) : null;

const policy = new Policy({ retry: { deadlineMs: 60_000 } });
const operation = async () => 1;
const storage = new AsyncLocalStorage();
const call = mode.startsWith("AsyncLocalStorage") ? () => storage.run(policy, operation) : () => policy.call(operation);

const measure = () => bestBatch(call);

if (mode.startsWith("after")) await scope.runInScope({}, operation);
const bounds = mode.endsWith("signal") ? { deadlineMs: 3_600_000, signal: new AbortController().signal } : {};
console.log(mode.startsWith("in a scope") ? await scope.runInScope(bounds, measure) : await measure());
