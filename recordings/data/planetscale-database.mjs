import { connect } from "@planetscale/database";
import { answering, hanging, refusing } from "../servers.mjs";

const ask = (url, query = "UPDATE events SET n = n + 1", options = {}) =>
  connect({
    host: new URL(url).host,
    username: "app",
    password: "test",
    fetch: (to, init) => fetch(to.replace("https:", "http:"), { ...init, ...options }),
  }).execute(query);
const failed = async (message, code = "UNKNOWN") => ask(await answering(200, { session: null, error: { code, message } }));

export default {
  library: "planetscale-database",
  packages: ["@planetscale/database"],
  cases: [
    {
      id: "200.deadlock",
      provoked: "execute, answered 200 with the error of MySQL 1213 in Vitess' words",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction holds what this one needs, and waits for it; the status 400 is the client's own",
      run: () =>
        failed(
          'target: shop.-.primary: vttablet: rpc error: code = Aborted desc = Deadlock found when trying to get lock; try restarting transaction (errno 1213) (sqlstate 40001) (CallerID: app): Sql: "update events set n = n + :vtg1", BindVars: {REDACTED}',
        ),
    },
    {
      id: "200.unavailable",
      provoked: "execute, answered 200 with Unavailable in Vitess' words",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the gate lost its connection to the tablet, which another attempt may find again",
      run: () =>
        failed(
          "target: shop.-.primary: vttablet: rpc error: code = Unavailable desc = error reading from server: EOF",
          "UNAVAILABLE",
        ),
    },
    {
      id: "200.pool-exhausted",
      provoked: "execute, answered 200 with ResourceExhausted in Vitess' words",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "all connections of the tablet's pool are in use: it is overloaded",
      run: () =>
        failed(
          "target: shop.-.primary: vttablet: rpc error: code = ResourceExhausted desc = transaction pool connection limit exceeded (CallerID: app)",
          "RESOURCE_EXHAUSTED",
        ),
    },
    {
      id: "401",
      provoked: "execute, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the user or the password is wrong",
      run: async () => ask(await answering(401, { code: "unauthenticated", message: "invalid username or password" })),
    },
    {
      id: "522.cloudflare",
      provoked: "execute, answered 522 with a page of Cloudflare",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the proxy before the database could not reach it in time",
      run: async () =>
        ask(
          await answering(
            522,
            "<!DOCTYPE html>\n<html><head><title>psdb.cloud | 522: Connection timed out</title></head></html>",
            { "content-type": "text/html", server: "cloudflare", "cf-ray": "8b1-FRA" },
          ),
        ),
    },
    {
      id: "connection.refused",
      provoked: "execute, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => ask(await refusing()),
    },
    {
      id: "fetch.timeout",
      provoked: "execute with a fetch whose AbortSignal.timeout fires",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the caller's own timeout has fired",
      run: async () => ask(await hanging(), undefined, { signal: AbortSignal.timeout(100) }),
    },
  ],
};
