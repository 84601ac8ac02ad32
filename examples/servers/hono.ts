/* A service that tells its callers the truth: what it answers while its database is down, and to a caller in a hurry. Run it: npx tsx examples/servers/hono.ts */
import { Hono } from "hono";
import { Policy, TransientError } from "redress";
import { answerErrors, requestScope } from "redress/hono";

const query = async (): Promise<string> => {
  throw new TransientError("the database refuses connections");
};

const database = new Policy({
  operation: "read_order",
  retry: { maxAttempts: 2 },
  circuitBreaker: { name: "orders-db", failureThreshold: 2, recoveryTimeoutMs: 10_000 },
});
const slow = new Policy({ retry: {} });

const app = new Hono();
app.use(requestScope());
app.onError(answerErrors((_error, c) => c.text("Try another order", 500)));
app.get("/orders/:id", async (c) => c.text(await database.call(query)));
app.get("/reports/:year", () => slow.call(() => new Promise<Response>(() => {})));

const show = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
  const answer = await app.request(path, { headers });
  const told = ["retry-after", "x-should-retry"].map((name) => `${name}: ${answer.headers.get(name) ?? "-"}`);
  console.log(answer.status, told.join(", "));
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
