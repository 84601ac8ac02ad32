import cassandra from "cassandra-driver";
import { refusing } from "../servers.mjs";
import { AUTH_RESPONSE, AUTHENTICATE, error, int, node, QUERY, STARTUP, short, string } from "./servers/cql.mjs";

const open = [];
const client = (port, options = {}) => {
  const made = new cassandra.Client({
    contactPoints: [`127.0.0.1:${port}`],
    localDataCenter: "dc1",
    protocolOptions: { port: Number(port), maxVersion: 4 },
    credentials: { username: "app", password: "test" },
    ...options,
  });
  open.push(made);
  return made;
};
const QUORUM = 4;
const said = (what) => (opcode, body) => (opcode === QUERY && body.includes("events") ? what : undefined);
const ask = async (what, query = "SELECT * FROM ks.events", options) => client(await node(said(what)), options).execute(query);

export default {
  library: "cassandra-driver",
  packages: ["cassandra-driver"],
  close: () => Promise.all(open.map((one) => one.shutdown().catch(() => {}))),
  cases: [
    {
      id: "read-timeout",
      provoked: "execute, answered with the error 0x1200 of a read at QUORUM",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the coordinator gave up waiting for the replicas",
      run: () =>
        ask(error(0x1200, "Operation timed out - received only 1 responses.", short(QUORUM), int(1), int(2), Buffer.from([1]))),
    },
    {
      id: "overloaded",
      provoked: "execute, answered with the error 0x1001 by the only node",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the node has too much to do and turns requests away",
      run: () =>
        ask(error(0x1001, "Server is in overloaded state. Cannot accept more requests at this point"), undefined, {
          policies: { retry: new cassandra.policies.retry.FallthroughRetryPolicy() },
        }),
    },
    {
      id: "scylla.rate-limit",
      provoked: "execute of an insert, answered as ScyllaDB answers a driver that does not know its extension: the error 0x2200",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the partition gets more writes than its limit allows; only the message tells it from a config error",
      run: () =>
        ask(
          error(0x2200, "Per-partition rate limit reached for writes in table ks.events, rejected by coordinator"),
          "INSERT INTO ks.events (id) VALUES (1)",
        ),
    },
    {
      id: "bad-credentials",
      provoked: "connect, the login answered with the error 0x0100",
      how: "provoked",
      expected: "AUTH",
      because: "the user or the password is wrong; that it is wrapped as no host available changes nothing",
      run: async () =>
        client(
          await node((opcode) =>
            opcode === STARTUP
              ? [AUTHENTICATE, string("org.apache.cassandra.auth.PasswordAuthenticator")]
              : opcode === AUTH_RESPONSE
                ? error(0x0100, "Provided username app and/or password are incorrect")
                : undefined,
          ),
        ).connect(),
    },
    {
      id: "client.timeout",
      provoked: "execute with readTimeout 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () =>
        ask("nothing", undefined, {
          socketOptions: { readTimeout: 200 },
          policies: { retry: new cassandra.policies.retry.FallthroughRetryPolicy() },
        }),
    },
    {
      id: "client.shut-down",
      provoked: "execute after shutdown",
      how: "provoked",
      expected: "PERMANENT",
      because: "this client was shut down and takes no more queries",
      run: async () => {
        const one = client(await node());
        await one.connect();
        await one.shutdown();
        await one.execute("SELECT 1");
      },
    },
    {
      id: "write-timeout",
      provoked: "execute of an insert, answered with the error 0x1100, write type SIMPLE",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the coordinator gave up waiting for the replicas; the write may have been made",
      run: () =>
        ask(
          error(0x1100, "Operation timed out - received only 0 responses.", short(QUORUM), int(0), int(2), string("SIMPLE")),
          "INSERT INTO ks.events (id) VALUES (1)",
        ),
    },
    {
      id: "unavailable",
      provoked: "execute, answered with the error 0x1000, to a driver that tries no other node",
      how: "provoked",
      expected: "TRANSIENT",
      because: "not enough replicas are up at the moment",
      run: () =>
        ask(error(0x1000, "Cannot achieve consistency level QUORUM", short(QUORUM), int(2), int(1)), undefined, {
          policies: { retry: new cassandra.policies.retry.FallthroughRetryPolicy() },
        }),
    },
    {
      id: "bootstrapping",
      provoked: "execute, answered with the error 0x1002 by the only node",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the only node is still starting up",
      run: () => ask(error(0x1002, "Cannot read from a bootstrapping node")),
    },
    {
      id: "unauthorized",
      provoked: "execute, answered with the error 0x2100",
      how: "provoked",
      expected: "PERMISSION",
      because: "the role is known but may not select from the table",
      run: () => ask(error(0x2100, "User app has no SELECT permission on <table ks.events> or any of its parents")),
    },
    {
      id: "already-exists",
      provoked: "execute of a create, answered with the error 0x2400",
      how: "provoked",
      expected: "PERMANENT",
      because: "the table is there already",
      run: () =>
        ask(
          error(0x2400, 'Cannot add already existing table "events" to keyspace "ks"', string("ks"), string("events")),
          "CREATE TABLE ks.events (id int PRIMARY KEY)",
        ),
    },
    {
      id: "connection.cut",
      provoked: "execute, the node cuts the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was cut before there was an answer",
      run: () => ask("cut", undefined, { policies: { retry: new cassandra.policies.retry.FallthroughRetryPolicy() } }),
    },
    {
      id: "connection.refused.no-host",
      provoked: "connect, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the only node refused the connection",
      run: async () => client(new URL(await refusing()).port).connect(),
    },
    {
      id: "argument.wrong-type",
      provoked: "execute with a parameter that cannot be encoded",
      how: "provoked",
      expected: "PERMANENT",
      because: "the parameter cannot be encoded",
      run: async () => client(await node()).execute("SELECT * FROM ks.events WHERE id = ?", ["no-number"], { hints: ["int"] }),
    },
  ],
};
