/* A service that tells its callers the truth: what it answers while its database is down, and to a caller in a hurry. Run it: npx tsx examples/servers/express.ts */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { Policy, TransientError } from "redress";
import { answerErrors, requestScope } from "redress/express";

const query = async (): Promise<string> => {
  throw new TransientError("the database refuses connections");
};

const database = new Policy({
  operation: "read_order",
  retry: { maxAttempts: 2 },
  circuitBreaker: { name: "orders-db", failureThreshold: 2, recoveryTimeoutMs: 10_000 },
});
const slow = new Policy({ retry: {} });

const app = express();
app.set("env", "production");
app.use(requestScope());
app.get("/orders/:id", async (request, response) => {
  response.json({ id: request.params.id, what: await database.call(query) });
});
app.get("/reports/:year", async (_request, response) => {
  response.json(await slow.call(({ signal }) => once(new EventTarget(), "never", { signal })));
});
app.use(answerErrors());
app.use(((error, _request, response, _next) => {
  response.status(500).json({ title: (error as Error).name });
}) satisfies express.ErrorRequestHandler);

const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const show = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
  const answer = await fetch(origin + path, { headers });
  const told = ["retry-after", "x-should-retry"].map((name) => `${name}: ${answer.headers.get(name) ?? "-"}`);
  console.log(answer.status, told.join(", "), await answer.text());
};

await show("/orders/7");
await show("/orders/7");
await show("/orders/7");
await show("/reports/2026", { "x-request-timeout-ms": "200" });

server.close();

/* Prints:
500 retry-after: -, x-should-retry: false {"title":"TransientError"}
500 retry-after: -, x-should-retry: false {"title":"TransientError"}
503 retry-after: 10, x-should-retry: - {"type":"about:blank","title":"Service Unavailable","status":503}
504 retry-after: -, x-should-retry: - {"type":"about:blank","title":"Gateway Timeout","status":504}
*/
