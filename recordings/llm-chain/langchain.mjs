import { ChatAnthropic } from "@langchain/anthropic";
import { StructuredOutputParser } from "@langchain/core/output_parsers";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { answering, hanging, httpServer, refusing } from "../servers.mjs";

const openai = (baseURL, more = {}) =>
  new ChatOpenAI({ model: "gpt-4o-mini", apiKey: "test", maxRetries: 1, configuration: { baseURL }, ...more });
const anthropic = (anthropicApiUrl, more = {}) =>
  new ChatAnthropic({ model: "claude-sonnet-4-5", apiKey: "test", anthropicApiUrl, maxRetries: 1, ...more });
const ofOpenAI = (message, type, code, param = null) => ({ error: { message, type, param, code } });
const ofAnthropic = (type, message) => ({ type: "error", error: { type, message }, request_id: "req_011CTest" });

export default {
  library: "langchain",
  packages: ["@langchain/core", "@langchain/openai", "@langchain/anthropic"],
  cases: [
    {
      id: "openai.429.after-retries",
      provoked: "ChatOpenAI.invoke, answered 429 with retry-after: 2 every time, after its one retry",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 2_000,
      because: "the service still says to slow down after LangChain's own retry",
      run: async () =>
        openai(
          await answering(
            429,
            ofOpenAI(
              "Rate limit reached for gpt-4o-mini in organization org-test on tokens per min (TPM): Limit 200000, Used 198500, Requested 4000. Please try again in 1.95s. Visit https://platform.openai.com/account/rate-limits to learn more.",
              "tokens",
              "rate_limit_exceeded",
            ),
            { "retry-after": "2" },
          ),
        ).invoke("hi"),
    },
    {
      id: "openai.429.insufficient-quota",
      provoked: "ChatOpenAI.invoke, answered 429 insufficient_quota",
      how: "provoked",
      expected: "PERMANENT",
      because: "the account has no money left, waiting does not help",
      run: async () =>
        openai(
          await answering(
            429,
            ofOpenAI(
              "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
              "insufficient_quota",
              "insufficient_quota",
            ),
          ),
        ).invoke("hi"),
    },
    {
      id: "openai.context-overflow",
      provoked: "ChatOpenAI.invoke, answered 400 context_length_exceeded",
      how: "provoked",
      expected: "PERMANENT",
      because: "the prompt is too long for the model and stays so",
      run: async () =>
        openai(
          await answering(
            400,
            ofOpenAI(
              "This model's maximum context length is 128000 tokens. However, your messages resulted in 131072 tokens. Please reduce the length of the messages.",
              "invalid_request_error",
              "context_length_exceeded",
              "messages",
            ),
          ),
        ).invoke("hi"),
    },
    {
      id: "openai.401",
      provoked: "ChatOpenAI.invoke with a wrong key",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not known",
      run: async () =>
        openai(
          await answering(
            401,
            ofOpenAI(
              "Incorrect API key provided: test. You can find your API key at https://platform.openai.com/account/api-keys.",
              "invalid_request_error",
              "invalid_api_key",
            ),
          ),
        ).invoke("hi"),
    },
    {
      id: "openai.timeout",
      provoked: "ChatOpenAI.invoke with timeout 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => openai(await hanging(), { timeout: 200, maxRetries: 0 }).invoke("hi"),
    },
    {
      id: "openai.refused",
      provoked: "ChatOpenAI.invoke, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => openai(await refusing(), { maxRetries: 0 }).invoke("hi"),
    },
    {
      id: "anthropic.529",
      provoked: "ChatAnthropic.invoke, answered 529 overloaded_error after its retry",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is overloaded",
      run: async () => anthropic(await answering(529, ofAnthropic("overloaded_error", "Overloaded"))).invoke("hi"),
    },
    {
      id: "anthropic.429.long-wait",
      provoked: "ChatAnthropic.invoke, answered 429 with retry-after: 90, too long for LangChain to wait",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 90_000,
      because: "the service asks for a wait of 90 s",
      run: async () =>
        anthropic(
          await answering(
            429,
            ofAnthropic(
              "rate_limit_error",
              "This request would exceed your organization's rate limit of 50,000 input tokens per minute (org: 00000000-0000-0000-0000-000000000000, model: claude-sonnet-4-5).",
            ),
            { "retry-after": "90" },
          ),
        ).invoke("hi"),
    },
    {
      id: "anthropic.stream.overloaded",
      provoked: "ChatAnthropic.stream, 200 and an error event",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service became overloaded in the middle of the answer",
      run: async () => {
        const { url } = await httpServer((_q, r) => {
          r.writeHead(200, { "content-type": "text/event-stream" });
          r.end(`event: error\ndata: ${JSON.stringify(ofAnthropic("overloaded_error", "Overloaded"))}\n\n`);
        });
        for await (const _ of await anthropic(url, { maxRetries: 0 }).stream("hi"));
      },
    },
    {
      id: "output-parser",
      provoked: "StructuredOutputParser.parse of an answer that is no JSON",
      how: "provoked",
      expected: "PERMANENT",
      because: "this text will never parse; only another answer of the model can",
      run: async () =>
        StructuredOutputParser.fromZodSchema(z.object({ answer: z.string() })).parse("Sure! Here is your answer: forty-two."),
    },
  ],
};
