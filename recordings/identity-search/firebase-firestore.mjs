import { initializeApp } from "firebase/app";
import {
  collection,
  connectFirestoreEmulator,
  doc,
  getCountFromServer,
  getDoc,
  getDocFromServer,
  getFirestore,
  orderBy,
  query,
  runTransaction,
  setLogLevel,
  terminate,
  where,
} from "firebase/firestore";
import { refusing } from "../servers.mjs";
import { grpcServer } from "./servers/grpc.mjs";

setLogLevel("silent");
let count = 0;
function store(address) {
  const [host, port] = address.replace("http://", "").split(":");
  const db = getFirestore(initializeApp({ apiKey: "not-a-key", projectId: "demo-shop" }, `app${++count}`));
  connectFirestoreEmulator(db, host, Number(port));
  return db;
}
const carts = async (status, message) => collection(store(await grpcServer(status, message)), "carts");

export default {
  library: "firebase-firestore",
  packages: ["firebase", "@firebase/firestore"],
  cases: [
    {
      id: "permission-denied",
      provoked: "runTransaction, answered PERMISSION_DENIED",
      how: "provoked",
      expected: "PERMISSION",
      because: "the security rules forbid it",
      run: async () => {
        const db = store(await grpcServer(7, "Missing or insufficient permissions."));
        return runTransaction(db, (t) => t.get(doc(db, "carts/c1")));
      },
    },
    {
      id: "failed-precondition.index",
      provoked: "getCountFromServer without its index, answered FAILED_PRECONDITION",
      how: "provoked",
      expected: "PERMANENT",
      because: "somebody has to make the index first",
      run: async () =>
        getCountFromServer(
          query(
            await carts(
              9,
              "The query requires an index. You can create it here: https://console.firebase.google.com/v1/r/project/demo-shop/firestore/indexes?create_composite=Ck9",
            ),
            where("a", "==", 1),
            orderBy("b"),
          ),
        ),
    },
    {
      id: "resource-exhausted",
      provoked: "getCountFromServer, answered RESOURCE_EXHAUSTED",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many calls for this project by now",
      run: async () => getCountFromServer(await carts(8, "Too many requests: the request rate of this project is limited.")),
    },
    {
      id: "unavailable.offline",
      provoked: "getDocFromServer, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the client is offline for now",
      run: async () => getDocFromServer(doc(store(await refusing()), "carts/c1")),
    },
    {
      id: "deadline-exceeded",
      provoked: "getCountFromServer, answered DEADLINE_EXCEEDED",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the deadline of the call went by",
      run: async () => getCountFromServer(await carts(4, "Deadline exceeded")),
    },
    {
      id: "aborted",
      provoked: "runTransaction with one attempt, answered ABORTED",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "too much contention on these documents",
      run: async () => {
        const db = store(await grpcServer(10, "Too much contention on these documents. Please try again."));
        return runTransaction(db, (t) => t.get(doc(db, "carts/c1")), { maxAttempts: 1 });
      },
    },
    {
      id: "terminated",
      provoked: "getDoc after terminate",
      how: "provoked",
      expected: "PERMANENT",
      because: "this client was closed",
      run: async () => {
        const db = store(await grpcServer(0, ""));
        await terminate(db);
        return getDoc(doc(db, "carts/c1"));
      },
    },
  ],
};
