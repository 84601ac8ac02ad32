/* A service with a dashboard. Run it: npx tsx examples/telemetry/dashboard.ts --serve, and open the address that it prints. Without --serve it ends at once. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Bulkhead, Policy, TransientError } from "redress";
import { dashboard } from "redress/dashboard";
import { registry } from "redress/registry";

const users = registry.add(
  new Policy({
    operation: "load_user",
    retry: { maxAttempts: 3, deadlineMs: 2_000 },
    circuitBreaker: { name: "users" },
    limiter: new Bulkhead({ name: "users", maxConcurrent: 8, maxQueue: 16 }),
  }),
);

const loadUser = async (): Promise<string> => {
  await sleep(20 + 80 * Math.random());
  if (Math.random() < 0.1) throw new TransientError();
  return "Ada";
};

// Whoever may open and close circuits by hand: here, who knows the password. Buttons appear where this says true.
const authorize = ({ headers }: Request): boolean =>
  headers.get("authorization") === `Basic ${btoa("operator:secret")}` && process.env["NODE_ENV"] !== "production";

const { node } = dashboard({ path: "/redress", title: "users service", authorize });
const server = createServer(async (request, response) => {
  if (request.url?.startsWith("/redress")) return node(request, response);
  const outcome = await users.execute(loadUser);
  response.statusCode = outcome.ok ? 200 : 503;
  response.end(outcome.ok ? outcome.value : outcome.stopReason);
});
server.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const isServing = process.argv.includes("--serve");
if (isServing) console.log(`${url}/redress`);

// A little traffic.
do await Promise.all(Array.from({ length: 10 }, () => fetch(url)));
while (isServing);
const snapshot = await fetch(`${url}/redress/snapshot`);
const { policies } = (await snapshot.json()) as ReturnType<typeof registry.snapshot>;
console.log(policies.map(({ name, calls, inFlight, circuit }) => ({ name, calls, inFlight, circuit })));
server.close();
server.closeAllConnections();

/* Prints:
[ { name: 'load_user', calls: 10, inFlight: 0, circuit: 'users' } ]
*/
