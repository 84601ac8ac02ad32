/* A service as it stands in docs/servers/README.md: it ends by SIGTERM. Prints its port. Its requests take as many milliseconds as their path says. */
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { handleRequests, Shutdown } from "../../../dist/contrib/node-http/index.js";
import { Policy } from "../../../dist/index.js";

const policy = new Policy({ retry: { deadlineMs: 60_000 } });
const shutdown = new Shutdown({ graceMs: 500 });
const handler = async (request, response) => {
  await policy.call(({ signal }) => sleep(Number(request.url.slice(1)), undefined, { signal }));
  response.end("done");
};
const server = createServer(handleRequests(handler, { shutdown }));
server.keepAliveTimeout = 300_000;
// A connection that never ends, as that of a pool: by itself the process would go on.
setInterval(() => {}, 1_000);

process.once("SIGTERM", async () => {
  const isClean = await shutdown.close(server);
  await policy.idle();
  process.exit(isClean ? 0 : 1);
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
