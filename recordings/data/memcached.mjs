import Memcached from "memcached";
import { refusing, tcpServer } from "../servers.mjs";

const address = async (talk) => `127.0.0.1:${(await tcpServer(talk)).port}`;
const saying = (line) =>
  address((socket) =>
    socket.on("data", (data) => {
      if (!String(data).startsWith("version")) socket.write(line);
    }),
  );
const nobody = async () => new URL(await refusing()).host;
const memcached = (server, options = {}) => new Memcached(server, { retries: 0, timeout: 300, idle: 1000, ...options });
const promised = (ask) => new Promise((resolve, reject) => ask((error, value) => (error ? reject(error) : resolve(value))));

export default {
  library: "memcached",
  packages: ["memcached"],
  cases: [
    {
      id: "not-stored",
      provoked: "add of a key that is there, answered NOT_STORED",
      how: "provoked",
      expected: "PERMANENT",
      because: "somebody has stored the key already, and the same add fails again as long as it is there",
      run: async () => promised(async (done) => memcached(await saying("NOT_STORED\r\n")).add("n", "1", 60, done)),
    },
    {
      id: "client-error",
      provoked: "incr, answered CLIENT_ERROR cannot increment or decrement non-numeric value",
      how: "provoked",
      expected: "PERMANENT",
      because: "the value is no number",
      run: async () =>
        promised(async (done) =>
          memcached(await saying("CLIENT_ERROR cannot increment or decrement non-numeric value\r\n")).incr("n", 1, done),
        ),
    },
    {
      id: "error",
      provoked: "touch, answered ERROR",
      how: "provoked",
      expected: "UNKNOWN",
      because: "what is given to the callback is an empty list: nothing tells",
      run: async () => promised(async (done) => memcached(await saying("ERROR\r\n")).touch("n", 60, done)),
    },
    {
      id: "connection.refused",
      provoked: "get, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => promised(async (done) => memcached(await nobody()).get("n", done)),
    },
    {
      id: "server.not-available",
      provoked: "a second get after the first has failed and the server is set aside",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the client has set the server aside for a while after a failure",
      run: async () => {
        const one = memcached(await nobody(), { failures: 0, retry: 30_000 });
        await promised((done) => one.get("n", done)).catch(() => {});
        await promised((done) => one.get("n", done));
      },
    },
    {
      id: "key.control-characters",
      provoked: "get of a key with a space",
      how: "provoked",
      expected: "PERMANENT",
      because: "this is no valid key",
      run: async () => promised(async (done) => memcached(await nobody()).get("a key", done)),
    },
  ],
};
