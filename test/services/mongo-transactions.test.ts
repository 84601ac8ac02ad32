/* The recipe of docs/clients/sql-recipes.md, against a server that answers by a script. */
import { MongoClient } from "mongodb";
import { constant, outcomeOf, Policy } from "redress";
import { mongoClassifier } from "redress/extras";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeMongo, fakeMongo } from "./broker-mongo.ts";

const policy = new Policy({ retry: { classifier: mongoClassifier, strategies: { CONCURRENCY: constant(1) } } });
const WELL = { ok: 1, n: 1, nModified: 1 };
const conflict = {
  ok: 0,
  code: 112,
  codeName: "WriteConflict",
  errmsg: "Write conflict",
  errorLabels: ["TransientTransactionError"],
};

let server: FakeMongo;
let client: MongoClient;

beforeEach(async () => {
  server = await fakeMongo();
  client = new MongoClient(`mongodb://127.0.0.1:${server.port}/?directConnection=true`, { serverSelectionTimeoutMS: 2_000 });
});
afterEach(async () => {
  await client.close(true);
  await server.close();
});

const transfer = (): Promise<void> =>
  policy.call(async () => {
    const session = client.startSession();
    try {
      session.startTransaction({ readConcern: "snapshot", writeConcern: { w: "majority" } });
      await client
        .db("d")
        .collection<{ _id: number }>("accounts")
        .updateOne({ _id: 7 }, { $inc: { balance: -10 } }, { session });
      await session.commitTransaction();
    } finally {
      await session.endSession();
    }
  });

test("a transaction that meets a conflict is aborted, and begins again", async () => {
  server.script.push(conflict, WELL, WELL, WELL);
  await transfer();
  expect(server.commands).toEqual(["update", "abortTransaction", "update", "commitTransaction"]);
});

test("one whose commit got no answer is committed again by the driver, and not repeated", async () => {
  server.script.push(WELL, "cut", "cut");
  const error = await transfer().catch((thrown: unknown) => thrown);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "NO_STRATEGY", lastClass: "TRANSIENT", attempts: 1 });
  expect(server.commands.filter((command) => command === "update")).toHaveLength(1);
});
