/* What the middleware must keep to in every version of the AI SDK, as programs that throw where it does not: vitest runs them for ai 6, and a newer Node for ai 7. */
import assert from "node:assert/strict";
import type { createOpenAI } from "@ai-sdk/openai";
import type * as Ai from "ai";
import { constant, type Failure, outcomeOf, Policy, type PolicyOptions } from "redress";
import { type MiddlewareOptions, ModelLimiter, policyMiddleware } from "redress/ai";
import { isStreamStalledError } from "redress/stream";
import { chat, chatAnswer, events, json, type LlmServer, openaiError, reset } from "./llm-server.ts";

export interface Given {
  readonly ai: Pick<typeof Ai, "APICallError" | "generateText" | "streamText" | "wrapLanguageModel">;
  readonly createOpenAI: typeof createOpenAI;
  readonly server: LlmServer;
}

const broken = json(500, openaiError(null, "server_error"));
const quick: PolicyOptions = { retry: { strategy: constant(0) } };
const whole = [...chat.words("Hel", "lo"), chat.finish, chat.usage(90, 12), chat.done];

function modelOf(
  { ai, createOpenAI, server }: Given,
  policy: PolicyOptions | Policy = quick,
  options?: MiddlewareOptions,
): Ai.LanguageModel {
  const openai = createOpenAI({ apiKey: "sk-1", baseURL: `${server.url}/v1` });
  return ai.wrapLanguageModel({ model: openai.chat("gpt-5"), middleware: policyMiddleware(policy, options) });
}

const failureOf = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => "no failure",
    (error: unknown) => error,
  );

/** Reads a stream, and says what it has read and which errors the SDK told of. */
async function streamed(
  { ai }: Given,
  model: Ai.LanguageModel,
): Promise<{ readonly text: string; readonly errors: readonly unknown[] }> {
  const errors: unknown[] = [];
  let text = "";
  const { textStream } = ai.streamText({ model, prompt: "Why?", onError: ({ error }) => void errors.push(error) });
  try {
    for await (const word of textStream) text += word;
  } catch (error) {
    errors.push(error);
  }
  return { text, errors };
}

/** A policy that notes how its calls ended. */
function noting(): { readonly policy: Policy; readonly ends: string[] } {
  const ends: string[] = [];
  const hooks = {
    onCallEnd: (_call: unknown, end: { readonly ok: boolean; readonly stopReason?: unknown }) =>
      void ends.push(end.ok ? "ok" : String(end.stopReason)),
  };
  return { policy: new Policy({ ...quick, hooks }), ends };
}

export const scenarios: Readonly<Record<string, (given: Given) => Promise<void>>> = {
  "a 500, twice, and then an answer: three requests": async (given) => {
    given.server.script(broken, broken, json(200, chatAnswer()));
    const { text } = await given.ai.generateText({ model: modelOf(given), prompt: "Why?" });
    assert.equal(text, "hi");
    assert.equal(given.server.requests.length, 3);
  },

  "the SDK does not repeat what the policy gave up on, whatever maxRetries is": async (given) => {
    for (const maxRetries of [undefined, 0, 5]) {
      given.server.script(broken);
      const call = given.ai.generateText({
        model: modelOf(given),
        prompt: "Why?",
        ...(maxRetries !== undefined && { maxRetries }),
      });
      const error = await failureOf(call);
      assert.equal(given.server.requests.length, 3);
      assert.ok(given.ai.APICallError.isInstance(error));
      const { attempts, stopReason } = outcomeOf(error) as Failure;
      assert.deepEqual([attempts, stopReason], [3, "MAX_ATTEMPTS_GLOBAL"]);
    }
  },

  "a quota that is used up is not retried": async (given) => {
    given.server.script(json(429, openaiError("insufficient_quota", "insufficient_quota")));
    const error = await failureOf(given.ai.generateText({ model: modelOf(given), prompt: "Why?" }));
    assert.equal(given.server.requests.length, 1);
    assert.equal(outcomeOf(error)?.lastClass, "PERMANENT");
  },

  "a connection that breaks is a failure that is retried": async (given) => {
    given.server.script(reset, json(200, chatAnswer()));
    assert.equal((await given.ai.generateText({ model: modelOf(given), prompt: "Why?" })).text, "hi");
    assert.equal(given.server.requests.length, 2);
  },

  "the opening of a stream is retried": async (given) => {
    given.server.script(broken, broken, events(whole));
    const { policy, ends } = noting();
    assert.deepEqual(await streamed(given, modelOf(given, policy)), { text: "Hello", errors: [] });
    assert.equal(given.server.requests.length, 3);
    assert.deepEqual(ends, ["ok"]);
  },

  "a stream that does not open is tried as often as the policy says": async (given) => {
    given.server.script(broken);
    const { errors } = await streamed(given, modelOf(given));
    assert.equal(given.server.requests.length, 3);
    assert.equal(outcomeOf(errors[0])?.attempts, 3);
  },

  "a stream that fails in its middle is a failure to the policy, and is not opened again": async (given) => {
    given.server.script(events([...chat.words("Hel"), chat.error]));
    const { policy, ends } = noting();
    const { text, errors } = await streamed(given, modelOf(given, policy));
    assert.equal(text, "Hel");
    assert.equal(errors.length, 1);
    assert.equal(given.server.requests.length, 1);
    assert.deepEqual(ends, ["RETRY_REFUSED"]);
  },

  "a stream whose connection breaks is a failure to the policy": async (given) => {
    given.server.script(events(chat.words("Hel"), "cut"));
    const { policy, ends } = noting();
    const { text, errors } = await streamed(given, modelOf(given, policy));
    assert.equal(text, "Hel");
    assert.notEqual(errors.length, 0);
    assert.deepEqual(ends, ["RETRY_REFUSED"]);
  },

  "a stream that stalls is a failure": async (given) => {
    given.server.script(events(chat.words("Hel"), "stall"));
    const { policy, ends } = noting();
    const { text, errors } = await streamed(given, modelOf(given, policy, { idleTimeoutMs: 200 }));
    assert.equal(text, "Hel");
    assert.ok(isStreamStalledError(errors[0]));
    assert.deepEqual(ends, ["RETRY_REFUSED"]);
  },

  "who aborts ends the call and the request": async (given) => {
    given.server.script(events(chat.words("Hel"), "stall"));
    const { policy, ends } = noting();
    const caller = new AbortController();
    const { textStream } = given.ai.streamText({
      model: modelOf(given, policy),
      prompt: "Why?",
      abortSignal: caller.signal,
      onError: () => {},
    });
    try {
      for await (const _word of textStream) caller.abort();
    } catch {
      // Some versions throw it.
    }
    assert.deepEqual(ends, ["ABORTED"]);
  },

  "tokens are counted, those of streams too": async (given) => {
    const limiter = new ModelLimiter({ tokensPerMinute: 100_000 });
    const model = modelOf(given, quick, { limiter });
    given.server.script(json(200, chatAnswer("hi", 70, 30)));
    await given.ai.generateText({ model, prompt: "Why?", maxOutputTokens: 500 });
    assert.equal(limiter.remaining().tokens, 99_900);
    given.server.script(events(whole));
    await streamed(given, model);
    assert.equal(limiter.remaining().tokens, 99_798);
  },
};
