import { Ollama } from "ollama";
import { answering, httpServer, refusing } from "../servers.mjs";

const chat = (host, more = {}) =>
  new Ollama({ host }).chat({ model: "llama3.2", messages: [{ role: "user", content: "hi" }], ...more });
async function drain(stream) {
  for await (const _ of stream);
}
const lines = async (...texts) =>
  (
    await httpServer((_q, r) => {
      r.writeHead(200, { "content-type": "application/x-ndjson" });
      for (const t of texts) r.write(`${JSON.stringify(t)}\n`);
      r.end();
    })
  ).url;
const token = (content) => ({
  model: "llama3.2",
  created_at: "2025-01-01T00:00:00Z",
  message: { role: "assistant", content },
  done: false,
});

export default {
  library: "ollama",
  packages: ["ollama"],
  cases: [
    {
      id: "503.queue-full",
      provoked: "chat, answered 503 by a server whose queue is full",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server has too many requests waiting and takes no more for now",
      run: async () => chat(await answering(503, { error: "server busy, please try again.  maximum pending requests exceeded" })),
    },
    {
      id: "429.cloud-concurrency",
      provoked: "chat with a cloud model, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the service asks for fewer requests at a time",
      run: async () =>
        chat(await answering(429, { error: "too many concurrent requests (ref: 0b9bb2e4-9fb5-4ab4-8a0c-8d3f4a3b7c11)" })),
    },
    {
      id: "stream.error-line",
      provoked: "streamed chat, 200 and a line with an error after some tokens",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the model's process broke down at the server while it answered",
      run: async () =>
        drain(
          await chat(await lines(token("He"), { error: "an error was encountered while running the model: unexpected EOF" }), {
            stream: true,
          }),
        ),
    },
    {
      id: "stream.ends-early",
      provoked: "streamed chat, the answer ends before the line that says done",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the answer was cut off on its way",
      run: async () => drain(await chat(await lines(token("He"), token("llo")), { stream: true })),
    },
    {
      id: "connection.refused",
      provoked: "chat, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused, the server may be starting",
      run: async () => chat(await refusing()),
    },
    {
      id: "404.model-not-pulled",
      provoked: "chat with a model that was never pulled",
      how: "provoked",
      expected: "PERMANENT",
      because: "the model is not there until somebody pulls it",
      run: async () => chat(await answering(404, { error: "model 'llama3.2' not found" })),
    },
  ],
};
