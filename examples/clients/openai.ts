/* OpenAI's SDK with one policy: retries, a quota that is used up, tokens per minute. Run it: npx tsx examples/clients/openai.ts */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import { constant } from "redress";
import { ModelLimiter, openaiOptions, outcomeOf } from "redress/openai";

// A model that is busy twice, answers, and then finds the quota used up.
const answer = {
  choices: [{ message: { role: "assistant", content: "Rayleigh scattering." } }],
  usage: { prompt_tokens: 12, completion_tokens: 5 },
};
const answers: readonly (readonly [status: number, body: object])[] = [
  [503, { error: { message: "Overloaded", type: "server_error", code: null } }],
  [429, { error: { message: "Slow down", type: "requests", code: "rate_limit_exceeded" } }],
  [200, answer],
  [429, { error: { message: "You exceeded your quota", type: "insufficient_quota", code: "insufficient_quota" } }],
];
let requests = 0;
const server = createServer((_request, response) => {
  const [status, body] = answers[requests++] ?? [500, {}];
  response.writeHead(status, { "content-type": "application/json", "retry-after-ms": "20" }).end(JSON.stringify(body));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

const limiter = new ModelLimiter({ requestsPerMinute: 500, tokensPerMinute: 10_000 });
const policy = { retry: { maxAttempts: 4, strategy: constant(10) } };
const client = new OpenAI({ ...openaiOptions(policy, { limiter }), apiKey: "sk-1", baseURL });

const ask = () =>
  client.chat.completions.create({ model: "gpt-5", messages: [{ role: "user", content: "Why is the sky blue?" }] });

const { data, response } = await ask().withResponse();
console.log(data.choices[0]?.message.content, "after", outcomeOf(response)?.attempts, "attempts");

const error = await ask().catch((thrown: unknown) => thrown);
const outcome = outcomeOf(error);
if (error instanceof OpenAI.RateLimitError && outcome?.ok === false)
  console.log(`${error.code}: ${outcome.stopReason}, ${outcome.lastClass}, ${outcome.attempts} attempt`);
console.log(requests, "requests in all");

server.closeAllConnections();
server.close();

/* Prints:
Rayleigh scattering. after 3 attempts
insufficient_quota: NON_RETRYABLE_CLASS, PERMANENT, 1 attempt
4 requests in all
*/
