/* NATS through nats 2 and the @nats-io packages: the class of what they throw, and what a policy makes of it. */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect as connect3 } from "@nats-io/transport-node";
import { connect as connect2 } from "nats";
import { constant, type ErrorClass, Policy, unlimited } from "redress";
import { natsClassifier } from "redress/extras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { freePort, type PrivateServer, privateServer, required } from "./broker-server.ts";

const SHARED = 4222;
const unique = (name: string): string => `redress-${process.pid}-${name}`;

interface Publish {
  readonly expect?: { readonly lastSequence?: number; readonly lastMsgID?: string };
}
interface Client {
  request(subject: string, timeoutMs?: number): Promise<unknown>;
  answer(subject: string): void;
  publish(subject: string, bytes?: number): void;
  subscribe(subject: string): { closed: Promise<unknown> };
  close(): Promise<void>;
  drain(): Promise<void>;
  flush(): Promise<void>;
  publishToStream(subject: string, options?: Publish): Promise<unknown>;
  addStream(name: string, more?: object): Promise<unknown>;
  deleteStream(name: string): Promise<unknown>;
  streamInfo(name: string): Promise<unknown>;
  consumerInfo(stream: string, consumer: string): Promise<unknown>;
}
interface Options {
  readonly user?: string;
  readonly pass?: string;
}
type Connect = (port: number, options?: Options) => Promise<Client>;

const around =
  (version: 2 | 3): Connect =>
  async (port, options = {}) => {
    const settings = {
      servers: `127.0.0.1:${port}`,
      reconnectTimeWait: 20,
      maxReconnectAttempts: -1,
      timeout: 2_000,
      ...options,
    };
    const nats2 = version === 2 ? await connect2(settings) : undefined;
    const nats3 = version === 3 ? await connect3(settings) : undefined;
    const nc = (nats2 ?? nats3) as NonNullable<typeof nats3>;
    const js = nats3 ? jetstream(nats3) : (nats2?.jetstream() as never);
    const manager = async (): Promise<Awaited<ReturnType<typeof jetstreamManager>>> =>
      nats3 ? jetstreamManager(nats3) : ((await nats2?.jetstreamManager()) as never);
    return {
      request: (subject, timeout = 2_000) => nc.request(subject, "?", { timeout }),
      answer: (subject) => {
        nc.subscribe(subject, { callback: (_error, message) => void message.respond("!") });
      },
      publish: (subject, bytes = 1) => nc.publish(subject, new Uint8Array(bytes)),
      subscribe: (subject) => {
        const subscription = nc.subscribe(subject);
        return {
          closed: (async () => {
            for await (const _message of subscription);
            return (await subscription.closed) ?? "closed";
          })(),
        };
      },
      close: () => nc.close(),
      drain: () => nc.drain(),
      flush: () => nc.flush(),
      publishToStream: (subject, publish = {}) => js.publish(subject, "m", publish),
      addStream: async (name, more = {}) => (await manager()).streams.add({ name, subjects: [`${name}.*`], ...more }),
      deleteStream: async (name) => (await manager()).streams.delete(name),
      streamInfo: async (name) => (await manager()).streams.info(name),
      consumerInfo: async (stream, consumer) => (await manager()).consumers.info(stream, consumer),
    };
  };

const CLIENTS: Readonly<Record<string, Connect>> = { "nats 2": around(2), "@nats-io 3": around(3) };

async function failure(call: () => unknown): Promise<ErrorClass> {
  try {
    await call();
  } catch (error) {
    return classOf(natsClassifier, error);
  }
  throw new Error("It did not fail.");
}

const policy = (): Policy =>
  new Policy({
    retry: { classifier: natsClassifier, strategy: constant(20), maxAttempts: 500, deadlineMs: 10_000, budget: unlimited },
  });

async function recovers<T>(call: () => Promise<T>, repair: () => unknown): Promise<T> {
  let attempts = 0;
  let repaired: unknown;
  const value = await policy().call(() => {
    attempts++;
    if (attempts === 3) repaired = repair();
    return call();
  });
  await repaired;
  expect(attempts).toBeGreaterThan(2);
  return value;
}

const GUARDED = `
listen: 127.0.0.1:$PORT
max_payload: 1024
authorization {
  timeout: 5
  users = [
    { user: "admin", password: "secret" }
    { user: "reader", password: "secret", permissions: { publish: ["_INBOX.>"], subscribe: { deny: "secret.>" } } }
  ]
}`;

beforeAll(() => required("NATS", SHARED));

describe.each(Object.entries(CLIENTS))("%s", (name, connect) => {
  const stream = unique(name.replace(/\W/g, ""));
  let shared: Client;
  let guarded: PrivateServer;
  beforeAll(async () => {
    guarded = await privateServer("nats-server", ({ folder }) => ["-c", `${folder}/nats.conf`], { "nats.conf": GUARDED });
    await guarded.start();
    shared = await connect(SHARED);
  });
  afterAll(async () => {
    await shared?.deleteStream(stream).catch(() => {});
    await shared?.close();
    await guarded?.remove();
  });

  test("nobody who answers is TRANSIENT until somebody does", async () => {
    const subject = unique(`nobody.${stream}`);
    expect(await failure(() => shared.request(subject))).toBe("TRANSIENT");
    await recovers(
      () => shared.request(subject),
      () => shared.answer(subject),
    );
  });

  test("an answer that does not come in time is TRANSIENT", async () => {
    const subject = unique(`silent.${stream}`);
    shared.subscribe(subject);
    expect(await failure(() => shared.request(subject, 50))).toBe("TRANSIENT");
  });

  test("a subject or a payload that NATS does not take is PERMANENT", async () => {
    expect(await failure(() => shared.publish(""))).toBe("PERMANENT");
    const small = await connect(guarded.port, { user: "admin", pass: "secret" });
    if (name === "nats 2") expect(await failure(() => small.publish("a", 2_000))).toBe("PERMANENT");
    await small.close();
  });

  test("a connection that was closed or drained is PERMANENT", async () => {
    const [closed, drained] = [await connect(SHARED), await connect(SHARED)];
    await closed.close();
    expect(await failure(() => closed.publish("a"))).toBe("PERMANENT");
    expect(await failure(() => closed.request("a"))).toBe("PERMANENT");
    const draining = drained.drain();
    expect(await failure(() => drained.request("a"))).toBe("PERMANENT");
    await draining;
  });

  test("a wrong password is AUTH, a missing privilege PERMISSION", async () => {
    expect(await failure(() => connect(guarded.port, { user: "admin", pass: "wrong" }))).toBe("AUTH");
    expect(await failure(() => connect(guarded.port))).toBe("AUTH");
    const reader = await connect(guarded.port, { user: "reader", pass: "secret" });
    const refused = reader.subscribe("secret.a");
    expect(
      await failure(async () => {
        const end = await refused.closed;
        if (end instanceof Error) throw end;
      }),
    ).toBe("PERMISSION");
    expect(await failure(() => reader.request("orders", 1_000))).toBe("PERMISSION");
    await reader.close();
  });

  test("a server that nobody reaches is TRANSIENT until it is there", async () => {
    const port = await freePort();
    expect(await failure(() => connect(port))).toBe("TRANSIENT");
    const own = await privateServer("nats-server", (server) => ["-a", "127.0.0.1", "-p", `${server.port}`]);
    try {
      await (
        await recovers(
          () => connect(own.port),
          () => own.start(),
        )
      ).close();
    } finally {
      await own.remove();
    }
  });

  test("a server that is restarted in the middle of a request is TRANSIENT, and a policy outlives it", async () => {
    const own = await privateServer("nats-server", (server) => ["-a", "127.0.0.1", "-p", `${server.port}`]);
    try {
      await own.start();
      const client = await connect(own.port);
      client.answer("echo");
      client.subscribe("silent");
      await client.flush();
      const waiting = failure(() => client.request("silent", 1_000));
      await own.stop();
      expect(await waiting).toBe("TRANSIENT");
      await recovers(
        () => client.request("echo", 200),
        () => own.start(),
      );
      await client.close();
    } finally {
      await own.remove();
    }
  });

  test("a stream or a consumer that does not exist is PERMANENT", async () => {
    expect(await failure(() => shared.streamInfo(unique("none")))).toBe("PERMANENT");
    await shared.addStream(stream);
    expect(await failure(() => shared.consumerInfo(stream, "none"))).toBe("PERMANENT");
    expect(await failure(() => shared.addStream(stream, { storage: "memory" }))).toBe("PERMANENT");
    expect(await policy().execute(() => shared.streamInfo(unique("none")))).toMatchObject({
      stopReason: "NON_RETRYABLE_CLASS",
      attempts: 1,
    });
  });

  test("a subject that no stream takes yet is TRANSIENT", async () => {
    expect(await failure(() => shared.publishToStream(unique("nowhere")))).toBe("TRANSIENT");
  });

  test("a stream that has moved on since is CONCURRENCY, and a policy that reads its last sequence again gets through", async () => {
    await shared.publishToStream(`${stream}.a`);
    await shared.publishToStream(`${stream}.a`);
    let expected = 1;
    const publish = (): Promise<unknown> => shared.publishToStream(`${stream}.a`, { expect: { lastSequence: expected++ } });
    const classes: ErrorClass[] = [];
    await new Policy({
      retry: {
        classifier: (error) => {
          classes.push(classOf(natsClassifier, error));
          return natsClassifier(error);
        },
        strategy: constant(0),
      },
    }).call(publish);
    expect(classes).toEqual(["CONCURRENCY"]);
    expect(await failure(() => shared.publishToStream(`${stream}.a`, { expect: { lastMsgID: "nope" } }))).toBe("CONCURRENCY");
  });

  test("a stream that is full and refuses what is new is TRANSIENT", async () => {
    const full = `${stream}-full`;
    await shared.addStream(full, { max_msgs: 1, discard: "new" });
    await shared.publishToStream(`${full}.a`);
    expect(await failure(() => shared.publishToStream(`${full}.a`))).toBe("TRANSIENT");
    await shared.deleteStream(full);
  });
});
