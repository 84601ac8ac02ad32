/* redress/amqp with amqplib, on the machine's RabbitMQ. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect } from "amqplib";
import { constant, PermanentError, Policy, TransientError } from "redress";
import { type AmqpConsumerOptions, consumeWithPolicy } from "redress/amqp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { required, until } from "../broker-server.ts";

let connection: ChannelModel;
let channel: ConfirmChannel;
let queue = "";
let count = 0;
const queues: string[] = [];

beforeAll(async () => {
  await required("RabbitMQ", 5672);
  connection = await connect("amqp://guest:guest@127.0.0.1:5672");
});
beforeEach(async () => {
  channel = await connection.createConfirmChannel();
  queue = `redress-${process.pid}-amqp-${++count}`;
  queues.push(queue, `${queue}.failed`);
});
afterAll(async () => {
  const cleaning = await connection.createChannel();
  for (const name of queues) await cleaning.deleteQueue(name);
  await connection.close();
});

const policyOf = (delayMs: number, maxAttempts = 3): Policy =>
  new Policy({ retry: { strategy: constant(delayMs), maxAttempts } });
const assert = (queueType = "classic"): Promise<unknown> =>
  channel.assertQueue(queue, { arguments: { "x-queue-type": queueType } });
const send = (text: string, headers: object = {}): unknown =>
  channel.sendToQueue(queue, Buffer.from(text), { persistent: true, headers });
const left = async (name: string): Promise<ConsumeMessage | undefined> => {
  const other = await connection.createChannel();
  const message = await other.get(name, { noAck: true });
  await other.close();
  return message === false ? undefined : (message as unknown as ConsumeMessage);
};

interface Seen {
  readonly message: ConsumeMessage;
  readonly attempt: number;
  readonly atMs: number;
}

/** A consumer whose handler fails for so many attempts. */
async function consume(failing: number, policy: Policy, options: AmqpConsumerOptions<ConsumeMessage> = {}, on = channel) {
  const seen: Seen[] = [];
  const consumer = await consumeWithPolicy(
    on,
    queue,
    policy,
    (message, { attempt }) => {
      seen.push({ message, attempt, atMs: Date.now() });
      if (attempt <= failing) throw new TransientError("down");
    },
    { resolutionMs: 10, ...options },
  );
  return { consumer, seen };
}

test.each(["classic", "quorum"] as const)(
  "a message is put off by its delay, and comes back as it was: %s queues",
  async (queueType) => {
    await assert(queueType);
    const exchange = `${queue}-exchange`;
    await channel.assertExchange(exchange, "topic", { durable: false, autoDelete: true });
    await channel.bindQueue(queue, exchange, "order.*");
    const properties = {
      correlationId: "c",
      contentType: "text/plain",
      priority: 3,
      messageId: "m",
      type: "t",
      timestamp: 7,
      expiration: "60000",
    };
    channel.publish(exchange, "order.created", Buffer.from("hello"), { ...properties, headers: { own: 1, CC: [] } });
    const { consumer, seen } = await consume(2, policyOf(200), { queueType });
    await until("three attempts", () => seen.length === 3);
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    for (const index of [1, 2]) expect((seen[index]?.atMs ?? 0) - (seen[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(199);
    const { message } = seen[2] as Seen;
    expect(message.content.toString()).toBe("hello");
    expect(message.fields).toMatchObject({ exchange, routingKey: "order.created" });
    expect(message.properties).toMatchObject({ ...properties, expiration: undefined, headers: { own: 1 } });
    await consumer.stop();
    expect((await channel.checkQueue(queue)).messageCount).toBe(0);
  },
);

test("a short delay does not wait behind a long one", async () => {
  await assert();
  const policy = new Policy({ retry: { strategy: ({ attempt }) => (attempt === 1 ? 20_000 : 100) } });
  await consume(1, policy);
  send("long");
  const isWaiting = async (): Promise<boolean> => {
    const other = await connection.createChannel();
    other.on("error", () => {});
    const { messageCount } = await other.checkQueue(`${queue}.redress.20480ms`).catch(() => ({ messageCount: 0 }));
    return messageCount === 1;
  };
  await until("the long wait", isWaiting);
  const second = await connection.createConfirmChannel();
  const { seen } = await consume(1, policyOf(100), {}, second);
  await channel.close();
  second.sendToQueue(queue, Buffer.from("short"));
  await until("the short one is back", () => seen.length === 2, 10_000);
  await second.deleteQueue(`${queue}.redress.20480ms`);
});

test("one that has failed for good is parked with its reason, and begins anew when it is put back", async () => {
  await assert();
  const told: string[] = [];
  send("m", { own: 1 });
  const { consumer, seen } = await consume(9, policyOf(10, 2), { onFailed: (_message, { reason }) => told.push(reason) });
  let parked: ConsumeMessage | undefined;
  await until("it is parked", async () => {
    parked = await left(`${queue}.failed`);
    return parked !== undefined;
  });
  expect(parked?.properties.headers).toMatchObject({
    own: 1,
    "redress-reason": "MAX_ATTEMPTS_GLOBAL: down",
    "redress-stop-reason": "MAX_ATTEMPTS_GLOBAL",
    "redress-attempts": 2,
  });
  expect(told).toEqual(["MAX_ATTEMPTS_GLOBAL: down"]);
  channel.sendToQueue(queue, Buffer.from("m"), { headers: parked?.properties.headers });
  await until("two more attempts", () => seen.length === 4);
  expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 1, 2]);
  await consumer.stop();
});

test("one is rejected for the queue's own dead-letter exchange, where the worker says so", async () => {
  const dead = `${queue}-dead`;
  queues.push(dead);
  await channel.assertQueue(dead);
  await channel.assertQueue(queue, { deadLetterExchange: "", deadLetterRoutingKey: dead });
  send("m");
  const consumer = await consumeWithPolicy(channel, queue, policyOf(10), () => Promise.reject(new PermanentError("no")), {
    failed: "nack",
  });
  await until("it is dead", async () => (await left(dead)) !== undefined);
  await consumer.stop();
});

test.each(["classic", "quorum"])("deliveries that end without a word count as attempts: %s queue", async (queueType) => {
  await assert(queueType);
  send("m");
  const attempts: number[] = [];
  // Each of them dies with the message: its connection is lost in the middle of the attempt.
  for (let worker = 1; worker <= 3; worker++) {
    const doomed = await connect("amqp://guest:guest@127.0.0.1:5672");
    doomed.on("error", () => {});
    const begun = new Promise<void>((begin) => {
      void doomed.createConfirmChannel().then((own) =>
        consumeWithPolicy(own, queue, policyOf(10), (_message, { attempt }) => {
          attempts.push(attempt);
          begin();
          return new Promise(() => {});
        }),
      );
    });
    await begun;
    (doomed as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await sleep(200);
  }
  expect(attempts).toEqual([1, 2, 3]);
  const { consumer, seen } = await consume(0, policyOf(10));
  let parked: ConsumeMessage | undefined;
  await until("it is parked", async () => {
    parked = await left(`${queue}.failed`);
    return parked !== undefined;
  });
  expect(parked?.properties.headers?.["redress-stop-reason"]).toBe("MAX_ATTEMPTS_GLOBAL");
  expect(seen).toEqual([]);
  await consumer.stop();
});

test("a worker that shuts down gives its messages back at once, with what they have used up", async () => {
  await assert();
  send("m");
  const shutdown = new AbortController();
  let begun = false;
  const consumer = await consumeWithPolicy(
    channel,
    queue,
    policyOf(60_000),
    () => {
      begun = true;
      return new Promise(() => {});
    },
    { signal: shutdown.signal },
  );
  await until("it has begun", () => begun);
  shutdown.abort();
  expect(await consumer.closed).toBeUndefined();
  const { seen } = await consume(0, policyOf(10));
  await until("it is back", () => seen.length === 1);
  expect(seen[0]?.attempt).toBe(2);
  expect(seen[0]?.message.fields.redelivered).toBe(false);
});

test("a queue that is deleted ends its consumer, and a channel that is closed", async () => {
  await assert();
  const { consumer } = await consume(0, policyOf(10));
  const other = await connection.createChannel();
  await other.deleteQueue(queue);
  expect(await consumer.closed).toMatchObject({ message: expect.stringContaining("has cancelled the consumer") });
  await assert();
  const { consumer: second } = await consume(0, policyOf(10));
  await channel.close();
  expect(await second.closed).toMatchObject({ message: "The channel was closed." });
});

test("a queue that is missing, a channel without confirms and an exchange without its plugin are refused", async () => {
  const plain = await connection.createChannel();
  const consuming = (on: unknown, options?: AmqpConsumerOptions<ConsumeMessage>) =>
    consumeWithPolicy(on as ConfirmChannel, queue, policyOf(10), () => {}, options);
  await expect(consuming(plain)).rejects.toThrow("createConfirmChannel()");
  channel.on("error", () => {});
  await expect(consuming(channel)).rejects.toThrow("NOT_FOUND");
  const lone = await connect("amqp://guest:guest@127.0.0.1:5672");
  lone.on("error", () => {});
  const own = await lone.createConfirmChannel();
  own.on("error", () => {});
  await own.assertQueue(queue);
  await expect(consuming(own, { delayedExchange: `${queue}-delayed` })).rejects.toThrow("x-delayed-message");
});
