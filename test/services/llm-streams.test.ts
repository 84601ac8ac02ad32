/* Streams of the SDKs through policyStream: opened again until the first event, cut and stalled ones are errors, the requests are retried once. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { constant, outcomeOf, Policy } from "redress";
import { anthropicOptions } from "redress/anthropic";
import { isStreamEnd, openaiOptions } from "redress/openai";
import { isStreamCutError, isStreamStalledError, policyStream } from "redress/stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chat, events, json, type LlmServer, llmServer, message } from "./llm-server.ts";

let server: LlmServer;
beforeAll(async () => {
  server = await llmServer();
});
afterAll(() => server.close());

const quick = { retry: { strategy: constant(1), maxAttempts: 3 } };
const question = [{ role: "user", content: "Why?" }] as const;
/** The requests are retried below it, by the policy of the client. */
const once = new Policy();
const busy = json(503, { error: { message: "busy", type: "server_error" } });

interface Case {
  readonly open: (attempt: { readonly signal: AbortSignal }) => PromiseLike<AsyncIterable<unknown>>;
  readonly some: readonly string[];
  readonly whole: readonly string[];
}

const cases: Readonly<Record<string, () => Case>> = {
  openai: () => {
    const client = new OpenAI({ ...openaiOptions(quick), apiKey: "sk-test", baseURL: `${server.url}/v1` });
    return {
      open: ({ signal }) => client.chat.completions.create({ model: "gpt-5", messages: [...question], stream: true }, { signal }),
      some: chat.words("Hel"),
      whole: [...chat.words("Hel", "lo"), chat.finish, chat.done],
    };
  },
  anthropic: () => {
    const client = new Anthropic({ ...anthropicOptions(quick), apiKey: "sk-test", baseURL: server.url });
    const body = { model: "claude", max_tokens: 100, messages: [...question], stream: true as const };
    return {
      open: ({ signal }) => client.messages.create(body, { signal }),
      some: [message.start(9), message.blockStart, ...message.words("Hel")],
      whole: [
        message.start(9),
        message.blockStart,
        ...message.words("Hel", "lo"),
        message.blockStop,
        message.delta(2),
        message.stop,
      ],
    };
  },
};

async function read(stream: AsyncIterable<unknown>): Promise<unknown> {
  try {
    let items = 0;
    for await (const _ of stream) items++;
    return items;
  } catch (error) {
    return error;
  }
}

describe.each(Object.entries(cases))("%s", (_name, make) => {
  test("a whole stream gives its events, and its requests are those of one policy", async () => {
    const { open, whole } = make();
    server.script(busy, busy, events(whole));
    const stream = policyStream(once, open, { isEnd: isStreamEnd });
    expect(await read(stream)).toBeGreaterThan(2);
    expect(server.requests).toHaveLength(3);
    expect(await stream.outcome).toMatchObject({ ok: true, attempts: 1 });
  });

  test("a stream that ends early and cleanly is an error", async () => {
    const { open, some } = make();
    server.script(events(some));
    const error = await read(policyStream(once, open, { isEnd: isStreamEnd }));
    expect(isStreamCutError(error)).toBe(true);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "NO_RETRY", lastClass: "TRANSIENT" });
  });

  test("a stream that stalls is an error, and its connection is closed", async () => {
    const { open, some } = make();
    server.script(events(some, "stall"));
    const error = await read(policyStream(once, open, { isEnd: isStreamEnd, idleTimeoutMs: 100 }));
    expect(isStreamStalledError(error)).toBe(true);
  });

  test("whoever leaves the loop ends the request", async () => {
    const { open, some } = make();
    server.script(events(some, "stall"));
    const stream = policyStream(once, open, { isEnd: isStreamEnd });
    for await (const _ of stream) break;
    expect(await stream.outcome).toMatchObject({ ok: false, stopReason: "ABORTED" });
  });
});
