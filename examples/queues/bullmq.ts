/* Mails through BullMQ: what becomes of a job that fails, and of one that is put off. Needs a Redis on port 6379. Run it: npx tsx examples/queues/bullmq.ts */
import { Queue, Worker } from "bullmq";
import { constant, PermanentError, Policy, TransientError } from "redress";
import { bullmqProcessor } from "redress/bullmq";

interface Mail {
  readonly to: string;
}

const connection = { host: "127.0.0.1", port: 6379, maxRetriesPerRequest: null };
const name = `redress-example-${process.pid}`;

const policy = new Policy({
  operation: "send_mail",
  retry: { maxAttempts: 3, strategy: constant(50), deadlineMs: 3_600_000 },
});

const send = async ({ to }: Mail, attempt: number): Promise<string> => {
  if (to === "nobody") throw new PermanentError("no such mailbox");
  if (to === "the moon" || attempt < 2) throw new TransientError("the mail server is busy");
  return `sent by attempt ${attempt}`;
};

const queue = new Queue<Mail, string>(name, { connection });
const worker = new Worker<Mail, string>(
  name,
  bullmqProcessor(policy, (job, { attempt }) => send(job.data, attempt)),
  { connection, maxStalledCount: 3 },
);

const ended = new Promise<void>((resolve) => {
  let open = 3;
  worker.on("completed", () => --open === 0 && resolve());
  worker.on("failed", () => --open === 0 && resolve());
});
// BullMQ's own attempts neither multiply the policy's nor cut them.
for (const to of ["Ada", "nobody", "the moon"]) await queue.add("welcome", { to }, { jobId: to, attempts: 10 });
await ended;

for (const to of ["Ada", "nobody", "the moon"]) {
  const job = await queue.getJob(to);
  console.log(`${to}: ${job?.returnvalue ?? job?.failedReason}`);
}

await worker.close();
await queue.obliterate({ force: true });
await queue.close();

/* Prints:
Ada: sent by attempt 2
nobody: NON_RETRYABLE_CLASS: no such mailbox
the moon: MAX_ATTEMPTS_GLOBAL: the mail server is busy
*/
