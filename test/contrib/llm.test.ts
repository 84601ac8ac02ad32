/* What clients of language models share: routes, estimates, usage, and what the options refuse. The SDKs themselves are in test/services. */
import { constant, Policy, type PolicyOptions } from "redress";
import { anthropicOptions } from "redress/anthropic";
import { universalClassifier } from "redress/extras";
import { createFetch } from "redress/fetch";
import {
  isStreamEnd,
  ModelLimiter,
  type ModelLimits,
  type ModelOptions,
  modelResponseClassifier,
  openaiOptions,
  outcomeOf,
} from "redress/openai";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { retryDelayMs } from "../../src/clients/llm/google-error.ts";
import { modelRoute } from "../../src/clients/llm/model-route.ts";
import { estimateOf } from "../../src/clients/llm/token-estimate.ts";
import { tokensIn } from "../../src/clients/llm/token-usage.ts";
import { USED_UP } from "../../src/clients/llm/used-up.ts";

const url = "https://api.openai.com/v1/chat/completions";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

const fetchOf = (
  response: () => Response | Promise<Response>,
  policy: PolicyOptions<Response, Response> = {},
  options: ModelOptions = {},
) =>
  openaiOptions(
    { ...policy, retry: { strategy: constant(0), ...(policy.retry as object) } },
    { fetch: async () => response(), ...options },
  ).fetch;

const post = (body: object) => ({ method: "POST", body: JSON.stringify({ model: "gpt-5", ...body }) });

// ---- names

test.each([
  ["/v1/chat/completions", "/v1/chat/completions"],
  ["/v1/responses/resp_68a1f7/input_items", "/v1/responses/:id/input_items"],
  ["/v1/messages/batches/msgbatch_01Hk/results", "/v1/messages/batches/:id/results"],
  ["/v1/models/gpt-5", "/v1/models/:id"],
  ["/v1/fine_tuning/jobs/ftjob-abc/cancel", "/v1/fine_tuning/jobs/:id/cancel"],
  ["/openai/deployments/chat-eu/chat/completions", "/openai/deployments/:id/chat/completions"],
  ["/v1beta/models/gemini-3:generateContent", "/v1beta/models/:id:generateContent"],
  ["/v1/threads/thread_abcdefghijklmnopqrstuvwx", "/v1/threads/:id"],
  ["/", "/"],
])("%s is named %s", (path, name) => {
  expect(modelRoute(new URL(path, "https://api.example"))).toBe(name);
});

// ---- judgement

test.each([
  [200, {}, null],
  [301, {}, null],
  [404, {}, null],
  [404, { "x-should-retry": "true" }, "TRANSIENT"],
  [409, {}, "CONCURRENCY"],
  [409, { "x-should-retry": "false" }, { errorClass: "CONCURRENCY", retry: false }],
  [429, { "retry-after-ms": "20" }, { errorClass: "RATE_LIMIT", retryAfterMs: 20 }],
  [500, {}, "SERVER_ERROR"],
  [529, { "x-should-retry": "false" }, { errorClass: "SERVER_ERROR", retry: false }],
] as const)("an answer with %i and %j is %j", (status, headers, expected) => {
  expect(modelResponseClassifier(new Response("", { status, headers }))).toEqual(expected);
});

test.each([null, undefined, 7, { status: 503 }, { status: 503, headers: {} }])("%j is no answer, so it is a success", (value) => {
  expect(modelResponseClassifier(value)).toBeNull();
});

test.each([...USED_UP] as string[])("universalClassifier knows %s too", (code) => {
  expect(universalClassifier({ status: 429, error: { code }, code })).toBe("PERMANENT");
});

test("a limit's code in a body that is longer than 64 KiB is not looked for, and the body is passed on whole", async () => {
  const long = JSON.stringify({ padding: "x".repeat(200_000), error: { code: "insufficient_quota" } });
  const response = await fetchOf(() => answer(429, long))(url, post({}));
  expect(outcomeOf(response)).toMatchObject({ attempts: 3, lastClass: "RATE_LIMIT" });
  expect(await response.text()).toBe(long);
});

test("an answer keeps its URL, status and headers, and what is no JSON is passed on as it is", async () => {
  const audio = new Response("sound", { headers: { "content-type": "audio/mpeg" } });
  expect(await fetchOf(() => audio)(url, post({}))).toBe(audio);
  const original = answer(201, { ok: 1 }, { "x-request-id": "r" });
  Object.defineProperty(original, "url", { value: url });
  const response = await fetchOf(() => original)(url, post({}));
  expect([response.status, response.url, response.headers.get("x-request-id"), await response.json()]).toEqual([
    201,
    url,
    "r",
    { ok: 1 },
  ]);
});

test("an answer that breaks off in its JSON is a failed attempt", async () => {
  let calls = 0;
  const broken = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) }), {
      headers: { "content-type": "application/json" },
    });
  const response = await fetchOf(() => (++calls === 1 ? broken() : answer(200, {})))(url, post({}));
  expect(outcomeOf(response)).toMatchObject({ ok: true, attempts: 2 });
});

test("an error whose body breaks off keeps its status", async () => {
  const broken = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) }), {
      status: 400,
      headers: { "content-type": "application/json" },
    });
  const response = await fetchOf(broken)(url, post({}));
  expect([response.status, await response.text()]).toEqual([400, ""]);
});

// ---- outcomes

test("outcomeOf looks at the headers of an error, and through its causes", async () => {
  const response = await fetchOf(() => answer(500, {}))(url, post({}));
  const error = Object.assign(new Error("500"), { headers: response.headers });
  expect(outcomeOf(new Error("around", { cause: error }))).toMatchObject({ ok: false, attempts: 3 });
  expect(outcomeOf({ headers: new Headers() })).toBeUndefined();
  for (const value of [null, undefined, 7, "no"]) expect(outcomeOf(value)).toBeUndefined();
});

test("the last answer of a call that gave up says that it is not to be repeated, and no other does", async () => {
  const said = async (status: number, maxAttempts: number) =>
    (await fetchOf(() => answer(status, {}), { retry: { maxAttempts } })(url, post({}))).headers.get("x-should-retry");
  expect([await said(500, 2), await said(500, 1), await said(404, 2), await said(200, 2)]).toEqual(["false", null, null, null]);
});

test("a POST may be kept from being repeated", async () => {
  const response = await fetchOf(
    () => answer(500, {}),
    {},
    { mayRepeat: ({ url: { pathname } }) => pathname !== "/v1/files" },
  )("https://x.example/v1/files", post({}));
  expect(outcomeOf(response)).toMatchObject({ attempts: 1, stopReason: "RETRY_REFUSED" });
});

// ---- tokens

test.each([
  [{ usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 } }, { inputTokens: 9, outputTokens: 3 }],
  [{ usage: { prompt_tokens: 9, total_tokens: 9 } }, { inputTokens: 9, outputTokens: 0 }],
  [
    { type: "response.completed", response: { usage: { input_tokens: 9, output_tokens: 3 } } },
    { inputTokens: 9, outputTokens: 3 },
  ],
  [
    { message: { usage: { input_tokens: 9, cache_creation_input_tokens: 2, cache_read_input_tokens: 100, output_tokens: 1 } } },
    { inputTokens: 11, outputTokens: 1 },
  ],
  [
    { type: "message_delta", usage: { output_tokens: 40 } },
    { inputTokens: 0, outputTokens: 40 },
  ],
  [
    { usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 3, thoughtsTokenCount: 5 } },
    { inputTokens: 9, outputTokens: 8 },
  ],
  [
    { usageMetadata: { promptTokenCount: 9, toolUsePromptTokenCount: 4, candidatesTokenCount: 3 } },
    { inputTokens: 13, outputTokens: 3 },
  ],
  [
    {
      event_type: "interaction.completed",
      interaction: { usage: { total_input_tokens: 9, total_output_tokens: 3, total_thought_tokens: 2 } },
    },
    { inputTokens: 9, outputTokens: 5 },
  ],
  [
    { type: "finish", usage: { inputTokens: { total: 9, noCache: 9 }, outputTokens: { total: 3, text: 3 } } },
    { inputTokens: 9, outputTokens: 3 },
  ],
  [{ usage: { inputTokens: { total: undefined }, outputTokens: {} } }, undefined],
  [{ usage: null }, undefined],
  [{ usage: { prompt_tokens: -1 } }, undefined],
  ["usage", undefined],
  [undefined, undefined],
])("%j has used %j", (said, used) => {
  expect(tokensIn(said)).toEqual(used);
});

test.each([
  ["its longest answer", { messages: [{ role: "user", content: "x".repeat(400) }], max_tokens: 50 }, 100, 50],
  ["a usual answer, where it sets no limit", { messages: [{ role: "user", content: "x".repeat(400) }] }, 100, 1_000],
  ["nothing of the answer, where it is a stream", { input: "x".repeat(400), stream: true, max_output_tokens: 50 }, 100, 0],
  [
    "a thousand for a picture",
    { messages: [{ content: [{ image_url: { url: `data:image/png;base64,${"A".repeat(100_000)}` } }] }], max_tokens: 1 },
    1_000,
    1,
  ],
] as const)("a request is estimated by a letter in four and %s", (_what, request, input, output) => {
  const estimate = estimateOf("/v1/responses", JSON.stringify({ model: "", ...request }), undefined);
  expect(estimate?.inputTokens).toBeGreaterThanOrEqual(input);
  expect(estimate?.inputTokens).toBeLessThanOrEqual(input + 2);
  expect(estimate?.outputTokens).toBe(output);
});

test.each([undefined, "", "no model", '{"model"', new Uint8Array(), '"model"'])("nothing is estimated of the body %j", (body) => {
  expect(estimateOf("/", body, undefined)).toBeUndefined();
});

test("an estimate above the limit takes all of it: more could never be admitted", async () => {
  const clock = new VirtualClock();
  const limiter = new ModelLimiter({ tokensPerMinute: 1_000, clock });
  const response = await fetchOf(
    () => answer(200, { usage: { prompt_tokens: 10, completion_tokens: 5 } }),
    { clock },
    { limiter },
  )(url, post({ max_tokens: 64_000 }));
  expect(response.ok).toBe(true);
  expect(limiter.remaining()).toEqual({ tokens: 985 });
});

test("the user's own estimate is taken, and requests without a model take what is usual", async () => {
  const clock = new VirtualClock();
  const limiter = new ModelLimiter({ requestsPerMinute: 5, inputTokensPerMinute: 5_000, outputTokensPerMinute: 5_000, clock });
  const seen: unknown[] = [];
  const estimateTokens = (body: unknown) => {
    seen.push(body);
    return { inputTokens: 70, outputTokens: 7 };
  };
  await fetchOf(() => answer(200, {}), { clock }, { limiter, estimateTokens })(url, post({ n: 1 }));
  expect(limiter.remaining()).toEqual({ requests: 4, inputTokens: 4_930, outputTokens: 4_993 });
  expect(seen).toEqual([{ model: "gpt-5", n: 1 }]);
});

test.each([
  ["/v1beta/models/gemini-3:generateContent", { contents: [], generationConfig: { maxOutputTokens: 50 } }, 50],
  ["/v1beta/models/gemini-3:generateContent", { contents: [] }, 1_000],
  ["/v1beta/models/gemini-3:streamGenerateContent", { contents: [] }, 0],
  ["/v1beta/models/gemini-embedding-001:embedContent", { content: {} }, 0],
  ["/v1beta/models/gemini-3:countTokens", { contents: [] }, 0],
  ["/v1/embeddings", { model: "m", input: "", encoding_format: "float" }, 0],
] as const)("of a request to %s with %j, %i tokens of an answer are expected", (path, body, outputTokens) => {
  expect(estimateOf(path, JSON.stringify(body), undefined)).toMatchObject({ outputTokens });
});

test.each([
  [{ details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.5s" }] }, 34_500],
  [{ details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "soon" }] }, undefined],
  [{ details: [{ "@type": "type.googleapis.com/google.rpc.Help", retryDelay: "3s" }] }, undefined],
  [{ details: {} }, undefined],
  ["error", undefined],
])("Google's error %j asks for a delay of %s ms", (error, delayMs) => {
  expect(retryDelayMs(error)).toBe(delayMs);
});

test("a delay of the headers comes before that of the body", async () => {
  const info = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" };
  const delays: unknown[] = [];
  const hooks = {
    onAttemptEnd: ({ classification }: { classification: { retryAfterMs?: number } | null }) =>
      void delays.push(classification?.retryAfterMs),
  };
  const policy = { hooks, retry: { maxAttempts: 1 } } as PolicyOptions<Response, Response>;
  await fetchOf(() => answer(429, { error: { details: [info] } }, { "retry-after": "7" }), policy)(url, post({}));
  await fetchOf(() => answer(429, { error: { details: [info] } }), policy)(url, post({}));
  expect(delays).toEqual([7_000, 34_000]);
});

// ---- streams

test.each([
  [{ choices: [{ delta: {}, finish_reason: "stop" }] }, true],
  [{ choices: [{ delta: { content: "a" }, finish_reason: null }] }, false],
  [{ choices: [], usage: {} }, false],
  [{ type: "response.completed" }, true],
  [{ type: "response.failed" }, true],
  [{ type: "response.output_text.delta" }, false],
  [{ type: "message_stop" }, true],
  [{ type: "message_delta" }, false],
  [{ candidates: [{ content: {}, finishReason: "STOP" }] }, true],
  [{ candidates: [{ content: {} }] }, false],
  [{ promptFeedback: { blockReason: "SAFETY" } }, true],
  [{ event_type: "interaction.completed" }, true],
  [{ event_type: "step.delta" }, false],
  [null, false],
  ["message_stop", false],
])("that %j ends a stream is %s", (event, isEnd) => {
  expect(isStreamEnd(event)).toBe(isEnd);
});

// ---- options

test.each<[ModelLimits, string]>([
  [
    {},
    "modelLimiter must be an object with tokensPerMinute, inputTokensPerMinute or outputTokensPerMinute, got an object with no keys.",
  ],
  [
    { requestsPerMinute: 5 },
    "modelLimiter must be an object with tokensPerMinute, inputTokensPerMinute or outputTokensPerMinute, got an object with requestsPerMinute.",
  ],
  [{ tokensPerMinute: 0 }, "modelLimiter.tokensPerMinute must be a number > 0, got 0."],
  [{ tokensPerMinute: 1, maxQueue: -1 }, "modelLimiter.maxQueue must be an integer >= 0, got -1."],
  [{ tpm: 1 } as object, "modelLimiter.tpm is not an option"],
])("a limiter of %j is refused", (limits, message) => {
  expect(() => new ModelLimiter(limits)).toThrow(message);
});

test.each<[unknown, unknown, string]>([
  [{ retries: 3 }, {}, "policy.retries is not an option"],
  [{ retry: { attempts: 3 } }, {}, "retry.attempts is not an option"],
  [{ retry: 3 }, {}, "retry must be"],
  [null, {}, "policy must be"],
  [{}, { maxRetries: 3 }, "openaiOptions.maxRetries is not an option"],
  [{}, { apiKey: "sk" }, "openaiOptions.apiKey is not an option"],
  [{}, { limiter: {} }, "openaiOptions.limiter must be a ModelLimiter"],
  [{}, { bodyTimeoutMs: 0 }, "openaiOptions.bodyTimeoutMs must be a number > 0, got 0."],
  [{}, { estimateTokens: () => undefined }, "openaiOptions.estimateTokens must be left out where there is no limiter"],
])("openaiOptions(%j, %j) is refused", (policy, options, message) => {
  expect(() => openaiOptions(policy as PolicyOptions<Response, Response>, options as ModelOptions)).toThrow(message);
});

test("a policy's missing options are those of a language model, and the given ones stand", async () => {
  // An attempt timeout longer than the deadline would be a contradiction.
  expect(openaiOptions({ retry: { deadlineMs: 1 } })).toEqual({ fetch: expect.any(Function), maxRetries: 0 });
  expect(anthropicOptions(new Policy<Response, Response>({}))).not.toHaveProperty("timeout");
  const ended = async (retry: object) =>
    outcomeOf(await fetchOf(() => answer(500, {}), { retry: { strategy: constant(0), ...retry } })(url, post({})));
  expect([await ended({}), await ended({ maxAttempts: 2 })]).toMatchObject([{ attempts: 3 }, { attempts: 2 }]);
});

test.each<[string, () => unknown, string]>([
  ["policies by key", () => openaiOptions(createFetch().policies as never), "policy must be a plain object of opti"],
  [
    "a ModelLimiter among the options of the policy",
    () => openaiOptions({ limiter: new ModelLimiter({ tokensPerMinute: 10 }) }),
    "openaiOptions.policy.limiter must be no ModelLimiter",
  ],
  [
    "a Policy with another ModelLimiter",
    () => {
      const policy = new Policy<Response, Response>({ limiter: new ModelLimiter({ tokensPerMinute: 10 }) });
      openaiOptions(policy, { limiter: new ModelLimiter({ tokensPerMinute: 20 }) });
    },
    "openaiOptions.limiter must be among the limiters of the Policy",
  ],
])("%s would count nothing, or be no policy, and is refused", (_what, make, message) => {
  expect(make).toThrow(message);
});

test("a Policy that has the limiter is used as it is", () => {
  const limiter = new ModelLimiter({ tokensPerMinute: 10 });
  expect(() => openaiOptions(new Policy<Response, Response>({ limiter }), { limiter })).not.toThrow();
});
