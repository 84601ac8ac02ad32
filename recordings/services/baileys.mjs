import { assertNodeErrorFree, initAuthCreds, makeWASocket } from "@whiskeysockets/baileys";
import { refusing, tcpServer } from "../servers.mjs";

const silent = { level: "silent", trace() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const connect = (url, more = {}) =>
  makeWASocket({
    waWebSocketUrl: url.replace("http:", "ws:"),
    auth: { creds: initAuthCreds(), keys: { get: async () => ({}), set: async () => {} } },
    logger: silent,
    connectTimeoutMs: 5_000,
    version: [2, 3000, 1015901307],
    ...more,
  });
/** What a bot's own handler gets as lastDisconnect.error. */
const disconnected = (socket) =>
  new Promise((_, reject) =>
    socket.ev.on("connection.update", ({ connection, lastDisconnect }) => connection === "close" && reject(lastDisconnect.error)),
  );
/** A server that takes the connection and says nothing. */
const silence = async () => (await tcpServer(() => {})).url;
const told = async (event, node) => {
  const socket = connect(await silence());
  const end = disconnected(socket);
  socket.ws.emit(event, node);
  return end;
};

export default {
  library: "baileys",
  packages: ["@whiskeysockets/baileys", "@hapi/boom"],
  cases: [
    {
      id: "query.rate-overlimit",
      provoked: "what a query does with an answer whose error is rate-overlimit, 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many queries; the Boom says 500 and keeps the 429 in data",
      run: async () =>
        assertNodeErrorFree({
          tag: "iq",
          attrs: { from: "s.whatsapp.net", type: "error", id: "1" },
          content: [{ tag: "error", attrs: { code: "429", text: "rate-overlimit" } }],
        }),
    },
    {
      id: "query.forbidden",
      provoked: "what a query does with an answer whose error is forbidden, 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the account may not ask for this group; the Boom says 500 and keeps the 403 in data",
      run: async () =>
        assertNodeErrorFree({
          tag: "iq",
          attrs: { from: "120363000000000000@g.us", type: "error", id: "1" },
          content: [{ tag: "error", attrs: { code: "403", text: "forbidden" } }],
        }),
    },
    {
      id: "stream.logged-out",
      provoked: "lastDisconnect.error when the device was removed",
      how: "provoked",
      expected: "AUTH",
      because: "the session was logged out, its credentials are void",
      run: () =>
        told("CB:stream:error", {
          tag: "stream:error",
          attrs: { code: "401" },
          content: [{ tag: "conflict", attrs: { type: "device_removed" } }],
        }),
    },
    {
      id: "stream.replaced",
      provoked: "lastDisconnect.error when another connection of the session takes over",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else opened the same session",
      run: () =>
        told("CB:stream:error", { tag: "stream:error", attrs: {}, content: [{ tag: "conflict", attrs: { type: "replaced" } }] }),
    },
    {
      id: "stream.restart-required",
      provoked: "lastDisconnect.error after pairing, when the server wants a new connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server asks to connect again, at once",
      run: () => told("CB:stream:error", { tag: "stream:error", attrs: { code: "515" }, content: [] }),
    },
    {
      id: "stream.terminated",
      provoked: "lastDisconnect.error when the server ends the stream",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server closed the connection",
      run: () => told("CB:xmlstreamend", undefined),
    },
    {
      id: "connection.refused",
      provoked: "lastDisconnect.error when nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => disconnected(connect(await refusing())),
    },
    {
      id: "wait.timed-out",
      provoked: "waitForConnectionUpdate of 50 ms at a server that says nothing",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting",
      run: async () => connect(await silence()).waitForConnectionUpdate(async () => false, 50),
    },
  ],
};
