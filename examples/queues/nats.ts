/* Mails through JetStream: what becomes of a message that fails, and of one that is put off. Needs a nats-server -js on port 4222. Run it: npx tsx examples/queues/nats.ts */
import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { constant, PermanentError, Policy, TransientError } from "redress";
import { consumeWithPolicy } from "redress/nats";

const stream = `redress-example-${process.pid}`;
const policy = new Policy({
  operation: "send_mail",
  retry: { maxAttempts: 3, strategy: constant(50), deadlineMs: 3_600_000 },
});

const send = async (to: string, attempt: number): Promise<void> => {
  if (to === "nobody") throw new PermanentError("no such mailbox");
  if (to === "the moon" || attempt < 2) throw new TransientError("the mail server is busy");
  console.log(`${to}: sent by attempt ${attempt}`);
};

const connection = await connect({ port: 4222, maxReconnectAttempts: -1 });
const js = jetstream(connection);
const manager = await jetstreamManager(connection);
await manager.streams.add({ name: stream, subjects: [stream] });
await manager.consumers.add(stream, { durable_name: "worker", ack_policy: AckPolicy.Explicit });
const buckets = new Kvm(js);
const bucket = await buckets.create(stream, { ttl: 86_400_000 });

let failed = 0;
const consumer = await js.consumers.get(stream, "worker");
const bothFailed = new Promise<void>((resolve) => {
  void consumeWithPolicy(consumer, bucket, policy, (message, { attempt }) => send(message.string(), attempt), {
    // Where a stream keeps no terminated messages, this is where to keep them.
    deadLetter: (message, { reason }) => {
      console.log(`${message.string()}: ${reason}`);
      if (++failed === 2) resolve();
    },
  });
});
for (const to of ["nobody", "Ada", "the moon"]) await js.publish(stream, to);
await bothFailed;

await manager.streams.delete(stream);
await manager.streams.delete(`KV_${stream}`);
await connection.close();

/* Prints:
nobody: NON_RETRYABLE_CLASS: no such mailbox
Ada: sent by attempt 2
the moon: MAX_ATTEMPTS_GLOBAL: the mail server is busy
*/
