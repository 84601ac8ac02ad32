/* What ../deno.mjs records, to be run by Deno. */
const at = JSON.parse(Deno.env.get("ADDRESSES"));
const portOf = (url) => Number(new URL(url).port);

function aborted() {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  return fetch(at.hanging, { signal: controller.signal });
}

async function handshake() {
  const connection = await Deno.connectTls({ hostname: "127.0.0.1", port: portOf(at.tls) });
  await connection.handshake();
}

const webSocketError = () =>
  new Promise((_, reject) => {
    const socket = new WebSocket(at.refused.replace("http", "ws"));
    socket.onerror = (event) => reject(event.error ?? new Error(event.message));
  });

async function closedDatabase() {
  const database = await Deno.openKv(":memory:");
  database.close();
  await database.get(["a"]);
}

const thrown = (error) => () => Promise.reject(error);

export const cases = {
  "fetch.refused": () => fetch(at.refused),
  "fetch.self-signed": () => fetch(at.tls),
  "fetch.cut": () => fetch(at.cut),
  "fetch.timeout": () => fetch(at.hanging, { signal: AbortSignal.timeout(150) }),
  "fetch.aborted": aborted,
  "fetch.not-capable": () => fetch("http://127.0.0.2:8080/"),
  "connect.refused": () => Deno.connect({ hostname: "127.0.0.1", port: portOf(at.refused) }),
  "tls.self-signed": handshake,
  "file.not-found": () => Deno.readTextFile("nowhere/a.txt"),
  "file.exists": () => Deno.mkdir("/tmp"),
  "websocket.refused": webSocketError,
  "kv.too-large": async () => (await Deno.openKv(":memory:")).set(["a"], "x".repeat(70_000)),
  "kv.closed": closedDatabase,
  "kv.no-token": async () => (await Deno.openKv(at.refused)).get(["a"]),
  "errors.timed-out": thrown(new Deno.errors.TimedOut("deadline has elapsed")),
  "errors.http": thrown(new Deno.errors.Http("connection closed before message completed")),
  "errors.connection-reset": thrown(new Deno.errors.ConnectionReset("Connection reset by peer (os error 104)")),
  "errors.unexpected-eof": thrown(new Deno.errors.UnexpectedEof("tls handshake eof")),
};
