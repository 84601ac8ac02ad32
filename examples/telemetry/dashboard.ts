/* A service with a dashboard: node examples/telemetry/dashboard.ts, then open the address that it prints. Run by `npx tsx`. */
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
console.log(`${url}/redress`);

// A little traffic. With `--once` the example ends with it, and says what the dashboard would show.
do await Promise.all(Array.from({ length: 10 }, () => fetch(url)));
while (!process.argv.includes("--once"));
const snapshot = await fetch(`${url}/redress/snapshot`);
const { policies } = (await snapshot.json()) as ReturnType<typeof registry.snapshot>;
console.log(policies.map(({ name, calls, inFlight, circuit }) => ({ name, calls, inFlight, circuit })));
server.close();
server.closeAllConnections();
