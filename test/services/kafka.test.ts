/* kafkajs where no broker is: nobody listens, nobody answers, somebody hangs up. What brokers say is in test/extras/kafka.test.ts. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Kafka, logLevel } from "kafkajs";
import { constant, type ErrorClass, Policy } from "redress";
import { kafkaClassifier } from "redress/extras";
import { afterAll, beforeAll, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { freePort } from "./broker-server.ts";

const sockets = new Set<Socket>();
const servers: Server[] = [];
async function listen(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    answer(socket);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return (server.address() as AddressInfo).port;
}

let silent: number;
let hangsUp: number;
beforeAll(async () => {
  silent = await listen(() => {});
  hangsUp = await listen((socket) => socket.on("data", () => socket.destroy()));
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

const kafka = (port: number, retries: number, more: object = {}): Kafka =>
  new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 200,
    requestTimeout: 200,
    enforceRequestTimeout: true,
    retry: { retries, initialRetryTime: 10, maxRetryTime: 10 },
    ...more,
  });

async function failure(call: () => Promise<unknown>): Promise<ErrorClass> {
  try {
    await call();
  } catch (error) {
    return classOf(kafkaClassifier, error);
  }
  throw new Error("It did not fail.");
}

test.each([0, 2])(
  "a broker that nobody reaches, is silent or hangs up is TRANSIENT, after %i retries of kafkajs's own",
  async (retries) => {
    // With retries of its own kafkajs takes a silent broker for a connected one: the second attempt finds the socket open.
    for (const port of [await freePort(), hangsUp, ...(retries === 0 ? [silent] : [])]) {
      const client = kafka(port, retries);
      expect(await failure(() => client.admin().connect())).toBe("TRANSIENT");
      expect(await failure(() => client.producer().connect())).toBe("TRANSIENT");
    }
  },
);

test("a policy goes on where kafkajs has given up and calls itself not retriable", async () => {
  const policy = new Policy({ retry: { classifier: kafkaClassifier, strategy: constant(0), maxAttempts: 3 } });
  const admin = kafka(hangsUp, 0).admin();
  expect(await policy.execute(() => admin.connect())).toMatchObject({
    ok: false,
    lastClass: "TRANSIENT",
    stopReason: "MAX_ATTEMPTS_GLOBAL",
    attempts: 3,
  });
});

test("a producer that was never connected is TRANSIENT: kafkajs says so itself", async () => {
  const producer = kafka(silent, 0).producer();
  expect(await failure(() => producer.send({ topic: "t", messages: [{ value: "v" }] }))).toBe("TRANSIENT");
});

test("what kafkajs refuses to send is PERMANENT and is not repeated", async () => {
  const producer = kafka(silent, 0).producer();
  const policy = new Policy({ retry: { classifier: kafkaClassifier, strategy: constant(0) } });
  expect(await policy.execute(() => producer.send({ topic: "", messages: [] }))).toMatchObject({
    lastClass: "PERMANENT",
    stopReason: "NON_RETRYABLE_CLASS",
    attempts: 1,
  });
  expect(await failure(async () => kafka(silent, 0).consumer({ groupId: "" }))).toBe("PERMANENT");
  expect(await failure(async () => kafka(silent, 0, { brokers: [] }).admin().connect())).toBe("PERMANENT");
});
