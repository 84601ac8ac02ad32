/* A server that speaks as language models' services do: the status, headers and bodies that were recorded, plain and as streams of events. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How one request is answered. */
export type Step = (answer: ServerResponse, body: string) => void;

export interface LlmServer {
  readonly url: string;
  /** What has arrived. */
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** Answers the next requests in this order, and all further ones like the last. Forgets what has arrived. */
  script(...steps: readonly Step[]): void;
  close(): Promise<void>;
}

export async function llmServer(): Promise<LlmServer> {
  const requests: LlmServer["requests"] = [];
  let steps: readonly Step[] = [];
  const server = createServer((request, answer) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      requests.push({ path: request.url ?? "", headers: request.headers, body });
      (steps[requests.length - 1] ?? steps.at(-1))?.(answer, body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script: (...next) => {
      requests.length = 0;
      steps = next;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

// ---- any vendor

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Step =>
  (answer) => {
    answer.writeHead(status, { "content-type": "application/json", ...headers });
    answer.end(JSON.stringify(body));
  };

/** The connection breaks before a word of an answer. */
export const reset: Step = (answer) => answer.socket?.resetAndDestroy();

/** The answer is cut in the middle of its JSON. */
export const half: Step = (answer) => {
  answer.writeHead(200, { "content-type": "application/json", "content-length": "500" });
  answer.write('{"id":"');
  setTimeout(() => answer.destroy(), 20);
};

/** Never answers. */
export const silent: Step = () => {};

/** A stream that begins, and then goes on as it says. */
export const events =
  (lines: readonly string[], end: "clean" | "cut" | "stall" = "clean"): Step =>
  (answer) => {
    answer.writeHead(200, { "content-type": "text/event-stream" });
    for (const line of lines) answer.write(line);
    if (lines.length === 0) answer.flushHeaders();
    if (end === "clean") answer.end();
    if (end === "cut") setTimeout(() => answer.destroy(), 20);
  };

// ---- OpenAI

export const openaiError = (code: string | null, type: string, message = "no") => ({
  error: { message, type, param: null, code },
});

export const chatAnswer = (text = "hi", prompt = 9, completion = 3) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-5",
  choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
});

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

const piece = (delta: object, finish: string | null = null) =>
  data({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "gpt-5",
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

export const chat = {
  words: (...words: readonly string[]) => words.map((content) => piece({ content })),
  finish: piece({}, "stop"),
  usage: (prompt: number, completion: number) =>
    data({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: "gpt-5",
      choices: [],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    }),
  done: "data: [DONE]\n\n",
  error: data(openaiError("server_error", "server_error", "The server had an error")),
};

const named = (value: { readonly type: string; readonly [member: string]: unknown }): string =>
  `event: ${value.type}\n${data(value)}`;

export const responses = {
  created: named({ type: "response.created", response: { id: "resp_1", status: "in_progress" } }),
  words: (...words: readonly string[]) => words.map((delta) => named({ type: "response.output_text.delta", delta })),
  completed: (input: number, output: number) =>
    named({
      type: "response.completed",
      response: {
        id: "resp_1",
        status: "completed",
        output: [],
        usage: { input_tokens: input, output_tokens: output, total_tokens: input + output },
      },
    }),
};

// ---- Anthropic

export const anthropicError = (type: string, message = "no") => ({
  type: "error",
  error: { type, message },
  request_id: "req_1",
});

export const messageAnswer = (text = "hi", input = 9, output = 3) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude",
  content: [{ type: "text", text }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: input, cache_creation_input_tokens: 2, cache_read_input_tokens: 100, output_tokens: output },
});

export const message = {
  start: (input: number) =>
    named({ type: "message_start", message: { ...messageAnswer("", input, 1), content: [], stop_reason: null } }),
  blockStart: named({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
  words: (...words: readonly string[]) =>
    words.map((text) => named({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
  blockStop: named({ type: "content_block_stop", index: 0 }),
  delta: (output: number) =>
    named({ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: output } }),
  stop: named({ type: "message_stop" }),
  error: `event: error\n${data(anthropicError("overloaded_error", "Overloaded"))}`,
};

// ---- Google

/** As the Gemini API writes its errors, with what it says about when to come back and what is used up. */
export const googleError = (
  code: number,
  status: string,
  { retryDelay, quotaId }: { readonly retryDelay?: string; readonly quotaId?: string } = {},
) => ({
  error: {
    code,
    message: "no",
    status,
    details: [
      ...(quotaId === undefined
        ? []
        : [{ "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaMetric: "requests", quotaId }] }]),
      ...(retryDelay === undefined ? [] : [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay }]),
    ],
  },
});

export const contentAnswer = (text = "hi", prompt = 9, candidates = 3, finishReason: string | null = "STOP") => ({
  candidates: [{ index: 0, content: { role: "model", parts: [{ text }] }, ...(finishReason && { finishReason }) }],
  usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: candidates, totalTokenCount: prompt + candidates },
  modelVersion: "gemini-3-flash",
});

export const contents = {
  words: (...words: readonly string[]) => words.map((text, index) => data(contentAnswer(text, 9, index + 1, null))),
  finish: (candidates: number) => data(contentAnswer(".", 9, candidates)),
  error: data(googleError(503, "UNAVAILABLE")),
};

export const interaction = {
  answer: {
    id: "int_1",
    status: "completed",
    steps: [],
    usage: { total_input_tokens: 9, total_output_tokens: 3, total_thought_tokens: 2 },
  },
};
