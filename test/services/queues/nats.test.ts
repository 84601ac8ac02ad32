/* redress/nats with nats 2 and @nats-io 3, on the machine's JetStream where it has one, and on one of its own. */
import { constant, Policy, TransientError } from "redress";
import { consumeWithPolicy, type NatsConsumerOptions, type NatsMessage } from "redress/nats";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type PrivateServer, privateServer, until } from "../broker-server.ts";
import { LIBRARIES, natsClient } from "./nats-clients.ts";

let server: PrivateServer;
beforeAll(async () => {
  server = await privateServer("nats-server", (own) => ["-js", "-sd", own.folder, "-a", "127.0.0.1", "-p", `${own.port}`]);
  await server.start();
});
afterAll(() => server?.remove());

const MS = 1e6;
const policyOf = (delayMs: number, maxAttempts = 3): Policy =>
  new Policy({ retry: { strategy: constant(delayMs), maxAttempts } });

describe.each(LIBRARIES)("through %s", (library) => {
  let client: Awaited<ReturnType<typeof natsClient>>;
  let stream = "";
  let count = 0;
  beforeAll(async () => {
    client = await natsClient(library, server.port);
  });
  beforeEach(async () => {
    stream = `S${LIBRARIES.indexOf(library)}-${++count}`;
    await client.manager.streams.add({ name: stream, subjects: [stream] });
  });
  afterAll(() => client?.connection.close());

  const addConsumer = (more: object = {}): Promise<unknown> =>
    client.manager.consumers.add(stream, {
      durable_name: "worker",
      ack_policy: "explicit" as never,
      ack_wait: 1_000 * MS,
      ...more,
    });
  const record = async (sequence = 1): Promise<Record<string, unknown> | undefined> => {
    const entry = await (await client.bucketOf("redress")).get(`${stream}.worker.${sequence}`);
    return entry?.operation === "PUT" ? entry.json() : undefined;
  };
  const pending = async (): Promise<number> => (await client.manager.consumers.info(stream, "worker")).num_ack_pending;

  interface Seen {
    readonly attempt: number;
    readonly atMs: number;
  }

  async function consume(
    operation: (attempt: number) => unknown,
    policy: Policy,
    options: NatsConsumerOptions<NatsMessage> = {},
  ) {
    const seen: Seen[] = [];
    const consumption = await consumeWithPolicy(
      await client.consumerOf(stream),
      await client.bucketOf("redress"),
      policy,
      (_message, { attempt }) => {
        seen.push({ attempt, atMs: Date.now() });
        return operation(attempt);
      },
      { concurrency: 2, ...options },
    );
    return { consumption, seen };
  }
  const failing = (upTo: number) => (attempt: number) => {
    if (attempt <= upTo) throw new TransientError("down");
  };

  test("a message is put off by its delay, and nothing of it is left when it is done", async () => {
    await addConsumer();
    await client.js.publish(stream, "m");
    const { consumption, seen } = await consume(failing(2), policyOf(200.5));
    await until("three attempts", () => seen.length === 3);
    await consumption.stop();
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    for (const index of [1, 2]) expect((seen[index]?.atMs ?? 0) - (seen[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(199);
    expect(await pending()).toBe(0);
    expect(await record()).toBeUndefined();
  });

  test("one that has failed for good is kept where the worker says, and why in the bucket", async () => {
    await addConsumer();
    await client.js.publish(stream, "m");
    const kept: string[] = [];
    let isKeeping = false;
    const { consumption, seen } = await consume(failing(9), policyOf(10, 2), {
      rejectedDelayMs: 100,
      onError: () => {},
      deadLetter: (_message, { reason }) => {
        kept.push(reason);
        isKeeping = !isKeeping;
        if (isKeeping) throw new Error("no room");
      },
    });
    await until("it is kept", async () => kept.length === 2 && (await pending()) === 0);
    await consumption.stop();
    expect(kept).toEqual(Array(2).fill("MAX_ATTEMPTS_GLOBAL: down"));
    expect(seen.length).toBe(2);
    expect(await record()).toMatchObject({ ended: { reason: "MAX_ATTEMPTS_GLOBAL: down", stopReason: "MAX_ATTEMPTS_GLOBAL" } });
  });

  test("an attempt that takes longer than ack_wait has its message for itself", async () => {
    await addConsumer({ ack_wait: 500 * MS });
    await client.js.publish(stream, "m");
    const { consumption, seen } = await consume(() => new Promise((end) => setTimeout(end, 2_000)), policyOf(10));
    await until("it has begun", () => seen.length === 1);
    await consumption.stop();
    expect(seen.length).toBe(1);
    expect(await pending()).toBe(0);
  });

  test("a worker that shuts down gives its message back at once, with what it has used up", async () => {
    await addConsumer({ ack_wait: 600_000 * MS });
    await client.js.publish(stream, "m");
    const shutdown = new AbortController();
    const { consumption, seen } = await consume(() => new Promise(() => {}), policyOf(60_000), { signal: shutdown.signal });
    await until("it has begun", () => seen.length === 1);
    shutdown.abort();
    expect(await consumption.closed).toBeUndefined();
    const next = await consume(() => {}, policyOf(10));
    await until("it is back", () => next.seen.length === 1);
    expect(next.seen[0]?.attempt).toBe(2);
    await next.consumption.stop();
  });

  test("deliveries that end without a word count as attempts, with a record or without", async () => {
    await addConsumer({ ack_wait: 100 * MS });
    await client.js.publish(stream, "m");
    const consumer = await client.consumerOf(stream);
    for (let delivery = 1; delivery <= 2; delivery++) await consumer.next({ expires: 5_000 });
    const { consumption, seen } = await consume(failing(9), policyOf(10, 4));
    await until("it has failed", async () => (await record())?.["ended"] !== undefined);
    await consumption.stop();
    expect(seen.map(({ attempt }) => attempt)).toEqual([3, 4]);
  });

  test("a message that comes before its time waits for what is left of it, which is no attempt", async () => {
    await addConsumer();
    await client.js.publish(stream, "m");
    const consumer = await client.consumerOf(stream);
    const message = await consumer.next({ expires: 5_000 });
    const dueMs = Date.now() + 500;
    const publishedMs = Math.floor((message?.info.timestampNanos ?? 0) / 1e6);
    const progress = { version: 1, attempts: 1, failures: { TRANSIENT: 1 }, elapsedMs: 0, prevSleepMs: null, deliveries: 1 };
    await (await client.bucketOf("redress")).put(
      `${stream}.worker.1`,
      JSON.stringify({ publishedMs, delivery: 1, dueMs, progress }),
    );
    message?.nak();
    const { consumption, seen } = await consume(() => {}, policyOf(10));
    await until("an attempt", () => seen.length === 1);
    await consumption.stop();
    expect(seen[0]?.attempt).toBe(2);
    expect(seen[0]?.atMs).toBeGreaterThanOrEqual(dueMs);
  });

  test("a consumer that is deleted ends the worker", async () => {
    await addConsumer();
    const { consumption } = await consume(() => {}, policyOf(10), { onError: () => {} });
    await client.manager.consumers.delete(stream, "worker");
    expect(await consumption.closed).toBeInstanceOf(Error);
  });

  test("a consumer that would cut what the policy allows is refused", async () => {
    await addConsumer({ max_deliver: 3 });
    await expect(consume(() => {}, policyOf(10))).rejects.toThrow("max_deliver must be -1");
  });
});
