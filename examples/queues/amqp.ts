/* Mails through RabbitMQ: what becomes of a message that fails, and of one that is put off. Needs a RabbitMQ on port 5672. Run it: npx tsx examples/queues/amqp.ts */
import { connect } from "amqplib";
import { constant, PermanentError, Policy, TransientError } from "redress";
import { consumeWithPolicy } from "redress/amqp";

const queue = `redress-example-${process.pid}`;
const policy = new Policy({
  operation: "send_mail",
  retry: { maxAttempts: 3, strategy: constant(50), deadlineMs: 3_600_000 },
});

const send = async (to: string, attempt: number): Promise<void> => {
  if (to === "nobody") throw new PermanentError("no such mailbox");
  if (to === "the moon" || attempt < 2) throw new TransientError("the mail server is busy");
  console.log(`${to}: sent by attempt ${attempt}`);
};

const connection = await connect("amqp://guest:guest@127.0.0.1:5672");
const channel = await connection.createConfirmChannel();
await channel.assertQueue(queue);
const consumer = await consumeWithPolicy(
  channel,
  queue,
  policy,
  (message, { attempt }) => send(message.content.toString(), attempt),
  {
    resolutionMs: 10,
  },
);

for (const to of ["nobody", "Ada", "the moon"]) channel.sendToQueue(queue, Buffer.from(to), { persistent: true });

// What has failed for good is parked, with the reason.
let parked = 0;
const allParked = new Promise<void>((resolve) => {
  void channel.consume(`${queue}.failed`, (message) => {
    if (message === null) return;
    console.log(`${message.content}: ${message.properties.headers?.["redress-reason"]}`);
    channel.ack(message);
    if (++parked === 2) resolve();
  });
});
await allParked;

await consumer.stop();
await channel.deleteQueue(queue);
await channel.deleteQueue(`${queue}.failed`);
await connection.close();

/* Prints:
nobody: NON_RETRYABLE_CLASS: no such mailbox
Ada: sent by attempt 2
the moon: MAX_ATTEMPTS_GLOBAL: the mail server is busy
*/
