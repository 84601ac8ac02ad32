/* The MongoDB driver against a server that answers by a script: the class of what it throws, and what a policy makes of it. */
import { type Collection, type Document, MongoClient, type MongoClientOptions } from "mongodb";
import { constant, type ErrorClass, Policy } from "redress";
import { mongoClassifier } from "redress/extras";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { type Answer, type FakeMongo, fakeMongo } from "./broker-mongo.ts";
import { freePort } from "./broker-server.ts";

let server: FakeMongo;
const clients: MongoClient[] = [];
beforeAll(async () => {
  server = await fakeMongo();
});
afterEach(() => {
  server.script.length = 0;
  server.commands.length = 0;
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await server.close();
});

/** Without the driver's own retries: those are the policy's. */
async function open(options: MongoClientOptions = {}, port = server.port): Promise<Collection<Document>> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    retryReads: false,
    retryWrites: false,
    serverSelectionTimeoutMS: 300,
    ...options,
  });
  clients.push(client);
  return client.db("d").collection("c");
}

async function failure(call: () => Promise<unknown>): Promise<ErrorClass> {
  try {
    await call();
  } catch (error) {
    return classOf(mongoClassifier, error);
  }
  throw new Error("It did not fail.");
}

const policy = (): Policy => new Policy({ retry: { classifier: mongoClassifier, strategy: constant(10), deadlineMs: 10_000 } });
const said = (code: number, codeName: string, ...errorLabels: string[]): Document => ({
  ok: 0,
  code,
  codeName,
  errmsg: `${codeName} happened`,
  ...(errorLabels.length > 0 && { errorLabels }),
});

describe("what is worth another attempt", () => {
  test.each<[ErrorClass, string, Answer]>([
    ["CONCURRENCY", "a write conflict", said(112, "WriteConflict", "TransientTransactionError")],
    ["CONCURRENCY", "a lock that is not to be had", said(24, "LockTimeout")],
    ["CONCURRENCY", "a transaction that is gone", said(251, "NoSuchTransaction", "TransientTransactionError")],
    ["TRANSIENT", "a primary that has stepped down", said(10107, "NotWritablePrimary", "RetryableWriteError")],
    ["TRANSIENT", "a server that shuts down", said(91, "ShutdownInProgress", "RetryableWriteError")],
    ["TRANSIENT", "a command that took too long", said(50, "MaxTimeMSExpired")],
    [
      "TRANSIENT",
      "a code that nobody knows, with the server's word that it may be tried again",
      said(99_999, "Newer", "RetryableWriteError"),
    ],
    [
      "RATE_LIMIT",
      "a server that takes no more",
      said(462, "IngressRequestRateLimitExceeded", "SystemOverloadedError", "RetryableError"),
    ],
    ["SERVER_ERROR", "an internal error", said(1, "InternalError")],
    ["TRANSIENT", "a connection that is cut", "cut"],
  ])("%s: %s", async (errorClass, _what, answer) => {
    const collection = await open();
    server.script.push(answer);
    expect(await failure(() => collection.findOne({}))).toBe(errorClass);
    server.script.push(answer, answer);
    expect(await policy().call(() => collection.findOne({}))).toEqual({ _id: 1 });
    expect(server.commands).toEqual(["find", "find", "find", "find"]);
  });

  test("TRANSIENT: a write that was not replicated in time", async () => {
    const collection = await open();
    const answer: Document = {
      ok: 1,
      n: 1,
      writeConcernError: {
        code: 64,
        codeName: "WriteConcernFailed",
        errmsg: "waiting for replication timed out",
        errInfo: { wtimeout: true },
      },
    };
    server.script.push(answer);
    expect(await failure(() => collection.insertOne({ a: 1 }))).toBe("TRANSIENT");
    server.script.push(answer);
    await policy().call(() => collection.updateOne({}, { $set: { a: 1 } }));
  });

  test("TRANSIENT: an answer that does not come", async () => {
    const collection = await open({ socketTimeoutMS: 100 });
    server.script.push("silence");
    expect(await failure(() => collection.findOne({}))).toBe("TRANSIENT");
    server.script.push("silence");
    expect(await policy().call(() => collection.findOne({}))).toEqual({ _id: 1 });
  });

  test("TRANSIENT: a pool whose connections are all busy", async () => {
    const collection = await open({ maxPoolSize: 1, waitQueueTimeoutMS: 50, socketTimeoutMS: 1_000 });
    await collection.findOne({});
    server.script.push("silence");
    const busy = failure(() => collection.findOne({}));
    expect(await failure(() => collection.findOne({}))).toBe("TRANSIENT");
    expect(await busy).toBe("TRANSIENT");
  });

  test("TRANSIENT: a server that nobody reaches", async () => {
    const collection = await open({}, await freePort());
    expect(await failure(() => collection.findOne({}))).toBe("TRANSIENT");
  });
});

describe("what is not", () => {
  test.each<[ErrorClass, string, Document]>([
    ["AUTH", "credentials that are wrong", said(18, "AuthenticationFailed")],
    ["AUTH", "Atlas's word for them", { ok: 0, code: 8000, codeName: "AtlasError", errmsg: "bad auth : Authentication failed." }],
    ["PERMISSION", "a privilege that is missing", said(13, "Unauthorized")],
    ["PERMANENT", "a command that is wrong", said(2, "BadValue")],
    ["PERMANENT", "a command that does not exist", said(59, "CommandNotFound")],
  ])("%s: %s", async (errorClass, _what, answer) => {
    const collection = await open();
    server.script.push(answer);
    const outcome = await policy().execute(() => collection.findOne({}));
    expect(outcome).toMatchObject({ ok: false, lastClass: errorClass, stopReason: "NON_RETRYABLE_CLASS", attempts: 1 });
  });

  test("PERMANENT: a key that exists, alone or among many", async () => {
    const collection = await open();
    const answer: Document = {
      ok: 1,
      n: 0,
      writeErrors: [
        { index: 0, code: 11000, errmsg: "E11000 duplicate key error collection: d.c index: _id_ dup key: { _id: 1 }" },
      ],
    };
    server.script.push(answer);
    expect(await failure(() => collection.insertOne({ a: 1 }))).toBe("PERMANENT");
    server.script.push(answer);
    expect(await failure(() => collection.insertMany([{ a: 1 }, { a: 2 }]))).toBe("PERMANENT");
  });

  test("PERMANENT: a client that was closed, a session that has ended, an argument that is wrong", async () => {
    const client = new MongoClient(`mongodb://127.0.0.1:${server.port}/?directConnection=true`);
    const session = client.startSession();
    await session.endSession();
    expect(await failure(() => client.db("d").collection("c").findOne({}, { session }))).toBe("PERMANENT");
    expect(
      await failure(() =>
        client
          .db("d")
          .collection("c")
          .insertMany(1 as never),
      ),
    ).toBe("PERMANENT");
    expect(await failure(async () => new MongoClient("mongodb:/nope"))).toBe("PERMANENT");
    await client.connect();
    await client.close();
    expect(await failure(() => client.db("d").collection("c").findOne({}))).toBe("PERMANENT");
  });
});

test("CONCURRENCY among many writes is a bulk write's class too", async () => {
  const collection = await open();
  server.script.push({ ok: 1, n: 0, writeErrors: [{ index: 0, code: 112, errmsg: "WriteConflict error" }] });
  expect(await failure(() => collection.bulkWrite([{ insertOne: { document: { a: 1 } } }]))).toBe("CONCURRENCY");
});
