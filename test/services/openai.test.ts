/* OpenAI's SDK through a policy, against a server that speaks its wire format: requests on the wire are the policy's attempts. */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError, RateLimitError } from "openai";
import { constant, isAttemptTimeoutError, isCircuitOpenError, isLimitedError, Policy, type PolicyOptions } from "redress";
import { describeError, universalClassifier } from "redress/extras";
import { isStreamEnd, ModelLimiter, type ModelOptions, modelResponseClassifier, openaiOptions, outcomeOf } from "redress/openai";
import { beforeAll, expect, test } from "vitest";
import {
  chat,
  chatAnswer,
  events,
  half,
  json,
  type LlmServer,
  llmServer,
  openaiError,
  reset,
  responses,
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
): OpenAI => new OpenAI({ ...openaiOptions(policy, options), apiKey: "sk-1", baseURL: `${server.url}/v1` });

const question = { model: "gpt-5", messages: [{ role: "user" as const, content: "Why is the sky blue?" }] };
const ask = (client: OpenAI) => client.chat.completions.create(question);
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error: unknown) => error,
  );

const rateLimited = json(429, openaiError("rate_limit_exceeded", "requests"), {
  "x-ratelimit-remaining-requests": "0",
  "x-ratelimit-reset-requests": "20ms",
  "x-ratelimit-reset-tokens": "6m0s",
  "x-request-id": "req_7",
});
const broken = json(500, openaiError(null, "server_error"));
const fine = json(200, chatAnswer());

// ---- what is retried

test("a 500, twice, and then an answer: three requests, one result", async () => {
  server.script(broken, broken, fine);
  const { data, response } = await ask(clientOf()).withResponse();
  expect(data.choices[0]?.message.content).toBe("hi");
  expect(server.requests).toHaveLength(3);
  expect(outcomeOf(response)).toMatchObject({ ok: true, attempts: 3 });
  // One layer retries: to the SDK each of them is its first.
  expect(new Set(server.requests.map(({ headers }) => headers["x-stainless-retry-count"]))).toEqual(new Set(["0"]));
});

test.each([
  ["a rate limit", rateLimited, "RATE_LIMIT"],
  ["a lock that somebody else holds", json(409, openaiError(null, "conflict")), "CONCURRENCY"],
  ["an overloaded service", json(503, openaiError(null, "server_error")), "SERVER_ERROR"],
  ["a request that took too long to arrive", json(408, openaiError(null, "timeout")), "TRANSIENT"],
  [
    "a status that the service says is worth another try",
    json(400, openaiError(null, "x"), { "x-should-retry": "true" }),
    "TRANSIENT",
  ],
] as const)("%s is retried, and the SDK's own error comes at the end", async (_what, step, errorClass) => {
  server.script(step);
  const error = await failureOf(ask(clientOf()));
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(server.requests).toHaveLength(3);
  expect(outcomeOf(error)).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3, lastClass: errorClass });
});

test("a rate limit is waited for as long as the limit that is used up says", async () => {
  server.script(rateLimited, fine);
  const delays: number[] = [];
  const client = clientOf({ hooks: { onAttemptEnd: ({ classification }) => delays.push(classification?.retryAfterMs ?? 0) } });
  await ask(client);
  expect(delays).toEqual([20, 0]);
});

test("the error keeps status, headers, code and request id, whatever was read ahead", async () => {
  server.script(rateLimited);
  const error = (await failureOf(ask(clientOf()))) as RateLimitError;
  expect(error).toBeInstanceOf(RateLimitError);
  expect(error).toMatchObject({ status: 429, code: "rate_limit_exceeded", type: "requests", requestID: "req_7" });
  expect(error.headers?.get("x-ratelimit-reset-tokens")).toBe("6m0s");
});

test.each([
  [
    "a quota that is used up",
    json(429, openaiError("insufficient_quota", "insufficient_quota")),
    "NON_RETRYABLE_CLASS",
    "PERMANENT",
  ],
  [
    "a status that the service says is not",
    json(503, openaiError(null, "x"), { "x-should-retry": "false" }),
    "RETRY_REFUSED",
    "SERVER_ERROR",
  ],
] as const)("%s is not retried", async (_what, step, stopReason, lastClass) => {
  server.script(step);
  const error = await failureOf(ask(clientOf()));
  expect(server.requests).toHaveLength(1);
  expect(outcomeOf(error)).toMatchObject({ stopReason, lastClass, attempts: 1 });
});

test("a quota that is used up is not retried by a Policy with a classifier of its own, either", async () => {
  server.script(json(429, openaiError("insufficient_quota", "insufficient_quota")));
  const error = await failureOf(ask(clientOf(new Policy<Response, Response>({ retry: { strategy: constant(0) } }))));
  expect(server.requests).toHaveLength(1);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED", lastClass: "RATE_LIMIT" });
  expect(error).toMatchObject({ code: "insufficient_quota" });
});

test.each([400, 401, 403, 404, 422])("a %i is an answer: one request", async (status) => {
  server.script(json(status, openaiError(null, "invalid_request_error")));
  const error = await failureOf(ask(clientOf()));
  expect(error).toMatchObject({ status });
  expect(outcomeOf(error)).toMatchObject({ ok: true, attempts: 1 });
  expect(server.requests).toHaveLength(1);
});

test("a connection that breaks, before the answer or in the middle of it, is retried", async () => {
  server.script(reset, half, fine);
  const { data, response } = await ask(clientOf()).withResponse();
  expect(data.choices[0]?.message.content).toBe("hi");
  expect(outcomeOf(response)).toMatchObject({ attempts: 3 });
  expect(server.requests).toHaveLength(3);
});

test("the same body is sent each time", async () => {
  server.script(broken, fine);
  await ask(clientOf());
  expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
  expect(JSON.parse(server.requests[1]?.body ?? "")).toMatchObject({ model: "gpt-5" });
});

// ---- what the SDK makes of our errors

test("an attempt that takes too long ends the call with an error whose outcome is found", async () => {
  server.script(silent);
  const error = await failureOf(ask(clientOf({ retry: { strategy: constant(0), attemptTimeoutMs: 300, maxAttempts: 2 } })));
  expect(error).toBeInstanceOf(APIConnectionError);
  expect(outcomeOf(error)).toMatchObject({ error: expect.toSatisfy(isAttemptTimeoutError) });
  expect(outcomeOf(error)).toMatchObject({ ok: false, attempts: 2, lastClass: "TRANSIENT" });
  expect(universalClassifier(error)).toMatchObject({ errorClass: "TRANSIENT", timeout: true });
  expect(server.requests).toHaveLength(2);
});

test("an error that speaks of a timeout keeps its outcome: the SDK would have thrown it away", async () => {
  const fetch = () =>
    Promise.reject(
      new TypeError("fetch failed", { cause: Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT" }) }),
    );
  const error = await failureOf(ask(clientOf(quick, { fetch })));
  expect(error).toBeInstanceOf(APIConnectionError);
  expect(error).not.toBeInstanceOf(APIConnectionTimeoutError);
  expect(outcomeOf(error)).toMatchObject({ attempts: 3, lastClass: "TRANSIENT" });
  const other = await failureOf(ask(clientOf(quick, { fetch: () => Promise.reject(new Error("request timed out")) })));
  expect(outcomeOf(other)).toMatchObject({ ok: false });
});

test("an open circuit rejects without a request, and says so", async () => {
  server.script(broken);
  const client = clientOf({ retry: { maxAttempts: 1 }, circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 60_000 } });
  await failureOf(ask(client));
  const error = await failureOf(ask(client));
  expect((error as Error).cause).toSatisfy(isCircuitOpenError);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "CIRCUIT_OPEN", attempts: 0 });
  expect(server.requests).toHaveLength(1);
});

test("the caller's signal ends the call", async () => {
  server.script(silent);
  const controller = new AbortController();
  const asked = failureOf(clientOf().chat.completions.create(question, { signal: controller.signal }));
  await expect.poll(() => server.requests.length).toBe(1);
  controller.abort();
  expect(await asked).toBeInstanceOf(APIUserAbortError);
  expect(server.requests).toHaveLength(1);
});

// ---- one layer retries

test("maxRetries of a single request does not multiply the attempts", async () => {
  server.script(broken);
  const error = await failureOf(clientOf().chat.completions.create(question, { maxRetries: 3 }));
  expect(error).toMatchObject({ status: 500 });
  expect(server.requests).toHaveLength(3);
});

test("where the SDK would repeat what the policy gave up on, it is told what to do", async () => {
  server.script(reset);
  const client = new OpenAI({ ...openaiOptions(quick), apiKey: "sk-1", baseURL: `${server.url}/v1`, maxRetries: 1 });
  const error = await failureOf(ask(client));
  expect(String((error as Error).cause)).toContain("openaiOptions.maxRetries must be 0 where a policy retries");
  expect(server.requests).toHaveLength(3);
});

test("a policy around the SDK's call does not multiply the attempts, of answers and of connections", async () => {
  const client = clientOf();
  const outer = new Policy({ retry: { strategy: constant(0), classifier: universalClassifier } });
  for (const step of [broken, rateLimited, reset]) {
    server.script(step);
    await outer.execute(() => ask(client));
    expect(server.requests).toHaveLength(3);
  }
});

test("retry: { maxAttempts: 1 } makes one request, whatever comes", async () => {
  server.script(broken);
  await failureOf(ask(clientOf({ retry: { maxAttempts: 1 } })));
  expect(server.requests).toHaveLength(1);
});

// ---- tokens

test("what is estimated is taken before the request, and what was used counts afterwards", async () => {
  const limiter = new ModelLimiter({ requestsPerMinute: 10, tokensPerMinute: 10_000 });
  let answer = () => {};
  server.script((held, body) => (answer = () => json(200, chatAnswer("hi", 1_000, 2_000))(held, body)));
  const client = clientOf(quick, { limiter });
  const asked = client.chat.completions.create({ ...question, max_completion_tokens: 5_000 });
  await expect.poll(() => server.requests.length).toBe(1);
  expect(limiter.remaining()).toEqual({ requests: 9, tokens: 10_000 - 5_000 - 8 });
  answer();
  await asked;
  expect(limiter.remaining()).toEqual({ requests: 9, tokens: 7_000 });
});

test("a call for which there is no room is turned away, with the time when there is", async () => {
  const limiter = new ModelLimiter({ tokensPerMinute: 10_000, maxQueue: 0 });
  server.script(json(200, chatAnswer("hi", 4_000, 4_000)));
  const client = clientOf(quick, { limiter });
  const long = { ...question, max_completion_tokens: 9_000 };
  await client.chat.completions.create(long);
  const error = await failureOf(client.chat.completions.create(long));
  expect((error as Error).cause).toSatisfy(isLimitedError);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "LIMITED", limitedBy: { limiter: "model", reason: "rate" } });
  expect(server.requests).toHaveLength(1);
});

test.each([
  ["as its last event says", [...chat.words("a", "b"), chat.finish, chat.usage(500, 700), chat.done], 1_200],
  ["by its pieces, where it does not say", [...chat.words(..."abcdefgh"), chat.finish, chat.done], 6 + 9],
] as const)("what a stream has used is counted at its end, %s", async (_how, lines, used) => {
  const limiter = new ModelLimiter({ tokensPerMinute: 10_000 });
  server.script(events(lines));
  const stream = await clientOf(quick, {
    limiter,
    estimateTokens: () => ({ inputTokens: 6, outputTokens: 1 }),
  }).chat.completions.create({ ...question, stream: true });
  for await (const _ of stream);
  expect(limiter.remaining().tokens).toBe(10_000 - used);
});

test("a stream of the Responses API is counted, too, and one that is left early by its pieces", async () => {
  const limiter = new ModelLimiter({ tokensPerMinute: 10_000 });
  server.script(events([responses.created, ...responses.words("a", "b"), responses.completed(300, 200)]));
  const client = clientOf(quick, { limiter });
  const input = { model: "gpt-5", input: "Why?", stream: true } as const;
  for await (const _ of await client.responses.create(input));
  expect(limiter.remaining().tokens).toBe(9_500);
  for await (const _ of await client.responses.create(input)) break;
  await expect.poll(() => limiter.remaining().tokens).toBeLessThan(9_500);
});

test("a limiter that the Policy does not ask is refused", () => {
  const limiter = new ModelLimiter({ tokensPerMinute: 10_000 });
  expect(() => openaiOptions(new Policy<Response, Response>({}), { limiter })).toThrow(
    "openaiOptions.limiter must be among the limiters of the Policy",
  );
  expect(() => openaiOptions(new Policy<Response, Response>({ limiter }), { limiter })).not.toThrow();
});

// ---- streams

test("the opening of a stream is retried like every other request", async () => {
  server.script(broken, rateLimited, events([...chat.words("Hel", "lo"), chat.finish, chat.done]));
  const stream = await clientOf().chat.completions.create({ ...question, stream: true });
  const words: (string | null | undefined)[] = [];
  for await (const { choices } of stream) words.push(choices[0]?.delta.content);
  expect(words).toEqual(["Hel", "lo", undefined]);
  expect(server.requests).toHaveLength(3);
});

test("a stream that stalls fails after bodyTimeoutMs", async () => {
  server.script(events(chat.words("Hel"), "stall"));
  const stream = await clientOf(quick, { bodyTimeoutMs: 50 }).chat.completions.create({ ...question, stream: true });
  const read = async () => {
    for await (const _ of stream);
  };
  expect(await failureOf(read())).toMatchObject({ name: "BodyTimeoutError" });
});

// ---- names and time

test("calls are named by method and route, without ids", async () => {
  server.script(fine);
  const names: unknown[] = [];
  const policy = new Policy<Response, Response>({
    retry: { resultClassifier: modelResponseClassifier },
    hooks: { onCallStart: ({ operation }) => names.push(operation) },
  });
  const client = clientOf(policy);
  await ask(client);
  await client.responses.retrieve("resp_68a1F7");
  await client.models.retrieve("gpt-5");
  expect(names).toEqual(["POST /v1/chat/completions", "GET /v1/responses/:id", "GET /v1/models/:id"]);
});

test.each([
  [{}, undefined],
  [{ retry: { deadlineMs: 30_000 } }, undefined],
  [{ retry: { deadlineMs: 3_600_000 } }, 3_610_000],
  [{ retry: { deadlineMs: Infinity } }, 2_147_483_647],
])("the SDK's own timeout does not end the calls of %j", (policy, timeout) => {
  expect(openaiOptions(policy).timeout).toBe(timeout);
});

test.each([
  ["a stream that is cut throws", events(chat.words("Hel"), "cut"), "TypeError", "TRANSIENT", false],
  [
    "an error in the middle of a stream is of its own class",
    events([...chat.words("Hel"), chat.error]),
    "Error",
    "SERVER_ERROR",
    false,
  ],
  ["a stream that ends early is known by its missing end", events(chat.words("Hel")), undefined, undefined, false],
  ["a whole stream has its end", events([...chat.words("Hel"), chat.finish, chat.done]), undefined, undefined, true],
] as const)("%s", async (_what, step, name, errorClass, isWhole) => {
  server.script(step);
  const stream = await clientOf().chat.completions.create({ ...question, stream: true });
  let hasEnded = false;
  const read = async () => {
    for await (const event of stream) hasEnded ||= isStreamEnd(event);
  };
  const error = await read().then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  expect(error?.name).toBe(name);
  if (error !== undefined) expect(describeError(error).errorClass).toBe(errorClass);
  expect(hasEnded).toBe(isWhole);
  expect(server.requests).toHaveLength(1);
});
