// One way of making calls, in nanoseconds for each: the best of 12 batches.
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

async function batch(count) {
  for (let index = 0; index < count; index++) await policy.call(operation);
}

await batch(100_000);
let best = Infinity;
for (let round = 0; round < 12; round++) {
  const begun = process.hrtime.bigint();
  await batch(50_000);
  best = Math.min(best, Number(process.hrtime.bigint() - begun) / 50_000);
  await new Promise(setImmediate);
}
console.log(best);
