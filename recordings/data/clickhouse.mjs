import { createClient } from "@clickhouse/client";
import { answering, cutting, hanging, httpServer, refusing } from "../servers.mjs";

const open = [];
const client = (url, options = {}) => {
  const made = createClient({ url, username: "app", password: "test", log: { level: 127 }, ...options });
  open.push(made);
  return made;
};
const ask = async (url, options) =>
  (await client(url, options).query({ query: "SELECT count() FROM events", format: "JSONEachRow" })).json();
const exception = (status, code, text) =>
  answering(status, `Code: ${code}. DB::Exception: ${text} (version 25.8.3.66 (official build))\n`, {
    "x-clickhouse-exception-code": String(code),
    "x-clickhouse-server-display-name": "ch-1",
  });

export default {
  library: "clickhouse",
  packages: ["@clickhouse/client"],
  close: () => Promise.all(open.map((one) => one.close().catch(() => {}))),
  cases: [
    {
      id: "202.too-many-queries",
      provoked: "query, answered 500 with exception 202",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the server already runs as many queries as it may, and wants fewer of them",
      run: async () =>
        ask(await exception(500, 202, "Too many simultaneous queries. Maximum: 100. (TOO_MANY_SIMULTANEOUS_QUERIES)")),
    },
    {
      id: "516.wrong-password",
      provoked: "query, answered 403 with exception 516",
      how: "provoked",
      expected: "AUTH",
      because: "the user or the password is wrong, whatever the status says",
      run: async () =>
        ask(
          await exception(
            403,
            516,
            "app: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)",
          ),
        ),
    },
    {
      id: "242.readonly-replica",
      provoked: "insert, answered 500 with exception 242",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the replica has lost its keeper session and takes writes again when it is back",
      run: async () =>
        client(
          await exception(
            500,
            242,
            "Table is in readonly mode (replica path: /clickhouse/tables/1/events/replicas/ch-1). (TABLE_IS_READ_ONLY)",
          ),
        ).insert({ table: "events", values: [{ id: 1 }], format: "JSONEachRow" }),
    },
    {
      id: "200.exception-in-stream",
      provoked: "query, answered 200 whose stream ends with exception 209 after some rows",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the server lost another shard's socket to a timeout while it was answering; rows so far are no answer",
      run: async () => {
        const text =
          "Code: 209. DB::NetException: Timeout exceeded while reading from socket (socket (10.0.0.7:9000), receive timeout 300000 ms): While executing Remote. (SOCKET_TIMEOUT) (version 25.11.1.558 (official build))\n";
        const tag = "rubrhvtsdamoqwkf";
        const { url } = await httpServer((_request, response) => {
          response.writeHead(200, { "content-type": "application/x-ndjson", "x-clickhouse-exception-tag": tag });
          response.write('{"id":1}\n');
          setTimeout(
            () => response.end(`\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`),
            50,
          );
        });
        return ask(url);
      },
    },
    {
      id: "client.timeout",
      provoked: "query with request_timeout 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => ask(await hanging(), { request_timeout: 200 }),
    },
    {
      id: "proxy.502",
      provoked: "query, answered 502 with a page of a load balancer",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the proxy before the server says that the server is down; the text is all that is left of it",
      run: async () =>
        ask(
          await answering(
            502,
            "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
            { "content-type": "text/html" },
          ),
        ),
    },
    {
      id: "241.memory-of-server",
      provoked: "query, answered 500 with exception 241 for the server's total memory",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server as a whole is out of memory, which is no fault of this query",
      run: async () =>
        ask(
          await exception(
            500,
            241,
            "(total) memory limit exceeded: would use 28.81 GiB (attempt to allocate chunk of 4.00 MiB bytes), current RSS: 28.66 GiB, maximum: 28.80 GiB. OvercommitTracker decision: Query was selected to stop by OvercommitTracker: While executing AggregatingTransform. (MEMORY_LIMIT_EXCEEDED)",
          ),
        ),
    },
    {
      id: "159.max-execution-time",
      provoked: "query, answered 500 with exception 159",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the server gave up the query after max_execution_time; under less load it may be done in time",
      run: async () =>
        ask(await exception(500, 159, "Timeout exceeded: elapsed 30000.871 ms, maximum: 30000 ms. (TIMEOUT_EXCEEDED)")),
    },
    {
      id: "497.not-granted",
      provoked: "query, answered 403 with exception 497",
      how: "provoked",
      expected: "PERMISSION",
      because: "the user is known but has not been granted the table",
      run: async () =>
        ask(
          await exception(
            403,
            497,
            "app: Not enough privileges. To execute this query, it's necessary to have the grant SELECT(id) ON default.events. (ACCESS_DENIED)",
          ),
        ),
    },
    {
      id: "client.abort",
      provoked: "query whose abort_signal fires",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller itself has aborted the query",
      run: async () => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 100);
        return client(await hanging()).query({ query: "SELECT 1", abort_signal: stop.signal });
      },
    },
    {
      id: "connection.refused",
      provoked: "query, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => ask(await refusing()),
    },
    {
      id: "connection.cut",
      provoked: "query, the server cuts the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was cut before there was an answer",
      run: async () => ask(await cutting()),
    },
  ],
};
