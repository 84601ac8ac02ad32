import { Etcd3 } from "etcd3";
import { refusing } from "../servers.mjs";
import { grpcEmpty, grpcHanging, grpcServer } from "./servers/grpc.mjs";

const at = (address, more) => new Etcd3({ hosts: address.replace("http://", ""), ...more });
const get = async (status, message) => at(await grpcServer(status, message)).get("a");

export default {
  library: "etcd3",
  packages: ["etcd3"],
  cases: [
    {
      id: "auth-failed",
      provoked: "get with a user, answered: authentication failed",
      how: "provoked",
      expected: "AUTH",
      because: "wrong user or password, though the code says INVALID_ARGUMENT",
      run: async () =>
        at(await grpcServer(3, "etcdserver: authentication failed, invalid user ID or password"), {
          auth: { username: "ada", password: "not-the-password" },
        }).get("a"),
    },
    {
      id: "permission-denied",
      provoked: "put, answered: permission denied",
      how: "provoked",
      expected: "PERMISSION",
      because: "this user may not write there",
      run: async () =>
        at(await grpcServer(7, "etcdserver: permission denied"))
          .put("a")
          .value("1"),
    },
    {
      id: "unavailable.leader-changed",
      provoked: "put, answered UNAVAILABLE: leader changed",
      how: "provoked",
      expected: "TRANSIENT",
      because: "another leader was elected",
      run: async () =>
        at(await grpcServer(14, "etcdserver: leader changed"))
          .put("a")
          .value("1"),
    },
    {
      id: "unavailable.timed-out",
      provoked: "put, answered UNAVAILABLE: request timed out",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the cluster gave up waiting for its nodes",
      run: async () =>
        at(await grpcServer(14, "etcdserver: request timed out"))
          .put("a")
          .value("1"),
    },
    {
      id: "resource-exhausted.too-many-requests",
      provoked: "put, answered RESOURCE_EXHAUSTED: too many requests",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the server asks for fewer calls",
      run: async () =>
        at(await grpcServer(8, "etcdserver: too many requests"))
          .put("a")
          .value("1"),
    },
    {
      id: "lease-not-found",
      provoked: "put under a lease that is gone",
      how: "provoked",
      expected: "PERMANENT",
      because: "the lease has ended and does not come back",
      run: async () => get(5, "etcdserver: requested lease not found"),
    },
    {
      id: "lock-failed",
      provoked: "lock().acquire() of a lock that is held",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else holds the lock",
      run: async () =>
        at(await grpcEmpty())
          .lock("job")
          .ttl(5)
          .acquire(),
    },
    {
      id: "refused",
      provoked: "get, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => at(await refusing()).get("a"),
    },
    {
      id: "deadline",
      provoked: "get with a deadline, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => at(await grpcHanging(), { defaultCallOptions: () => ({ deadline: Date.now() + 100 }) }).get("a"),
    },
    {
      id: "closed",
      provoked: "get after close",
      how: "provoked",
      expected: "PERMANENT",
      because: "this client was closed",
      run: async () => {
        const client = at(await grpcEmpty());
        client.close();
        return client.get("a");
      },
    },
  ],
};
