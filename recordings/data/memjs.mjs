import memjs from "memjs";
import { refusing, tcpServer } from "../servers.mjs";

const address = async (talk) => `127.0.0.1:${(await tcpServer(talk)).port}`;
const nobody = async () => new URL(await refusing()).host;
const hanging = () =>
  address((socket) => {
    socket.on("data", () => {});
  });

/** The binary protocol: the status in answer to whatever comes. */
const binary = (code) =>
  address((socket) =>
    socket.on("data", (request) => {
      const answer = Buffer.alloc(24);
      answer[0] = 0x81;
      answer[1] = request[1];
      answer.writeUInt16BE(code, 6);
      request.copy(answer, 12, 12, 16);
      socket.write(answer);
    }),
  );
const quiet = { log() {} };
const connect = (server, options = {}) =>
  memjs.Client.create(server, { retries: 1, timeout: 0.3, conntimeout: 0.3, logger: quiet, ...options });

export default {
  library: "memjs",
  packages: ["memjs"],
  cases: [
    {
      id: "out-of-memory",
      provoked: "set, answered with the status 0x82",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server has no memory left",
      run: async () => connect(await binary(0x82)).set("n", "1", {}),
    },
    {
      id: "busy",
      provoked: "increment, answered with the status 0x85",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server is busy",
      run: async () => connect(await binary(0x85)).increment("n", 1, {}),
    },
    {
      id: "auth",
      provoked: "get, answered with the status 0x20",
      how: "provoked",
      expected: "AUTH",
      because: "the server wants a login",
      run: async () => connect(await binary(0x20)).get("n"),
    },
    {
      id: "temporary-failure",
      provoked: "get, answered with the status 0x86",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server says that the failure is temporary",
      run: async () => connect(await binary(0x86)).get("n"),
    },
    {
      id: "client.timeout",
      provoked: "get with timeout 0.3, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => connect(await hanging()).get("n"),
    },
    {
      id: "connection.refused",
      provoked: "get, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the only server refused the connection",
      run: async () => connect(await nobody()).get("n"),
    },
  ],
};
