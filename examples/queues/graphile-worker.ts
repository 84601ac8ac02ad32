/* Mails through graphile-worker: what becomes of a job that fails, and of one that is put off. Needs a PostgreSQL on port 5432. Run it: npx tsx examples/queues/graphile-worker.ts */
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";
import { constant, PermanentError, Policy, TransientError } from "redress";
import { graphileTask } from "redress/graphile-worker";

interface Mail {
  readonly to: string;
}

const schema = `redress_example_${process.pid}`;
const pgPool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "postgres" });
const settings = { pgPool, schema, logger: new Logger(() => () => {}) };
const utils = await makeWorkerUtils(settings);
await utils.migrate();

const policy = new Policy({
  operation: "send_mail",
  retry: { maxAttempts: 3, strategy: constant(50), deadlineMs: 3_600_000 },
});

const sent: string[] = [];
const mail = graphileTask(
  policy,
  async (payload, { attempt }) => {
    const { to } = payload as Mail;
    if (to === "nobody") throw new PermanentError("no such mailbox");
    if (to === "the moon" || attempt < 2) throw new TransientError("the mail server is busy");
    sent.push(`${to}: sent by attempt ${attempt}`);
  },
  { schema },
);

// graphile-worker's own attempts neither multiply the policy's nor cut them.
for (const to of ["Ada", "nobody", "the moon"]) await utils.addJob("mail", { to }, { maxAttempts: 1 });
const runner = await run({ ...settings, noHandleSignals: true, pollInterval: 50, taskList: { mail } });

const open = `select from "${schema}".jobs where attempts < max_attempts or locked_at is not null`;
while ((await pgPool.query(open)).rowCount !== 0) await sleep(50);
for (const line of sent) console.log(line);
const failed = await pgPool.query(`select payload->>'to' as to, last_error from "${schema}"._private_jobs order by id`);
for (const { to, last_error } of failed.rows) console.log(`${to}: ${last_error}`);

await runner.stop();
await utils.release();
await pgPool.query(`drop schema "${schema}" cascade`);
await pgPool.end();

/* Prints:
Ada: sent by attempt 2
nobody: NON_RETRYABLE_CLASS: no such mailbox
the moon: MAX_ATTEMPTS_GLOBAL: the mail server is busy
*/
