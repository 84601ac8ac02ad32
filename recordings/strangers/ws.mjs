import WebSocket from "ws";
import { goneUrl, hang, plainUrl, say } from "../built-in-hosts.mjs";

const open = (url, options) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http", "ws"), options);
    socket.on("error", reject);
    socket.on("open", () => resolve("open"));
  });

export default {
  library: "ws",
  packages: ["ws"],
  cases: [
    {
      id: "429",
      provoked: "the handshake answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many connections; the status is only in the text",
      run: () => {
        say(429, "Too Many Requests", { "retry-after": "5" });
        return open(plainUrl);
      },
    },
    {
      id: "401",
      provoked: "the handshake answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "no credentials",
      run: () => {
        say(401, "Unauthorized");
        return open(plainUrl);
      },
    },
    {
      id: "timeout",
      provoked: "the handshake never answered, handshakeTimeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return open(plainUrl, { handshakeTimeout: 300 });
      },
    },
    {
      id: "not-open",
      provoked: "send before the socket is open",
      how: "provoked",
      expected: "TRANSIENT",
      because: "still connecting: in a moment it may be open",
      run: async () => {
        hang();
        const socket = new WebSocket(plainUrl.replace("http", "ws"));
        socket.on("error", () => {});
        try {
          socket.send("a");
        } finally {
          socket.terminate();
        }
      },
    },
    {
      id: "refused",
      provoked: "the handshake where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => open(goneUrl),
    },
  ],
};
