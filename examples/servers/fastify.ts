/* A service that tells its callers the truth: what it answers while its database is down, and to a caller in a hurry. Run it: npx tsx examples/servers/fastify.ts */
import fastify from "fastify";
import { Policy, TransientError } from "redress";
import { redressPlugin } from "redress/fastify";

const query = async (): Promise<string> => {
  throw new TransientError("the database refuses connections");
};

const database = new Policy({
  operation: "read_order",
  retry: { maxAttempts: 2 },
  circuitBreaker: { name: "orders-db", failureThreshold: 2, recoveryTimeoutMs: 10_000 },
});
const slow = new Policy({ retry: {} });

const app = fastify();
app.register(redressPlugin);
app.get("/orders/:id", () => database.call(query));
app.get("/reports/:year", () => slow.call(() => new Promise(() => {})));

const show = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
  const answer = await app.inject({ url: path, headers });
  const told = ["retry-after", "x-should-retry"].map((name) => `${name}: ${answer.headers[name] ?? "-"}`);
  console.log(answer.statusCode, told.join(", "));
};

await show("/orders/7");
await show("/orders/7");
await show("/orders/7");
await show("/reports/2026", { "x-request-timeout-ms": "200" });

/* Prints:
500 retry-after: -, x-should-retry: false
500 retry-after: -, x-should-retry: false
503 retry-after: 10, x-should-retry: -
504 retry-after: -, x-should-retry: -
*/
