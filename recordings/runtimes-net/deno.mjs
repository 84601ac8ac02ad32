import { fileURLToPath } from "node:url";
import { inRuntime } from "./inside/start.mjs";

const scripts = fileURLToPath(new URL("..", import.meta.url));
const flags = ["run", "--no-prompt", "--no-check", "--unstable-kv", "--allow-env", "--allow-sys"];
const rights = ["--allow-net=127.0.0.1", `--allow-read=${scripts},/tmp`, "--allow-write=/tmp"];

/** A case of inside/deno.mjs, thrown in the real Deno. */
const inside = inRuntime("@deno/linux-x64-glibc/deno", [...flags, ...rights], "deno.mjs");
const one = (id, provoked, expected, because, more = {}) => ({
  id,
  provoked,
  how: "provoked",
  expected,
  ...more,
  because,
  run: inside(id),
});
const made = (...facts) => ({ ...one(...facts), how: "constructed" });

export default {
  library: "deno",
  packages: ["@deno/linux-x64-glibc"],
  runtime: "Deno 2.9.6",
  cases: [
    one("fetch.refused", "fetch of a port where nobody listens", "TRANSIENT", "nobody listens there now"),
    one(
      "fetch.self-signed",
      "fetch of a server with a self-signed certificate",
      "PERMANENT",
      "the certificate will be the same at the next attempt",
    ),
    one("fetch.cut", "fetch, the server cuts the connection when the request has come", "TRANSIENT", "the connection was lost"),
    one("fetch.timeout", "fetch with AbortSignal.timeout(150)", "TRANSIENT", "the caller gave up waiting", { timeout: true }),
    one("fetch.aborted", "fetch that the caller aborts", "PERMANENT", "the caller did not want it any more"),
    one(
      "fetch.not-capable",
      "fetch of a host that --allow-net does not name",
      "PERMISSION",
      "the program was started without the right to reach that host",
    ),
    one("connect.refused", "Deno.connect to a port where nobody listens", "TRANSIENT", "nobody listens there now"),
    one(
      "tls.self-signed",
      "Deno.connectTls to a server with a self-signed certificate",
      "PERMANENT",
      "the certificate will be the same at the next attempt",
    ),
    one("file.not-found", "Deno.readTextFile of a file that is not there", "PERMANENT", "the file is not there"),
    one("file.exists", "Deno.mkdir of a folder that is there", "PERMANENT", "the folder is there already"),
    one("websocket.refused", "the error of a WebSocket to a port where nobody listens", "TRANSIENT", "nobody listens there now"),
    one("kv.too-large", "Deno.Kv set of a value of 70 kB", "PERMANENT", "the value is larger than Deno KV takes"),
    one("kv.closed", "Deno.Kv get after close", "PERMANENT", "the program closed this database itself"),
    one("kv.no-token", "Deno.openKv of a remote database without an access token", "AUTH", "there are no credentials"),
    made("errors.timed-out", "Deno.errors.TimedOut", "TRANSIENT", "a wait was given up", { timeout: true }),
    made(
      "errors.http",
      "Deno.errors.Http: connection closed before message completed",
      "TRANSIENT",
      "the connection was closed in the middle of an answer",
    ),
    made("errors.connection-reset", "Deno.errors.ConnectionReset", "TRANSIENT", "the connection was reset"),
    made(
      "errors.unexpected-eof",
      "Deno.errors.UnexpectedEof: tls handshake eof",
      "TRANSIENT",
      "the connection ended in the handshake",
    ),
  ],
};
