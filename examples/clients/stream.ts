/* A stream of server-sent events under a policy: opening is retried, a cut and a stall are told, and whoever has seen enough leaves. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type AttemptInfo, constant, outcomeOf, Policy } from "redress";
import { policyStream } from "redress/stream";

let busy = 2;
const server = createServer((request, response) => {
  if (request.url === "/busy" && busy-- > 0) {
    response.writeHead(503).end();
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" }).write("data: Because\n\ndata: it\n\n");
  if (request.url === "/cut") response.end();
  else if (request.url !== "/stall") response.end("data: is.\n\ndata: [DONE]\n\n");
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** What the events of an answer say. */
async function* events(path: string, { signal }: AttemptInfo): AsyncGenerator<string> {
  const response = await fetch(url + path, { signal });
  if (!response.ok || response.body === null) throw Object.assign(new Error("no stream"), { status: response.status });
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const whole = (rest + chunk).split("\n\n");
    rest = whole.pop() ?? "";
    for (const event of whole) yield event.replace("data: ", "");
  }
}

const policy = new Policy({ retry: { strategy: constant(10) } });
const answer = (path: string) =>
  policyStream(policy, (attempt) => events(path, attempt), { isEnd: (event) => event === "[DONE]", idleTimeoutMs: 200 });

for (const path of ["/busy", "/cut", "/stall"]) {
  const stream = answer(path);
  const words: string[] = [];
  try {
    for await (const word of stream) words.push(word);
  } catch (error) {
    console.log((error as Error).message, outcomeOf(error)?.stopReason);
  }
  console.log(path, words.join(" "), (await stream.outcome).attempts);
}

for await (const word of answer("/enough")) if (word === "it") break;
await policy.idle();
server.closeAllConnections();
server.close();

/* Prints:
/busy Because it is. [DONE] 3
The stream was cut after 2 items: it closed before an item that isEnd takes for the last. RETRY_REFUSED
/cut Because it 1
The stream stalled after 2 items: nothing came for 200 ms. RETRY_REFUSED
/stall Because it 1
*/
