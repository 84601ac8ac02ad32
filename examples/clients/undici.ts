/* One interceptor beneath undici's request and the platform's fetch: retries, a circuit for each origin, errors that say what happened. Run it: npx tsx examples/clients/undici.ts */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { outcomeOf, policyInterceptor } from "redress/undici";
import { Agent, request, setGlobalDispatcher } from "undici";

// Users: busy twice, then there. Orders: taken, or busy. The rest is down for longer.
let busy = 2;
const orders: (string | undefined)[] = [];
const server = createServer((incoming, answer) => {
  if (incoming.url === "/orders") {
    orders.push(incoming.headers["idempotency-key"]?.toString());
    answer.writeHead(orders.length === 1 ? 503 : 201).end("ordered");
  } else if (incoming.url === "/users/7") {
    if (busy-- > 0) answer.writeHead(503, { "retry-after-ms": "20" }).end("busy");
    else answer.end("Ann");
  } else answer.writeHead(503).end("down");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const agent = new Agent().compose(
  policyInterceptor(
    { retry: { maxAttempts: 3, deadlineMs: 5_000 }, circuitBreaker: { failureThreshold: 10 } },
    { idempotencyKey: true },
  ),
);
setGlobalDispatcher(agent);

const user = await fetch(`${url}/users/7`);
console.log(user.status, await user.text());

const order = await request(`${url}/orders`, { method: "POST", body: "1 tea" });
console.log(order.statusCode, await order.body.text(), "after", outcomeOf(order)?.attempts, "attempts,");
console.log("with the same key:", orders[0] !== undefined && orders[0] === orders[1]);

const down = await request(`${url}/down`);
const outcome = outcomeOf(down);
if (outcome?.ok === false) console.log(down.statusCode, await down.body.text(), outcome.attempts, outcome.stopReason);

await agent.close();
server.closeAllConnections();
server.close();

/* Prints:
200 Ann
201 ordered after 2 attempts,
with the same key: true
503 down 3 MAX_ATTEMPTS_GLOBAL
*/
