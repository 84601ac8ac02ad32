/* A service with fetch: retries, Retry-After, a circuit for each origin, errors that say what happened. Run it: npx tsx examples/clients/fetch.ts */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFetch, isHttpError, outcomeOf } from "redress/fetch";

// Users: busy twice, then there. Orders: each second answer of the server is lost on its way.
let busy = 2;
const orders = new Set<string>();
const server = createServer((request, response) => {
  const key = request.headers["idempotency-key"]?.toString();
  if (request.url === "/orders" && key) {
    const isNew = !orders.has(key);
    orders.add(key);
    if (isNew) request.socket.destroy();
    else response.writeHead(201).end("ordered once");
  } else if (request.url === "/users/7") {
    if (busy-- > 0) response.writeHead(503, { "retry-after-ms": "20" }).end("busy");
    else response.end("Ann");
  } else {
    response.writeHead(404, { "content-type": "application/problem+json" }).end('{"title":"No such user"}');
  }
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const api = createFetch(
  { retry: { maxAttempts: 4, deadlineMs: 5_000 }, circuitBreaker: { failureThreshold: 10 } },
  { idempotencyKey: true, throwHttpErrors: true },
);

const user = await api(`${url}/users/7`);
console.log(await user.text(), "after", outcomeOf(user)?.attempts, "attempts");

const order = await api(`${url}/orders`, { method: "POST", body: "1 tea" });
console.log(await order.text(), "after", outcomeOf(order)?.attempts, "attempts;", orders.size, "order");

const error = await api(`${url}/users/8`).catch((thrown: unknown) => thrown);
if (isHttpError(error)) console.log(error.status, error.problem?.title);

server.closeAllConnections();
server.close();

/* Prints:
Ann after 3 attempts
ordered once after 2 attempts; 1 order
404 No such user
*/
