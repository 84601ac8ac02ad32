import { neon, neonConfig } from "@neondatabase/serverless";
import { answering, refusing } from "../servers.mjs";

const ask = (url, options = {}) => {
  neonConfig.fetchEndpoint = () => `${url}/sql`;
  return neon("postgresql://app:test@ep-quiet-1.example.invalid/db", options)`SELECT * FROM events`;
};
const failed = (message, code, more = {}) => ({
  message,
  code,
  detail: null,
  hint: null,
  position: null,
  internalPosition: null,
  internalQuery: null,
  severity: code === null ? null : "ERROR",
  where: null,
  table: null,
  column: null,
  schema: null,
  dataType: null,
  constraint: null,
  file: null,
  line: null,
  routine: null,
  ...more,
});

export default {
  library: "neon-serverless",
  packages: ["@neondatabase/serverless"],
  cases: [
    {
      id: "400.serialization",
      provoked: "a query over HTTP, answered 400 with the SQLSTATE 40001",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction has changed the same rows",
      run: async () =>
        ask(
          await answering(
            400,
            failed("could not serialize access due to concurrent update", "40001", {
              file: "nodeModifyTable.c",
              line: "2093",
              routine: "ExecUpdate",
            }),
          ),
        ),
    },
    {
      id: "400.password",
      provoked: "a query over HTTP, answered 400 by the proxy, without a code",
      how: "provoked",
      expected: "AUTH",
      because: "the password is wrong; only the message says so",
      run: async () => ask(await answering(400, failed("password authentication failed for user 'app'", null))),
    },
    {
      id: "402.quota",
      provoked: "a query over HTTP, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "the compute time that was paid for is used up",
      run: async () =>
        ask(
          await answering(402, {
            message: "Your account or project has exceeded the compute time quota. Upgrade your plan to increase limits.",
          }),
        ),
    },
    {
      id: "429",
      provoked: "a query over HTTP, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many connections in a short time; the status is only in the message",
      run: async () =>
        ask(await answering(429, failed("You've exceeded the rate limit. Please wait a moment and try again.", null))),
    },
    {
      id: "500.control-plane",
      provoked: "a query over HTTP, answered 500 by the proxy",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the control plane could not start the compute; the status is only in the message",
      run: async () => ask(await answering(500, failed("Control plane request failed", null))),
    },
    {
      id: "connection.refused",
      provoked: "a query over HTTP, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused, which is in sourceError",
      run: async () => ask(await refusing()),
    },
  ],
};
