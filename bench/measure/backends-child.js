// One backend, in nanoseconds for each call: the best of 12 batches.
import { subscribe } from "node:diagnostics_channel";

const [mode, dist] = process.argv.slice(2);
const { Policy } = await import(`${dist}index.js`);

const ignore = () => {};
const phases = ["start", "end", "asyncStart", "asyncEnd", "error"];

async function hooksOf() {
  if (mode === "no hooks") return [];
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

const policy = new Policy({ operation: "read", retry: { deadlineMs: 60_000 }, hooks: await hooksOf() });
const operation = async () => 1;

async function batch(count) {
  for (let index = 0; index < count; index++) await policy.call(operation);
}

await batch(200_000);
let best = Infinity;
for (let round = 0; round < 12; round++) {
  const begun = process.hrtime.bigint();
  await batch(50_000);
  best = Math.min(best, Number(process.hrtime.bigint() - begun) / 50_000);
  await new Promise(setImmediate);
}
console.log(best);
