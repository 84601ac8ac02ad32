import { createRequire } from "node:module";
import oracledb from "oracledb";
import { refusing, tcpServer } from "../servers.mjs";

const require = createRequire(import.meta.url);
const Protocol = require("./node_modules/oracledb/lib/thin/protocol/protocol.js");
const pools = [];
const login = (port, more = "") => ({ user: "app", password: "test", connectString: `127.0.0.1:${port}/FREEPDB1${more}` });
const portOf = (url) => new URL(url).port;

/** A listener that refuses with an error of its own (TNS packet of type 4). */
const listener = async (code) =>
  (
    await tcpServer((socket) =>
      socket.once("data", () => {
        const text = Buffer.from(
          `(DESCRIPTION=(TMP=)(VSNNUM=385875968)(ERR=${code})(ERROR_STACK=(ERROR=(CODE=${code})(EMFI=4))))`,
        );
        const packet = Buffer.concat([Buffer.alloc(12), text]);
        packet.writeUInt16BE(packet.length, 0);
        packet[4] = 4;
        packet[8] = 34;
        packet.writeUInt16BE(text.length, 10);
        socket.end(packet);
      }),
    )
  ).port;
const hanging = async () => (await tcpServer(() => {})).port;
const pool = async (options) => {
  const made = await oracledb.createPool({ poolMin: 0, poolMax: 1, ...options });
  pools.push(made); // Not closed at the end: it would wait for what never answers.
  return made;
};
/** What the driver makes of an error that the server has sent; only the network before it is left out. */
const answered = async (num, message, isRecoverable = false) =>
  (Protocol.default ?? Protocol).prototype._raiseException.call(
    { nsi: { disconnect() {} } },
    { errorInfo: { num, message, pos: 0, isRecoverable } },
  );

export default {
  library: "oracledb",
  packages: ["oracledb"],
  cases: [
    {
      id: "listener.12528",
      provoked: "getConnection, the listener refuses with ORA-12528",
      how: "provoked",
      expected: "TRANSIENT",
      because: "all instances block new connections while they start or stop",
      run: async () => oracledb.getConnection(login(await listener(12528))),
    },
    {
      id: "connect.timeout",
      provoked: "getConnection with connect_timeout 1, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => oracledb.getConnection(login(await hanging(), "?connect_timeout=1")),
    },
    {
      id: "connection.cut",
      provoked: "getConnection, the listener closes the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was closed before there was an answer",
      run: async () =>
        oracledb.getConnection(
          login(
            (
              await tcpServer((socket) => {
                socket.once("data", () => socket.end());
              })
            ).port,
          ),
        ),
    },
    {
      id: "pool.queue-timeout",
      provoked: "getConnection of a pool whose one connection is in use, queueTimeout 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for a connection of its own pool",
      run: async () => {
        const one = await pool({ ...login(await hanging()), queueTimeout: 200 });
        one.getConnection().catch(() => {});
        await one.getConnection();
      },
    },
    {
      id: "pool.closed",
      provoked: "getConnection of a pool that was closed",
      how: "provoked",
      expected: "PERMANENT",
      because: "this pool was closed and gives no more connections",
      run: async () => {
        const one = await pool(login(await hanging()));
        await one.close(0);
        await one.getConnection();
      },
    },
    {
      id: "ora-00060.deadlock",
      provoked: "the server answers a statement with ORA-00060",
      how: "constructed",
      expected: "CONCURRENCY",
      because: "another session holds what this one needs, and waits for it",
      run: () => answered(60, "ORA-00060: deadlock detected while waiting for resource"),
    },
    {
      id: "ora-01017.login",
      provoked: "the server answers the login with ORA-01017",
      how: "constructed",
      expected: "AUTH",
      because: "the user or the password is wrong",
      run: () => answered(1017, "ORA-01017: invalid credential or not authorized; logon denied"),
    },
    {
      id: "ora-01089.shutdown",
      provoked: "the server answers a statement with ORA-01089, which the driver turns into its own error of a closed connection",
      how: "constructed",
      expected: "TRANSIENT",
      because: "the database is shut down at this moment and may be there again",
      run: () => answered(1089, "ORA-01089: immediate shutdown or close in progress - no operations are permitted", true),
    },
    {
      id: "connection.refused",
      provoked: "getConnection, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => oracledb.getConnection(login(portOf(await refusing()))),
    },
    {
      id: "ora-00054.busy",
      provoked: "the server answers a statement with ORA-00054",
      how: "constructed",
      expected: "CONCURRENCY",
      because: "another session has locked the table",
      run: () =>
        answered(
          54,
          'ORA-00054: Failed to acquire a lock (Type: "TM", Name: "DML", Description: "Synchronizes accesses to an object") because it is currently held by another session.',
        ),
    },
  ],
};
