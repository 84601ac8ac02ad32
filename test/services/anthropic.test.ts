/* Anthropic's SDK through a policy, against a server that speaks its wire format: requests on the wire are the policy's attempts. */
import Anthropic from "@anthropic-ai/sdk";
import { constant, isAttemptTimeoutError, Policy, type PolicyOptions } from "redress";
import { anthropicOptions, ModelLimiter, type ModelOptions, outcomeOf } from "redress/anthropic";
import { universalClassifier } from "redress/extras";
import { beforeAll, expect, test } from "vitest";
import {
  anthropicError,
  events,
  half,
  json,
  type LlmServer,
  llmServer,
  message,
  messageAnswer,
  reset,
  silent,
} from "./llm-server.ts";

let server: LlmServer;
beforeAll(async () => {
  server = await llmServer();
  return () => server.close();
});

const quick: PolicyOptions<Response, Response> = { retry: { strategy: constant(0) } };

const clientOf = (
  policy: PolicyOptions<Response, Response> | Policy<Response, Response> = quick,
  options?: ModelOptions,
): Anthropic => new Anthropic({ ...anthropicOptions(policy, options), apiKey: "sk-1", baseURL: server.url });

const question = { model: "claude", max_tokens: 1_000, messages: [{ role: "user" as const, content: "Why is the sky blue?" }] };
const ask = (client: Anthropic) => client.messages.create(question);
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error: unknown) => error,
  );

const overloaded = json(529, anthropicError("overloaded_error", "Overloaded"), { "request-id": "req_7" });
const fine = json(200, messageAnswer());

test("an overloaded service, twice, and then an answer: three requests, one result", async () => {
  server.script(overloaded, overloaded, fine);
  const { data, response } = await ask(clientOf()).withResponse();
  expect(data.content).toEqual([{ type: "text", text: "hi" }]);
  expect(server.requests).toHaveLength(3);
  expect(outcomeOf(response)).toMatchObject({ ok: true, attempts: 3 });
  expect(new Set(server.requests.map(({ headers }) => headers["x-stainless-retry-count"]))).toEqual(new Set(["0"]));
});

test.each([
  ["overloaded", overloaded, "SERVER_ERROR", Anthropic.OverloadedError],
  ["a rate limit", json(429, anthropicError("rate_limit_error")), "RATE_LIMIT", Anthropic.RateLimitError],
  ["a lock that somebody else holds", json(409, anthropicError("api_error")), "CONCURRENCY", Anthropic.ConflictError],
  ["a gateway that gave up", json(504, anthropicError("timeout_error")), "SERVER_ERROR", Anthropic.GatewayTimeoutError],
] as const)("%s is retried, and the SDK's own error comes at the end", async (_what, step, errorClass, Kind) => {
  server.script(step);
  const error = await failureOf(ask(clientOf()));
  expect(error).toBeInstanceOf(Kind);
  expect(server.requests).toHaveLength(3);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3, lastClass: errorClass });
});

test("a rate limit is waited for until the limit that is used up is reset", async () => {
  const resetAt = new Date(Date.now() + 3_600_000).toISOString();
  server.script(
    json(429, anthropicError("rate_limit_error"), {
      "anthropic-ratelimit-tokens-remaining": "0",
      "anthropic-ratelimit-tokens-reset": resetAt,
    }),
  );
  const error = await failureOf(ask(clientOf({})));
  // An hour does not fit the deadline, so nothing is waited for, and the caller is told how long.
  const outcome = outcomeOf(error) as { readonly stopReason: string; readonly nextDelayMs: number };
  expect(outcome.stopReason).toBe("DEADLINE_EXCEEDED");
  expect(outcome.nextDelayMs).toBeGreaterThan(3_500_000);
  expect(server.requests).toHaveLength(1);
});

test("an account that does not pay is not retried, even as a rate limit", async () => {
  server.script(json(429, anthropicError("billing_error")));
  const error = await failureOf(ask(clientOf()));
  expect(outcomeOf(error)).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", lastClass: "PERMANENT" });
  expect(error).toMatchObject({ type: "billing_error" });
  expect(server.requests).toHaveLength(1);
});

test.each([400, 401, 402, 403, 404, 413])("a %i is an answer: one request", async (status) => {
  server.script(json(status, anthropicError("invalid_request_error")));
  expect(await failureOf(ask(clientOf()))).toMatchObject({ status });
  expect(server.requests).toHaveLength(1);
});

test("a connection that breaks, before the answer or in the middle of it, is retried", async () => {
  server.script(reset, half, fine);
  const { response } = await ask(clientOf()).withResponse();
  expect(outcomeOf(response)).toMatchObject({ attempts: 3 });
  expect(server.requests).toHaveLength(3);
});

test("an attempt that takes too long ends the call with an error whose outcome is found", async () => {
  server.script(silent);
  const error = await failureOf(ask(clientOf({ retry: { strategy: constant(0), attemptTimeoutMs: 300, maxAttempts: 2 } })));
  expect(error).toBeInstanceOf(Anthropic.APIConnectionError);
  expect(outcomeOf(error)).toMatchObject({ attempts: 2, error: expect.toSatisfy(isAttemptTimeoutError) });
  expect(server.requests).toHaveLength(2);
});

test("neither maxRetries of a request nor a policy around it multiplies the attempts", async () => {
  server.script(overloaded);
  await failureOf(clientOf().messages.create(question, { maxRetries: 3 }));
  expect(server.requests).toHaveLength(3);
  const outer = new Policy({ retry: { strategy: constant(0), classifier: universalClassifier } });
  for (const step of [overloaded, reset]) {
    server.script(step);
    await outer.execute(() => ask(clientOf()));
    expect(server.requests).toHaveLength(3);
  }
});

test("the SDK still refuses what may take longer than ten minutes without streaming", () => {
  server.script(fine);
  expect(() => clientOf().messages.create({ ...question, max_tokens: 100_000 })).toThrow("Streaming is required");
  expect(server.requests).toHaveLength(0);
});

test("middleware of the client runs once for a call, around all attempts", async () => {
  server.script(overloaded, fine);
  let runs = 0;
  const client = new Anthropic({
    ...anthropicOptions(quick),
    apiKey: "sk-1",
    baseURL: server.url,
    middleware: [
      (request, next) => {
        runs++;
        return next(request);
      },
    ],
  });
  await ask(client);
  expect(runs).toBe(1);
  expect(server.requests).toHaveLength(2);
});

test("input and output tokens are counted each by its own limit; what is read from the cache is not", async () => {
  const limiter = new ModelLimiter({ inputTokensPerMinute: 1_000, outputTokensPerMinute: 2_000 });
  server.script(json(200, messageAnswer("hi", 100, 30)));
  await ask(clientOf(quick, { limiter }));
  expect(limiter.remaining()).toEqual({ inputTokens: 1_000 - 102, outputTokens: 1_970 });
});

test("what a stream has used is counted at its end", async () => {
  const limiter = new ModelLimiter({ inputTokensPerMinute: 1_000, outputTokensPerMinute: 2_000 });
  server.script(
    events([
      message.start(100),
      message.blockStart,
      ...message.words("a", "b"),
      message.blockStop,
      message.delta(40),
      message.stop,
    ]),
  );
  const stream = clientOf(quick, { limiter }).messages.stream(question);
  expect((await stream.finalMessage()).usage.output_tokens).toBe(40);
  expect(limiter.remaining()).toEqual({ inputTokens: 1_000 - 102, outputTokens: 1_960 });
});

test("the opening of a stream is retried like every other request", async () => {
  server.script(
    overloaded,
    events([
      message.start(9),
      message.blockStart,
      ...message.words("Hel", "lo"),
      message.blockStop,
      message.delta(3),
      message.stop,
    ]),
  );
  const types: string[] = [];
  for await (const { type } of await clientOf().messages.create({ ...question, stream: true })) types.push(type);
  expect(types.at(-1)).toBe("message_stop");
  expect(server.requests).toHaveLength(2);
});
