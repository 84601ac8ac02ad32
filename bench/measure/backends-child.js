// Calls without hooks and with those of one backend, in one process, in nanoseconds for each call: the best of many batches.
import { subscribe } from "node:diagnostics_channel";
import { bestBatches } from "./best-batch.js";

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

console.log(JSON.stringify(await bestBatches(policies.map((policy) => () => policy.call(operation)))));
