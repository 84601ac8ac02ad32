import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { answering, httpServer } from "../servers.mjs";

const client = (url, options = {}) => createClient({ url, authToken: "test", ...options });
const hrana = async (...results) =>
  (
    await httpServer((request, response) => {
      if (request.method === "GET") return response.writeHead(200).end();
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ baton: null, base_url: null, results }));
    })
  ).url;
const statement = async (code, message) =>
  client(await hrana({ type: "error", error: { message, code } }, { type: "ok", response: { type: "close" } })).execute(
    "INSERT INTO events VALUES (1)",
  );
const folder = mkdtempSync(join(tmpdir(), "libsql-"));
const file = (name) => client(`file:${join(folder, name)}`);

export default {
  library: "libsql-client",
  packages: ["@libsql/client"],
  close: () => rmSync(folder, { recursive: true, force: true }),
  cases: [
    {
      id: "file.busy",
      provoked: "a write to a file that another client of this process has a write transaction on",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another connection holds the lock for writing",
      run: async () => {
        const [one, other] = [file("busy.db"), file("busy.db")];
        await one.execute("CREATE TABLE events (id INTEGER PRIMARY KEY)");
        await one.transaction("write");
        await other.execute("INSERT INTO events VALUES (1)");
      },
    },
    {
      id: "file.batch.unique",
      provoked: "a batch whose second statement breaks a primary key, in a file",
      how: "provoked",
      expected: "PERMANENT",
      because: "a row with this key is there already",
      run: async () => {
        const one = file("unique.db");
        await one.execute("CREATE TABLE events (id INTEGER PRIMARY KEY)");
        await one.batch(["INSERT INTO events VALUES (1)", "INSERT INTO events VALUES (1)"], "write");
      },
    },
    {
      id: "http.200.blocked",
      provoked: "execute over HTTP, answered 200 with the code BLOCKED",
      how: "provoked",
      expected: "PERMANENT",
      because: "the plan's quota is used up and the operation is blocked until it is upgraded",
      run: () =>
        statement(
          "BLOCKED",
          "Operation was blocked: SQL write operations are forbidden (writes are blocked, do you need to upgrade your plan?)",
        ),
    },
    {
      id: "http.400.stream-expired",
      provoked: "execute over HTTP, answered 400 with the code STREAM_EXPIRED",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server has dropped the stream; a new transaction may go through",
      run: async () =>
        client(await answering(400, { message: "The stream has expired due to inactivity", code: "STREAM_EXPIRED" })).execute(
          "SELECT 1",
        ),
    },
    {
      id: "http.401",
      provoked: "execute over HTTP, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not valid",
      run: async () => client(await answering(401, { error: "Unauthorized: `unable to verify token`" })).execute("SELECT 1"),
    },
    {
      id: "http.502",
      provoked: "execute over HTTP, answered 502 with text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the proxy before the database says that it is down",
      run: async () => client(await answering(502, "upstream not available")).execute("SELECT 1"),
    },
    {
      id: "client.closed",
      provoked: "execute after close",
      how: "provoked",
      expected: "PERMANENT",
      because: "this client was closed and takes no more statements",
      run: async () => {
        const one = file("closed.db");
        one.close();
        await one.execute("SELECT 1");
      },
    },
  ],
};
