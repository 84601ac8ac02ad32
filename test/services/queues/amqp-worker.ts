/* A worker that consumes the queue of RABBITMQ_QUEUE, and begins anew when the server is back. */
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "amqplib";
import { consumeWithPolicy } from "redress/amqp";
import { endWithParent, jobPolicy, operate, ready } from "./harness.ts";

const { RABBITMQ_URL = "", RABBITMQ_QUEUE = "" } = process.env;
const shutdown = new AbortController();
const policy = jobPolicy();
process.on("SIGTERM", () => shutdown.abort());
endWithParent();

while (!shutdown.signal.aborted) {
  try {
    const connection = await connect(RABBITMQ_URL);
    connection.on("error", () => {});
    const channel = await connection.createConfirmChannel();
    const options = {
      signal: shutdown.signal,
      prefetch: 10,
      resolutionMs: 10,
      onError: (error: unknown) => console.error(error),
    };
    const consumer = await consumeWithPolicy(
      channel,
      RABBITMQ_QUEUE,
      policy,
      (message, attempt) => operate(JSON.parse(message.content.toString()), attempt),
      options,
    );
    ready();
    await consumer.closed;
    await connection.close().catch(() => {});
  } catch (error) {
    console.error(error);
    await sleep(500);
  }
}
process.exit(0);
