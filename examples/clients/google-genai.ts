/* Google's SDK with one policy: retries after the delay that the body asks for, a quota of the day that is used up. Run it: npx tsx examples/clients/google-genai.ts */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError, GoogleGenAI } from "@google/genai";
import { genaiOptions, outcomeOf } from "redress/google-genai";

// A model that asks to be left alone for 20 ms, answers, and then finds the quota of the day used up.
const exhausted = (...details: readonly object[]) => ({
  error: { code: 429, message: "You exceeded your current quota.", status: "RESOURCE_EXHAUSTED", details },
});
const type = "type.googleapis.com/google.rpc";
const answers: readonly (readonly [status: number, body: object])[] = [
  [429, exhausted({ "@type": `${type}.RetryInfo`, retryDelay: "0.02s" })],
  [
    200,
    {
      candidates: [{ content: { role: "model", parts: [{ text: "Rayleigh scattering." }] }, finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 5 },
    },
  ],
  [429, exhausted({ "@type": `${type}.QuotaFailure`, violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel" }] })],
];
let requests = 0;
const server = createServer((_request, response) => {
  const [status, body] = answers[requests++] ?? [500, {}];
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const client = new GoogleGenAI(genaiOptions({ apiKey: "key", httpOptions: { baseUrl } }));
const ask = () => client.models.generateContent({ model: "gemini-3-flash", contents: "Why is the sky blue?" });

console.log((await ask()).text, "after", requests, "requests");

const error = await ask().catch((thrown: unknown) => thrown);
const outcome = outcomeOf(error);
if (error instanceof ApiError && outcome?.ok === false)
  console.log(`${error.status}: ${outcome.stopReason}, ${outcome.lastClass}, ${outcome.attempts} attempt`);
console.log(requests, "requests in all");

server.closeAllConnections();
server.close();

/* Prints:
Rayleigh scattering. after 2 requests
429: NON_RETRYABLE_CLASS, PERMANENT, 1 attempt
3 requests in all
*/
