/* A service that tells its callers the truth: what it answers while its database is down, and to a caller in a hurry. Run it: npx tsx examples/servers/node-http.ts */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Policy, TransientError } from "redress";
import { handleRequests } from "redress/node-http";

const query = async (): Promise<string> => {
  throw new TransientError("the database refuses connections");
};

const database = new Policy({
  operation: "read_order",
  retry: { maxAttempts: 2 },
  circuitBreaker: { name: "orders-db", failureThreshold: 2, recoveryTimeoutMs: 10_000 },
});
const slow = new Policy({ retry: {} });

const listener = handleRequests(
  async (request, response) => {
    if (request.method !== "GET") return void response.end();
    response.end(
      request.headers["x-request-timeout-ms"] ? await slow.call(() => new Promise(() => {})) : await database.call(query),
    );
  },
  { onError: () => {} },
);
const server = createServer(listener).listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const show = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
  const answer = await fetch(origin + path, { headers });
  const told = ["retry-after", "x-should-retry"].map((name) => `${name}: ${answer.headers.get(name) ?? "-"}`);
  console.log(answer.status, told.join(", "));
};

await show("/orders/7");
await show("/orders/7");
await show("/orders/7");
await show("/reports/2026", { "x-request-timeout-ms": "200" });

server.closeAllConnections();
server.close();

/* Prints:
500 retry-after: -, x-should-retry: false
500 retry-after: -, x-should-retry: false
503 retry-after: 10, x-should-retry: -
504 retry-after: -, x-should-retry: -
*/
