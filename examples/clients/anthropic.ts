/* Anthropic's SDK, and OpenAI's where it is overloaded: one call, two vendors. Run it: npx tsx examples/clients/anthropic.ts */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { constant, firstOf, Policy } from "redress";
import { anthropicOptions } from "redress/anthropic";
import { openaiOptions } from "redress/openai";

// One vendor is overloaded, the other one answers.
const requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(request.url ?? "");
  const isOverloaded = request.url === "/v1/messages";
  const body = isOverloaded
    ? { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }
    : { choices: [{ message: { role: "assistant", content: "Rayleigh scattering." } }] };
  response.writeHead(isOverloaded ? 529 : 200, { "content-type": "application/json" }).end(JSON.stringify(body));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const retry = { maxAttempts: 2, strategy: constant(10) };
const anthropic = new Anthropic({ ...anthropicOptions({ retry }), apiKey: "sk-ant-1", baseURL: url });
const openai = new OpenAI({ ...openaiOptions({ retry }), apiKey: "sk-1", baseURL: `${url}/v1` });

const messages = [{ role: "user" as const, content: "Why is the sky blue?" }];

async function claude({ signal }: { readonly signal: AbortSignal }): Promise<string> {
  const { content } = await anthropic.messages.create({ model: "claude-sonnet-5", max_tokens: 100, messages }, { signal });
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

async function gpt({ signal }: { readonly signal: AbortSignal }): Promise<string> {
  const { choices } = await openai.chat.completions.create({ model: "gpt-5", messages }, { signal });
  return choices[0]?.message.content ?? "";
}

const ask = firstOf([claude, gpt], { onNext: ({ name, next }) => console.log(`${name} has given up: ${next} is next`) });
console.log(await new Policy({ operation: "ask" }).call(ask, { deadlineMs: 60_000 }));
console.log(requests.join(" "));

server.closeAllConnections();
server.close();

/* Prints:
claude has given up: gpt is next
Rayleigh scattering.
/v1/messages /v1/messages /v1/chat/completions
*/
