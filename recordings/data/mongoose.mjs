import mongoose from "mongoose";
import { BSON, mongod } from "./servers/mongod.mjs";

const open = [];
const schema = () =>
  new mongoose.Schema({ n: { type: Number, required: true, max: 10 }, tags: [String] }, { optimisticConcurrency: true });
const model = async (answer, options = {}) => {
  const connection = mongoose.createConnection(await mongod(answer), {
    serverSelectionTimeoutMS: 2_000,
    autoIndex: false,
    autoCreate: false,
    ...options,
  });
  open.push(connection);
  await connection.asPromise();
  return connection.model("Event", schema());
};
const stored = async (answer) =>
  (await model(answer)).hydrate({ _id: new mongoose.Types.ObjectId("65a000000000000000000001"), n: 1, tags: ["a"], __v: 3 });

export default {
  library: "mongoose",
  packages: ["mongoose"],
  close: () =>
    Promise.race([
      Promise.all(open.map((one) => one.close().catch(() => {}))),
      new Promise((resolve) => setTimeout(resolve, 2_000)),
    ]),
  cases: [
    {
      id: "version",
      provoked: "save of a document that somebody has changed since, with optimisticConcurrency",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has changed the document meanwhile",
      run: async () => {
        const one = await stored((command) =>
          "update" in command
            ? { n: 0, nModified: 0, ok: 1 }
            : "find" in command
              ? { cursor: { id: BSON.Long.ZERO, ns: "db.events", firstBatch: [] }, ok: 1 }
              : undefined,
        );
        one.n = 2;
        await one.save();
      },
    },
    {
      id: "validation",
      provoked: "save of a document that breaks two rules",
      how: "provoked",
      expected: "PERMANENT",
      because: "the document is not valid",
      run: async () => {
        const one = await stored(() => undefined);
        one.n = 11;
        one.set("tags", [{ no: "text" }]);
        await one.save();
      },
    },
    {
      id: "cast",
      provoked: "findById with no ObjectId",
      how: "provoked",
      expected: "PERMANENT",
      because: "the id is not valid",
      run: async () => (await model(() => undefined)).findById("42"),
    },
    {
      id: "not-found",
      provoked: "findOne with orFail, answered with nothing",
      how: "provoked",
      expected: "PERMANENT",
      because: "the document is not there",
      run: async () =>
        (
          await model((command) =>
            "find" in command ? { cursor: { id: BSON.Long.ZERO, ns: "db.events", firstBatch: [] }, ok: 1 } : undefined,
          )
        )
          .findOne({ n: 1 })
          .orFail(),
    },
    {
      id: "buffering.timeout",
      provoked: "findOne of a model whose connection was never made, bufferTimeoutMS 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for a connection",
      run: () => mongoose.createConnection().model("Event", schema().set("bufferTimeoutMS", 200)).findOne(),
    },
    {
      id: "transaction.write-conflict",
      provoked: "save, answered with the code 112 and the label TransientTransactionError",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction has written the document meanwhile",
      run: async () => {
        const one = await stored((command) =>
          "update" in command
            ? {
                ok: 0,
                errmsg:
                  "Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.",
                code: 112,
                codeName: "WriteConflict",
                errorLabels: ["TransientTransactionError"],
              }
            : undefined,
        );
        one.n = 2;
        await one.save();
      },
    },
  ],
};
