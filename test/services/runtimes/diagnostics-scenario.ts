/* What redress/diagnostics must do on every platform that has channels: publish a call, its attempts and its events, with stores that are bound. */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, tracingChannel } from "node:diagnostics_channel";
import { constant, Policy, TransientError } from "redress";
import { type AttemptMessage, type CallMessage, diagnosticsHooks, type EventMessage } from "redress/diagnostics";

const PHASES = ["start", "end", "error", "asyncStart", "asyncEnd"] as const;

export async function diagnosticsScenario(): Promise<readonly string[]> {
  const heard: string[] = [];
  for (const phase of PHASES) {
    subscribe(`tracing:redress:call:${phase}`, (message) => {
      const { operation, end } = message as CallMessage;
      heard.push(`call ${phase} ${operation} ${end?.attempts}`);
    });
    subscribe(`tracing:redress:attempt:${phase}`, (message) => {
      const { attempt, decision } = message as AttemptMessage;
      heard.push(`attempt ${phase} ${attempt} ${decision}`);
    });
  }
  subscribe("redress:event", (message) => {
    const { event, attempt } = message as EventMessage;
    heard.push(`event ${event} ${attempt}`);
  });
  const store = new AsyncLocalStorage<string>();
  const attempts = tracingChannel<unknown, AttemptMessage>("redress:attempt");
  attempts.start.bindStore(store, ({ attempt }) => `attempt ${attempt}`);

  const policy = new Policy({ operation: "read", retry: { maxAttempts: 2, strategy: constant(0) }, hooks: diagnosticsHooks() });
  await policy.call(async ({ attempt }) => {
    await Promise.resolve();
    heard.push(`inside of ${store.getStore()}`);
    if (attempt === 1) throw new TransientError("down");
  });
  return heard;
}
