/* Mails through pg-boss: what becomes of a job that fails, and of one that is put off. Needs a PostgreSQL on port 5432. Run it: npx tsx examples/queues/pg-boss.ts */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import PgBoss from "pg-boss";
import { constant, PermanentError, Policy, TransientError } from "redress";
import { pgBossHandler } from "redress/pg-boss";

interface Mail {
  readonly to: string;
}

const schema = `redress_example_${process.pid}`;
const boss = new PgBoss({ host: "127.0.0.1", user: "postgres", database: "postgres", schema, schedule: false });
boss.on("error", console.error);
await boss.start();
await boss.createQueue("mail");

const policy = new Policy({
  operation: "send_mail",
  retry: { maxAttempts: 3, strategy: constant(50), deadlineMs: 3_600_000 },
});

const send = async ({ to }: Mail, attempt: number): Promise<object> => {
  if (to === "nobody") throw new PermanentError("no such mailbox");
  if (to === "the moon" || attempt < 2) throw new TransientError("the mail server is busy");
  return { message: `sent by attempt ${attempt}` };
};

// pg-boss's own retries neither multiply the policy's nor cut them.
const ids = new Map<string, string>();
for (const to of ["Ada", "nobody", "the moon"]) ids.set(to, (await boss.send("mail", { to }, { retryLimit: 10 })) ?? "");

const handler = pgBossHandler(boss, policy, (job: PgBoss.Job<Mail>, { attempt }) => send(job.data, attempt));
await boss.work<Mail>("mail", { includeMetadata: true, pollingIntervalSeconds: 0.5 }, handler);

for (const [to, id] of ids) {
  let job = await boss.getJobById("mail", id);
  while (job?.state !== "completed" && job?.state !== "failed") {
    await sleep(100);
    job = await boss.getJobById("mail", id);
  }
  const { message } = job.output as { message: string };
  console.log(`${to}: ${message}`);
}

await boss.getDb().executeSql(`DROP SCHEMA ${schema} CASCADE`, []);
const stopped = once(boss, "stopped");
await boss.stop({ graceful: false }).catch(() => {});
await Promise.race([stopped, sleep(1_000)]);

/* Prints:
Ada: sent by attempt 2
nobody: NON_RETRYABLE_CLASS: no such mailbox
the moon: MAX_ATTEMPTS_GLOBAL: the mail server is busy
*/
