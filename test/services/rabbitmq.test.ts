/* RabbitMQ through amqplib: the class of what it throws, and what a policy makes of it. */
import { execFile } from "node:child_process";
import { connect as connectTo, createServer, type Socket } from "node:net";
import { promisify } from "node:util";
import { type ChannelModel, connect } from "amqplib";
import { constant, type ErrorClass, Policy, unlimited } from "redress";
import { amqpClassifier } from "redress/extras";
import { afterAll, beforeAll, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { freePort, required, until } from "./broker-server.ts";

const URL = "amqp://guest:guest@127.0.0.1:5672";
const unique = (name: string): string => `redress-${process.pid}-${name}`;
const user = unique("user");
const rabbitmqctl = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)("rabbitmqctl", ["-q", ...args])).stdout;

let connection: ChannelModel;
beforeAll(async () => {
  await required("RabbitMQ", 5672);
  await rabbitmqctl("add_user", user, "secret");
  await rabbitmqctl("set_permissions", user, "^$", "^$", "^$");
  connection = await open();
});
afterAll(async () => {
  await connection?.close().catch(() => {});
  await rabbitmqctl("delete_user", user);
});

async function open(url = URL): Promise<ChannelModel> {
  const model = await connect(url);
  model.on("error", () => {});
  return model;
}

type Channel = Awaited<ReturnType<ChannelModel["createChannel"]>>;

/** On a channel of its own: whatever fails on a channel closes it. */
async function onChannel<T>(use: (channel: Channel) => Promise<T>, model = connection): Promise<T> {
  const channel = await model.createChannel();
  channel.on("error", () => {});
  try {
    return await use(channel);
  } finally {
    await channel.close().catch(() => {});
  }
}

async function failure(call: () => Promise<unknown>): Promise<ErrorClass> {
  try {
    await call();
  } catch (error) {
    return classOf(amqpClassifier, error);
  }
  throw new Error("It did not fail.");
}

const policy = (): Policy =>
  new Policy({
    retry: { classifier: amqpClassifier, strategy: constant(20), maxAttempts: 500, deadlineMs: 10_000, budget: unlimited },
  });

async function recovers<T>(call: () => Promise<T>, repair: () => Promise<unknown>): Promise<T> {
  let attempts = 0;
  let repaired: Promise<unknown> | undefined;
  const value = await policy().call(() => {
    attempts++;
    if (attempts === 3) repaired = repair();
    return call();
  });
  await repaired;
  expect(attempts).toBeGreaterThan(2);
  return value;
}

test("a missing queue or exchange is PERMANENT and is not asked for again", async () => {
  const missing = (): Promise<unknown> => onChannel((channel) => channel.checkQueue(unique("missing")));
  expect(await failure(missing)).toBe("PERMANENT");
  expect(await failure(() => onChannel((channel) => channel.checkExchange(unique("missing"))))).toBe("PERMANENT");
  expect(await policy().execute(missing)).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", attempts: 1 });
});

test("a queue that exists with other settings is PERMANENT", async () => {
  const queue = unique("settings");
  await onChannel((channel) => channel.assertQueue(queue, { durable: true, arguments: { "x-expires": 60_000 } }));
  try {
    expect(await failure(() => onChannel((channel) => channel.assertQueue(queue, { durable: false })))).toBe("PERMANENT");
  } finally {
    await onChannel((channel) => channel.deleteQueue(queue));
  }
});

test("an acknowledgement of nothing closes the channel: PERMANENT, and so is all that the closed channel is asked for", async () => {
  const channel = await connection.createChannel();
  const closed = new Promise((close) => channel.once("error", close));
  channel.ack({ fields: { deliveryTag: 99 } } as never);
  expect(classOf(amqpClassifier, await closed)).toBe("PERMANENT");
  expect(await failure(async () => channel.checkQueue("q"))).toBe("PERMANENT");
});

test("another connection's exclusive queue is CONCURRENCY until that connection ends", async () => {
  const queue = unique("exclusive");
  const holder = await open();
  await onChannel(async (channel) => {
    await channel.assertQueue(queue, { exclusive: true });
    const declare = (): Promise<unknown> => onChannel((other) => other.assertQueue(queue, { exclusive: true }));
    expect(await failure(declare)).toBe("CONCURRENCY");
    await recovers(declare, () => holder.close());
  }, holder);
});

test("a queue with an exclusive consumer is CONCURRENCY until that consumer goes, though it says ACCESS_REFUSED", async () => {
  const queue = unique("consumer");
  await onChannel(async (channel) => {
    await channel.assertQueue(queue, { autoDelete: false, durable: false, arguments: { "x-expires": 60_000 } });
    const { consumerTag } = await channel.consume(queue, () => {}, { exclusive: true });
    const consume = (): Promise<unknown> => onChannel((other) => other.consume(queue, () => {}));
    expect(await failure(consume)).toBe("CONCURRENCY");
    await recovers(consume, () => channel.cancel(consumerTag));
    await channel.deleteQueue(queue);
  });
});

test("a queue that is in use is CONCURRENCY until it is not", async () => {
  const queue = unique("in-use");
  await onChannel(async (channel) => {
    await channel.assertQueue(queue, { durable: false, arguments: { "x-expires": 60_000 } });
    const { consumerTag } = await channel.consume(queue, () => {});
    const remove = (): Promise<unknown> => onChannel((other) => other.deleteQueue(queue, { ifUnused: true }));
    expect(await failure(remove)).toBe("CONCURRENCY");
    await recovers(remove, () => channel.cancel(consumerTag));
  });
});

test("a refused login is AUTH", async () => {
  expect(await failure(() => open("amqp://guest:wrong@127.0.0.1:5672"))).toBe("AUTH");
});

test("a missing privilege is PERMISSION", async () => {
  const reader = await open(`amqp://${user}:secret@127.0.0.1:5672`);
  expect(await failure(() => onChannel((channel) => channel.assertQueue(unique("q")), reader))).toBe("PERMISSION");
  await reader.close();
});

test("why a vhost is refused amqplib does not say: PERMANENT, be it missing, forbidden or full", async () => {
  const url = `amqp://${user}:secret@127.0.0.1:5672`;
  expect(await failure(() => open(`${url}/${unique("vhost")}`))).toBe("PERMANENT");
  await rabbitmqctl("clear_permissions", user);
  expect(await failure(() => open(url))).toBe("PERMANENT");
  await rabbitmqctl("set_permissions", user, ".*", ".*", ".*");
  await rabbitmqctl("set_user_limits", user, '{"max-connections": 0}');
  expect(await failure(() => open(url))).toBe("PERMANENT");
  await rabbitmqctl("clear_user_limits", user, "max-connections");
  await (await open(url)).close();
});

test("a message that the broker does not take is TRANSIENT until it has room", async () => {
  const queue = unique("full");
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(queue, {
    durable: false,
    maxLength: 1,
    arguments: { "x-overflow": "reject-publish", "x-expires": 60_000 },
  });
  const send = (): Promise<void> =>
    new Promise((sent, refused) =>
      channel.sendToQueue(queue, Buffer.from("m"), {}, (error) => (error ? refused(error as Error) : sent())),
    );
  await send();
  expect(await failure(send)).toBe("TRANSIENT");
  await recovers(send, () => channel.purgeQueue(queue));
  await channel.deleteQueue(queue);
  await channel.close();
});

test("a connection that the broker closes is TRANSIENT, and a policy opens another one", async () => {
  const name = unique("closed");
  const doomed = await connect(URL, { clientProperties: { connection_name: name } });
  const error = new Promise((thrown) => doomed.once("close", thrown));
  doomed.on("error", () => {});
  const channel = await doomed.createChannel();
  channel.on("error", () => {});
  let pid = "";
  await until("the broker lists the connection", async () => {
    const row = (await rabbitmqctl("list_connections", "pid", "client_properties"))
      .split("\n")
      .find((line) => line.includes(name));
    pid = row?.split("\t")[0] ?? "";
    return pid !== "";
  });
  await rabbitmqctl("close_connection", pid, "maintenance");
  expect(classOf(amqpClassifier, await error)).toBe("TRANSIENT");
  // The dead connection stays dead, but the broker is there: a policy has to wrap what opens a new one.
  expect(await failure(async () => channel.checkQueue("q"))).toBe("TRANSIENT");
  expect(await failure(async () => doomed.createChannel())).toBe("TRANSIENT");
  await (await policy().call(() => open())).close();
});

test("a connection that is cut is TRANSIENT, and so is all that its closed channel is asked for", async () => {
  const sockets: Socket[] = [];
  const middle = createServer((socket) => {
    const broker = connectTo(5672, "127.0.0.1");
    for (const one of [socket, broker]) one.on("error", () => {});
    sockets.push(socket);
    socket.pipe(broker).pipe(socket);
  });
  const port = await freePort();
  await new Promise<void>((listening) => middle.listen(port, "127.0.0.1", listening));
  const doomed = await open(`amqp://guest:guest@127.0.0.1:${port}`);
  const channel = await doomed.createChannel();
  const closed = new Promise((close) => doomed.once("close", close));
  for (const socket of sockets) socket.resetAndDestroy();
  expect(classOf(amqpClassifier, await closed)).toBe("TRANSIENT");
  expect(await failure(async () => channel.publish("", "q", Buffer.from("m")))).toBe("TRANSIENT");
  expect(await failure(async () => doomed.createChannel())).toBe("TRANSIENT");
  middle.close();
});

test("a channel or a connection that the program closed itself is PERMANENT", async () => {
  const own = await open();
  const channel = await own.createChannel();
  await channel.close();
  expect(await failure(async () => channel.publish("", "q", Buffer.from("m")))).toBe("PERMANENT");
  const other = await own.createChannel();
  await own.close();
  expect(await failure(async () => other.publish("", "q", Buffer.from("m")))).toBe("PERMANENT");
  expect(await failure(async () => own.createChannel())).toBe("PERMANENT");
});

test("a broker that nobody reaches is TRANSIENT", async () => {
  expect(await failure(async () => open(`amqp://127.0.0.1:${await freePort()}`))).toBe("TRANSIENT");
});
