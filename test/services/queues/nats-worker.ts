/* A worker that consumes the stream "ORDERS" with the library of NATS_LIBRARY, and outlives its server. */
import { consumeWithPolicy } from "redress/nats";
import { endWithParent, jobPolicy, operate, type Payload, ready } from "./harness.ts";
import { type NatsLibrary, natsClient } from "./nats-clients.ts";

const { NATS_PORT, NATS_LIBRARY } = process.env;
const shutdown = new AbortController();
const { bucketOf, consumerOf } = await natsClient(NATS_LIBRARY as NatsLibrary, Number(NATS_PORT));
const consumption = await consumeWithPolicy(
  await consumerOf("ORDERS"),
  await bucketOf("redress"),
  jobPolicy(),
  (message, attempt) => operate(message.json<Payload>(), attempt),
  { signal: shutdown.signal, onError: (error: unknown) => console.error(error) },
);
process.on("SIGTERM", async () => {
  shutdown.abort();
  await consumption.closed;
  process.exit(0);
});
endWithParent();
ready();
