import admin from "firebase-admin";
import { grpcServer } from "./servers/grpc.mjs";

let count = 0;
async function store(address) {
  process.env.FIRESTORE_EMULATOR_HOST = address.replace("http://", "");
  return admin.initializeApp({ projectId: "demo-shop" }, `app${++count}`).firestore();
}

export default {
  library: "firebase-admin-firestore",
  packages: ["firebase-admin", "@google-cloud/firestore"],
  cases: [
    {
      id: "6.already-exists",
      provoked: "create of a document that is there",
      how: "provoked",
      expected: "PERMANENT",
      because: "the document exists, and will at the next attempt",
      run: async () =>
        (await store(await grpcServer(6, "Document already exists: projects/demo-shop/databases/(default)/documents/carts/c1")))
          .doc("carts/c1")
          .create({ n: 1 }),
    },
    {
      id: "9.index",
      provoked: "a query without its index, answered FAILED_PRECONDITION",
      how: "provoked",
      expected: "PERMANENT",
      because: "somebody has to make the index first",
      run: async () =>
        (
          await store(
            await grpcServer(
              9,
              "The query requires an index. You can create it here: https://console.firebase.google.com/v1/r/project/demo-shop/firestore/indexes?create_composite=Ck9",
            ),
          )
        )
          .collection("carts")
          .where("a", "==", 1)
          .orderBy("b")
          .get(),
    },
    {
      id: "10.transaction",
      provoked: "runTransaction with one attempt, answered ABORTED",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction holds the documents",
      run: async () => {
        const db = await store(await grpcServer(10, "Transaction lock timeout."));
        return db.runTransaction((t) => t.get(db.doc("carts/c1")), { maxAttempts: 1 });
      },
    },
    {
      id: "7.permission-denied",
      provoked: "get, answered PERMISSION_DENIED",
      how: "provoked",
      expected: "PERMISSION",
      because: "this account may not read here",
      run: async () => (await store(await grpcServer(7, "Missing or insufficient permissions."))).doc("carts/c1").get(),
    },
    {
      id: "9.update-time",
      provoked: "update with lastUpdateTime, answered FAILED_PRECONDITION",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has written the document since it was read",
      run: async () =>
        (
          await store(
            await grpcServer(
              9,
              "the stored version (1732800000000000) does not match the required base version (1732700000000000)",
            ),
          )
        )
          .doc("carts/c1")
          .update({ n: 2 }, { lastUpdateTime: admin.firestore.Timestamp.fromMillis(1732700000000) }),
    },
    {
      id: "4.deadline",
      provoked: "create, answered DEADLINE_EXCEEDED",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the deadline of the call went by",
      run: async () =>
        (await store(await grpcServer(4, "Deadline exceeded after 59.999s,remote_addr=127.0.0.1")))
          .doc("carts/c1")
          .create({ n: 1 }),
    },
    {
      id: "client.terminated",
      provoked: "get after terminate",
      how: "provoked",
      expected: "PERMANENT",
      because: "this client was closed",
      run: async () => {
        const db = await store(await grpcServer(0, ""));
        await db.terminate();
        return db.doc("carts/c1").create({ n: 1 });
      },
    },
  ],
};
