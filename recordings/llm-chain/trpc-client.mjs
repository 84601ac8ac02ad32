import { createServer } from "node:http";
import { createTRPCClient, httpBatchLink, httpLink } from "@trpc/client";
import { initTRPC, TRPCError } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { answering, hanging, refusing } from "../servers.mjs";

/** A real tRPC server whose procedure throws. */
async function serving(error) {
  const t = initTRPC.create({ isDev: false });
  const router = t.router({
    orders: t.procedure.query(() => {
      throw error;
    }),
  });
  const server = createServer(
    createHTTPHandler({
      router,
      createContext: () => ({}),
      responseMeta: () => (error.code === "TOO_MANY_REQUESTS" ? { headers: { "retry-after": "11" } } : {}),
    }),
  );
  await new Promise((r) => server.listen(0, "127.0.0.1", r));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}
const ask = (url, link = httpBatchLink, options) => createTRPCClient({ links: [link({ url })] }).orders.query(undefined, options);
const failing = async (code, message) => ask(await serving(new TRPCError({ code, message })));

export default {
  library: "trpc-client",
  packages: ["@trpc/client", "@trpc/server"],
  cases: [
    {
      id: "TOO_MANY_REQUESTS",
      provoked: "a query to a real server that throws TOO_MANY_REQUESTS and sets Retry-After: 11",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 11_000,
      because: "the service asks for fewer calls; the answer's header says when to come back",
      run: async () => failing("TOO_MANY_REQUESTS", "Slow down"),
    },
    {
      id: "CONFLICT",
      provoked: "a query to a real server that throws CONFLICT",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has changed the order",
      run: async () => failing("CONFLICT", "The order was changed in the meantime"),
    },
    {
      id: "UNAUTHORIZED",
      provoked: "a query to a real server that throws UNAUTHORIZED",
      how: "provoked",
      expected: "AUTH",
      because: "nobody is logged in",
      run: async () => failing("UNAUTHORIZED", "UNAUTHORIZED"),
    },
    {
      id: "INTERNAL_SERVER_ERROR",
      provoked: "a query to a real server whose procedure throws an error of its database",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the procedure failed at the server",
      run: async () => ask(await serving(new Error("Connection terminated unexpectedly"))),
    },
    {
      id: "TIMEOUT",
      provoked: "a query to a real server that throws TIMEOUT (408)",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the server gave up waiting",
      run: async () => failing("TIMEOUT", "Upstream took too long"),
    },
    {
      id: "502.html",
      provoked: "a query, answered 502 with a page by the proxy",
      how: "provoked",
      expected: "UNKNOWN",
      because: "the status and the answer are lost, all that is left is that the answer was no JSON",
      run: async () =>
        ask(await answering(502, "<html><head><title>502 Bad Gateway</title></head></html>", { "content-type": "text/html" })),
    },
    {
      id: "connection.refused",
      provoked: "a query, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => ask(await refusing()),
    },
    {
      id: "aborted",
      provoked: "a query that the caller aborts",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller itself wanted to stop",
      run: async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 100);
        return ask(await hanging(), httpLink, { signal: controller.signal });
      },
    },
  ],
};
