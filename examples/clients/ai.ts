/* The AI SDK with one policy: the SDK's own retries do not multiply its attempts. Run it: npx tsx examples/clients/ai.ts */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, wrapLanguageModel } from "ai";
import { constant, outcomeOf } from "redress";
import { policyMiddleware } from "redress/ai";

// A model that is busy twice, answers, and is then down.
const answer = {
  id: "1",
  created: 1,
  model: "gpt-5",
  choices: [{ index: 0, message: { role: "assistant", content: "Rayleigh scattering." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 },
};
let requests = 0;
const server = createServer((_request, response) => {
  const isFine = ++requests === 3;
  const body = isFine ? answer : { error: { message: "Overloaded", type: "server_error", code: null } };
  response.writeHead(isFine ? 200 : 503, { "content-type": "application/json" }).end(JSON.stringify(body));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

const model = wrapLanguageModel({
  model: createOpenAI({ apiKey: "sk-1", baseURL }).chat("gpt-5"),
  middleware: policyMiddleware({ retry: { strategy: constant(10) } }),
});

const { text } = await generateText({ model, prompt: "Why is the sky blue?" });
console.log(text, "after", requests, "requests");

const error = await generateText({ model, prompt: "Why is the sea blue?" }).catch((thrown: unknown) => thrown);
const outcome = outcomeOf(error);
if (outcome?.ok === false) console.log(`${outcome.stopReason}, ${outcome.lastClass}, ${outcome.attempts} attempts`);
console.log(requests, "requests in all");

server.closeAllConnections();
server.close();

/* Prints:
Rayleigh scattering. after 3 requests
MAX_ATTEMPTS_GLOBAL, SERVER_ERROR, 3 attempts
6 requests in all
*/
