// One way of making calls, in nanoseconds for each: the best of many batches.
import { bestBatch } from "./best-batch.js";

const [mode, kind, dist] = process.argv.slice(2);
const { Policy, unlimited } = await import(`${dist}index.js`);
const { registry } = await import(`${dist}registry/index.js`);

const hooks = mode === "with onMetric" ? { onMetric: () => {} } : [];
const policy = new Policy({
  operation: "measured",
  retry: { deadlineMs: 60_000, strategy: () => 0, sleeper: () => {} },
  budget: unlimited,
  hooks,
});
if (mode === "added") registry.add(policy);

const failure = new Error("once");
const operation =
  kind === "succeeds at once"
    ? async () => 1
    : async ({ attempt }) => {
        if (attempt === 1) throw failure;
        return 1;
      };

console.log(await bestBatch(() => policy.call(operation)));
