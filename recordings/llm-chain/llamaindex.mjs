import { OpenAI, OpenAIEmbedding } from "@llamaindex/openai";
import { Document, Settings, VectorStoreIndex } from "llamaindex";
import { answering, hanging, refusing } from "../servers.mjs";

const llm = (baseURL, more = {}) =>
  new OpenAI({ model: "gpt-4o-mini", apiKey: "test", maxRetries: 0, baseURL, additionalSessionOptions: { baseURL }, ...more });
const chat = (url, more) => llm(url, more).chat({ messages: [{ role: "user", content: "hi" }] });
const failed = (message, type, code, param = null) => ({ error: { message, type, param, code } });

export default {
  library: "llamaindex",
  packages: ["llamaindex", "@llamaindex/openai", "@llamaindex/core"],
  cases: [
    {
      id: "llm.429",
      provoked: "OpenAI.chat, answered 429 with retry-after: 3 and retry-after-ms: 2400",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 2_400,
      because: "the service asks for fewer calls and says exactly when to come back",
      run: async () =>
        chat(
          await answering(
            429,
            failed(
              "Rate limit reached for gpt-4o-mini in organization org-test on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 2.4s.",
              "requests",
              "rate_limit_exceeded",
            ),
            { "retry-after": "3", "retry-after-ms": "2400" },
          ),
        ),
    },
    {
      id: "llm.429.quota",
      provoked: "OpenAI.chat, answered 429 insufficient_quota",
      how: "provoked",
      expected: "PERMANENT",
      because: "the account has no money left",
      run: async () =>
        chat(
          await answering(
            429,
            failed(
              "You exceeded your current quota, please check your plan and billing details.",
              "insufficient_quota",
              "insufficient_quota",
            ),
          ),
        ),
    },
    {
      id: "embedding.500.in-index",
      provoked: "VectorStoreIndex.fromDocuments whose embedding model is answered 500",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed while it embedded the documents",
      run: async () => {
        const baseURL = await answering(
          500,
          failed("The server had an error while processing your request. Sorry about that!", "server_error", null),
        );
        Settings.llm = llm(baseURL);
        Settings.embedModel = new OpenAIEmbedding({
          apiKey: "test",
          maxRetries: 0,
          baseURL,
          additionalSessionOptions: { baseURL },
        });
        return VectorStoreIndex.fromDocuments([new Document({ text: "hello" })]);
      },
    },
    {
      id: "llm.timeout",
      provoked: "OpenAI.chat with timeout 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => chat(await hanging(), { timeout: 200 }),
    },
    {
      id: "llm.refused",
      provoked: "OpenAI.chat, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => chat(await refusing()),
    },
  ],
};
