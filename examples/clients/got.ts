/* A service with got: retries, Retry-After, an Idempotency-Key, errors that say what happened. Run it: npx tsx examples/clients/got.ts */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import got, { HTTPError } from "got";
import { constant } from "redress";
import { gotWithPolicy, outcomeOf } from "redress/got";

// Users: busy twice, then there. Orders: each first answer of the server is lost on its way.
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
    else response.end('{"name":"Ann"}');
  } else response.writeHead(503).end("down");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const api = gotWithPolicy(got.extend({ prefixUrl: url }), { retry: { deadlineMs: 5_000 } }, { idempotencyKey: true });

const user = await api<{ readonly name: string }>("users/7", { responseType: "json" });
console.log(user.body.name, "after", outcomeOf(user)?.attempts, "attempts");

const order = await api.post("orders", { json: { tea: 1 } });
console.log(order.body, "after", outcomeOf(order)?.attempts, "attempts;", orders.size, "order");

const impatient = gotWithPolicy(got.extend({ prefixUrl: url }), { retry: { maxAttempts: 2, strategy: constant(1) } });
const error: unknown = await impatient("health").catch((thrown: unknown) => thrown);
const outcome = outcomeOf(error);
if (error instanceof HTTPError && outcome?.ok === false)
  console.log(error.response.statusCode, "after", outcome.attempts, `attempts: ${outcome.stopReason}`);

server.closeAllConnections();
server.close();

/* Prints:
Ann after 3 attempts
ordered once after 2 attempts; 1 order
503 after 2 attempts: MAX_ATTEMPTS_GLOBAL
*/
