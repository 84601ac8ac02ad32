/* A span's worth of each attempt, by the platform's own channels, and a store that is current inside of it. Run it: npx tsx examples/telemetry/diagnostics.ts */
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { constant, Policy, TransientError } from "redress";
import { type AttemptMessage, type CallMessage, diagnosticsHooks } from "redress/diagnostics";

const attempts = tracingChannel<unknown, AttemptMessage>("redress:attempt");
const calls = tracingChannel<unknown, CallMessage>("redress:call");

const label = new AsyncLocalStorage<string>();
attempts.start.bindStore(label, ({ operation, attempt }) => `${operation}, attempt ${attempt}`);

attempts.asyncEnd.subscribe((message) => {
  const { attempt, decision, sleepMs } = message as AttemptMessage;
  console.log(`attempt ${attempt}: ${decision}, ${sleepMs} ms to wait`);
});
calls.asyncEnd.subscribe((message) => {
  const { operation, end } = message as CallMessage;
  console.log(`${operation}: ${end?.ok ? "ok" : "failed"} after ${end?.attempts} attempts`);
});

const policy = new Policy({ operation: "read_order", retry: { strategy: constant(10) }, hooks: diagnosticsHooks() });

let refusals = 1;
await policy.call(async () => {
  await null;
  console.log(`in ${label.getStore()}`);
  if (refusals-- > 0) throw new TransientError("refused");
});

/* Prints:
in read_order, attempt 1
attempt 1: retry, 10 ms to wait
in read_order, attempt 2
attempt 2: success, 0 ms to wait
read_order: ok after 2 attempts
*/
