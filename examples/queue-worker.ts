/* A worker that gives long waits back to its queue, and stops when it is told to. Run it: npx tsx examples/queue-worker.ts */
import { AuthError, constant, deferFrom, Policy, type Progress, RateLimitError, retryAfterOr, ServerError } from "redress";

interface Message {
  readonly name: string;
  readonly failures: unknown[];
  /** What earlier deliveries have used up. */
  readonly progress?: Progress;
}

const queue: Message[] = [
  { name: "welcome", failures: [new ServerError()] },
  { name: "invoice", failures: [new RateLimitError("slow down", { retryAfterMs: 60_000 })] },
  { name: "report", failures: [new AuthError()] },
  { name: "survey", failures: [new ServerError(), new ServerError()] },
];

const shutdown = new AbortController();
const worker = new Policy({
  operation: "handle_message",
  retry: {
    strategy: retryAfterOr(constant(5), { jitterMs: 0 }),
    sleep: deferFrom(1_000),
    deadlineMs: 3_600_000,
  },
});

for (const message of queue) {
  const outcome = await worker.execute(
    ({ attempt }) => {
      if (message.name === "survey" && attempt === 2) shutdown.abort(new Error("shutting down"));
      if (message.failures.length > 0) throw message.failures.shift();
    },
    { signal: shutdown.signal, resume: message.progress },
  );
  if (outcome.ok) console.log(`${message.name}: sent, ${outcome.attempts} attempts`);
  else if (outcome.stopReason === "SCHEDULED" && outcome.progress !== null) {
    console.log(`${message.name}: back to the queue for ${outcome.nextDelayMs} ms`);
    queue.push({ ...message, progress: outcome.progress });
  } else console.log(`${message.name}: ${outcome.stopReason}, last ${outcome.lastClass}`);
}

/* Prints:
welcome: sent, 2 attempts
invoice: back to the queue for 60000 ms
report: NON_RETRYABLE_CLASS, last AUTH
survey: ABORTED, last SERVER_ERROR
invoice: ABORTED, last null
*/
