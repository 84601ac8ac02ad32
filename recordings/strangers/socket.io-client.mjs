import { createServer } from "node:http";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { goneUrl, plainUrl, say } from "../built-in-hosts.mjs";

const http = createServer();
const server = new Server(http);
server.use((socket, next) =>
  next(
    socket.handshake.auth.token === "good"
      ? undefined
      : Object.assign(new Error("Unauthorized"), {
          data: { message: "jwt expired", code: "invalid_token", type: "UnauthorizedError" },
        }),
  ),
);
await new Promise((done) => http.listen(0, "127.0.0.1", done));
http.unref();
const url = `http://127.0.0.1:${http.address().port}`;
const connect = (to, options) =>
  new Promise((resolve, reject) => {
    const socket = io(to, { reconnection: false, forceNew: true, ...options });
    socket.on("connect_error", (error) => {
      socket.close();
      reject(error);
    });
    socket.on("connect", () => resolve(socket));
  });

export default {
  library: "socket.io-client",
  packages: ["socket.io-client"],
  cases: [
    {
      id: "refused",
      provoked: "connect where nobody listens; the connect_error event",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server cannot be reached",
      run: () => connect(goneUrl),
    },
    {
      id: "503",
      provoked: "connect, the polling request answered 503; the connect_error event",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "unavailable",
      run: () => {
        say(503, "Service Unavailable");
        return connect(plainUrl, { transports: ["polling"] });
      },
    },
    {
      id: "middleware",
      provoked: "connect, refused by a middleware that checks tokens; the connect_error event",
      how: "provoked",
      expected: "AUTH",
      because: "the token is expired",
      run: () => connect(url, { auth: { token: "bad" } }),
    },
    {
      id: "ack-timeout",
      provoked: "emitWithAck with a timeout of 100 ms, never acknowledged",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting",
      run: async () => {
        const socket = await connect(url, { auth: { token: "good" } });
        try {
          await socket.timeout(100).emitWithAck("hello");
        } finally {
          socket.close();
        }
      },
    },
  ],
  close: () => new Promise((done) => server.close(() => done())),
};
