import Consul from "consul";
import { answering, cutting, hanging, refusing } from "../servers.mjs";

const at = (url, more) =>
  new Consul({ host: "127.0.0.1", port: Number(new URL(url).port), defaults: { token: "not-a-token" }, ...more });

export default {
  library: "consul",
  packages: ["consul", "papi"],
  cases: [
    {
      id: "500.no-leader",
      provoked: "kv.get, answered 500 No cluster leader",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the cluster is electing its leader",
      run: async () => at(await answering(500, "No cluster leader")).kv.get("a"),
    },
    {
      id: "403.permission-denied",
      provoked: "kv.set, answered 403: the token lacks the permission",
      how: "provoked",
      expected: "PERMISSION",
      because: "the token is known, but may not write there",
      run: async () =>
        at(
          await answering(
            403,
            "Permission denied: token with AccessorID '00000000-0000-0000-0000-000000000002' lacks permission 'key:write' on \"a\"",
          ),
        ).kv.set("a", "1"),
    },
    {
      id: "403.acl-not-found",
      provoked: "kv.get, answered 403 ACL not found",
      how: "provoked",
      expected: "AUTH",
      because: "there is no such token, though the status is 403",
      run: async () => at(await answering(403, "ACL not found")).kv.get("a"),
    },
    {
      id: "429.rpc-rate-limit",
      provoked: "catalog.nodes, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the server limits calls",
      run: async () =>
        at(await answering(429, "rate limit exceeded, try again later or against a different server")).catalog.nodes(),
    },
    {
      id: "500.rpc",
      provoked: "session.create, answered 500",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server failed inside",
      run: async () =>
        at(
          await answering(500, "rpc error making call: runtime error: invalid memory address or nil pointer dereference"),
        ).session.create({ ttl: "15s" }),
    },
    {
      id: "refused",
      provoked: "kv.get, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => at(await refusing()).kv.get("a"),
    },
    {
      id: "timeout",
      provoked: "kv.get with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => at(await hanging()).kv.get({ key: "a", timeout: 50 }),
    },
    {
      id: "cut",
      provoked: "kv.get, the connection was cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke under way",
      run: async () => at(await cutting()).kv.get("a"),
    },
  ],
};
