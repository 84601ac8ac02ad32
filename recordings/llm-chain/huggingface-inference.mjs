import { InferenceClient } from "@huggingface/inference";
import { answering, cutting, httpServer } from "../servers.mjs";

const client = (endpointUrl) => new InferenceClient("hf_test", { endpointUrl });
const input = { model: "meta-llama/Llama-3.1-8B-Instruct", messages: [{ role: "user", content: "hi" }] };
const chat = (url, options = {}) => client(url).chatCompletion(input, { retry_on_error: false, ...options });
const events = async (...texts) =>
  (
    await httpServer((_q, r) => {
      r.writeHead(200, { "content-type": "text/event-stream" });
      for (const t of texts) r.write(`data: ${JSON.stringify(t)}\n\n`);
      r.end();
    })
  ).url;

export default {
  library: "huggingface-inference",
  packages: ["@huggingface/inference"],
  cases: [
    {
      id: "503.loading",
      provoked: "featureExtraction of a cold model, answered 503 with estimated_time 20, without the client's own retries",
      how: "provoked",
      expected: "SERVER_ERROR",
      retryAfterMs: 20_000,
      because: "the model is being loaded and the service says how long that takes",
      run: async () =>
        client(
          await answering(503, {
            error: "Model sentence-transformers/all-MiniLM-L6-v2 is currently loading",
            estimated_time: 20.0,
          }),
        ).featureExtraction({ inputs: "hi" }, { retry_on_error: false }),
    },
    {
      id: "429.no-token",
      provoked: "chatCompletion, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests",
      run: async () =>
        chat(
          await answering(429, {
            error:
              "Rate limit reached. You reached PRO hourly usage limit. Use Inference Endpoints (dedicated) to scale your endpoint.",
          }),
        ),
    },
    {
      id: "402.credits",
      provoked: "chatCompletion, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "the credits of the month are used up",
      run: async () =>
        chat(
          await answering(402, {
            error:
              "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits.",
          }),
        ),
    },
    {
      id: "stream.error-event",
      provoked: "chatCompletionStream, 200 and an event with an error",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the generation broke down at the server",
      run: async () => {
        const url = await events(
          { object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "He" } }] },
          { error: "Request failed during generation: Server error: CUDA out of memory.", error_type: "generation" },
        );
        for await (const _ of client(url).chatCompletionStream(input));
      },
    },
    {
      id: "504.html",
      provoked: "chatCompletion, answered 504 with a page of the load balancer",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the load balancer gave up waiting for the model",
      run: async () =>
        chat(
          await answering(
            504,
            "<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n</body>\r\n</html>\r\n",
            { "content-type": "text/html" },
          ),
        ),
    },
    {
      id: "403.gated",
      provoked: "chatCompletion with a gated model, answered 403",
      how: "provoked",
      expected: "PERMISSION",
      because: "the account was not given access to this model",
      run: async () =>
        chat(
          await answering(403, {
            error:
              "This authentication method does not have sufficient permissions to call Inference Providers on behalf of user someone",
          }),
        ),
    },
    {
      id: "connection.cut",
      provoked: "chatCompletion, the connection is cut before the answer",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was closed by the other side",
      run: async () => chat(await cutting()),
    },
  ],
};
