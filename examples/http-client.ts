/* A client for an HTTP API that fails in three ways before it answers. Run it: npx tsx examples/http-client.ts */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fullJitter, Policy, retryAfterOr } from "redress";
import { responseClassifier } from "redress/extras";

// The first request meets a 503, the second a 429, the third gets no answer; later requests succeed, but for one path.
// (A real Retry-After says whole seconds, or a date.)
let requests = 0;
const server = createServer((request, response) => {
  requests += 1;
  if (request.url === "/missing") response.writeHead(404).end();
  else if (requests === 1) response.writeHead(503).end();
  else if (requests === 2) response.writeHead(429, { "retry-after": "0.05" }).end();
  else if (requests > 3) response.end("hello");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const policy = new Policy({
  retry: { resultClassifier: responseClassifier, strategy: retryAfterOr(fullJitter({ baseMs: 10 })), attemptTimeoutMs: 200 },
  hooks: { onMetric: (event, attempt, _sleepMs, tags) => console.log(attempt, event, tags.class ?? "-") },
});

const response = await policy.call(({ signal }) => fetch(`${url}/greeting`, { signal }));
console.log(await response.text());

const outcome = await policy.execute(({ signal }) => fetch(`${url}/missing`, { signal }));
if (!outcome.ok) console.log(outcome.stopReason, (outcome.lastResult as Response).status);

server.closeAllConnections();
server.close();

/* Prints:
1 retry SERVER_ERROR
2 retry RATE_LIMIT
3 retry TRANSIENT
4 success -
hello
1 permanent_fail PERMANENT
NON_RETRYABLE_CLASS 404
*/
