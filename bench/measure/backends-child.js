// Calls without hooks and with those of one backend, in one process, in nanoseconds for each call: the best of many batches.
import { subscribe } from "node:diagnostics_channel";

const [mode, dist] = process.argv.slice(2);
const { Policy } = await import(`${dist}index.js`);

const ignore = () => {};
const phases = ["start", "end", "asyncStart", "asyncEnd", "error"];

async function hooksOf() {
  if (mode.startsWith("no hooks")) return [];
  if (mode.startsWith("pino")) {
    const { pino } = await import("pino");
    const { pinoHooks } = await import(`${dist}contrib/pino/index.js`);
    return pinoHooks(pino({ level: mode.includes("debug on") ? "debug" : "info" }, { write: ignore }));
  }
  const { diagnosticsHooks } = await import(`${dist}contrib/diagnostics/index.js`);
  const subjects = mode.endsWith("to calls") ? ["call"] : mode.endsWith("everything") ? ["call", "attempt"] : [];
  for (const subject of subjects) for (const phase of phases) subscribe(`tracing:redress:${subject}:${phase}`, ignore);
  if (mode.endsWith("everything")) subscribe("redress:event", ignore);
  return diagnosticsHooks();
}

const retry = { deadlineMs: 60_000 };
const policies = [new Policy({ operation: "read", retry }), new Policy({ operation: "read", retry, hooks: await hooksOf() })];
const operation = async () => 1;

async function batch(policy, count) {
  for (let index = 0; index < count; index++) await policy.call(operation);
}

for (const policy of policies) await batch(policy, 30_000);
const best = [Infinity, Infinity];
// Short batches in turns: on a machine that does other things too, the best of each is of a moment in which it did not.
for (let round = 0; round < 150; round++)
  for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
    const begun = process.hrtime.bigint();
    await batch(policies[index], 1_000);
    best[index] = Math.min(best[index], Number(process.hrtime.bigint() - begun) / 1_000);
  }
console.log(JSON.stringify(best));
