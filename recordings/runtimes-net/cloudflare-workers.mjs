import { startWorkerd } from "./workerd/start.mjs";

// The real workerd with its real bindings; what stands behind KV, R2, Queues and D1 is a service that answers as Cloudflare's does
// (workerd/bindings.mjs). Each error is caught inside the worker (workerd/worker.mjs), and written down there.
let started;
const one = (id, provoked, expected, because, more = {}) => ({
  id,
  provoked,
  how: "provoked",
  expected,
  ...more,
  because,
  run: async () => {
    started ??= startWorkerd();
    const { fixture, gave } = await (await started).answer(id);
    if (fixture === undefined) return gave;
    throw { $fixture: fixture };
  },
});

export default {
  library: "cloudflare-workers",
  packages: ["@cloudflare/workerd-linux-64", "miniflare"],
  runtime: "workerd 2026-04-26",
  close: async () => (await started)?.stop(),
  cases: [
    one(
      "kv.put.429",
      "KV put, answered 429 (more than one write a second to one key)",
      "RATE_LIMIT",
      "KV takes one write a second for a key",
    ),
    one("kv.get.500", "KV get, answered 500", "SERVER_ERROR", "KV failed"),
    one("kv.get.401", "KV get, answered 401", "AUTH", "KV does not know the caller"),
    one("kv.put.key-too-long", "KV put with a key of 600 bytes", "PERMANENT", "the key is longer than KV takes"),
    one("kv.put.413", "KV put of too much, answered 413", "PERMANENT", "the value is larger than KV takes"),
    one("r2.put.10001", "R2 put, answered InternalError", "SERVER_ERROR", "R2 failed inside"),
    one("r2.put.10058", "R2 put, answered TooManyRequests", "RATE_LIMIT", "R2 asks for fewer requests to this object"),
    one("r2.put.10043", "R2 put, answered ServiceUnavailable", "SERVER_ERROR", "R2 is down (10043 is its 503)"),
    one("r2.get.10002", "R2 get, answered Unauthorized", "AUTH", "R2 does not know the caller"),
    one("r2.put.10012", "R2 put with too much metadata", "PERMANENT", "the metadata is larger than R2 takes"),
    one(
      "queue.send.429",
      "Queue send, answered 429 (a compatibility date before 2026)",
      "RATE_LIMIT",
      "the queue takes no more messages a second",
    ),
    one(
      "queue.send.overloaded",
      "Queue sendBatch, answered that the queue is overloaded (a compatibility date before 2026)",
      "SERVER_ERROR",
      "the queue's service has more to do than it can",
    ),
    one(
      "queue.send.502",
      "Queue send, answered 5xx without a code of Queues (a compatibility date of 2026)",
      "SERVER_ERROR",
      "the queue's service failed inside",
    ),
    one("d1.unique", "D1 insert that breaks a UNIQUE constraint", "PERMANENT", "the row is there already"),
    one(
      "d1.overloaded",
      "D1 query, answered that the database is overloaded",
      "SERVER_ERROR",
      "the database has more to do than it can",
    ),
    one(
      "d1.timeout",
      "D1 query, answered that a storage operation exceeded its timeout",
      "TRANSIENT",
      "the database gave up waiting, was reset and comes again",
      { timeout: true },
    ),
    one("d1.lost", "D1 query, answered Network connection lost", "TRANSIENT", "the way to the database was cut"),
    one("d1.reset", "D1 query while Cloudflare updates D1", "TRANSIENT", "the database restarts and comes again"),
    one("d1.no-table", "D1 query of a table that is not there", "PERMANENT", "the table is not there"),
    one("d1.busy", "D1 query, answered SQLITE_BUSY", "CONCURRENCY", "another connection holds the lock"),
    one("d1.type", "D1 bind of undefined", "PERMANENT", "D1 cannot bind undefined"),
    one(
      "do.thrown.fields",
      "a Durable Object's method throws an Error with fields of its own, which are lost on the way",
      "UNKNOWN",
      "the object's own code threw; nothing tells what that means",
    ),
    one("do.abort", "a Durable Object that is reset during a call", "TRANSIENT", "the object restarts and comes again"),
    one(
      "do.sql.unique",
      "a Durable Object's SQL insert breaks a PRIMARY KEY constraint",
      "PERMANENT",
      "the row is there already",
    ),
    {
      id: "do.overloaded",
      provoked: "a Durable Object with too many requests in its queue",
      how: "read",
      expected: "SERVER_ERROR",
      because: "the object has more to do than it can; Cloudflare says not to repeat at once",
      run: async () => {
        throw Object.assign(new Error("Durable Object is overloaded. Requests queued for too long."), { overloaded: true });
      },
    },
    {
      id: "do.load",
      provoked: "more lookups of Durable Objects than the account may make",
      how: "read",
      expected: "RATE_LIMIT",
      because: "the service asks the account to back off",
      run: async () => {
        throw Object.assign(
          new Error("Your account is generating too much load on Durable Objects. Please back off and try again later."),
          { overloaded: true },
        );
      },
    },
    one("fetch.refused", "fetch of a port where nobody listens", "TRANSIENT", "nobody listens there now"),
    one(
      "fetch.timeout",
      "fetch with AbortSignal.timeout(100), the server does not answer",
      "TRANSIENT",
      "the caller gave up waiting",
      { timeout: true },
    ),
    one(
      "fetch.internal",
      "fetch of a server with a self-signed certificate: workerd says only internal error",
      "SERVER_ERROR",
      "the platform failed inside and says no more",
    ),
    one("connect.refused", "cloudflare:sockets connect to a port where nobody listens", "TRANSIENT", "no connection came about"),
  ],
};
